import type { Unit } from './unit.ts';

export interface AtThreshold {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly falseAlarms: number;
}

/** So many false alarms fit a budget per 1,000 entities per day: rounded, so that a small sample is not held to none. */
export function allowedAlarms(per1000Day: number, entityDays: number): number {
  return Math.round((per1000Day * entityDays) / 1_000);
}

/** The threshold with the best F1 among those with at most so many false alarms; `null` without a positive. */
export function bestF1(units: readonly Unit[], allowed: number): AtThreshold | null {
  let best: AtThreshold | null = null;
  for (const each of thresholdsOf(units)) {
    if (each.falseAlarms <= allowed && (best === null || each.f1 > best.f1)) best = each;
  }
  return best;
}

/** The largest recall among the thresholds with at least this precision; 0 where none has it, `null` without a positive. */
export function recallAtPrecision(units: readonly Unit[], precision: number): number | null {
  const all = thresholdsOf(units);
  if (all.length === 0) return null;
  return Math.max(0, ...all.filter((each) => each.precision >= precision).map(({ recall }) => recall));
}

/** The weighted share of each attack's units that reach the threshold of their placement. */
export function recallByAttack(
  placements: readonly (readonly Unit[])[],
  thresholds: readonly number[],
): Readonly<Record<string, number>> {
  const sums = new Map<string, { found: number; all: number }>();
  for (const [index, units] of placements.entries()) {
    for (const { isPositive, what, weight, score } of units) {
      if (!isPositive) continue;
      const sum = sums.get(what) ?? { found: 0, all: 0 };
      sum.all += weight;
      if (score >= (thresholds[index] ?? Infinity)) sum.found += weight;
      sums.set(what, sum);
    }
  }
  return Object.fromEntries(
    [...sums].map(([what, { found, all }]) => [what, Number((found / all).toFixed(3))]),
  );
}

/** Every threshold that tells units apart, the strictest (which flags nothing) first. What was not scored is never flagged. */
function thresholdsOf(units: readonly Unit[]): readonly AtThreshold[] {
  const positives = units.reduce((sum, each) => sum + (each.isPositive ? each.weight : 0), 0);
  if (positives === 0) return [];
  const sorted = [...units].sort((a, b) => b.score - a.score);
  const found: AtThreshold[] = [{ threshold: Infinity, precision: 1, recall: 0, f1: 0, falseAlarms: 0 }];
  let [hits, falseAlarms] = [0, 0];
  for (let at = 0; at < sorted.length; ) {
    const threshold = (sorted[at] as Unit).score;
    if (threshold === -Infinity) break;
    for (; at < sorted.length && sorted[at]?.score === threshold; at++) {
      const unit = sorted[at] as Unit;
      if (unit.isPositive) hits += unit.weight;
      else falseAlarms += 1;
    }
    const recall = Math.min(1, hits / positives);
    const precision = hits + falseAlarms === 0 ? 1 : hits / (hits + falseAlarms);
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    found.push({ threshold, precision, recall, f1, falseAlarms });
  }
  return found;
}
