// npm run -s bench -- [--json] [--only PREFIX] [--quick] [--accept] [--profile DIR [--top N]]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { advisories } from './advisories.ts';
import { aggregation } from './aggregation.ts';
import { asOf } from './asof.ts';
import { accept, readBaseline, regressions } from './baseline.ts';
import { batch } from './batch.ts';
import { cores } from './cores.ts';
import { type Figure, GOALS, type Key } from './figure.ts';
import { history } from './history.ts';
import { ingest } from './ingest.ts';
import { intelImport } from './intel-import.ts';
import { intel } from './intel.ts';
import { lookBack } from './look-back.ts';
import { machine } from './machine.ts';
import { mcp } from './mcp.ts';
import type { Measurement } from './measurement.ts';
import { memory } from './memory.ts';
import { policy } from './policy.ts';
import { queries } from './queries.ts';
import { asJson, asText } from './report.ts';
import { restart } from './restart.ts';
import { topsOf } from './top.ts';
import { visible } from './visible.ts';

const MEASUREMENTS: readonly Measurement[] = [
  ingest,
  cores,
  visible,
  batch,
  queries,
  memory,
  history,
  restart,
  asOf,
  advisories,
  policy,
  mcp,
  intelImport,
  intel,
  lookBack,
  aggregation,
];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    /** Only keys that begin so. */
    only: { type: 'string', default: '' },
    /** Small data, few rounds. */
    quick: { type: 'boolean', default: false },
    /** Take the figures into baseline.json. */
    accept: { type: 'boolean', default: false },
    /** Write CPU profiles of the ingest into this folder, and print their functions that cost most. */
    profile: { type: 'string' },
    /** So many of them. */
    top: { type: 'string', default: '25' },
  },
});
if (values.help) {
  console.log('npm run -s bench -- [--json] [--only KEY] [--quick] [--accept] [--profile DIR [--top 25]]');
  process.exit(0);
}
const { json, only, quick } = values;
const profile = values.profile === undefined ? null : resolve(values.profile);
const isWanted = (key: Key) => key.startsWith(only);
const wanted = MEASUREMENTS.filter(({ keys }) => keys.some(isWanted));
if (wanted.length === 0)
  throw new Error(`no key begins with "${only}"; there are ${Object.keys(GOALS).join(', ')}`);

const here = machine();
// The system's folder for temporary files may be memory; TMPDIR chooses another.
const scratch = await mkdtemp(join(tmpdir(), 'stance-bench-'));
const figures: Figure[] = [];
try {
  for (const measurement of wanted) {
    const progress = (what: string) => process.stderr.write(`${measurement.keys[0]}: ${what}\n`);
    figures.push(
      ...(await measurement.measure({ quick, scratch, profile, isWanted, progress })).filter(({ key }) =>
        isWanted(key),
      ),
    );
  }
} finally {
  await rm(scratch, { recursive: true });
}
// Small data gives other figures than the accepted ones.
const worse = quick ? [] : regressions(figures, readBaseline());
const tops = profile === null ? {} : topsOf(profile, Number(values.top));
const run = { machine: here, quick, figures, worse, tops };
if (values.accept && !quick) accept(figures, here);
console.log(json ? asJson(run) : asText(run));
