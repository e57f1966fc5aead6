// npm run -s eval:detection -- [--json] [--data DIR] [--seeds N] [--split tune|test|all] [--families NAME,…]
// [--only MEASURE,…] [--help]
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ofFamilies, readData } from './data.ts';
import { evaluate, MEASURES, type MeasureName } from './evaluation.ts';
import { asObject, asText } from './report.ts';
import { AdapterError } from './sets/adapter-file.ts';
import { type Split, SPLITS } from './split.ts';

const HELP = `How well the product detects, beside simple peers, on composite data (docs/evaluation.md).

  npm run -s eval:detection -- [options]

  --data DIR     folder of sets (default: ../shared/data/telemetry), several times for several; an evaluation.json in it
                 says what they are
  --seeds N      placements of the attacks, 1 to N (default 20)
  --split SPLIT  ${SPLITS.join(', ')} (default tune); the test half is run once per release
  --families NAMES
                 only attacks of these families (default: all); several with commas
  --only NAMES   of ${MEASURES.join(', ')}; several with commas
  --json         one object instead of a table`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    data: {
      type: 'string',
      multiple: true,
      default: [fileURLToPath(new URL('../../../shared/data/telemetry', import.meta.url))],
    },
    seeds: { type: 'string', default: '20' },
    split: { type: 'string', default: 'tune' },
    families: { type: 'string' },
    only: { type: 'string', default: MEASURES.join(',') },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await run().catch(explained);

/** What was asked wrongly, or data that is not as it says, needs no stack. */
function explained(cause: unknown): number {
  if (cause instanceof RangeError || cause instanceof AdapterError) return refuse(cause.message);
  throw cause;
}

async function run(): Promise<number> {
  const folders = values.data.map((each) => resolve(each));
  const data = folders.join(', ');
  const seeds = Number(values.seeds);
  const only = values.only.split(',').map((each) => oneOf('only', each, MEASURES)) as MeasureName[];
  const split = oneOf('split', values.split, SPLITS) as Split;
  if (!Number.isSafeInteger(seeds) || seeds < 1 || seeds > 1_000)
    return refuse(`--seeds: "${values.seeds}" given, a whole number from 1 to 1000 needed`);
  const missing = folders.filter((each) => !existsSync(each));
  if (missing.length > 0) {
    const skipped = `there is no data at ${missing.join(', ')}; give folders of sets with --data`;
    console.log(values.json ? JSON.stringify({ skipped }) : `Skipped: ${skipped}.`);
    return 0;
  }
  if (split === 'test')
    progress(
      'this is the test half: what is in it is run once per release, and its result is recorded whatever it says',
    );
  const started = performance.now();
  const { backgrounds, traces: found, notes } = await readData(folders, progress);
  const traces = values.families === undefined ? found : ofFamilies(found, values.families.split(','));
  for (const note of notes) progress(note);
  if (backgrounds.length === 0)
    return refuse(`--data: no benign life in ${data}; docs/evaluation.md says how to add a set`);
  const evaluation = await evaluate({ backgrounds, traces, split, seeds, only, progress });
  const seconds = Math.round((performance.now() - started) / 1_000);
  const reported = { evaluation, data, notes, seconds };
  console.log(values.json ? JSON.stringify(asObject(reported), null, 2) : asText(reported));
  return 0;
}

function oneOf(option: string, given: string, allowed: readonly string[]): string {
  if (allowed.includes(given)) return given;
  throw new RangeError(`--${option}: "${given}" given, ${allowed.join(', ')} allowed`);
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

function progress(what: string): void {
  process.stderr.write(`eval: ${what}\n`);
}
