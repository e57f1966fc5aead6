import { createHash } from 'node:crypto';
import { type FleetState, knownEntity } from '../data-directory/index.ts';
import { type Effects, WaitingLine } from '../effects/index.ts';
import { base32, type DeviceId, type EpochMs, HOUR_MS, iso, LIMITS } from '../model/index.ts';
import { invalid, OperationError, optionalReason } from '../refusals/index.ts';
import type { EnrolmentRequest, Prover } from '../trust/index.ts';
import { anchorOf } from './anchor-file.ts';
import type { AuthorityPlace } from './authority-files.ts';
import type {
  AuthorityAnswer,
  EnrolAuthorityArgs,
  EnrolDecideArgs,
  EnrolListing,
  EnrolReadmitted,
  EnrolRequestAnswer,
  EnrolRevokeArgs,
  EnrolRevoked,
  EnrolTokenAnswer,
  EnrolTokenArgs,
} from './operations.ts';
import { loadPki } from './pki-words.ts';
import { machineOf, proverOf } from './workloads.ts';

const SECRET_BYTES = 32;
const ID_LENGTH = 10;
const MOST_HOURS = 31 * 24;

/** What operators say of who may have a certificate. */
export class EnrolmentWords {
  readonly #state: FleetState;
  readonly #place: AuthorityPlace;
  readonly #effects: Effects;
  readonly #line = new WaitingLine();

  constructor(state: FleetState, place: AuthorityPlace, effects: Effects) {
    this.#state = state;
    this.#place = place;
    this.#effects = effects;
  }

  /** The authority of this directory, made where there is none; believed from then on. One call at a time: two would make two. */
  authority(args: EnrolAuthorityArgs): Promise<AuthorityAnswer> {
    return this.#line.next(() => this.#authority(args));
  }

