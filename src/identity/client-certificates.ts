import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import {
  type ChainProblem,
  type HeldCertificate,
  isForTokens,
  type SpiffeId,
  type TrustAnchor,
} from '../model/index.ts';
import type { ChainVerdict, PkiCertificate } from '../pki/index.ts';
import type { Prover } from '../trust/index.ts';
import { loadPki } from './pki-words.ts';
import type { Proofs } from './proofs.ts';
import { machineOf, workloadOf } from './workloads.ts';

/** Intermediates of chains that held: of a resumed session they are not shown again. Each is checked anew in every chain. */
const REMEMBERED = 256;

const BROKEN_CHAIN: ReadonlySet<ChainProblem> = new Set(['untrusted', 'bad_signature']);

/** Who showed which certificate in a handshake, and whether to believe it. */
export type Judgement =
  | { readonly kind: 'prover'; readonly prover: Prover; readonly certificate: PkiCertificate }
  /** Whose it is, is known where a certificate was listed or issued before. */
  | {
      readonly kind: 'refused';
      readonly prover: Prover | null;
      readonly problems: readonly ChainProblem[];
    };

/** Judges the certificates of TLS clients, whose keys the handshake has proven. */
export class ClientCertificates {
  readonly #state: FleetState;
  readonly #proofs: Proofs;
  readonly #effects: Effects;
  readonly #between = new Map<string, PkiCertificate>();
  #read: {
    readonly from: readonly TrustAnchor[];
    readonly anchors: ReadonlyMap<string | null, readonly PkiCertificate[]>;
  } | null = null;

  constructor(state: FleetState, proofs: Proofs, effects: Effects) {
    this.#state = state;
    this.#proofs = proofs;
    this.#effects = effects;
  }

  /** @param shown DER, the leaf first @throws PkiError */
  async judge(shown: readonly Buffer[], from: string): Promise<Judgement> {
    const { checkChain, claimedSvid, isOfDomain, readCertificate } = await loadPki();
    const [leaf, ...others] = shown.map((der) => readCertificate(der));
    if (leaf === undefined) return { kind: 'refused', prover: null, problems: ['untrusted'] };
    const svid = claimedSvid(leaf);
    const verdict = checkChain({
      leaf,
      others: [...others, ...this.#between.values()],
      anchors: await this.#anchors(svid === null ? null : (svid.id?.domain ?? '')),
      at: this.#effects.now(),
      purpose: 'client',
    });
    const between = verdict.path.slice(1, -1);
    if (verdict.trusted) for (const each of between) this.#remember(each);
    const isForeign = svid !== null && !between.every((each) => isOfDomain(each, svid.id?.domain ?? ''));
    const found = [
      ...this.#problems(verdict, leaf),
      ...(svid === null || (svid.isSound && !isForeign) ? [] : (['no_svid'] as const)),
    ];
    const owner =
      svid === null
        ? this.#ownerOf(leaf, verdict, found.length === 0)
        : this.#workload(svid.id, found.length === 0);
    // Of whoever had it, where its chain holds no longer or the inventory took it back.
    const former = owner === null ? this.#state.engine.identities.keys.ownerOf(leaf.fingerprint) : null;
    const prover = owner ?? former;
    const held = { ...heldOf(leaf, verdict), ...(svid === null ? {} : svidOf(svid.id, owner !== null)) };
    const isShutOut = this.#state.engine.identities.revoked.revokedAt(held.spiffeId) !== null;
    const problems = isShutOut
      ? (['revoked'] as const)
      : former === null || found.length > 0
        ? found
        : (['name_mismatch'] as const);
    if (prover !== null) await this.#proofs.note(prover, held, problems, from);
    if (prover !== null && problems.length === 0) return { kind: 'prover', prover, certificate: leaf };
    return { kind: 'refused', prover, problems };
  }

  /** By the inventory's word for its SPIFFE ID; where its chain does not hold, the name proves nothing. */
  #workload(id: SpiffeId | null, isTrusted: boolean): Prover | null {
    return id === null || !isTrusted ? null : workloadOf(this.#state.engine, id.id);
  }

  /** Those of a trust domain's bundle, or (`null`) all that are of none. Read once for as long as they are the same. */
  async #anchors(domain: string | null): Promise<readonly PkiCertificate[]> {
    const { readCertificate } = await loadPki();
    const { all } = this.#state.engine.identities.anchors;
    if (this.#read?.from !== all) {
      const certified = all.filter((each) => !isForTokens(each));
      const byDomain = Map.groupBy(certified, ({ spiffe }) => spiffe?.domain ?? null);
      const anchors = new Map(
        [...byDomain].map(([each, own]) => [
          each,
          own.map(({ certificate }) => readCertificate(Buffer.from(certificate, 'base64'))),
        ]),
      );
      this.#read = { from: all, anchors };
    }
    return this.#read.anchors.get(domain) ?? [];
  }

  /** What time alone says of the leaf is known from its dates; of the rest of its chain it is that nobody vouches for it. */
  #problems(verdict: ChainVerdict, leaf: PkiCertificate): readonly ChainProblem[] {
    const { anchors, keys } = this.#state.engine.identities;
    const isLeafRevoked = anchors.revokedAt(keys.asKnown(heldOf(leaf, verdict)).issuer, leaf.serial) !== null;
    const isRevoked =
      isLeafRevoked ||
      verdict.path.some(({ serial }, depth) => {
        return anchors.revokedAt(verdict.path[depth + 1]?.keyFingerprint ?? null, serial) !== null;
      });
    const said = verdict.trusted ? [] : verdict.problems;
    const now = this.#effects.now();
    const isOfRest =
      (said.includes('expired') && leaf.notAfter >= now) ||
      (said.includes('not_yet_valid') && leaf.notBefore <= now) ||
      (isRevoked && !isLeafRevoked);
    return [
      ...new Set([
        ...said,
        ...(isRevoked ? ['revoked' as const] : []),
        ...(isOfRest ? ['untrusted' as const] : []),
      ]),
    ];
  }

  /**
   * Of one that was issued here: whoever is on record with it, by its fingerprint alone. Of others the inventory has the
   * word: by the fingerprint; where its chain ends in an authority of the customer's, by the device's id or a host name; where
   * it ends in a maker's, by the serial number (IEEE 802.1AR).
   */
  #ownerOf(
    { fingerprint, commonNames, names, serialNumbers }: PkiCertificate,
    { path }: ChainVerdict,
    isTrusted: boolean,
  ): Prover | null {
    const { engine, sealer } = this.#state;
    const { directory, identities } = engine;
    const known = identities.keys.ownerOf(fingerprint);
    const held = known === null ? null : identities.keys.held(known, fingerprint);
    if (held !== null && this.#isOwnIssuer(held.issuer)) return known;
    const anchor = identities.anchors.all.find(({ id }) => id === path.at(-1)?.fingerprint);
    const isNaming = isTrusted && anchor?.kind === 'customer';
    const hosts = new Set<string>(
      isNaming ? names.dns.flatMap((each) => sealer.sealHostName(each) ?? []) : [],
    );
    const maker = isTrusted && anchor?.kind === 'vendor' ? anchor : null;
    const serials = new Set<string>(
      maker === null ? [] : serialNumbers.map((each) => sealer.sealSerial(each)),
    );
    for (const entry of directory.inventory.entries()) {
      const { id, certificates = [], hostNames, serial } = entry;
      const isListed = certificates.includes(fingerprint);
      const isMade =
        maker !== null && serial !== undefined && serials.has(serial) && isMadeBy(maker, entry.manufacturer);
      const isNamed = isNaming && (commonNames.includes(id) || hostNames.some((each) => hosts.has(each)));
      const device = isListed || isNamed || isMade ? machineOf(engine, id) : null;
      if (device !== null) return device;
    }
    return null;
  }

  /** Whether an issuer's key is the one of the authority that is run here. */
  #isOwnIssuer(issuer: string | null): boolean {
    return this.#state.engine.identities.anchors.all.some(
      ({ kind, key }) => kind === 'own' && key === issuer,
    );
  }

  #remember(certificate: PkiCertificate): void {
    this.#between.delete(certificate.fingerprint);
    this.#between.set(certificate.fingerprint, certificate);
    const [oldest] = this.#between.keys();
    if (this.#between.size > REMEMBERED && oldest !== undefined) this.#between.delete(oldest);
  }
}

