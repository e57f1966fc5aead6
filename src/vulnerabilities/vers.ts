import type { VersionInterval, VersionOrderName } from '../model/index.ts';
import { decoded } from './fields.ts';
import { orderOfPackage } from './versions/orders.ts';

/** A version range of the `vers` notation, e.g. `vers:npm/>=1.0|<1.4`. */
export interface VersRange {
  /** `null` where the scheme is generic or not known. */
  readonly order: VersionOrderName | null;
  readonly intervals: readonly VersionInterval[];
  readonly versions: readonly string[];
}

/** More is nothing that anybody wrote by hand. */
const CONSTRAINTS = 256;
const ALL: VersionInterval = { from: null, before: null, upTo: null };

/** `null` for what is no range; `!=` is not understood, which must not pass for "all". */
export function readVers(text: string): VersRange | null {
  const [, scheme = '', body = ''] = /^vers:([a-z0-9.+-]+)\/(.{1,8192})$/i.exec(text.trim()) ?? [];
  const constraints = body.split('|').map((each) => each.trim());
  if (body === '' || constraints.length > CONSTRAINTS) return null;
  const intervals: VersionInterval[] = [];
  const versions: string[] = [];
  let open: VersionInterval | null = null;
  for (const constraint of constraints) {
    const [, sign = '', version = ''] = /^(>=|<=|>|<|=)?([^<>=!|]+)$/.exec(constraint) ?? [];
    if (version === '') return null;
    if (version === '*') intervals.push(ALL);
    else if (sign === '' || sign === '=') versions.push(decoded(version));
    else if (sign.startsWith('>')) {
      if (open !== null) intervals.push(open);
      open = beginning(sign, decoded(version));
    } else {
      intervals.push(ended(open ?? ALL, sign, decoded(version)));
      open = null;
    }
  }
  if (open !== null) intervals.push(open);
  const order = orderOfPackage(scheme.toLowerCase());
  return { order: order === 'unknown' || order === 'dotted' ? null : order, intervals, versions };
}

function beginning(sign: string, version: string): VersionInterval {
  return sign === '>=' ? { ...ALL, from: version } : { ...ALL, after: version };
}

function ended(interval: VersionInterval, sign: string, version: string): VersionInterval {
  return sign === '<' ? { ...interval, before: version } : { ...interval, upTo: version };
}
