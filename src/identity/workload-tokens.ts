import { createHash, createPublicKey } from 'node:crypto';
import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import { type HeldCertificate, isForTokens, type TrustAnchor } from '../model/index.ts';
import type { TokenRefusal } from '../pki/index.ts';
import type { Prover } from '../trust/index.ts';
import { loadPki } from './pki-words.ts';
import type { Proofs } from './proofs.ts';
import { workloadOf } from './workloads.ts';

/** Who showed a token of its trust domain, and whether to believe it. */
export type TokenJudgement =
  | { readonly kind: 'prover'; readonly prover: Prover }
  | { readonly kind: 'refused'; readonly refusal: TokenRefusal | 'unknown_workload' | 'revoked' };

interface Keys {
  readonly from: readonly TrustAnchor[];
  readonly believed: readonly BelievedAnchor[];
}

type BelievedAnchor = ReturnType<typeof believedOf>[number];

/** Judges JWT-SVIDs: bearer tokens by which a trust domain says who a workload is. Nothing of a token is kept. */
export class WorkloadTokens {
  readonly #state: FleetState;
  readonly #audiences: readonly string[];
  readonly #proofs: Proofs;
  readonly #effects: Effects;
  #keys: Keys | null = null;

  constructor(state: FleetState, audiences: readonly string[], proofs: Proofs, effects: Effects) {
    this.#state = state;
    this.#audiences = audiences;
    this.#proofs = proofs;
    this.#effects = effects;
  }

  async judge(token: string, from: string): Promise<TokenJudgement> {
    const { checkToken } = await loadPki();
    const audiences = this.#audiences;
    const verdict = await checkToken({ token, keys: this.#believed(), audiences, at: this.#effects.now() });
    if (!verdict.trusted) return { kind: 'refused', refusal: verdict.refusal };
    const { id, by, issuedAt, expiresAt } = verdict;
    const { engine } = this.#state;
    const workload = workloadOf(engine, id.id);
    if (workload === null) return { kind: 'refused', refusal: 'unknown_workload' };
    const held = heldOf(id.id, by.anchor, issuedAt, expiresAt);
    const isRevoked = engine.identities.revokedAt(held) !== null;
    await this.#proofs.note(workload, held, isRevoked ? ['revoked'] : [], from);
    return isRevoked ? { kind: 'refused', refusal: 'revoked' } : { kind: 'prover', prover: workload };
  }

  /** Read once for as long as they are the same. */
  #believed(): readonly BelievedAnchor[] {
    const { all } = this.#state.engine.identities.anchors;
    if (this.#keys?.from !== all) this.#keys = { from: all, believed: believedOf(all) };
    return this.#keys.believed;
  }
}

function believedOf(anchors: readonly TrustAnchor[]) {
  return anchors.flatMap((anchor) => {
    const { spiffe, certificate } = anchor;
    if (spiffe === undefined || !isForTokens(anchor)) return [];
    const key = createPublicKey({ key: Buffer.from(certificate, 'base64'), format: 'der', type: 'spki' });
    return [{ domain: spiffe.domain, keyId: spiffe.keyId, key, anchor }];
  });
}

/**
 * What stands for all tokens that one key signed for one workload: they come every few minutes, and none has a number by
 * which it could be revoked. What ends them all is revoking the SPIFFE ID.
 */
function heldOf(id: string, anchor: TrustAnchor, notBefore: number, notAfter: number): HeldCertificate {
  const { key } = anchor;
  const fingerprint = createHash('sha256').update(`jwt-svid ${key} ${id}`).digest('hex');
  return {
    fingerprint,
    key,
    serial: fingerprint,
    issuer: key,
    anchor: anchor.id,
    notBefore,
    notAfter,
    isWeak: false,
    svid: 'jwt-svid',
    spiffeId: id,
  };
}
