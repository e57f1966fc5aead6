import type { Engine } from '../../engine/index.ts';
import {
  type ChainProblem,
  type DeviceId,
  dropOldest,
  type EntityId,
  type EpochMs,
  type HeldCertificate,
  HOUR_MS,
  LIMITS,
  parseAddress,
  type SiteId,
  type TrustAnchor,
} from '../../model/index.ts';
import type { ChainVerdict, PkiCertificate } from '../../pki/index.ts';
import type { Effects } from '../effects.ts';
import type { FleetState } from '../fleet-state.ts';
import { loadPki } from './pki-words.ts';

/** A use at the same place is recorded about hourly; a move is, but nobody moves more often than this. */
const PROOF_EVERY_MS = HOUR_MS;
const MOVE_EVERY_MS = 10_000;
/** Intermediates of chains that held: of a resumed session they are not shown again. Each is checked anew in every chain. */
const REMEMBERED = 256;

const BROKEN_CHAIN: ReadonlySet<ChainProblem> = new Set(['untrusted', 'bad_signature']);

/** Who showed which certificate in a handshake, and whether to believe it. */
export type Judgement =
  | { readonly kind: 'device'; readonly device: DeviceId; readonly certificate: PkiCertificate }
  /** Whose it is, is known where a certificate was listed or issued before. */
  | {
      readonly kind: 'refused';
      readonly device: DeviceId | null;
      readonly problems: readonly ChainProblem[];
    };

/** The last use of a certificate that went on record. */
interface Recorded {
  readonly device: DeviceId;
  readonly address: string;
  readonly problems: string;
  readonly at: EpochMs;
}

/** Judges the certificates of TLS clients, whose keys the handshake has proven. */
export class ClientCertificates {
  readonly #state: FleetState;
  readonly #site: SiteId;
  readonly #effects: Effects;
  readonly #between = new Map<string, PkiCertificate>();
  #read: { readonly from: readonly TrustAnchor[]; readonly anchors: readonly PkiCertificate[] } | null = null;
  /** By the certificate's fingerprint. */
  readonly #recorded = new Map<string, Recorded>();

  constructor(state: FleetState, site: SiteId, effects: Effects) {
    this.#state = state;
    this.#site = site;
    this.#effects = effects;
  }

  /** @param shown DER, the leaf first @throws PkiError */
  async judge(shown: readonly Buffer[], from: string): Promise<Judgement> {
    const { checkChain, readCertificate } = await loadPki();
    const [leaf, ...others] = shown.map((der) => readCertificate(der));
    if (leaf === undefined) return { kind: 'refused', device: null, problems: ['untrusted'] };
    const verdict = checkChain({
      leaf,
      others: [...others, ...this.#between.values()],
      anchors: await this.#anchors(),
      at: this.#effects.now(),
      purpose: 'client',
    });
    if (verdict.trusted) for (const each of verdict.path.slice(1, -1)) this.#remember(each);
    const found = this.#problems(verdict, leaf);
    const owner = this.#ownerOf(leaf, verdict, found.length === 0);
    // Of whoever had it, where its chain holds no longer or the inventory took it back.
    const former = owner === null ? this.#state.engine.identities.keys.ownerOf(leaf.fingerprint) : null;
    const device = owner ?? former;
    const problems = former === null || found.length > 0 ? found : (['name_mismatch'] as const);
    if (device !== null) await this.#record(device, heldOf(leaf, verdict), problems, from);
    if (device !== null && problems.length === 0) return { kind: 'device', device, certificate: leaf };
    return { kind: 'refused', device, problems };
  }

  /** Read once for as long as they are the same. */
  async #anchors(): Promise<readonly PkiCertificate[]> {
    const { readCertificate } = await loadPki();
    const { all } = this.#state.engine.identities.anchors;
    if (this.#read?.from !== all) {
      const anchors = all.map(({ certificate }) => readCertificate(Buffer.from(certificate, 'base64')));
      this.#read = { from: all, anchors };
    }
    return this.#read.anchors;
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
   * word: by the fingerprint, or, where its chain ends in an authority of the customer's, by the device's id or a host name.
   */
  #ownerOf(
    { fingerprint, commonNames, names }: PkiCertificate,
    { path }: ChainVerdict,
    isTrusted: boolean,
  ): DeviceId | null {
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
    for (const { id, certificates = [], hostNames } of directory.inventory.entries()) {
      const isListed = certificates.includes(fingerprint);
      const isNamed = isNaming && (commonNames.includes(id) || hostNames.some((each) => hosts.has(each)));
      const device = isListed || isNamed ? machineOf(engine, id) : null;
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

  async #record(
    device: DeviceId,
    certificate: HeldCertificate,
    problems: readonly ChainProblem[],
    from: string,
  ): Promise<void> {
    const at = this.#effects.now();
    const { fingerprint } = certificate;
    const before = this.#recorded.get(fingerprint);
    const said = problems.join(' ');
    const isMove = before?.address !== from;
    const isSame = before?.device === device && before.problems === said;
    if (isSame && at - before.at < (isMove ? MOVE_EVERY_MS : PROOF_EVERY_MS)) return;
    if (before === undefined && this.#recorded.size >= LIMITS.rememberedPeers) dropOldest(this.#recorded);
    this.#recorded.set(fingerprint, { device, address: from, problems: said, at });
    const address = parseAddress(from);
    await this.#state.append({ kind: 'proof', at, device, certificate, problems, site: this.#site, address });
  }

  #remember(certificate: PkiCertificate): void {
    this.#between.delete(certificate.fingerprint);
    this.#between.set(certificate.fingerprint, certificate);
    const [oldest] = this.#between.keys();
    if (this.#between.size > REMEMBERED && oldest !== undefined) this.#between.delete(oldest);
  }
}

/** A workload that is its own machine has a device id of the same name. */
export function machineOf({ directory }: Engine, id: EntityId): DeviceId | null {
  const device = `dev_${id.slice(4)}` as const;
  return directory.profile(device) === null ? null : device;
}

/** What the journal keeps of a certificate. */
export function heldOf(leaf: PkiCertificate, verdict: ChainVerdict): HeldCertificate {
  const { fingerprint, keyFingerprint: key, serial, notBefore, notAfter, keyFacts, hasBrokenHash } = leaf;
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
    isWeak: keyFacts.isWeak || hasBrokenHash,
  };
}
