import type { ProductVersions, VersionInterval } from '../model/index.ts';
import type { VersionOrder } from './versions/order.ts';

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
  const { intervals = [], versions = [], unaffected = [], otherwise } = product;
  if (intervals.length + versions.length + unaffected.length === 0 && otherwise === undefined) {
    return { outcome: 'affected', fixed: null, byOrder: false };
  }
  if (version === null) return INDETERMINATE;
  if (versions.includes(version)) return { outcome: 'affected', fixed: lastFix(intervals), byOrder: false };
  // What its order cannot read may be another spelling of one that is listed.
  let isUnsure = versions.length > 0 && order.compare(version, version) === null;
  for (const each of versions) {
    const outcome = order.against(version, each);
    if (outcome === 0) return { outcome: 'affected', fixed: null, byOrder: true };
    // Two that it can read are two, though they stand in no order; one that it cannot read may be any.
    isUnsure ||= outcome === null && order.compare(each, each) === null;
  }
  for (const interval of intervals) {
    const isIn = contains(interval, version, order);
    if (isIn === true) return { outcome: 'affected', fixed: interval.before, byOrder: true };
    isUnsure ||= isIn === null;
  }
  if (isUnsure) return INDETERMINATE;
  return elsewhere(unaffected, otherwise, version, order);
}

/** Of a version that no list of affected ones names. */
function elsewhere(
  unaffected: readonly VersionInterval[],
  otherwise: ProductVersions['otherwise'],
  version: string,
  order: VersionOrder,
): VersionVerdict {
  if (otherwise === undefined) return NOT_AFFECTED;
  for (const interval of unaffected) {
    const isIn = contains(interval, version, order);
    if (isIn !== false) return isIn === true ? NOT_AFFECTED : INDETERMINATE;
  }
  return otherwise === 'affected' ? { outcome: 'affected', fixed: null, byOrder: true } : INDETERMINATE;
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
