import { readFileSync, writeFileSync } from 'node:fs';
import { type Figure, isHigherBetter, type Key, rounded } from './figure.ts';
import type { Machine } from './machine.ts';

/** The figures last accepted, and where they were measured. */
export interface Baseline {
  readonly measured: string;
  readonly machine: Machine;
  readonly figures: Readonly<Partial<Record<Key, number>>>;
}

export interface Regression {
  readonly key: Key;
  readonly before: number;
  readonly now: number;
  /** In per cent of the accepted figure. */
  readonly worseBy: number;
}

const FILE = new URL('baseline.json', import.meta.url);
const TOLERATED_PERCENT = 10;

export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Baseline;
}

/** Accepts the measured figures; keys that were not measured keep theirs. */
export function accept(figures: readonly Figure[], machine: Machine): void {
  const accepted: Record<string, number> = { ...readBaseline().figures };
  for (const { key, value } of figures) if (value !== null) accepted[key] = value;
  const baseline = { measured: new Date().toISOString().slice(0, 10), machine, figures: accepted };
  writeFileSync(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
}

/** What got worse by more than a tenth. */
export function regressions(
  figures: readonly Figure[],
  { figures: accepted }: Baseline,
): readonly Regression[] {
  return figures.flatMap(({ key, value }) => {
    const before = accepted[key];
    if (value === null || before === undefined || before === 0) return [];
    const change = ((value - before) / before) * 100;
    const worseBy = rounded(isHigherBetter(key) ? -change : change);
    return worseBy > TOLERATED_PERCENT ? [{ key, before, now: value, worseBy }] : [];
  });
}
