import {
  type Certificate,
  DAY_MS,
  dropOldest,
  type EntityId,
  type EpochMs,
  HOUR_MS,
  type Sealed,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

/**
 * Certificates as telemetry shows them in passing: weaker evidence than a proof of possession, and
 * said to be so. A TLS session names a certificate by key; the certificate's own facts come in a
 * record of its own, before or after. Both are kept, bounded, until they meet.
 */
export interface CertificateFacts {
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  readonly selfIssued: boolean;
  readonly weak: boolean;
}

/** A certificate that a device presents on a port: one machine may serve several, by port and by name. */
interface Presented {
  readonly key: string;
  readonly port: number;
  lastSeen: EpochMs;
}

export interface CertificateStanding {
  readonly key: string;
  readonly port: number;
  readonly facts: CertificateFacts;
  /** When it stands no more, if it is not presented again: another took its place, or it was not seen for too long. */
  readonly until: EpochMs;
}

/** NIST SP 800-57 Part 1 Rev. 5, table 2: below 112 bits of strength. */
const WEAK_RSA_BITS = 2_048;
const WEAK_EC_BITS = 224;
const REMEMBERED_FACTS = 100_000;
const PRESENTED_PER_DEVICE = 16;
const DEVICES_AWAITING = 16;
/** A certificate not presented for so long is no longer the device's. */
const FORGOTTEN_AFTER_MS = 30 * DAY_MS;
/** Not presented for so long, and its port presented another since: it was renewed. */
const REPLACED_AFTER_MS = DAY_MS;
/** The range of dates that can be written (ECMA-262 §21.4.1.1). */
const LAST_INSTANT: EpochMs = 8.64e15;

const NONE: readonly CertificateStanding[] = [];

export class CertificatesSeen implements Stateful {
  readonly #facts = new Map<string, CertificateFacts>();
  readonly #presented = new Map<EntityId, Presented[]>();
  /** Devices that presented a key whose facts are not known yet. */
  readonly #awaited = new Map<string, Set<EntityId>>();

  /** Remembers a certificate's facts; returns the devices known to present it. */
  learn(certificate: Certificate<Sealed>): readonly EntityId[] {
    const facts: CertificateFacts = {
      notBefore: writable(certificate.notBefore),
      notAfter: writable(certificate.notAfter),
      selfIssued: certificate.selfIssued,
      weak: isWeak(certificate),
    };
    const waiting: EntityId[] = [];
    for (const key of certificate.keys) {
      this.#remember(key, facts);
      waiting.push(...(this.#awaited.get(key) ?? []));
      this.#awaited.delete(key);
    }
    return waiting;
  }

  /**
   * A device presented a certificate on a port; true when this is news about the device.
   * @param ids all that are this device, itself first
   */
  present(ids: readonly [EntityId, ...EntityId[]], port: number, key: string, time: EpochMs): boolean {
    const [device] = ids;
    let presented = this.#presented.get(device);
    if (presented === undefined) this.#presented.set(device, (presented = []));
    const same = presented.find((each) => each.port === port && each.key === key);
    if (same !== undefined) {
      const all = ids.flatMap((id) => this.#presented.get(id) ?? []);
      const before = same.lastSeen;
      const isBack = isReplaced(same, all, time) || time >= before + FORGOTTEN_AFTER_MS;
      same.lastSeen = Math.max(before, time);
      const replacesAnother = all.some(
        (each) => each.port === port && isIn(each.lastSeen + REPLACED_AFTER_MS, before, time),
      );
      return isBack || replacesAnother;
    }
    presented.push({ key, port, lastSeen: time });
    if (presented.length > PRESENTED_PER_DEVICE)
      presented.splice(presented.indexOf(longestAgo(presented)), 1);
    if (!this.#facts.has(key)) this.#await(key, device);
    return true;
  }

  /**
   * What a device presents now and what is known of it, the earliest to expire first.
   * @param ids all that are this device: what one of them showed stays its own, for a split
   */
  standing(ids: readonly EntityId[], now: EpochMs): readonly CertificateStanding[] {
    const presented = latestOfEach(ids.flatMap((id) => this.#presented.get(id) ?? []));
    if (presented.length === 0) return NONE;
    return presented
      .filter((each) => each.lastSeen > now - FORGOTTEN_AFTER_MS && !isReplaced(each, presented, now))
      .flatMap((each) => {
        const { key, port } = each;
        const facts = this.#facts.get(key);
        return facts === undefined ? [] : [{ key, port, facts, until: untilOf(each, presented) }];
      })
      .sort((a, b) => a.facts.notAfter - b.facts.notAfter || a.port - b.port);
  }

  /** The device is gone. */
  forget(device: EntityId): void {
    const keys = this.#presented.get(device)?.map(({ key }) => key) ?? [];
    for (const key of keys) {
      const waiting = this.#awaited.get(key);
      waiting?.delete(device);
      if (waiting?.size === 0) this.#awaited.delete(key);
    }
    this.#presented.delete(device);
  }

  /** In the order in which they are dropped, which is state too. */
  save(to: StateWriter): void {
    to.records('facts', this.#facts);
    to.records('presented', this.#presented);
    to.records('awaited', this.#waiting());
  }

  load(from: StateReader): void {
    for (const [key, facts] of from.records('facts') as Iterable<[string, CertificateFacts]>) {
      this.#facts.set(key, facts);
    }
    for (const [device, own] of from.records('presented') as Iterable<[EntityId, Presented[]]>) {
      this.#presented.set(device, own);
    }
    for (const [key, devices] of from.records('awaited') as Iterable<[string, EntityId[]]>) {
      this.#awaited.set(key, new Set(devices));
    }
  }

  #waiting(): [string, EntityId[]][] {
    return [...this.#awaited].map(([key, devices]) => [key, [...devices]]);
  }

  #remember(key: string, facts: CertificateFacts): void {
    this.#facts.delete(key);
    if (this.#facts.size >= REMEMBERED_FACTS) dropOldest(this.#facts);
    this.#facts.set(key, facts);
  }

  #await(key: string, device: EntityId): void {
    const waiting = this.#awaited.get(key);
    if (waiting !== undefined) {
      if (waiting.size < DEVICES_AWAITING) waiting.add(device);
      return;
    }
    if (this.#awaited.size >= REMEMBERED_FACTS) dropOldest(this.#awaited);
    this.#awaited.set(key, new Set([device]));
  }
}

/** A sensor's clock and a maker's differ: nobody is blamed for so much. */
const CLOCKS_DIFFER_MS = HOUR_MS;

/** Until then a certificate is shown too early. */
export function isEarlyUntil({ notBefore }: Pick<CertificateFacts, 'notBefore'>): EpochMs {
  return notBefore - CLOCKS_DIFFER_MS;
}

/** How far into the last third of its life a certificate is: 0 before it, 1 at expiry (issue: grows daily). */
export function expiryPressure(
  { notBefore, notAfter }: Pick<CertificateFacts, 'notBefore' | 'notAfter'>,
  now: EpochMs,
): number {
  const third = (notAfter - notBefore) / 3;
  if (third <= 0) return 1;
  return Math.max(0, Math.min(1, 1 - (notAfter - now) / third));
}

function isReplaced({ port, lastSeen }: Presented, presented: readonly Presented[], now: EpochMs): boolean {
  return presented.some(
    (each) =>
      each.port === port &&
      each.lastSeen > lastSeen &&
      // The fleet's time follows what is shown by a few events.
      Math.max(now, each.lastSeen) >= lastSeen + REPLACED_AFTER_MS,
  );
}

/** What two that are one device both showed is one. */
function latestOfEach(presented: readonly Presented[]): readonly Presented[] {
  return presented.filter(
    (each, at) =>
      !presented.some(
        ({ key, port, lastSeen }, i) =>
          key === each.key &&
          port === each.port &&
          (lastSeen > each.lastSeen || (lastSeen === each.lastSeen && i < at)),
      ),
  );
}

/** When a certificate stands no more, by time alone. */
function untilOf({ port, lastSeen }: Presented, presented: readonly Presented[]): EpochMs {
  const isFollowed = presented.some((each) => each.port === port && each.lastSeen > lastSeen);
  return lastSeen + (isFollowed ? REPLACED_AFTER_MS : FORGOTTEN_AFTER_MS);
}

/** Behind the one, and no later than the other. */
function isIn(instant: EpochMs, from: EpochMs, to: EpochMs): boolean {
  return instant > from && instant <= to;
}

function longestAgo(presented: readonly Presented[]): Presented {
  return presented.reduce((a, b) => (b.lastSeen < a.lastSeen ? b : a));
}

function writable(time: EpochMs): EpochMs {
  return Math.min(LAST_INSTANT, Math.max(-LAST_INSTANT, time));
}

function isWeak({ keyType, keyBits, weakSignature }: Certificate<Sealed>): boolean {
  if (weakSignature) return true;
  if (keyBits === null) return false;
  if (keyType === 'rsa' || keyType === 'dsa') return keyBits < WEAK_RSA_BITS;
  return keyType === 'ecdsa' && keyBits < WEAK_EC_BITS;
}
