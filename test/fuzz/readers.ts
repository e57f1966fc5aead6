// npm run fuzz:readers -- [--inputs N] [--seconds N] [--seed N] [--only NAME]
// Each reader of what strangers write, on mutated inputs: nothing throws, nothing hangs, and what is accepted is sound.
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createChance } from '../../src/sources/zeek/mutated-lines.fixture.ts';
import { fuzz, type Fuzzed } from './target.ts';
import { TARGETS } from './targets/index.ts';

const { values } = parseArgs({
  options: {
    /** For each reader. */
    inputs: { type: 'string', default: '1000000' },
    /** Each reader ends after so long, with fewer inputs. */
    seconds: { type: 'string', default: '3600' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run fuzz:readers -- [--inputs 1000000] [--seconds 3600] [--seed 1] [--only NAME]');
  process.exit(0);
}
/** So many inputs between two looks at the clock. */
const PER_LOOK = 500;
/** What stays after a reading is no part of it: more is a leak. */
const MOST_GROWTH_MB = 32;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const inputs = Number(values.inputs);
const wanted = TARGETS.filter(({ name }) => name.includes(values.only));
if (wanted.length === 0) throw new Error(`no reader is called "${values.only}"`);
for (const target of wanted) {
  const chance = createChance(Number(values.seed));
  fuzz(target, chance, PER_LOOK);
  const before = heapMb();
  const begun = performance.now();
  let [done, read, slowestMs] = [0, 0, 0];
  let fault: Fuzzed['fault'] = null;
  while (done < inputs && fault === null && performance.now() - begun < Number(values.seconds) * 1_000) {
    const part = fuzz(target, chance, Math.min(PER_LOOK, inputs - done));
    done += part.inputs;
    read += part.read;
    slowestMs = Math.max(slowestMs, part.slowestMs);
    ({ fault } = part);
  }
  const seconds = Math.round((performance.now() - begun) / 1_000);
  const growth = heapMb() - before;
  const wrong = fault ?? (growth > MOST_GROWTH_MB ? `the heap grew by ${growth} MB` : null);
  const residentMb = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(
    `${target.name}: ${done} inputs in ${seconds} s, ${read} not refused, slowest ${Math.round(slowestMs)} ms of CPU, heap ${growth >= 0 ? '+' : ''}${growth} MB, most ${residentMb} MB resident: ${wrong ?? 'no fault'}`,
  );
  if (wrong !== null) process.exitCode = 1;
}

function heapMb(): number {
  collect();
  return Math.round(process.memoryUsage().heapUsed / 1_048_576);
}
