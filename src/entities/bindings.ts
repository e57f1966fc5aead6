import { NumbersByText, Table } from '../columns/index.ts';
import type { Address, EpochMs, IdentityEvidence, StateReader, StateWriter } from '../model/index.ts';
import { IDENTITY_EVIDENCE, rank } from '../model/index.ts';
import { noteClaimed } from './claimed-addresses.ts';
import { type Claim, sayTheSame, withClaim } from './claims.ts';
import type { Device } from './device.ts';
import type { Devices } from './devices.ts';
import { all, fewOf } from './few.ts';
import type { Revision } from './revision.ts';
import type { PooledTexts } from './text-pool.ts';

/** Who an address was at an instant, and around it the time within which no claim begins or runs out. */
export interface Tenure {
  readonly device: Device;
  /** The address's first row: where it is told that its answer changed. */
  readonly row: number;
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/**
 * Who each address of one site was, as of any time: a bounded list of claims per address, in order of time.
 *
 * As of `t` the strongest claim that had begun wins (docs/adr/0004), the latest among equals. A claim that ran out
 * is worth no more than an address alone, yet still the latest word where there is nothing better. Before the first
 * claim the address was whoever is first known there.
 */
export class Bindings {
  readonly #devices: Devices;
  readonly #revision: Revision;
  /** Address → the row of its first claim. */
  readonly #first = new NumbersByText();
  readonly #claims = claimColumns();
  /** One more than the row of the address's next claim; 0 for none. */
  readonly #next = this.#claims.rows.u32('next');
  /** By first row: the revision at which what the address answers changed last. */
  readonly #changed: number[] = [];

  constructor(devices: Devices, revision: Revision) {
    this.#devices = devices;
    this.#revision = revision;
  }

  has(address: Address): boolean {
    return this.#first.has(address);
  }

  /** The device that held the address at `time`. */
  holder(address: Address, time: EpochMs): Device | null {
    const first = this.#first.get(address);
    return first === undefined ? null : this.#devices.at(this.#holderFrom(first, time));
  }

  /** The same, with the time around it for which the answer stays so. */
  tenure(address: Address, time: EpochMs): Tenure | null {
    const row = this.#first.get(address);
    if (row === undefined) return null;
    let [from, until] = [-Infinity, Infinity];
    for (const claim of this.#listFrom(row)) {
      for (const turn of [claim.from, claim.until]) {
        if (turn <= time) from = Math.max(from, turn);
        else until = Math.min(until, turn);
      }
    }
    return { device: this.#devices.at(this.#holderFrom(row, time)), row, from, until };
  }

  /** The revision at which the answer of the address with this first row changed last. */
  changedAt(row: number): number {
    return row < 0 ? 0 : (this.#changed[row] ?? 0);
  }

  claim(
    address: Address,
    device: Device,
    evidence: IdentityEvidence,
    from: EpochMs,
    until: EpochMs | null,
  ): void {
    const made: Claim = { device, evidence, from, renewed: from, until: until ?? Infinity };
    const claims = this.#listOf(address);
    this.#replace(address, claims, withClaim(claims, made));
    noteClaimed(device, address);
  }

  /** The addresses that were the device's at `time`, in the order in which it claimed them. */
  heldBy(device: Device, time: EpochMs): readonly Address[] {
    return all(device.claimed).filter((address) => this.holder(address, time) === device);
  }

  /** The evidence of this kind for this device was wrong: the claims never were. */
  retract(address: Address, device: Device, evidence: IdentityEvidence): void {
    const claims = this.#listOf(address);
    this.#replace(
      address,
      claims,
      claims.filter((claim) => claim.device !== device || claim.evidence !== evidence),
    );
  }

  /** The claim was right, and ends: the address left the inventory entry. */
  end(address: Address, device: Device, evidence: IdentityEvidence, until: EpochMs): void {
    const claims = this.#listOf(address);
    const ended = claims.map((claim) =>
      claim.device === device && claim.evidence === evidence && claim.until === Infinity
        ? { ...claim, until }
        : claim,
    );
    this.#replace(address, claims, ended);
  }

  /** These devices are gone, and with them what they claimed. @param at the addresses concerned; `null`: any may be */
  forget(gone: ReadonlySet<Device>, at: readonly Address[] | null): void {
    const numbers = new Set(Array.from(gone, ({ number }) => number));
    const addresses = at ?? this.#first.where((first) => this.#isClaimedBy(numbers, first));
    for (const address of new Set(addresses as Iterable<Address>)) {
      const claims = this.#listOf(address);
      const left = claims.filter(({ device }) => !gone.has(device));
      if (left.length < claims.length) this.#replace(address, claims, left);
    }
  }

  save(to: StateWriter): void {
    this.#first.save(to.part('first'));
    this.#claims.rows.save(to.part('claims'));
  }

  load(from: StateReader, texts: PooledTexts): void {
    if (this.isOfFirstForm(from)) return this.#loadFirstForm(from, texts);
    this.#first.load(from.part('first'));
    this.#claims.rows.load(from.part('claims'));
  }

  /** Whether a state of version 1 wrote this: each address with how many claims it has, and the claims in that order. */
  isOfFirstForm(from: StateReader): boolean {
    return from.has('addresses');
  }

  #loadFirstForm(from: StateReader, texts: PooledTexts): void {
    const addresses = addressColumns();
    addresses.rows.load(from.part('addresses'));
    const claims = claimColumns();
    claims.rows.load(from.part('claims'));
    let claim = 0;
    for (let row = 0; row < addresses.rows.end; row++) {
      const list: Claim[] = [];
      for (let left = addresses.claims.at(row); left > 0; left--) list.push(this.#read(claims, claim++));
      this.#replace(texts.at(addresses.address.at(row)) as Address, [], list);
    }
    const claimed = claimedColumns();
    claimed.rows.load(from.part('claimed'));
    for (let row = 0; row < claimed.rows.end; row++) {
      const device = this.#devices.at(claimed.device.at(row));
      const address = texts.at(claimed.address.at(row)) as Address;
      device.claimed = fewOf([...all(device.claimed), address]);
    }
  }

  #holderFrom(first: number, time: EpochMs): number {
    const { from, until, evidence, device } = this.#claims;
    const next = this.#next;
    let best = first;
    let strength = -1;
    for (let row = first; ; row = next.at(row) - 1) {
      if (from.at(row) > time) break;
      const itsStrength = time >= until.at(row) ? 0 : evidence.at(row);
      if (itsStrength >= strength) {
        best = row;
        strength = itsStrength;
      }
      if (next.at(row) === 0) break;
    }
    return device.at(best);
  }

