import type { Address, DeviceId, EpochMs, IdentityEvidence } from '../model/index.ts';
import { IDENTITY_EVIDENCE, LIMITS, rank } from '../model/index.ts';

/** A claim that an address was a device's: since when, until when, and how we know. */
export interface Binding {
  readonly device: DeviceId;
  readonly evidence: IdentityEvidence;
  /** The first and the last time that the claim was made. */
  readonly from: EpochMs;
  readonly renewed: EpochMs;
  /** When it runs out (a lease's end); `null`: when a better claim takes its place. */
  readonly until: EpochMs | null;
}

/**
 * Who each address of one site was, as of any time: a bounded list of claims per address, in order of time.
 *
 * As of `t` the strongest claim that had begun wins (docs/adr/0004), the latest among equals. A claim that ran out
 * is worth no more than an address alone, yet still the latest word where there is nothing better. Before the first
 * claim the address was whoever is first known there.
 */
export class Bindings {
  readonly #addresses = new Map<Address, Binding[]>();
  /** The addresses that a device ever claimed, the latest last: where to look for those it holds. */
  readonly #claimed = new Map<DeviceId, Set<Address>>();

  has(address: Address): boolean {
    return this.#addresses.has(address);
  }

  /** The claim that held at `time`. */
  at(address: Address, time: EpochMs): Binding | null {
    const claims = this.#addresses.get(address);
    if (claims === undefined) return null;
    let best: Binding | null = null;
    for (const claim of claims) {
      if (claim.from > time) break;
      if (best === null || strength(claim, time) >= strength(best, time)) best = claim;
    }
    return best ?? claims[0] ?? null;
  }

  claim(
    address: Address,
    device: DeviceId,
    evidence: IdentityEvidence,
    from: EpochMs,
    until: EpochMs | null,
  ): void {
    const claims = this.#addresses.get(address) ?? [];
    const made: Binding = { device, evidence, from, renewed: from, until };
    this.#addresses.set(address, bounded(insert(claims, made)));
    this.#noteClaim(address, device);
  }

  /** The addresses that were the device's at `time`, in the order in which it claimed them. */
  heldBy(device: DeviceId, time: EpochMs): readonly Address[] {
    return [...(this.#claimed.get(device) ?? [])].filter(
      (address) => this.at(address, time)?.device === device,
    );
  }

  /** The evidence of this kind for this device was wrong: the claims never were. */
  retract(address: Address, device: DeviceId, evidence: IdentityEvidence): void {
    const kept = (this.#addresses.get(address) ?? []).filter(
      (c) => c.device !== device || c.evidence !== evidence,
    );
    if (kept.length > 0) this.#addresses.set(address, kept);
    else this.#addresses.delete(address);
  }

  /** The claim was right, and ends: the address left the inventory entry. */
  end(address: Address, device: DeviceId, evidence: IdentityEvidence, until: EpochMs): void {
    const claims = this.#addresses.get(address);
    if (claims === undefined) return;
    const ended = claims.map((c) =>
      c.device === device && c.evidence === evidence && c.until === null ? { ...c, until } : c,
    );
    this.#addresses.set(address, ended);
  }

  #noteClaim(address: Address, device: DeviceId): void {
    const claimed = this.#claimed.get(device);
    if (claimed === undefined) {
      this.#claimed.set(device, new Set([address]));
      return;
    }
    claimed.delete(address);
    claimed.add(address);
    if (claimed.size <= LIMITS.addressesPerDevice) return;
    for (const oldest of claimed) {
      claimed.delete(oldest);
      return;
    }
  }

  snapshot(): unknown {
    return [...this.#addresses].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function strength(claim: Binding, time: EpochMs): number {
  return claim.until !== null && time >= claim.until ? 0 : rank(IDENTITY_EVIDENCE, claim.evidence);
}

/** Inserts in order of time; a claim repeated by the same device, with no other of its kind between, is a renewal. */
function insert(claims: readonly Binding[], made: Binding): Binding[] {
  const list = claims.flatMap((claim) => splitAround(claim, made));
  const index = lowerBound(list, made);
  const before = list.slice(0, index).findLastIndex((c) => c.evidence === made.evidence);
  const earlier = list[before];
  if (earlier !== undefined && earlier.device === made.device) {
    return list.with(before, {
      ...earlier,
      renewed: Math.max(earlier.renewed, made.renewed),
      until: later(earlier.until, made.until),
    });
  }
  return list.toSpliced(index, 0, made);
}

/** A late claim of another device inside a renewed span parts it: before it, and from the last renewal on. */
function splitAround(claim: Binding, made: Binding): Binding[] {
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

function lowerBound(list: readonly Binding[], made: Binding): number {
  const index = list.findIndex((claim) => compare(claim, made) > 0);
  return index < 0 ? list.length : index;
}

/** By time; simultaneous claims by strength, then by id, so that their order of arrival does not matter. */
function compare(a: Binding, b: Binding): number {
  if (a.from !== b.from) return a.from - b.from;
  const byEvidence = rank(IDENTITY_EVIDENCE, a.evidence) - rank(IDENTITY_EVIDENCE, b.evidence);
  if (byEvidence !== 0) return byEvidence;
  return a.device < b.device ? -1 : Number(a.device > b.device);
}

function later(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  return a === null || b === null ? null : Math.max(a, b);
}

/** Forgets the oldest claim from the wire; what the operator declared is never pushed out by traffic. */
function bounded(claims: Binding[]): Binding[] {
  if (claims.length <= LIMITS.bindingsPerAddress) return claims;
  const oldest = claims.findIndex((claim) => claim.evidence !== 'inventory');
  return claims.toSpliced(Math.max(oldest, 0), 1);
}
