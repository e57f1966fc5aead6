import { runChild } from './child.ts';
import { type Figure, figure, quantile, rounded } from './figure.ts';
import type { EngineInput, EngineMeasured } from './intel/engine-process.ts';
import type { LoadInput, Loaded } from './intel/load-process.ts';
import type { IntelInput, IntelMeasured, Question } from './intel/table-process.ts';
import type { Swapped } from './intel/swap-process.ts';
import type { SwapInput } from './intel/versions.ts';
import type { Measurement, Setting } from './measurement.ts';

const GOAL_COUNT = 10_000_000;
const QUICK_COUNT = 100_000;
const HEAP = ['--expose-gc', '--max-old-space-size=16000'];
const MIX = '43 % addresses, 2 % blocks, 30 % domains (half of them host names), 25 % hashes, 24 feeds';

/** The table of indicators: what it holds them in, how fast it is there, finds and is replaced. */
export const intel: Measurement = {
  keys: [
    'intel.bytes_per_indicator',
    'intel.engine.bytes_per_indicator',
    'intel.load_s',
    'intel.lookup.ratio',
    'intel.lookup.hash_ratio',
    'intel.memory.ratio',
    'intel.build.longest_ms',
    'intel.swap.wrong',
    'intel.swap.p99_ratio',
  ],
  async measure(setting) {
    const count = setting.quick ? QUICK_COUNT : GOAL_COUNT;
    const held = engineKeys.some(setting.isWanted) ? await inEngine(setting, count) : [];
    const swapped = swapKeys.some(setting.isWanted) ? await swap(setting, count) : [];
    const found = tableKeys.some(setting.isWanted) ? await table(setting, count) : [];
    return [...found, ...held, ...swapped];
  },
};

const swapKeys = ['intel.swap.wrong', 'intel.swap.p99_ratio'] as const;
const engineKeys = ['intel.engine.bytes_per_indicator', 'intel.load_s'] as const;
const tableKeys = [
  'intel.bytes_per_indicator',
  'intel.lookup.ratio',
  'intel.lookup.hash_ratio',
  'intel.memory.ratio',
  'intel.build.longest_ms',
] as const;

async function table({ quick, progress }: Setting, count: number): Promise<readonly Figure[]> {
  progress(`${count} indicators in the table and in Maps`);
  const input: IntelInput = { count, rounds: quick ? 5 : 7 };
  const measured = (await runChild('intel/table-process.ts', input, null, HEAP)) as IntelMeasured;
  const belowScale = count < GOAL_COUNT;
  return [weight(measured, belowScale)].concat(
    lookups('intel.lookup.ratio', ['address', 'domain'], measured, belowScale),
    lookups('intel.lookup.hash_ratio', ['hash'], measured, belowScale),
    memory(measured, belowScale),
    building(measured, belowScale),
  );
}

function weight({ count, table: { bytes, heap, parts } }: IntelMeasured, belowScale: boolean): Figure {
  const value = (bytes + heap) / count;
  const shares = Object.entries(parts).map(([part, size]) => `${part} ${rounded(size / count)}`);
  const note = `${count} indicators: ${MIX}; arrays and heap, after a full collection; ${rounded((bytes + heap) / 1e9)} GB in all; bytes by part: ${shares.join(', ')}`;
  return figure('intel.bytes_per_indicator', { value, runs: [value], note, belowScale });
}

/** Each feed fits one record of the journal. */
const FEEDS = 12;

async function inEngine({ quick, scratch, progress }: Setting, count: number): Promise<readonly Figure[]> {
  progress(`${count} indicators in an engine`);
  const input: EngineInput = { count, feeds: FEEDS, dir: scratch };
  const measured = (await runChild('intel/engine-process.ts', input, null, HEAP)) as EngineMeasured;
  const { heap, arrays, table: own, step, record, told } = measured;
  const value = (heap + arrays) / count;
  const note = `${count} indicators of ${FEEDS} feeds, made active one after the other; all that the engine holds of them, after a full collection: heap, arrays and shared memory, ${rounded((heap + arrays) / 1e9)} GB, of which the table ${rounded(own / 1e9)}; CPU time of the last feed's longest step ${rounded(step.longest)} ms (p99.9 ${rounded(step.p999)}; collecting garbage of the feed's own objects included), of its record ${rounded(record)} ms; told for a snapshot in ${rounded(told / 1_000)} s`;
  const belowScale = count < GOAL_COUNT;
  const held = figure('intel.engine.bytes_per_indicator', { value, runs: [value], note, belowScale });
  progress('its snapshot');
  const loads: Loaded[] = [];
  const load: LoadInput = { path: measured.snapshot };
  for (let nth = 0; nth < (quick ? 2 : 5); nth++) {
    loads.push((await runChild('intel/load-process.ts', load, null)) as Loaded);
  }
  return [held, loading(loads, measured, belowScale)];
}

