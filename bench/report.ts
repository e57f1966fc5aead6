import type { Regression } from './baseline.ts';
import type { Figure } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Top } from './top.ts';

export interface Run {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly figures: readonly Figure[];
  readonly worse: readonly Regression[];
  /** By profile, the functions that cost most. */
  readonly tops: Readonly<Record<string, readonly Top[]>>;
}

/** One object: the machine, then each key of docs/performance.md; profiles where some were written. */
export function asJson({ machine, quick, figures, worse, tops }: Run): string {
  const byKey = Object.fromEntries(figures.map((each) => [each.key, each]));
  const profiled = Object.keys(tops).length > 0 ? { tops } : {};
  return JSON.stringify({ machine, quick, ...byKey, worse, ...profiled }, null, 2);
}

/** A table with spread, the notes under it. */
export function asText({ machine, quick, figures, worse, tops }: Run): string {
  const { cpu, cores, memoryGb, node, loadBefore } = machine;
  const rows = [
    ['key', 'value', 'unit', 'goal', 'met', 'min', 'median', 'max', 'runs'],
    ...figures.map(cells),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, load ${loadBefore}${quick ? ' (quick: figures say little)' : ''}`,
    '',
    ...table,
    '',
    ...figures.map(({ key, note }) => `${key}: ${note}`),
    ...worse.map(
      ({ key, before, now, worseBy }) => `WORSE by ${worseBy} %: ${key} ${now}, accepted ${before}`,
    ),
    ...Object.entries(tops).flatMap(([name, top]) => ['', `${name}, self time:`, ...top.map(topLine)]),
  ].join('\n');
}

function topLine({ percent, ms, name, place }: Top): string {
  return `${percent.toFixed(1).padStart(5)} %  ${String(ms).padStart(6)} ms  ${name}  ${place}`;
}

function cells({ key, value, unit, goal, met, runs }: Figure): string[] {
  const verdict = met === null ? '' : met ? 'yes' : 'MISSED';
  const spread = runs === null ? ['', '', '', ''] : [runs.min, runs.median, runs.max, runs.count].map(String);
  return [key, value === null ? 'not yet' : String(value), unit, goal ?? '', verdict, ...spread];
}
