import type { VersionInterval, VersionOrderName } from '../model/index.ts';
import { ALL, type Comparison, intervalOf, readComparisons, type VersionSet } from './comparisons.ts';
import { decoded } from './fields.ts';
import { orderOfPackage } from './versions/orders.ts';

/** A version range of the `vers` notation, e.g. `vers:npm/>=1.0|<1.4`. */
export interface VersRange extends VersionSet {
  /** `null` where the scheme is generic or not known. */
  readonly order: VersionOrderName | null;
}

/** More is nothing that anybody wrote by hand. */
const CONSTRAINTS = 256;

/** `null` for what is no range. */
export function readVers(text: string): VersRange | null {
  const [, scheme = '', body = ''] = /^vers:([a-z0-9.+-]+)\/(.{1,8192})$/i.exec(text.trim()) ?? [];
  // It says that no version is meant, whatever comes after it.
  if (scheme.toLowerCase() === 'none') return null;
  const range = body === '*' ? { intervals: [ALL], versions: [] } : readConstraints(body);
  if (range === null) return null;
  const order = orderOfPackage(scheme.toLowerCase());
  return { order: order === 'unknown' || order === 'dotted' ? null : order, ...range };
}

/**
 * The constraints of such a range, in the order of their versions: a beginning and the end behind it are one interval. Two beginnings or two
 * ends in a row are nothing by the specification: in lists such as `<4.8.2|<5.0.1` each is of a branch of its own.
 */
export function readConstraints(text: string): VersionSet | null {
  const constraints = text.split('|').filter((each) => each.trim() !== '');
  if (constraints.length > CONSTRAINTS) return null;
  const versions: string[] = [];
  const intervals: VersionInterval[] = [];
  let open: VersionInterval | null = null;
  let excluded: string[] = [];
  for (const constraint of constraints) {
    const comparisons = readComparisons(constraint)?.map(unquoted) ?? [];
    const [first, second] = comparisons;
    if (first === undefined) return null;
    if (second === undefined && first.sign === '=') versions.push(first.version);
    else if (second === undefined && first.sign === '!=') excluded.push(first.version);
    else {
      const interval = intervalOf(comparisons);
      if (interval === null) return null;
      const { before, upTo } = interval;
      if (interval.from !== null || interval.after !== undefined) {
        if (open !== null) return null;
        open = interval;
        excluded = [];
      } else {
        if (open === null && intervals.length > 0) return null;
        open = { ...(open ?? ALL), before, upTo };
      }
      if (before === null && upTo === null) continue;
      intervals.push(...without(excluded, open));
      open = null;
      excluded = [];
    }
  }
  if (open !== null) intervals.push(...without(excluded, open));
  return intervals.length + versions.length === 0 ? null : { intervals, versions };
}

function unquoted({ sign, version }: Comparison): Comparison {
  return { sign, version: decoded(version) };
}

/** What is left of an interval: up to each of the versions that are excluded, and on from behind it. */
function without(excluded: readonly string[], interval: VersionInterval): readonly VersionInterval[] {
  const left: VersionInterval[] = [];
  let rest = interval;
  for (const version of excluded) {
    left.push({ ...rest, before: version, upTo: null });
    rest = { ...rest, from: null, after: version };
  }
  return [...left, rest];
}
