import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { AggregationInput, AggregationMeasured } from './aggregation-process.ts';
import { runChild } from './child.ts';
import { type Figure, figure, notMeasured, quantile, rounded } from './figure.ts';
import type { Measurement, Setting } from './measurement.ts';

const SMALL = { sites: 16, devices: 10_000 };
const LARGE = { sites: 1_000, devices: 1_000_000 };
const QUICK_LARGE = { sites: 50, devices: 50_000 };
/** Each in new processes, with two rounds in it. */
const RUNS = 5;

const large = ['aggregation.round_1m_s', 'aggregation.memory_mb'] as const;

/** A round of fleet statistics: what it costs the aggregator, over HTTP and with every report on disk. */
export const aggregation: Measurement = {
  keys: ['aggregation.round_10k_ms', ...large],
  async measure(setting) {
    const { isWanted } = setting;
    return [
      ...(isWanted('aggregation.round_10k_ms') ? await small(setting) : []),
      ...(large.some(isWanted) ? await million(setting) : []),
    ];
  },
};

async function small({ quick, scratch, progress }: Setting): Promise<readonly Figure[]> {
  const found: AggregationMeasured[] = [];
  for (let run = 0; run < (quick ? 1 : RUNS); run++) {
    progress(`${SMALL.sites} sites, run ${run + 1}`);
    found.push(await measured(scratch, SMALL, 2));
  }
  // The first round of a process pays for compiling its code: that is what a real one pays, once in its life.
  const [first, second] = [0, 1].map((nth) => found.map(({ cpuMs }) => cpuMs[nth] ?? Number.NaN));
  const value = quantile(first ?? [], 0.5);
  const note = `CPU time of the aggregator, ${SMALL.devices} devices at ${SMALL.sites} sites, the first round of a new process; the second ${rounded(quantile(second ?? [], 0.5))} ms; ${told(found)}`;
  return [figure('aggregation.round_10k_ms', { value, runs: first ?? [], note })];
}

async function million({ quick, scratch, progress }: Setting): Promise<readonly Figure[]> {
  const size = quick ? QUICK_LARGE : LARGE;
  progress(`${size.sites} sites make their reports`);
  const found = await measured(scratch, size, 2);
  const belowScale = quick;
  const runs = found.cpuMs.map((ms) => ms / 1_000);
  const what = `${size.devices} devices at ${size.sites} sites`;
  const time = figure('aggregation.round_1m_s', {
    value: runs[0] ?? Number.NaN,
    runs,
    note: `CPU time of the aggregator, ${what}, the first round of a new process; the second ${rounded(runs[1] ?? Number.NaN)} s; ${told([found])}`,
    belowScale,
  });
  const { memoryMb } = found;
  if (memoryMb === null) return [time, notMeasured('aggregation.memory_mb', 'needs Linux')];
  const note = `the most that the aggregator had in memory, ${what}, two rounds`;
  return [time, figure('aggregation.memory_mb', { value: memoryMb, runs: [memoryMb], note, belowScale })];
}

async function measured(
  scratch: string,
  size: { readonly sites: number; readonly devices: number },
  rounds: number,
): Promise<AggregationMeasured> {
  const dir = await mkdtemp(join(scratch, 'aggregation-'));
  const input: AggregationInput = { dir, ...size, rounds };
  return (await runChild('aggregation-process.ts', input, null)) as AggregationMeasured;
}

function told(found: readonly AggregationMeasured[]): string {
  const median = (of: (each: AggregationMeasured) => readonly number[]) =>
    rounded(quantile(found.flatMap(of), 0.5));
  const [one] = found;
  const isExact = found.every((each) => each.isExact);
  return [
    `${one?.reportBytes ?? 0} bytes of ciphertext a report, an aggregate of ${one?.aggregateBytes ?? 0}`,
    `by the clock ${median(({ wallMs }) => wallMs)} ms with each report on disk`,
    `a site encrypts in ${median(({ encryptMs }) => [encryptMs])} ms (writing it down included)`,
    `the key holder opens and signs in ${median(({ releaseMs }) => releaseMs)} ms`,
    `adding the same blocks in plain takes ${median(({ plainMs }) => plainMs)} ms, the aggregator ${rounded(
      quantile(
        found.flatMap(({ cpuMs, plainMs }) => cpuMs.map((ms, nth) => ms / (plainMs[nth] ?? ms))),
        0.5,
      ),
    )} times that`,
    isExact ? 'the score is that of plain addition, as integers' : 'SCORES DIFFER',
  ].join('; ');
}
