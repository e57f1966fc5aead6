/** `npm run crash -- [--runs N] [--seed N] [--days N] [--devices N]`: see docs/operations.md. */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { heldTo, prepare } from './campaign.ts';
import { FAULTS, KILLS } from './trials.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '1' },
    devices: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run crash -- [--runs 300] [--seed 1] [--days 1] [--devices 20] [--only TRIAL]');
  process.exit(0);
}
const [runs, seed, days, devices] = [values.runs, values.seed, values.days, values.devices].map(Number) as [
  number,
  number,
  number,
  number,
];
const place = await mkdtemp(join(tmpdir(), 'stance-crash-'));
try {
  const uncrashed = await prepare(place, { seed, days, devices });
  const kinds = { kills: KILLS, faults: FAULTS };
  for (const [name, trials] of Object.entries(kinds)) {
    if (values.only !== '' && values.only !== name) continue;
    const tallies = await heldTo(uncrashed, join(place, name), {
      trials,
      runs,
      seed,
      progress: (text) => process.stderr.write(`\r${name}: ${text} `),
    });
    process.stderr.write('\n');
    console.log(`${tallies.text()}\n`);
    if (!tallies.isGood) process.exitCode = 1;
  }
  console.log(
    `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}, seed ${seed}`,
  );
} finally {
  await rm(place, { recursive: true });
}
