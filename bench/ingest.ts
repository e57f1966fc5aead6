import { runChild } from './child.ts';
import { type Figure, figure, quantile, rounded } from './figure.ts';
import type { IngestInput, IngestTimes, Timed } from './ingest-process.ts';
import type { Measurement } from './measurement.ts';
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
      rounds: setting.quick ? 2 : 5,
    };
    const { floor, logs } = (await runChild('ingest-process.ts', input, '0')) as IngestTimes;
    const [ofJson = floor, ofTsv = floor] = logs;
    const speeds = ofJson.wall.map((seconds) => lines / seconds);
    return [
      ratio('ingest.json.ratio', floor, ofJson),
      ratio('ingest.tsv.ratio', floor, ofTsv),
      figure('ingest.events_per_s', {
        value: quantile(speeds, 0.5),
        runs: speeds,
        note: `JSON lines on one core; per CPU second ${rounded(lines / quantile(ofJson.cpu, 0.5))}; bare JSON.parse ${rounded(lines / quantile(floor.wall, 0.5))} lines/s`,
      }),
    ];
  },
};

function ratio(key: 'ingest.json.ratio' | 'ingest.tsv.ratio', floor: Timed, whole: Timed): Figure {
  const runs = whole.wall.map((seconds, round) => (floor.wall[round] ?? seconds) / seconds);
  const perCpu = quantile(floor.cpu, 0.5) / quantile(whole.cpu, 0.5);
  return figure(key, {
    value: quantile(runs, 0.5),
    runs,
    note: `wall clock, durable included; by CPU time alone ${rounded(perCpu)}`,
  });
}
