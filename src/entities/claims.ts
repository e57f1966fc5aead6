import type { EpochMs, IdentityEvidence } from '../model/index.ts';
import { IDENTITY_EVIDENCE, LIMITS, rank } from '../model/index.ts';
import type { Device } from './device.ts';

/** A claim that an address was a device's: since when, until when, and how we know. */
export interface Claim {
  readonly device: Device;
  readonly evidence: IdentityEvidence;
  /** The first and the last time that the claim was made. */
  readonly from: EpochMs;
  readonly renewed: EpochMs;
  /** When it runs out (a lease's end); infinite: when a better claim takes its place. */
  readonly until: EpochMs;
}

export function withClaim(claims: readonly Claim[], made: Claim): readonly Claim[] {
  return bounded(insert(claims, made));
}

/** Inserts in order of time; a claim repeated by the same device, with no other of its kind between, is a renewal. */
function insert(claims: readonly Claim[], made: Claim): readonly Claim[] {
  const list = claims.flatMap((claim) => splitAround(claim, made));
  const index = lowerBound(list, made);
  const before = list.slice(0, index).findLastIndex((c) => c.evidence === made.evidence);
  const earlier = list[before];
  if (earlier !== undefined && earlier.device === made.device) {
    return list.with(before, {
      ...earlier,
      renewed: Math.max(earlier.renewed, made.renewed),
      until: Math.max(earlier.until, made.until),
    });
  }
  return list.toSpliced(index, 0, made);
}

/** Whether both give the same device for every instant. */
export function sayTheSame(a: readonly Claim[], b: readonly Claim[]): boolean {
  if (a.length === 1 && b.length === 1) return a[0]?.device === b[0]?.device;
  const turns = [...a, ...b].flatMap(({ from, until }) => [from, until]);
  return [-Infinity, ...turns].every((time) => holderAmong(a, time) === holderAmong(b, time));
}

/** The strongest of the claims that had begun, the latest among equals; before all of them the first. */
function holderAmong(claims: readonly Claim[], time: EpochMs): Device | undefined {
  let best: Claim | undefined;
  for (const claim of claims) {
    if (claim.from > time) break;
    if (best === undefined || strength(claim, time) >= strength(best, time)) best = claim;
  }
  return (best ?? claims[0])?.device;
}

function strength(claim: Claim, time: EpochMs): number {
  return time >= claim.until ? 0 : rank(IDENTITY_EVIDENCE, claim.evidence);
}

/** A late claim of another device inside a renewed span parts it: before it, and from the last renewal on. */
function splitAround(claim: Claim, made: Claim): readonly Claim[] {
  const parts =
    claim.evidence === made.evidence &&
    claim.device !== made.device &&
    claim.from < made.from &&
    made.from < claim.renewed;
  return parts
    ? [
        { ...claim, renewed: claim.from },
        { ...claim, from: claim.renewed },
      ]
    : [claim];
}

function lowerBound(list: readonly Claim[], made: Claim): number {
  const index = list.findIndex((claim) => compare(claim, made) > 0);
  return index < 0 ? list.length : index;
}

/** By time; simultaneous claims by strength, then by id, so that their order of arrival does not matter. */
function compare(a: Claim, b: Claim): number {
  if (a.from !== b.from) return a.from - b.from;
  const byEvidence = rank(IDENTITY_EVIDENCE, a.evidence) - rank(IDENTITY_EVIDENCE, b.evidence);
  if (byEvidence !== 0) return byEvidence;
  return a.device.id < b.device.id ? -1 : Number(a.device.id > b.device.id);
}

/** Forgets the oldest claim from the wire; what the operator declared is never pushed out by traffic. */
function bounded(claims: readonly Claim[]): readonly Claim[] {
  if (claims.length <= LIMITS.bindingsPerAddress) return claims;
  const oldest = claims.findIndex((claim) => claim.evidence !== 'inventory');
  return claims.toSpliced(Math.max(oldest, 0), 1);
}
