import type { VersionOrderName } from '../../model/index.ts';

/** A version that is longer is text of somebody's making. */
const LONGEST_VERSION = 200;

/** How two versions compare; `null` where one of them is none, or where they stand in no order. */
export interface VersionOrder {
  readonly name: VersionOrderName;
  readonly compare: (a: string, b: string) => number | null;
  /** The same with what an advisory names: where that tells no build, revision or local part, it is any of them. */
  readonly against: (version: string, stated: string) => number | null;
}

/** An order of things that are parsed first: what does not parse compares to nothing. */
export function orderBy<T>(
  name: VersionOrderName,
  parse: (version: string) => T | null,
  compare: (a: T, b: T) => number | null,
  /** A version as far as another one tells. */
  asFarAs: (version: T, stated: T) => T = (version) => version,
): VersionOrder {
  const parsed = (version: string) => (version.length > LONGEST_VERSION ? null : parse(version.trim()));
  const comparing = (by: (a: T, b: T) => number | null) => (a: string, b: string) => {
    const left = parsed(a);
    const right = left === null ? null : parsed(b);
    return left === null || right === null ? null : by(left, right);
  };
  return {
    name,
    compare: comparing(compare),
    against: comparing((version, stated) => compare(asFarAs(version, stated), stated)),
  };
}

/** Of lists of which the shorter is filled up. */
export function compareLists<T, Outcome extends number | null>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T | undefined, b: T | undefined) => Outcome,
): Outcome | 0 {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const outcome = compare(a[at], b[at]);
    if (outcome !== 0) return outcome;
  }
  return 0;
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Of whole numbers written in digits, of any length. */
export function compareNumerals(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || compareTexts(left, right);
}
