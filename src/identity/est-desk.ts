import type { FleetState } from '../data-directory/index.ts';
import { type Effects, WaitingLine } from '../effects/index.ts';
import type { EstAnswer, EstDesk } from '../http/index.ts';
import {
  DAY_MS,
  type DeviceId,
  type EpochMs,
  type HeldCertificate,
  isDeviceId,
  LIMITS,
} from '../model/index.ts';
import type { Authority, CertificateRequest, PkiCertificate } from '../pki/index.ts';
import type { AuthorityPlace } from './authority-files.ts';
import { type ClientCertificates, heldOf } from './client-certificates.ts';
import { EnrolmentWords, hashOf, shortId } from './enrolment-words.ts';
import { isPkiError, loadPki } from './pki-words.ts';

export interface EnrolmentRules {
  /** Whether a one-time token is enough, or an operator approves each request. */
  readonly approval: 'automatic' | 'manual';
  readonly certificateDays: number;
}

/** Whom a certificate is for, and what lets it have one. */
interface Claim {
  readonly device: DeviceId;
  readonly token: string | null;
  /** The certificate that is renewed. */
  readonly shown: PkiCertificate | null;
}

/** The authority's list as it was made last; it is made anew after the next revocation, or a day. */
interface MadeList {
  readonly issuer: string;
  readonly revoked: number;
  readonly listed: EpochMs | null;
  readonly madeAt: EpochMs;
  readonly der: Buffer;
}

const LIST_KEPT_MS = DAY_MS;
/** Whoever waits asks again after this (RFC 7030 §4.2.3). */
const RETRY_AFTER_SECONDS = 60;
const ACTOR = 'est';

/** The authority's desk for devices: EST (RFC 7030) without its transport. */
export class EnrolmentByEst implements EstDesk {
  readonly #state: FleetState;
  readonly #place: AuthorityPlace;
  readonly #rules: EnrolmentRules;
  readonly #clients: ClientCertificates;
  readonly #effects: Effects;
  #list: MadeList | null = null;
  /** One request at a time: no token is used twice. */
  readonly #line = new WaitingLine();

  constructor(
    state: FleetState,
    authority: { readonly place: AuthorityPlace; readonly rules: EnrolmentRules },
    clients: ClientCertificates,
    effects: Effects,
  ) {
    this.#state = state;
    this.#place = authority.place;
    this.#rules = authority.rules;
    this.#clients = clients;
    this.#effects = effects;
  }

  async authorities(): Promise<EstAnswer> {
    const authority = await this.#place.read();
    if (authority === null) return NO_AUTHORITY;
    const { certsOnly } = await loadPki();
    return { kind: 'certificates', der: certsOnly([authority.certificate]) };
  }

  async revocations(): Promise<EstAnswer> {
    const now = this.#effects.now();
    const { anchors } = this.#state.engine.identities;
    if (this.#list !== null) {
      const { issuer, revoked, listed, madeAt, der } = this.#list;
      const isSame = anchors.revokedHere(issuer) === revoked && anchors.listOf(issuer) === listed;
      if (isSame && now >= madeAt && now < madeAt + LIST_KEPT_MS) return { kind: 'list', der };
    }
    const authority = await this.#place.read();
    if (authority === null) return NO_AUTHORITY;
    const issuer = authority.certificate.keyFingerprint;
    const [revoked, listed] = [anchors.revokedHere(issuer), anchors.listOf(issuer)];
    const { der } = await new EnrolmentWords(this.#state, this.#place, this.#effects).crl();
    this.#list = { issuer, revoked, listed, madeAt: now, der };
    return { kind: 'list', der };
  }

  enrol(body: string, secret: string | null): Promise<EstAnswer> {
    return this.#inTurn(body, async (authority, read) => {
      const { desk } = this.#state.engine.identities;
      const token = secret === null ? null : desk.token(hashOf(secret), this.#effects.now());
      if (token === null) return { kind: 'unauthorised' };
      const request = read();
      const key = request.keyFingerprint;
      const before = desk.madeWith(token.id);
      if (before !== null && before.key !== key) return { kind: 'refused', code: 'token_used' };
      if (this.#rules.approval === 'manual' && before?.decision !== 'approved') {
        if (before === null) await this.#ask(token.id, token.device, key);
        return { kind: 'pending', retryAfterSeconds: RETRY_AFTER_SECONDS };
      }
      return this.#issue(authority, request, { device: token.device, token: token.id, shown: null });
    });
  }