function loading(loads: readonly Loaded[], { count, writeMs }: EngineMeasured, belowScale: boolean): Figure {
  const runs = loads.map(({ ms }) => ms / 1_000);
  const value = quantile(runs, 0.5);
  const note = `an engine of ${count} indicators from its snapshot of ${rounded((loads[0]?.bytes ?? 0) / 1e6)} MB to the first answer, in a new process each time, every checksum compared; the file is in the page cache; it was written in ${rounded(writeMs / 1_000)} s`;
  return figure('intel.load_s', { value, runs, note, belowScale });
}

/** The least of all kinds of question is the figure. */
function lookups(
  key: 'intel.lookup.ratio' | 'intel.lookup.hash_ratio',
  whats: readonly Question['what'][],
  { questions }: IntelMeasured,
  belowScale: boolean,
): Figure {
  const asked = questions.filter(({ what }) => whats.includes(what));
  const medians = asked.map(({ map, table: own }) => quantile(map, 0.5) / quantile(own, 0.5));
  const value = Math.min(...medians);
  const least = asked[medians.indexOf(value)];
  const runs = (least?.map ?? []).map((took, nth) => took / (least?.table[nth] ?? took));
  const each = asked.map(
    ({ what, listed, map, table: own }, nth) =>
      `${what} ${listed ? 'hit' : 'miss'} ${rounded(medians[nth] ?? 0)} (${rounded(quantile(own, 0.5))} ns against ${rounded(quantile(map, 0.5))})`,
  );
  const note = `JS Maps of listings ÷ the table, CPU time to find what is listed and read its confidence, the same texts made anew for both, the least of: ${each.join(', ')}. The Maps' domains walk the parents without the Public Suffix List; their addresses know no blocks`;
  return figure(key, { value, runs, note, belowScale });
}

function memory({ table: own, count, mapsBytes }: IntelMeasured, belowScale: boolean): Figure {
  const bytes = own.bytes + own.heap;
  const value = bytes / mapsBytes;
  const note = `${rounded(bytes / count)} bytes an indicator against ${rounded(mapsBytes / count)} of JS Maps of the same listings`;
  return figure('intel.memory.ratio', { value, runs: [value], note, belowScale });
}

function building({ build, count }: IntelMeasured, belowScale: boolean): Figure {
  const note = `CPU time of the longest of ${build.steps} steps in which ${count} indicators are built, making the listings included; p99.9 ${rounded(build.p999Ms)} ms; by the clock, which counts other people's work, the longest took ${rounded(build.longestWallMs)} ms; ${rounded(build.ms / 1_000)} s in all`;
  return figure('intel.build.longest_ms', {
    value: build.longestMs,
    runs: [build.longestMs],
    note,
    belowScale,
  });
}

async function swap({ quick, progress }: Setting, count: number): Promise<readonly Figure[]> {
  progress(`look-ups while ${count} indicators are replaced`);
  const input: SwapInput = { count, versions: quick ? 3 : 4, idleMs: quick ? 500 : 15_000 };
  const {
    wrong,
    lookups: asked,
    idle,
    building: busy,
    swaps,
  } = (await runChild('intel/swap-process.ts', input, null, HEAP)) as Swapped;
  const belowScale = count < GOAL_COUNT;
  const what = `${asked} look-ups, hit and miss, while a thread builds ${input.versions - 1} further versions of ${count} indicators, each without a fifth of the one before; ${swaps} swaps`;
  const value = busy.p99 / idle.p99;
  const note = `${what}; p99 ${rounded(busy.p99)} ns while building, ${rounded(idle.p99)} ns while not (medians ${rounded(busy.p50)} and ${rounded(idle.p50)})`;
  return [
    figure('intel.swap.wrong', {
      value: wrong,
      runs: [wrong],
      note: `${what}; each answer compared with what its version lists`,
      belowScale,
    }),
    figure('intel.swap.p99_ratio', { value, runs: [value], note, belowScale }),
  ];
}