  #isClaimedBy(devices: ReadonlySet<number>, first: number): boolean {
    for (let row = first + 1; row > 0; row = this.#next.at(row - 1)) {
      if (devices.has(this.#claims.device.at(row - 1))) return true;
    }
    return false;
  }

  #listOf(address: Address): readonly Claim[] {
    const first = this.#first.get(address);
    return first === undefined ? [] : this.#listFrom(first);
  }

  #listFrom(first: number): readonly Claim[] {
    const list: Claim[] = [];
    for (let row = first + 1; row > 0; row = this.#next.at(row - 1)) {
      list.push(this.#read(this.#claims, row - 1));
    }
    return list;
  }

  /** Writes an address's claims over those it had; the first row stays the first. */
  #replace(address: Address, before: readonly Claim[], after: readonly Claim[]): void {
    const first = this.#first.get(address);
    const rows = first === undefined ? [] : this.#rowsFrom(first);
    while (rows.length > after.length) this.#claims.rows.remove(rows.pop() ?? 0);
    while (rows.length < after.length) rows.push(this.#claims.rows.add());
    for (const [index, claim] of after.entries()) {
      const row = rows[index] ?? 0;
      write(this.#claims, row, claim);
      this.#next.set(row, (rows[index + 1] ?? -1) + 1);
    }
    const [firstAfter] = rows;
    if (firstAfter === undefined) this.#first.delete(address);
    else this.#first.set(address, firstAfter);
    const row = firstAfter ?? first;
    if (row !== undefined && !sayTheSame(before, after)) this.#changed[row] = this.#revision.move();
  }

  #rowsFrom(first: number): number[] {
    const rows: number[] = [];
    for (let row = first + 1; row > 0; row = this.#next.at(row - 1)) rows.push(row - 1);
    return rows;
  }

  #read(claims: ClaimColumns, row: number): Claim {
    return {
      device: this.#devices.at(claims.device.at(row)),
      evidence: IDENTITY_EVIDENCE[claims.evidence.at(row)] ?? 'address',
      from: claims.from.at(row),
      renewed: claims.renewed.at(row),
      until: claims.until.at(row),
    };
  }
}

type ClaimColumns = ReturnType<typeof claimColumns>;

function claimColumns() {
  const rows = new Table();
  return {
    rows,
    device: rows.u32('device'),
    /** Its rank: how strong the claim is. */
    evidence: rows.u8('evidence'),
    from: rows.f64('from'),
    renewed: rows.f64('renewed'),
    until: rows.f64('until'),
  };
}

function write(claims: ClaimColumns, row: number, claim: Claim): void {
  claims.device.set(row, claim.device.number);
  claims.evidence.set(row, rank(IDENTITY_EVIDENCE, claim.evidence));
  claims.from.set(row, claim.from);
  claims.renewed.set(row, claim.renewed);
  claims.until.set(row, claim.until);
}

function addressColumns() {
  const rows = new Table();
  return { rows, address: rows.u32('address'), claims: rows.u32('claims') };
}

function claimedColumns() {
  const rows = new Table();
  return { rows, device: rows.u32('device'), address: rows.u32('address') };
}
