import { basename, join } from 'node:path';
import { runChild } from './child.ts';
import { type Figure, figure, quantile, rounded } from './figure.ts';
import type { IngestInput, IngestTimes, Timed } from './ingest-process.ts';
import type { Measurement, Setting } from './measurement.ts';
import { telemetry } from './telemetry.ts';

/** The whole path on one core against a bare JSON.parse of the same records, turn by turn in one process. */
export const ingest: Measurement = {
  keys: ['ingest.json.ratio', 'ingest.tsv.ratio', 'ingest.events_per_s'],
  async measure(setting) {
    const { json, tsv, lines, name } = await telemetry(setting);
    setting.progress(`${lines} lines of ${name} on one core`);
    const input: IngestInput = {
      scratch: setting.scratch,
      logs: [json, tsv],
      floor: json,
      rounds: setting.quick ? 2 : 7,
      mostRounds: setting.quick ? 2 : 20,
    };
    const { floor, floorByBytes, logs } = (await runChild('ingest-process.ts', input, '0')) as IngestTimes;
    if (setting.profile !== null) await profiled(setting, setting.profile, [json, tsv]);
    const [ofJson = floor, ofTsv = floor] = logs;
    const speeds = ofJson.wall.map((seconds) => lines / seconds);
    return [
      ratio('ingest.json.ratio', ofJson, floor, floorByBytes),
      ratio('ingest.tsv.ratio', ofTsv, floor, floorByBytes),
      figure('ingest.events_per_s', {
        value: quantile(speeds, 0.5),
        runs: speeds,
        note: `JSON lines on one core; per CPU second ${rounded(lines / quantile(ofJson.cpu, 0.5))}; bare JSON.parse ${rounded(lines / quantile(floor.wall, 0.5))} lines/s, from bytes ${rounded(lines / quantile(floorByBytes.wall, 0.5))}`,
      }),
    ];
  },
};

/** Once more under the profiler, each log in a process of its own: what it costs to look is in no figure. */
async function profiled({ scratch, progress }: Setting, dir: string, logs: readonly string[]): Promise<void> {
  for (const log of logs) {
    progress(`profiling ${log}`);
    const input: IngestInput = { scratch, logs: [log], floor: null, rounds: 8, mostRounds: 8 };
    const into = join(dir, basename(log, '.log'));
    await runChild('ingest-process.ts', input, '0', ['--cpu-prof', `--cpu-prof-dir=${into}`]);
  }
}

/**
 * The floor parses flat strings that are in memory. Beside it stands the same from bytes, as a reader with `JSON.parse`
 * would have them: what the goals were set against (../shared/research/storage-engine.md §2).
 */
function ratio(
  key: 'ingest.json.ratio' | 'ingest.tsv.ratio',
  whole: Timed,
  floor: Timed,
  floorByBytes: Timed,
): Figure {
  const runs = ratios(floor.wall, whole.wall);
  const byBytes = quantile(ratios(floorByBytes.wall, whole.wall), 0.5);
  const perCpu = quantile(floor.cpu, 0.5) / quantile(whole.cpu, 0.5);
  return figure(key, {
    value: quantile(runs, 0.5),
    runs,
    note: `wall clock, durable included; by CPU time alone ${rounded(perCpu)}; by bytes (buffer, string, JSON.parse) ${rounded(byBytes)}`,
  });
}

/** Round by round. */
function ratios(floor: readonly number[], whole: readonly number[]): readonly number[] {
  return whole.map((seconds, round) => (floor[round] ?? seconds) / seconds);
}
