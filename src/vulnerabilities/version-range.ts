import type { ProductVersions, VersionInterval } from '../model/index.ts';
import type { Listing, VersionOrder } from './versions/order.ts';

/** What a statement says of one version; `indeterminate` where they stand in no order, which is not "no". */
export interface VersionVerdict {
  readonly outcome: 'affected' | 'not_affected' | 'indeterminate';
  /** The version in which it is mended, where that is told. */
  readonly fixed: string | null;
  /** Whether an order was needed: a version that is listed needs none. */
  readonly byOrder: boolean;
}

const NOT_AFFECTED: VersionVerdict = { outcome: 'not_affected', fixed: null, byOrder: true };
const INDETERMINATE: VersionVerdict = { outcome: 'indeterminate', fixed: null, byOrder: true };

/** Whether a version of a product is among those that a statement is about. */
export function verdictOn(
  product: ProductVersions,
  version: string | null,
  order: VersionOrder,
): VersionVerdict {
  if (isOnAll(product)) return { outcome: 'affected', fixed: null, byOrder: false };
  if (version === null) return INDETERMINATE;
  const { intervals = [], versions = [], excepted = [] } = product;
  if (excepted.some((each) => contains(each, version, order) === true)) return NOT_AFFECTED;
  if (versions.includes(version)) return { outcome: 'affected', fixed: lastFix(intervals), byOrder: false };
  const listing = listingOf(versions, order)(version);
  if (listing === 'listed') return { outcome: 'affected', fixed: null, byOrder: true };
  // What its order cannot read may be another spelling of one that is listed.
  let isUnsure = listing === 'unsure';
  for (const interval of intervals) {
    const isIn = contains(interval, version, order);
    if (isIn === true) return { outcome: 'affected', fixed: interval.before, byOrder: true };
    isUnsure ||= isIn === null;
  }
  return isUnsure ? INDETERMINATE : elsewhere(product, version, order);
}

function isOnAll({
  intervals = [],
  versions = [],
  excepted = [],
  unaffected = [],
  unknown = [],
  otherwise,
}: ProductVersions): boolean {
  const said = intervals.length + versions.length + excepted.length + unaffected.length + unknown.length;
  return said === 0 && otherwise === undefined;
}

/** Of a version that no list of affected ones names. */
function elsewhere(
  { unknown = [], unaffected = [], otherwise }: ProductVersions,
  version: string,
  order: VersionOrder,
): VersionVerdict {
  if (unknown.some((each) => contains(each, version, order) !== false)) return INDETERMINATE;
  if (otherwise === undefined) return NOT_AFFECTED;
  for (const interval of unaffected) {
    const isIn = contains(interval, version, order);
    if (isIn !== false) return isIn === true ? NOT_AFFECTED : INDETERMINATE;
  }
  return otherwise === 'affected' ? { outcome: 'affected', fixed: null, byOrder: true } : INDETERMINATE;
}

/** Lists that were read last: one record's is held against each version of its product that is installed anywhere. */
const READ = new Map<readonly string[], { readonly order: VersionOrder; readonly listing: Listing }>();
/** Versions in all of them. */
const MOST_READ = 200_000;
let readCount = 0;

/** What only few are listed by is as soon read again. */
const SHORT = 16;

function listingOf(versions: readonly string[], order: VersionOrder): Listing {
  if (versions.length <= SHORT) return order.among(versions);
  const known = READ.get(versions);
  if (known?.order === order) return known.listing;
  if (READ.delete(versions)) readCount -= versions.length;
  for (const oldest of READ.keys()) {
    if (readCount + versions.length <= MOST_READ) break;
    READ.delete(oldest);
    readCount -= oldest.length;
  }
  const listing = order.among(versions);
  READ.set(versions, { order, listing });
  readCount += versions.length;
  return listing;
}

/** `null` where that cannot be told. */
function contains(
  { from, after, before, upTo }: VersionInterval,
  version: string,
  order: VersionOrder,
): boolean | null {
  const bounds = [
    from === null ? true : holds(order.against(version, from), (outcome) => outcome >= 0),
    after === undefined ? true : holds(order.against(version, after), (outcome) => outcome > 0),
    before === null ? true : holds(order.against(version, before), (outcome) => outcome < 0),
    upTo === null ? true : holds(order.against(version, upTo), (outcome) => outcome <= 0),
  ];
  if (bounds.includes(false)) return false;
  return bounds.includes(null) ? null : true;
}

function holds(outcome: number | null, isSo: (outcome: number) => boolean): boolean | null {
  return outcome === null ? null : isSo(outcome);
}

function lastFix(intervals: readonly VersionInterval[]): string | null {
  return intervals.at(-1)?.before ?? null;
}
