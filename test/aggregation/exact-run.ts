// npm run -s privacy:exact [-- --fleets N] [--seed N] [--json]
import { parseArgs } from 'node:util';
import { exactFleets } from './exact.ts';

const { values } = parseArgs({
  options: {
    fleets: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run -s privacy:exact -- [--fleets 1000] [--seed 1] [--json]');
  process.exit(0);
}
const [fleets, seed] = [Number(values.fleets), Number(values.seed)];
const began = performance.now();
const found = await exactFleets(fleets, seed, (nth) => {
  if ((nth + 1) % 100 === 0) process.stderr.write(`${nth + 1} of ${fleets} fleets\n`);
});
const seconds = (performance.now() - began) / 1_000;
console.log(
  values.json
    ? JSON.stringify({ ...found, seconds })
    : `${found.fleets} fleets, ${found.reports} reports, ${found.slots} slots compared as integers: ${found.unequal} unequal; ${seconds.toFixed(1)} s`,
);
process.exitCode = found.unequal === 0 && found.slots > 0 ? 0 : 1;
