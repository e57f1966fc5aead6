// npm run -s eval:inventions -- [--json] [--data DIR] [--half design|report] [--seeds N] [--only NAME] [--help]
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readData } from '../data.ts';
import { entityName } from '../measures/judged.ts';
import { isIn } from '../split.ts';
import { BURSTS } from './bursts.ts';
import { CHANNELS } from './channels.ts';
import { measureInventions, type Row } from './measure.ts';
import { MOVEMENTS } from './movements.ts';
import { simulatedOffice } from './office.ts';
import { UPLOADS } from './uploads.ts';

/** Seeds by which detectors are made, and others by which they are reported. */
const HALVES = { design: 1, report: 1_001 } as const;

const HELP = `What is told of invented attacks and of their harmless twins, placed on the tune half's lives and on a simulated office
(docs/evaluation.md, "Inventions").

  npm run -s eval:inventions -- [options]

  --data DIR   folder of sets (default: ../shared/data/telemetry)
  --half HALF  ${Object.keys(HALVES).join(', ')}: which draws (default design)
  --seeds N    draws of each invention on each life (default 8)
  --only TEXT  only inventions whose sort or name has this in it
  --json       one object instead of a table`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    data: {
      type: 'string',
      default: fileURLToPath(new URL('../../../../shared/data/telemetry', import.meta.url)),
    },
    half: { type: 'string', default: 'design' },
    seeds: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await run();

async function run(): Promise<number> {
  const seeds = Number(values.seeds);
  if (!Number.isSafeInteger(seeds) || seeds < 1 || seeds > 1_000)
    return refuse(`--seeds: "${values.seeds}" given, a whole number from 1 to 1000 needed`);
  if (values.half !== 'design' && values.half !== 'report')
    return refuse(`--half: "${values.half}" given, design or report allowed`);
  const inventions = [...CHANNELS, ...BURSTS, ...UPLOADS, ...MOVEMENTS].filter(
    ({ name, sort }) => sort === values.only || name.includes(values.only),
  );
  if (inventions.length === 0) return refuse(`--only: no invention has "${values.only}" in its sort or name`);
  const folder = resolve(values.data);
  if (!existsSync(folder)) {
    console.log(`Skipped: there is no data at ${folder}; give a folder of sets with --data.`);
    return 0;
  }
  const { backgrounds } = await readData([folder], progress);
  const lives = backgrounds
    .filter(({ uses }) => uses.includes('hours'))
    .map((each) => ({ ...each, hosts: each.hosts.filter((host) => isIn('tune', entityName(each, host))) }))
    .filter(({ hosts }) => hosts.length > 0);
  const office = simulatedOffice(24, 12);
  progress(`${office.name}: ${office.observations.length} events, ${office.hosts.length} workstations`);
  const rows = measureInventions(lives, office, inventions, HALVES[values.half], seeds, progress);
  console.log(values.json ? JSON.stringify(rows, null, 2) : table(rows));
  return 0;
}

function table(rows: readonly Row[]): string {
  return rows
    .map((row) =>
      [
        `${row.isHarmless ? '(harmless) ' : ''}${row.name}`.padEnd(42),
        `told ${share(row.told)}`,
        `high ${share(row.toldHigh)}`,
        `calls ${row.calls === null ? '   –' : String(row.calls).padStart(4)}`,
        `hours ${share(row.hours)}`,
        Object.entries(row.byType)
          .map(([type, value]) => `${type} ${value.toFixed(2)}`)
          .join(', '),
        Object.entries(row.byLife)
          .map(([life, value]) => `${life} ${value.toFixed(2)}`)
          .join(', '),
      ].join('  '),
    )
    .join('\n');
}

function share(value: number): string {
  return value.toFixed(2);
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

function progress(what: string): void {
  process.stderr.write(`eval: ${what}\n`);
}
