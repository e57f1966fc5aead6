import {
  type CertificateRevokedRecord,
  type ChainProblem,
  DAY_MS,
  type EnrolmentState,
  type EntityId,
  type EpochMs,
  type HeldCertificate,
  type IdentityRecord,
  type Stateful,
  type StateReader,
  type StateWriter,
  type WorkloadRevokedRecord,
} from '../model/index.ts';
import { TrustAnchors } from './anchors.ts';
import { EnrolmentDesk } from './enrolment-desk.ts';
import type { TwoPlaces } from './places-of-use.ts';
import { RevokedWorkloads } from './revoked-workloads.ts';
import { type Proven, ProvenKeys, type Prover } from './proven-keys.ts';

/** Whoever shows its key at all shows it about daily; after so long it is worth a look. */
const LATELY_MS = 30 * DAY_MS;

/** How an entity stands with the keys that it proved, at an instant. */
export interface IdentityStanding {
  readonly state: EnrolmentState;
  /** The certificate that counts, in force or expired; `null` where there is none that is not revoked. */
  readonly certificate: HeldCertificate | null;
  /** What speaks against it, apart from the time. */
  readonly problems: readonly ChainProblem[];
  readonly provenAt: EpochMs | null;
  /** Its certificate is in force and nothing speaks against it. */
  readonly isProven: boolean;
  /** Others may say so too, but it showed its key before and does so no longer. */
  readonly isLate: boolean;
  readonly revokedAt: EpochMs | null;
  readonly pendingSince: EpochMs | null;
  readonly revokedUse: EpochMs | null;
  readonly twoPlaces: TwoPlaces | null;
  /** When this changes by time alone. */
  readonly changes: readonly EpochMs[];
}

/** Whom a record may have changed. */
export type Concerned = readonly Prover[] | 'everybody';

/** Cryptographic identities: whom to believe, who asked for a certificate, who proved a key. */
export class Identities implements Stateful {
  readonly anchors = new TrustAnchors();
  readonly desk = new EnrolmentDesk();
  readonly keys = new ProvenKeys();
  readonly revoked = new RevokedWorkloads();
  readonly #canonical: (id: EntityId) => EntityId;
  /** Kinds of which somebody proved a key: of the others it is missed from then on. */
  readonly #kinds = new Set<string>();
  /** The ids under which keys were proven or asked for, by whom they are now; made when it is asked for. */
  #recordedAs: ReadonlyMap<EntityId, readonly Prover[]> | null = null;

  constructor(canonical: (id: EntityId) => EntityId) {
    this.#canonical = canonical;
  }

  get isEmpty(): boolean {
    return this.anchors.isEmpty && this.desk.isEmpty && this.keys.isEmpty && this.revoked.size === 0;
  }

  /** Since when a certificate is revoked, by its number or as whose it is; `null` where it is not. */
  revokedAt({ issuer, serial, spiffeId }: HeldCertificate): EpochMs | null {
    const byNumber = this.anchors.revokedAt(issuer, serial);
    const asWhose = this.revoked.revokedAt(spiffeId);
    return byNumber === null || asWhose === null ? (byNumber ?? asWhose) : Math.min(byNumber, asWhose);
  }

  apply(record: IdentityRecord): Concerned {
    if ('device' in record) this.#meet(record.device);
    switch (record.kind) {
      case 'trust_anchors':
        this.anchors.replace(record);
        return 'everybody';
      case 'revocations':
        this.anchors.hear(record.list);
        return 'everybody';
      case 'enrolment_token':
        return this.desk.give(record.token, record.at);
      case 'enrolment_request':
        return [record.device, ...this.desk.ask(record)];
      case 'enrolment_decision':
        return [this.desk.decide(record)].filter((each) => each !== null);
      case 'certificate_issued':
        this.desk.issued(record);
        this.keys.issue(record.device, record.certificate, record.at);
        return [record.device];
      case 'certificate_revoked':
        return this.#revoke(record);
      case 'workload_revoked':
        return this.#revokeWorkload(record);
      case 'proof': {
        const certificate = this.keys.asKnown(record.certificate);
        const before = this.keys.ownerOf(certificate.fingerprint);
        this.keys.prove({ ...record, certificate }, this.revokedAt(certificate) !== null);
        return before === null || before === record.device ? [record.device] : [before, record.device];
      }
    }
  }

  /** Identities were merged or parted. */
  lookAgain(): void {
    this.#recordedAs = null;
  }

  /** Everybody who has a standing, as they are now. */
  holders(): Iterable<EntityId> {
    return this.#ids().keys();
  }

  covers(kind: string | null): boolean {
    return kind !== null && this.#kinds.has(kind);
  }