  async #authority({ name, again, actor }: EnrolAuthorityArgs): Promise<AuthorityAnswer> {
    const { pem } = await loadPki();
    const { now } = this.#effects;
    const before = await this.#place.read();
    const { anchors } = this.#state.engine.identities;
    if (before !== null && !again && !anchors.has(before.certificate.fingerprint))
      throw new OperationError(
        'authority_removed',
        'The authority of this directory is not believed: it was removed from the trust anchors, or making it broke off. "stance enrol authority --again" believes it again.',
      );
    const called = name ?? `Stance ${this.#state.fleet?.tenant ?? ''}`.trim();
    const { certificate } = before ?? (await this.#place.make(called, this.#effects));
    await this.#state.change(() => {
      const all = [...anchors.all, anchorOf(certificate, 'own', null)];
      const withheld = anchors.withheld.filter((id) => id !== certificate.fingerprint);
      const record = { kind: 'trust_anchors', at: now(), anchors: all, withheld, actor } as const;
      return { record: anchors.has(certificate.fingerprint) ? null : record, answer: () => null };
    });
    const { fingerprint: id, notAfter, der } = certificate;
    return { id, made: before === null, expires: iso(notAfter), pem: pem('CERTIFICATE', der) };
  }

  /** Lets one device ask for one certificate. */
  async token({ device: named, hours, actor, reason }: EnrolTokenArgs): Promise<EnrolTokenAnswer> {
    if (!(hours > 0 && hours <= MOST_HOURS))
      throw invalid('hours', hours, `a number of hours up to ${MOST_HOURS}`);
    const why = optionalReason(reason);
    const { now, random } = this.#effects;
    return await this.#state.change(() => {
      const device = deviceOf(this.#state, named);
      const at = now();
      if (this.#desk.tokens(at).length >= LIMITS.enrolmentTokens)
        throw new OperationError(
          'too_many',
          `${LIMITS.enrolmentTokens} tokens wait to be used, the most there can be.`,
        );
      const secret = Buffer.from(random(SECRET_BYTES)).toString('base64url');
      const hash = hashOf(secret);
      const token = { id: `tok_${shortId(hash)}`, device, secret: hash, expiresAt: at + hours * HOUR_MS };
      return {
        record: { kind: 'enrolment_token', at, token, actor, reason: why },
        answer: () => ({ id: token.id, device, secret, expires: iso(token.expiresAt) }),
      };
    });
  }

  list(): EnrolListing {
    const { engine } = this.#state;
    const now = this.#effects.now();
    return {
      devices: [...engine.identities.holders()].sort().flatMap((device) => {
        const standing = engine.identities.standing(device, now);
        if (standing === null) return [];
        const { state, certificate, provenAt, problems } = standing;
        return [
          {
            device,
            state,
            certificate: certificate?.fingerprint ?? null,
            expires: certificate === null ? null : iso(certificate.notAfter),
            proven: provenAt === null ? null : iso(provenAt),
            problems,
          },
        ];
      }),
      requests: this.#desk.requests().map(requestAnswer),
      revoked: [...engine.identities.revoked.all()].map(([spiffeId, at]) => {
        return { spiffe_id: spiffeId, since: iso(at) };
      }),
      tokens: this.#desk
        .tokens(now)
        .map(({ id, device, expiresAt }) => ({ id, device, expires: iso(expiresAt) })),
    };
  }

  async decide({ request: id, approved, actor, reason }: EnrolDecideArgs): Promise<EnrolRequestAnswer> {
    const why = optionalReason(reason);
    return await this.#state.change(() => {
      const request = this.#desk.request(id);
      if (request === null || request.decision !== 'pending')
        throw new OperationError(
          'unknown_request',
          `No request "${id.slice(0, 80)}" waits; see stance enrol list`,
        );
      const at = this.#effects.now();
      return {
        record: { kind: 'enrolment_decision', at, request: id, approved, actor, reason: why },
        answer: () => ({ ...requestAnswer(request), decision: approved ? 'approved' : 'rejected' }),
      };
    });
  }

  /**
   * Of a device or workload all certificates that it holds, and the SPIFFE IDs by which the inventory names it, until they are
   * let in again; or the one certificate of a fingerprint.
   */
  async revoke({ whose, actor, reason }: EnrolRevokeArgs): Promise<EnrolRevoked> {
    const { keys, anchors, revoked } = this.#state.engine.identities;
    const fingerprint = whose.toLowerCase().replaceAll(':', '');
    const owner = keys.ownerOf(fingerprint);
    const device = owner ?? holderOf(this.#state, whose);
    const { directory } = this.#state.engine;
    const said = { at: this.#effects.now(), actor, reason: optionalReason(reason) };
    // First of all: what its trust domain gives it from now on is refused already.
    const spiffeIds = owner === null ? await this.#say(this.#idsOf(device), true, said) : [];
    const held = () =>
      [...keys.holders()]
        .filter((each) => directory.canonical(each) === directory.canonical(device))
        .flatMap((each) => keys.certificates(each))
        .map(({ certificate }) => certificate)
        .filter((each) => owner === null || each.fingerprint === fingerprint)
        // What stands for tokens stands for those to come too: whoever is let in again shows such.
        .filter(({ svid, spiffeId }) => svid !== 'jwt-svid' || revoked.revokedAt(spiffeId) === null)
        .filter(({ issuer, serial }) => issuer !== null && anchors.revokedAt(issuer, serial) === null);
    const certificates: string[] = [];
    // Until none is left: one may be renewed meanwhile.
    for (let [next] = held(); next !== undefined; [next] = held()) {
      if (certificates.includes(next.fingerprint)) break;
      await this.#state.append({ kind: 'certificate_revoked', certificate: next.fingerprint, ...said });
      certificates.push(next.fingerprint);
    }
    if (certificates.length + spiffeIds.length === 0)
      throw new OperationError(
        'nothing_to_revoke',
        `${device} holds no certificate that is not revoked already, and has no SPIFFE ID that is not.`,
      );
    return { device, certificates, spiffe_ids: spiffeIds };
  }

  /** What their trust domain gives them from now on is believed again; certificates that were revoked stay so. */
  async readmit({ whose, actor, reason }: EnrolRevokeArgs): Promise<EnrolReadmitted> {
    const ids = whose.startsWith('spiffe://') ? [whose] : this.#idsOf(holderOf(this.#state, whose));
    const said = { at: this.#effects.now(), actor, reason: optionalReason(reason) };
    const readmitted = await this.#say(ids, false, said);
    if (readmitted.length === 0)
      throw new OperationError(
        'not_revoked',
        `"${whose.slice(0, 200)}" is no revoked SPIFFE ID, and names nobody who has one; see stance enrol list`,
      );
    return { spiffe_ids: readmitted };
  }

  /** By which the inventory names it. */
  #idsOf(prover: Prover): readonly string[] {
    const { directory } = this.#state.engine;
    const mine = directory.canonical(prover);
    return [...directory.inventory.spiffeIdsOf((id) => directory.canonical(id) === mine)];
  }

  /** Those of which it was not said already. */
  async #say(
    spiffeIds: readonly string[],
    isRevoked: boolean,
    said: { readonly at: EpochMs; readonly actor: string; readonly reason: string | null },
  ): Promise<readonly string[]> {
    const { revoked } = this.#state.engine.identities;
    const news: string[] = [];
    for (const spiffeId of spiffeIds) {
      const isNews = await this.#state.change(() => {
        if ((revoked.revokedAt(spiffeId) !== null) === isRevoked)
          return { record: null, answer: () => false };
        if (isRevoked && revoked.size >= LIMITS.revokedWorkloads)
          throw new OperationError(
            'too_many',
            `At most ${LIMITS.revokedWorkloads} SPIFFE IDs can be revoked: let those in again that no trust domain has any more.`,
          );
        return { record: { kind: 'workload_revoked', spiffeId, isRevoked, ...said }, answer: () => true };
      });
      if (isNews) news.push(spiffeId);
    }
    return news;
  }

  /** Whom the authority revoked, for others that check. */
  async crl(): Promise<{ pem: string; der: Buffer }> {
    const authority = await this.#place.read();
    if (authority === null) throw noAuthority();
    const { pem, revocationList } = await loadPki();
    const { anchors } = this.#state.engine.identities;
    const revoked = [...anchors.revokedBy(authority.certificate.keyFingerprint)];
    const der = await revocationList(authority, revoked, this.#effects.now());
    return { pem: pem('X509 CRL', der), der };
  }

  get #desk() {
    return this.#state.engine.identities.desk;
  }
}

function noAuthority(): OperationError {
  return new OperationError('no_authority', 'There is no authority yet: stance enrol authority makes one.');
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function shortId(hash: string): string {
  return base32(Buffer.from(hash, 'hex'), ID_LENGTH);
}

/** A machine, or a workload with an identity of its own. */
function holderOf(state: FleetState, id: string): Prover {
  return proverOf(state.engine, knownEntity(state.engine, id)) ?? deviceOf(state, id);
}

/** Only machines get certificates here. */
function deviceOf({ engine }: FleetState, id: string): DeviceId {
  const entity = knownEntity(engine, id);
  const device = entity.startsWith('usr_') ? null : machineOf(engine, entity);
  if (device !== null) return device;
  throw new OperationError('unknown_entity', `"${id.slice(0, 80)}" is no device`);
}

function requestAnswer({ id, device, key, at, decision }: EnrolmentRequest): EnrolRequestAnswer {
  return { id, device, key, at: iso(at), decision };
}
