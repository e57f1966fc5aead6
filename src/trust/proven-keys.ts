import {
  type ChainProblem,
  DAY_MS,
  type DeviceId,
  type EpochMs,
  type HeldCertificate,
  LIMITS,
  type ProofRecord,
  type Stateful,
  type StateReader,
  type StateWriter,
  type WorkloadId,
} from '../model/index.ts';
import { PlacesOfUse, type TwoPlaces, type UsesSaid } from './places-of-use.ts';

/** A certificate whose key an entity proved: it signed a request with it, or a TLS handshake. */
export interface Proven {
  readonly certificate: HeldCertificate;
  /** What spoke against it the last time that it was shown. */
  readonly problems: readonly ChainProblem[];
  /** When its key was proven last. */
  readonly provenAt: EpochMs;
  /** Whether it was ever shown in a handshake; otherwise only its request was signed. */
  readonly wasUsed: boolean;
}

/** All of one device or workload. */
interface Holder {
  certificates: Proven[];
  uses: PlacesOfUse;
  /** The last use of a certificate that was revoked by then. */
  revokedUse: EpochMs | null;
}

interface HolderSaid {
  readonly certificates: readonly Proven[];
  readonly uses: UsesSaid;
  readonly revokedUse: EpochMs | null;
}

/** Who can prove a key: machines, and workloads on them. */
export type Prover = DeviceId | WorkloadId;

/** How long the use of a revoked identity is told after the last one. */
const REVOKED_USE_TOLD_MS = 7 * DAY_MS;

/** Which keys devices and workloads proved, by the ids under which that was recorded. */
export class ProvenKeys implements Stateful {
  readonly #holders = new Map<Prover, Holder>();
  /** By the certificate's fingerprint. Follows from the holders. */
  readonly #owners = new Map<string, Prover>();

  get isEmpty(): boolean {
    return this.#holders.size === 0;
  }

  holders(): Iterable<Prover> {
    return this.#holders.keys();
  }

  certificates(device: Prover): readonly Proven[] {
    return this.#holders.get(device)?.certificates ?? [];
  }

  ownerOf(fingerprint: string): Prover | null {
    return this.#owners.get(fingerprint) ?? null;
  }

  /** A request was signed with its key. */
  issue(device: Prover, certificate: HeldCertificate, at: EpochMs): void {
    this.#put(device, { certificate, problems: [], provenAt: at, wasUsed: false });
  }

  /** A certificate with what was known of it before: a chain that does not hold any more says less of it. */
  asKnown(shown: HeldCertificate): HeldCertificate {
    const device = this.ownerOf(shown.fingerprint);
    const before = device === null ? null : this.held(device, shown.fingerprint);
    if (before === null) return shown;
    const spiffeId = shown.spiffeId ?? before.spiffeId;
    const known = { issuer: shown.issuer ?? before.issuer, anchor: shown.anchor ?? before.anchor };
    return { ...shown, ...known, ...(spiffeId === undefined ? {} : { spiffeId }) };
  }

  held(device: Prover, fingerprint: string): HeldCertificate | null {
    const found = this.certificates(device).find(
      ({ certificate }) => certificate.fingerprint === fingerprint,
    );
    return found?.certificate ?? null;
  }

  prove({ device, certificate, problems, site, address, at }: ProofRecord, isRevoked: boolean): void {
    this.#put(device, { certificate, problems, provenAt: at, wasUsed: true });
    const holder = this.#holder(device);
    // Replicas of a workload are in several places by design.
    if (certificate.svid === undefined) holder.uses.use(site, address, at);
    if (isRevoked) holder.revokedUse = Math.max(holder.revokedUse ?? at, at);
  }

  /** Who is let in again did no wrong by coming; with a certificate of another kind it may have. */
  letIn(device: Prover): void {
    const holder = this.#holders.get(device);
    if (holder?.certificates.every(({ certificate }) => certificate.svid !== undefined) === true)
      holder.revokedUse = null;
  }

  revokedUse(device: Prover, now: EpochMs): EpochMs | null {
    const at = this.#holders.get(device)?.revokedUse ?? null;
    return at !== null && now < at + REVOKED_USE_TOLD_MS ? at : null;
  }

  twice(device: Prover, now: EpochMs): TwoPlaces | null {
    return this.#holders.get(device)?.uses.twice(now) ?? null;
  }

  /** When what was used where will be told no longer. */
  *changes(device: Prover, now: EpochMs): Iterable<EpochMs> {
    const used = this.revokedUse(device, now);
    if (used !== null) yield used + REVOKED_USE_TOLD_MS;
    const twice = this.#holders.get(device)?.uses.nextChange(now) ?? null;
    if (twice !== null) yield twice;
  }

  save(to: StateWriter): void {
    to.records('holders', this.#said());
  }

  load(from: StateReader): void {
    for (const [device, said] of from.records('holders') as Iterable<[Prover, HolderSaid]>) {
      const { certificates, uses, revokedUse } = said;
      this.#holders.set(device, { certificates: [...certificates], uses: PlacesOfUse.of(uses), revokedUse });
      for (const { certificate } of certificates) this.#owners.set(certificate.fingerprint, device);
    }
  }

  *#said(): Iterable<[Prover, HolderSaid]> {
    for (const [device, { certificates, uses, revokedUse }] of this.#holders)
      yield [device, { certificates, uses: uses.said(), revokedUse }];
  }

  #holder(device: Prover): Holder {
    let holder = this.#holders.get(device);
    if (holder === undefined) {
      holder = { certificates: [], uses: new PlacesOfUse(), revokedUse: null };
      this.#holders.set(device, holder);
    }
    return holder;
  }

  #put(device: Prover, proven: Proven): void {
    const holder = this.#holder(device);
    const { fingerprint } = proven.certificate;
    this.#takeBack(fingerprint, device);
    const others = holder.certificates.filter(({ certificate }) => certificate.fingerprint !== fingerprint);
    // Never the one that was just issued or shown, though it be the first to expire.
    for (const gone of others.splice(LIMITS.certificatesPerDevice - 1))
      this.#owners.delete(gone.certificate.fingerprint);
    // The newest first: it is the one that counts.
    holder.certificates = [proven, ...others].sort((a, b) => b.certificate.notAfter - a.certificate.notAfter);
    this.#owners.set(fingerprint, device);
  }

  /** A certificate is one device's. */
  #takeBack(fingerprint: string, device: Prover): void {
    const before = this.#owners.get(fingerprint);
    const holder = before === undefined || before === device ? undefined : this.#holders.get(before);
    if (holder === undefined) return;
    holder.certificates = holder.certificates.filter(
      ({ certificate }) => certificate.fingerprint !== fingerprint,
    );
  }
}