  /** Somebody of this kind proved a key; true for the first. */
  cover(kind: string): boolean {
    if (this.#kinds.has(kind)) return false;
    this.#kinds.add(kind);
    return true;
  }

  /** `null` for whoever never proved a key nor asked for a certificate. */
  standing(id: EntityId, now: EpochMs): IdentityStanding | null {
    if (this.keys.isEmpty && this.desk.isEmpty) return null;
    const ids = this.#ids().get(id);
    if (ids === undefined) return null;
    const all = ids.flatMap((each) => this.keys.certificates(each)).sort(newestFirst);
    const usable = all.filter(({ certificate }) => this.revokedAt(certificate) === null);
    const current = usable.find((each) => this.#problems(each).length === 0) ?? usable[0] ?? null;
    const revokedAt = current === null ? this.#lastRevoked(all) : null;
    const waiting = this.desk.waiting();
    const pendingSince = ids.map((each) => waiting.get(each)).find((at) => at !== undefined) ?? null;
    if (all.length === 0 && pendingSince === null) return null;
    const problems = current === null ? [] : this.#problems(current);
    const isExpired = current !== null && current.certificate.notAfter <= now;
    // A renewed certificate was not used yet; its holder was seen to use those before it.
    const provenAt = latest(usable.map((each) => each.provenAt));
    const isUser = current !== null && all.some(({ wasUsed }) => wasUsed);
    const lateAt = isUser && provenAt !== null ? provenAt + LATELY_MS : null;
    const changes = [
      ...ids.flatMap((each) => [...this.keys.changes(each, now)]),
      current?.certificate.notAfter ?? null,
      lateAt,
    ];
    return {
      state:
        current === null ? (revokedAt === null ? 'pending' : 'revoked') : isExpired ? 'expired' : 'enrolled',
      certificate: current?.certificate ?? null,
      problems,
      provenAt,
      isProven: current !== null && !isExpired && problems.length === 0,
      isLate: lateAt !== null && now >= lateAt,
      revokedAt,
      pendingSince,
      revokedUse: latest(ids.map((each) => this.keys.revokedUse(each, now))),
      twoPlaces: ids.map((each) => this.keys.twice(each, now)).find((each) => each !== null) ?? null,
      changes: changes.filter((each): each is EpochMs => each !== null && each > now),
    };
  }

  save(to: StateWriter): void {
    this.anchors.save(to.part('anchors'));
    this.desk.save(to.part('desk'));
    this.keys.save(to.part('keys'));
    if (this.revoked.size > 0) this.revoked.save(to.part('revoked_workloads'));
    to.texts('kinds', this.#kinds);
  }

  load(from: StateReader): void {
    this.anchors.load(from.part('anchors'));
    this.desk.load(from.part('desk'));
    this.keys.load(from.part('keys'));
    if (from.has('revoked_workloads')) this.revoked.load(from.part('revoked_workloads'));
    for (const kind of from.texts('kinds')) this.#kinds.add(kind);
    this.lookAgain();
  }

  /** A device that was not spoken of yet. */
  #meet(device: Prover): void {
    const known = this.#recordedAs?.get(this.#canonical(device));
    if (known?.includes(device) !== true) this.lookAgain();
  }

  #ids(): ReadonlyMap<EntityId, readonly Prover[]> {
    this.#recordedAs ??= Map.groupBy(
      new Set<Prover>([...this.keys.holders(), ...this.desk.requests().map(({ device }) => device)]),
      this.#canonical,
    );
    return this.#recordedAs;
  }

  #revoke({ certificate: fingerprint, at }: CertificateRevokedRecord): Concerned {
    const device = this.keys.ownerOf(fingerprint);
    if (device === null) return [];
    const held = this.keys.held(device, fingerprint);
    if (held !== null && held.issuer !== null) this.anchors.revoke(held.issuer, held.serial, at);
    return [device];
  }

  #revokeWorkload({ spiffeId, isRevoked, at }: WorkloadRevokedRecord): Concerned {
    this.revoked.put(spiffeId, isRevoked, at);
    const holders = this.#holdersOf(spiffeId);
    if (!isRevoked) for (const each of holders) this.keys.letIn(each);
    return holders;
  }

  #holdersOf(spiffeId: string): readonly Prover[] {
    return [...this.keys.holders()].filter((each) =>
      this.keys.certificates(each).some(({ certificate }) => certificate.spiffeId === spiffeId),
    );
  }

  #lastRevoked(all: readonly Proven[]): EpochMs | null {
    return latest(all.map(({ certificate }) => this.revokedAt(certificate)));
  }

  /** An anchor that is no longer believed vouches for nobody. What time alone says is judged anew each time. */
  #problems({ certificate, problems }: Proven): readonly ChainProblem[] {
    const lasting = problems.filter(
      (each) => each !== 'expired' && each !== 'not_yet_valid' && each !== 'revoked',
    );
    const isAnchored = certificate.anchor !== null && this.anchors.has(certificate.anchor);
    return isAnchored || lasting.includes('untrusted') ? lasting : ['untrusted', ...lasting];
  }
}

function newestFirst(a: Proven, b: Proven): number {
  return (
    b.certificate.notAfter - a.certificate.notAfter ||
    (a.certificate.fingerprint < b.certificate.fingerprint ? -1 : 1)
  );
}

function latest(instants: readonly (EpochMs | null)[]): EpochMs | null {
  return instants.reduce((a, b) => (b === null || (a !== null && a >= b) ? a : b), null);
}
