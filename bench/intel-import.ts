import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readingFeed } from '../src/exposure/index.ts';
import type { FeedId } from '../src/model/index.ts';
import { runChild } from './child.ts';
import { type Figure, figure, type Key, quantile, rounded } from './figure.ts';
import type { ImportInput, ImportMeasured } from './intel/import-process.ts';
import { KINDS, type ListKind, listOf } from './intel/lists.ts';
import type { Measurement, Setting } from './measurement.ts';

const ROUNDS = 3;
/** As long as the product reads before others have their turn. */
const TURN_MS = 5;

/** Text lists are read fast, and hold nobody up. In the thread's CPU time: the machine is shared. */
export const intelImport: Measurement = {
  keys: [
    'intel.import.lines_per_s',
    'intel.import.turn_ms',
    'intel.import.longest_turn_300k_ms',
    'intel.import.longest_turn_1m_ms',
  ],
  async measure(setting) {
    const isReadingWanted =
      setting.isWanted('intel.import.lines_per_s') || setting.isWanted('intel.import.turn_ms');
    const figures = isReadingWanted ? await reading(setting) : [];
    for (const [key, lines] of WHOLE)
      if (setting.isWanted(key)) figures.push(await whole(setting, key, lines));
    return figures;
  },
};

const WHOLE = [
  ['intel.import.longest_turn_300k_ms', 300_000],
  ['intel.import.longest_turn_1m_ms', 1_000_000],
] as const satisfies readonly (readonly [Key, number])[];

/** A whole import, as a server does it, and what becomes of it: each kind in a process of its own. */
async function whole({ quick, scratch, progress }: Setting, key: Key, lines: number): Promise<Figure> {
  const longest: number[] = [];
  const notes: string[] = [];
  for (const kind of Object.keys(KINDS) as ListKind[]) {
    progress(`${lines} ${kind}, imported, replaced and taken back`);
    const input: ImportInput = {
      dir: join(scratch, `import-${kind}-${lines}`),
      lists: await listsIn(scratch, kind, quick ? lines / 10 : lines),
    };
    const {
      turns,
      seconds,
      longest: turnsBy,
    } = (await runChild('intel/import-process.ts', input, null)) as ImportMeasured;
    longest.push(...turnsBy.map((turn) => turn.cpu));
    const [first] = turnsBy;
    const told =
      first === undefined
        ? 'none'
        : `${rounded(first.cpu)} ms of CPU, ${rounded(first.wall)} by the clock, of it garbage ${rounded(first.garbage)}`;
    notes.push(`${kind}: ${told}; ${turns} turns in ${seconds.map(rounded).join(', ')} s`);
  }
  const value = Math.max(...longest, 0);
  const note = `${lines} lines: the longest turn of the whole import (reading, journal, table, look-back), of one that replaces it, and of taking it back. ${notes.join('. ')}`;
  return figure(key, { value, runs: longest.length > 0 ? longest : [0], note, belowScale: quick });
}

async function listsIn(dir: string, kind: ListKind, lines: number): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const [nth, count] of [30_000, lines, lines].entries()) {
    const path = join(dir, `${kind}-${lines}-${nth}.txt`);
    await writeFile(path, listOf(kind, count, nth));
    paths.push(path);
  }
  return paths;
}

async function reading({ quick, progress }: Setting): Promise<Figure[]> {
  const lines = quick ? 20_000 : 1_000_000;
  const rates: number[] = [];
  const longest: number[] = [];
  const notes: string[] = [];
  for (const kind of Object.keys(KINDS) as ListKind[]) {
    const bytes = listOf(kind, lines, 20_261_129);
    const own: number[] = [];
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
      progress(`${lines} ${kind}, round ${round + 1}`);
      const { cpuMs, turns } = await readOnce(bytes);
      own.push((1_000 * lines) / cpuMs);
      longest.push(...turns);
    }
    rates.push(...own);
    notes.push(`${kind} ${Math.round(quantile(own, 0.5) / 1_000)},000`);
  }
  const scale = { belowScale: quick };
  const slowest = Math.min(...rates);
  return [
    figure('intel.import.lines_per_s' satisfies Key, {
      value: slowest,
      runs: rates,
      note: `the slowest round, per second of CPU; median of ${notes.join(', ')}`,
      ...scale,
    }),
    figure('intel.import.turn_ms' satisfies Key, {
      value: quantile(longest, 0.99),
      runs: longest,
      note: `99 % of turns of the loop, CPU; the clock of CPU steps by 4 ms`,
      ...scale,
    }),
  ];
}

async function readOnce(
  bytes: Buffer,
): Promise<{ readonly cpuMs: number; readonly turns: readonly number[] }> {
  const about = { format: 'auto', defaultConfidence: 0.7, defaultCategory: null, now: Date.now() } as const;
  const steps = readingFeed({ bytes, id: 'bench' as FeedId, ...about });
  const turns: number[] = [];
  let [since, begun] = [performance.now(), cpu()];
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    if (performance.now() - since < TURN_MS) continue;
    turns.push(cpu() - begun);
    await new Promise<void>((resolve) => setImmediate(resolve));
    [since, begun] = [performance.now(), cpu()];
  }
  turns.push(cpu() - begun);
  return { cpuMs: turns.reduce((sum, turn) => sum + turn, 0), turns };
}

function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
