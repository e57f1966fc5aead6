import type { VersionOrderName } from '../../model/index.ts';

/** A version that is longer is text of somebody's making. */
const LONGEST_VERSION = 200;

/** Whether a version is one of those that are listed; `unsure` where it, or one of them, cannot be read. */
export type Listing = (version: string) => 'listed' | 'unlisted' | 'unsure';

/** How two versions compare; `null` where one of them is none, or where they stand in no order. */
export interface VersionOrder {
  readonly name: VersionOrderName;
  readonly compare: (a: string, b: string) => number | null;
  /** The same with what an advisory names: where that tells no build, revision or local part, it is any of them. */
  readonly against: (version: string, stated: string) => number | null;
  /** Which versions are among those that an advisory lists, which are read once: there may be tens of thousands. */
  readonly among: (stated: readonly string[]) => Listing;
  /** `compare` that reads each version once, for as long as it is held: to sort by. */
  readonly comparator: () => VersionOrder['compare'];
}

interface Traits<T> {
  /** What a stated version leaves open, such as its build, and a version without that. */
  readonly open?: {
    readonly leaves: (stated: T) => boolean;
    readonly without: (version: T) => T;
  };
  /** Some that can be read stand in no order. */
  readonly isPartial?: boolean;
}

/** An order of things that are parsed first: what does not parse compares to nothing. */
export function orderBy<T extends object | string>(
  name: VersionOrderName,
  parse: (version: string) => T | null,
  compare: (a: T, b: T) => number | null,
  { open, isPartial = false }: Traits<T> = {},
): VersionOrder {
  const parsed = (version: string) => (version.length > LONGEST_VERSION ? null : parse(version.trim()));
  const comparing =
    (by: (a: T, b: T) => number | null, read: (version: string) => T | null) => (a: string, b: string) => {
      const left = read(a);
      const right = left === null ? null : read(b);
      return left === null || right === null ? null : by(left, right);
    };
  const asFarAs = (version: T, stated: T) =>
    open?.leaves(stated) === true ? open.without(version) : version;
  const against = (version: T, stated: T) => compare(asFarAs(version, stated), stated);
  return {
    name,
    compare: comparing(compare, parsed),
    against: comparing(against, parsed),
    comparator: () => comparing(compare, remembering(parsed)),
    among: (stated) => {
      const read = stated.map(parsed).filter((each) => each !== null);
      const left = Map.groupBy(read, (each) => open?.leaves(each) === true);
      const [exact, opened] = [left.get(false) ?? [], left.get(true) ?? []].map((each) =>
        isPartial ? each : each.toSorted((a, b) => compare(a, b) ?? 0),
      ) as [T[], T[]];
      const has = isPartial ? isAmong : isAmongSorted;
      const otherwise = read.length === stated.length ? 'unlisted' : 'unsure';
      return (version) => {
        const own = parsed(version);
        if (own === null) return stated.length === 0 ? 'unlisted' : 'unsure';
        const isListed =
          has(exact, own, compare) || (open !== undefined && has(opened, open.without(own), compare));
        return isListed ? 'listed' : otherwise;
      };
    },
  };
}

/** For an order that is not made of parsed versions. */
export function amongOneByOne({
  compare,
  against,
}: Pick<VersionOrder, 'compare' | 'against'>): VersionOrder['among'] {
  return (stated) => (version) => {
    if (stated.length > 0 && compare(version, version) === null) return 'unsure';
    let isUnsure = false;
    for (const each of stated) {
      const outcome = against(version, each);
      if (outcome === 0) return 'listed';
      // Two that it can read are two, though they stand in no order; one that it cannot read may be any.
      isUnsure ||= outcome === null && compare(each, each) === null;
    }
    return isUnsure ? 'unsure' : 'unlisted';
  };
}

function remembering<T>(read: (version: string) => T | null): (version: string) => T | null {
  const known = new Map<string, T | null>();
  return (version) => {
    let own = known.get(version);
    if (own === undefined) known.set(version, (own = read(version)));
    return own;
  };
}

function isAmong<T>(all: readonly T[], own: T, compare: (a: T, b: T) => number | null): boolean {
  return all.some((each) => compare(own, each) === 0);
}

function isAmongSorted<T>(sorted: readonly T[], own: T, compare: (a: T, b: T) => number | null): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const each = sorted[middle];
    const outcome = each === undefined ? 0 : compare(own, each);
    if (outcome === 0) return true;
    if ((outcome ?? 0) < 0) high = middle;
    else low = middle + 1;
  }
  return false;
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