/** Of a workload's: who it is, where the inventory says so. */
function svidOf(id: SpiffeId | null, isNamed: boolean): Pick<HeldCertificate, 'svid' | 'spiffeId'> {
  return { svid: 'x509-svid', ...(id === null || !isNamed ? {} : { spiffeId: id.id }) };
}

/** What the journal keeps of a certificate. */
export function heldOf(leaf: PkiCertificate, verdict: ChainVerdict): HeldCertificate {
  const { fingerprint, keyFingerprint: key, serial, notBefore, notAfter, keyFacts, isWeaklySigned } = leaf;
  const { path } = verdict;
  // A chain that is whole has its issuers, whatever else speaks against it: that it expired, say.
  const isWhole = verdict.trusted || !verdict.problems.some((each) => BROKEN_CHAIN.has(each));
  return {
    fingerprint,
    key,
    serial,
    issuer: isWhole ? (path[1]?.keyFingerprint ?? null) : null,
    anchor: isWhole ? (path.at(-1)?.fingerprint ?? null) : null,
    notBefore,
    notAfter,
    isWeak: keyFacts.isWeak || isWeaklySigned,
  };
}

/** Makers number as they please: one does not vouch for what the inventory says another made. */
function isMadeBy({ name }: TrustAnchor, manufacturer: string | null): boolean {
  return name === null || manufacturer === null || name.toLowerCase() === manufacturer.toLowerCase();
}
