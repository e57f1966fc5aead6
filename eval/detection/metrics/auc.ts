import type { Unit } from './unit.ts';

/**
 * The probability that a positive scores above a benign one, ties counting half (Hanley and McNeil 1982), weighted.
 * `null` without both.
 */
export function auc(units: readonly Unit[]): number | null {
  const sorted = [...units].sort((a, b) => a.score - b.score);
  let [below, positives, won] = [0, 0, 0];
  for (let at = 0; at < sorted.length; ) {
    const score = sorted[at]?.score;
    let [tiedPositive, tiedBenign] = [0, 0];
    for (; at < sorted.length && sorted[at]?.score === score; at++) {
      const unit = sorted[at] as Unit;
      if (unit.isPositive) tiedPositive += unit.weight;
      else tiedBenign += unit.weight;
    }
    won += tiedPositive * (below + tiedBenign / 2);
    below += tiedBenign;
    positives += tiedPositive;
  }
  return positives === 0 || below === 0 ? null : won / (positives * below);
}