  renew(body: string, shown: readonly Buffer[], from: string): Promise<EstAnswer> {
    return this.#inTurn(body, async (authority, read) => {
      if (shown.length === 0) return { kind: 'refused', code: 'certificate_required' };
      const judged = await this.#clients.judge(shown, from);
      if (judged.kind === 'refused') return { kind: 'refused', code: 'certificate_refused' };
      const { prover: device, certificate } = judged;
      // A workload's certificate is renewed by its own trust domain.
      if (!isDeviceId(device)) return { kind: 'refused', code: 'certificate_refused' };
      // Where an operator decides, nobody becomes ours by being believed of another authority.
      const isOurs = certificate.isSignedBy(authority.certificate.key);
      if (this.#rules.approval === 'manual' && !isOurs)
        return { kind: 'refused', code: 'certificate_refused' };
      return this.#issue(authority, read(), { device, token: null, shown: certificate });
    });
  }

  async #issue(
    authority: Authority,
    { key }: CertificateRequest,
    { device, token, shown }: Claim,
  ): Promise<EstAnswer> {
    const { certsOnly, issue } = await loadPki();
    const { now, random } = this.#effects;
    const { identities } = this.#state.engine;
    const { keys } = identities;
    const at = now();
    const leaf = await issue(authority, { name: device, key, days: this.#rules.certificateDays }, at, random);
    const isRevoked = (held: HeldCertificate) => identities.revokedAt(held) !== null;
    // It may have been revoked since it was judged, or while the key's keeper took its time.
    const isShownRevoked = () => {
      const mine = shown === null ? null : keys.held(device, shown.fingerprint);
      return mine !== null && isRevoked(mine);
    };
    if (isShownRevoked()) return { kind: 'refused', code: 'certificate_refused' };
    // What would be forgotten is still in force: nobody could revoke it any more.
    const oldest = keys
      .certificates(device)
      .slice(LIMITS.certificatesPerDevice - 1)
      .at(-1)?.certificate;
    if (oldest !== undefined && oldest.notAfter > at && !isRevoked(oldest))
      return { kind: 'refused', code: 'too_many_certificates' };
    const certificate = heldOf(leaf, { path: [leaf, authority.certificate], trusted: true });
    await this.#state.append({ kind: 'certificate_issued', at, device, certificate, token, actor: ACTOR });
    // The word to revoke was on its way when this was: it saw no more to revoke.
    if (isShownRevoked() && !isRevoked(certificate)) {
      const reason = 'its predecessor was revoked meanwhile';
      await this.#state.append({
        kind: 'certificate_revoked',
        at,
        certificate: certificate.fingerprint,
        actor: ACTOR,
        reason,
      });
      return { kind: 'refused', code: 'certificate_refused' };
    }
    return { kind: 'certificates', der: certsOnly([leaf]) };
  }

  async #ask(token: string, device: DeviceId, key: string): Promise<void> {
    const request = `req_${shortId(hashOf(`${token} ${key}`))}`;
    const at = this.#effects.now();
    await this.#state.append({ kind: 'enrolment_request', at, request, device, key, token, actor: ACTOR });
  }

  /** Answers a request when those before it are. It is read, and its key must have signed it, once the asker is known. */
  async #inTurn(
    body: string,
    answer: (authority: Authority, read: () => CertificateRequest) => Promise<EstAnswer>,
  ): Promise<EstAnswer> {
    const work = async (): Promise<EstAnswer> => {
      const authority = await this.#place.read();
      if (authority === null) return NO_AUTHORITY;
      const { fromBase64, readRequest } = await loadPki();
      try {
        return await answer(authority, () =>
          readRequest(body.includes('-----BEGIN') ? Buffer.from(body) : fromBase64(body)),
        );
      } catch (cause) {
        if (isPkiError(cause)) return { kind: 'bad_request', message: `${cause.message}.` };
        throw cause;
      }
    };
    return this.#line.next(work);
  }
}

const NO_AUTHORITY: EstAnswer = { kind: 'refused', code: 'no_authority' };
