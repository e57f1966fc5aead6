import type { VersionInterval } from '../../model/index.ts';
import { intervalOf, readComparisons, type VersionSet } from '../comparisons.ts';

/** More is nothing that anybody wrote by hand. */
const ALTERNATIVES = 32;

/**
 * Comparisons where a version is expected, `>= 9.0.0, < 9.5.3 || = 8.1`, the last number left open, `7.2.x`, or a version. `null` for
 * words that nobody can compare.
 */
export function readVersionExpression(text: string): VersionSet | null {
  const alternatives = text.split('||');
  if (alternatives.length > ALTERNATIVES) return null;
  const versions: string[] = [];
  const intervals: VersionInterval[] = [];
  for (const alternative of alternatives) {
    const comparisons = readComparisons(alternative) ?? [];
    const [first] = comparisons;
    const interval = intervalOf(comparisons);
    if (interval !== null) intervals.push(interval);
    else if (comparisons.length === 1 && first?.sign === '=') versions.push(first.version);
    else return null;
  }
  return { intervals, versions };
}
