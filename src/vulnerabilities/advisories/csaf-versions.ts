import type { ProductVersions } from '../../model/index.ts';
import { ALL, isEveryVersion, isPlainVersion } from '../comparisons.ts';
import { readConstraints, readVers, type VersRange } from '../vers.ts';

type Versions = Pick<ProductVersions, 'intervals' | 'versions' | 'otherwise'> &
  Partial<Pick<ProductVersions, 'order'>>;

/**
 * What the name of a `product_version_range` stands for (CSAF 2.0 §3.1.2.3.2): a `vers`, or its constraints alone (`<V3.0.29`). In words that are
 * none, such as `all before 4`, it is not understood: nobody is told that he is safe.
 */
export function versionsInRange(name: string): Versions {
  if (isEveryVersion(name)) return {};
  const range = rangeIn(name);
  return range === null ? { otherwise: 'unknown' } : written(range);
}

/** What the name of a `product_version` stands for: one version by the standard, and whatever people write there. */
export function versionsNamed(name: string): Versions {
  if (isEveryVersion(name)) return {};
  const range = rangeIn(name);
  if (range !== null) return written(range);
  // Words around a version are a condition that nobody can compare.
  return { versions: [name], ...(isPlainVersion(name) ? {} : { otherwise: 'unknown' as const }) };
}

function rangeIn(name: string): VersRange | null {
  if (/^\s*vers:/i.test(name)) return readVers(name);
  const range = readConstraints(name);
  return range === null ? null : { order: null, ...range };
}

function written({ order, intervals, versions }: VersRange): Versions {
  // Of all versions it is, whichever is installed.
  if (intervals.includes(ALL)) return {};
  return {
    ...(order === null ? {} : { order }),
    ...(intervals.length === 0 ? {} : { intervals }),
    ...(versions.length === 0 ? {} : { versions }),
  };
}
