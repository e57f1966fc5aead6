import { readFile, stat } from 'node:fs/promises';
import {
  type EpochMs,
  isForTokens,
  iso,
  isTrustDomain,
  LIMITS,
  type RevocationKnowledge,
  type TrustAnchor,
} from '../../model/index.ts';
import type { PkiCertificate } from '../../pki/index.ts';
import type { FleetState } from '../fleet-state.ts';
import { OperationError } from '../operations.ts';
import { invalid, operatorName } from '../said.ts';
import type { AnchorAnswer, AnchorsImport, AnchorsImportArgs, RevocationsImport } from './operations.ts';
import { inFile, loadPki } from './pki-words.ts';

/** Believes the authorities of a file, on record; those that are believed already stay as they are. */
export async function importAnchors(
  state: FleetState,
  args: AnchorsImportArgs,
  at: EpochMs,
): Promise<AnchorsImport> {
  const { path, kind, name, trustDomain, actor } = args;
  const called = name === null ? null : operatorName('name', name);
  const bytes = await bytesOf(path, LIMITS.anchorBytes);
  if (kind === 'spiffe') {
    if (trustDomain === null || !isTrustDomain(trustDomain))
      throw invalid(
        'trust_domain',
        trustDomain ?? '',
        'a trust domain such as example.org, with kind spiffe',
      );
    return importBundle(state, { path, bytes, domain: trustDomain, name: called, actor }, at);
  }
  if (trustDomain !== null)
    throw invalid('trust_domain', trustDomain, `nothing with kind ${kind}: bundles are of kind spiffe`);
  const { certificatesIn } = await loadPki();
  const found = await inFile(path, async () => certificatesIn(bytes));
  for (const each of found) refuseNoAuthority(path, each, at);
  return state.change(() => {
    const { anchors } = state.engine.identities;
    const added = found
      .filter((each, index) => !anchors.has(each.fingerprint) && isFirst(found, each, index))
      .map((each) => anchorOf(each, kind, called));
    const all = [...anchors.all, ...added];
    refuseTooMany(all);
    return {
      record: added.length === 0 ? null : { kind: 'trust_anchors', at, anchors: all, actor },
      answer: {
        added: added.map(answerOf),
        removed: [],
        known: found.length - added.length,
        anchors: all.length,
        refresh_seconds: null,
      },
    };
  });
}

interface Bundle {
  readonly path: string;
  readonly bytes: Buffer;
  readonly domain: string;
  readonly name: string | null;
  readonly actor: string;
}

/** A bundle takes the place of the one before of its trust domain: what it leaves out is believed no longer. */
async function importBundle(
  state: FleetState,
  { path, bytes, domain, name, actor }: Bundle,
  at: EpochMs,
): Promise<AnchorsImport> {
  const { readBundle } = await loadPki();
  const { authorities, tokenKeys, sequence, refreshSeconds } = await inFile(path, async () =>
    readBundle(bytes),
  );
  for (const each of authorities) refuseNoAuthority(path, each, at);
  const spiffe = { domain, sequence };
  const has = [
    ...authorities
      .filter((each, index) => isFirst(authorities, each, index))
      .map((each) => ({
        ...anchorOf(each, 'spiffe', name),
        spiffe: { ...spiffe, use: 'x509-svid' as const, keyId: null },
      })),
    ...tokenKeys.map(({ keyId, der, fingerprint }) => ({
      id: fingerprint,
      kind: 'spiffe' as const,
      name,
      certificate: der.toString('base64'),
      key: fingerprint,
      notAfter: NEVER,
      spiffe: { ...spiffe, use: 'jwt-svid' as const, keyId },
    })),
  ] satisfies TrustAnchor[];
  return state.change(() => {
    const { all: before } = state.engine.identities.anchors;
    const had = before.filter((each) => each.spiffe?.domain === domain);
    refuseOlder(path, sequence, had);
    const others = before.filter((each) => !had.includes(each));
    refuseTaken(path, has, others);
    const all = [...others, ...has];
    refuseTooMany(all);
    const isSame = JSON.stringify(all) === JSON.stringify([...others, ...had]);
    const [ids, knownIds] = [new Set(has.map(({ id }) => id)), new Set(had.map(({ id }) => id))];
    const added = has.filter(({ id }) => !knownIds.has(id));
    return {
      record: isSame ? null : { kind: 'trust_anchors', at, anchors: all, actor },
      answer: {
        added: added.map(answerOf),
        removed: had.filter(({ id }) => !ids.has(id)).map(answerOf),
        known: has.length - added.length,
        anchors: all.length,
        refresh_seconds: refreshSeconds,
      },
    };
  });
}

function refuseTaken(path: string, has: readonly TrustAnchor[], others: readonly TrustAnchor[]): void {
  const taken = has.find(({ id }) => others.some((each) => each.id === id));
  if (taken !== undefined)
    throw new OperationError(
      'known_otherwise',
      `${path} has an authority that is believed as another's already: ${taken.id}. Remove it there first.`,
    );
}

/** The last instant that can be written (ECMA-262 §21.4.1.1). */
const NEVER: EpochMs = 8.64e15;

/** A bundle from before would bring back what was taken out since (SPIFFE Trust Domain and Bundle §4.1.1). */
function refuseOlder(path: string, sequence: number | null, had: readonly TrustAnchor[]): void {
  const known = had.flatMap(({ spiffe }) => spiffe?.sequence ?? []);
  if (sequence !== null && known.some((each) => each > sequence))
    throw new OperationError(
      'older_bundle',
      `${path} has sequence ${sequence}, and ${Math.max(...known)} is known of the same trust domain: import the newest.`,
    );
}

function refuseTooMany(all: readonly TrustAnchor[]): void {
  if (all.length > LIMITS.trustAnchors)
    throw new OperationError(
      'too_many',
      `At most ${LIMITS.trustAnchors} authorities can be believed: remove some.`,
    );
}

export function listAnchors({ engine }: FleetState): readonly AnchorAnswer[] {
  return engine.identities.anchors.all.map(answerOf);
}

export function removeAnchor(
  state: FleetState,
  { anchor: id, actor }: { anchor: string; actor: string },
  at: EpochMs,
): Promise<AnchorAnswer> {
  return state.change(() => {
    const { all } = state.engine.identities.anchors;
    const meant = all.filter((each) => each.id.startsWith(id.toLowerCase()) && id.length >= 8);
    const [one] = meant;
    if (one === undefined || meant.length > 1)
      throw new OperationError(
        'unknown_anchor',
        `No anchor has the id "${id.slice(0, 80)}": give it, or at least 8 digits of its beginning; see stance trust anchors list`,
      );
    const anchors = all.filter((each) => each !== one);
    return { record: { kind: 'trust_anchors', at, anchors, actor }, answer: answerOf(one) };
  });
}

/** Whom the authorities revoked: each list must be signed by an anchor. */
export async function importRevocations(
  state: FleetState,
  { path, actor }: { path: string; actor: string },
  at: EpochMs,
): Promise<RevocationsImport> {
  const { readCertificate, revocationListsIn } = await loadPki();
  const issuers = state.engine.identities.anchors.all
    .filter((each) => !isForTokens(each))
    .map(({ certificate }) => readCertificate(Buffer.from(certificate, 'base64')));
  const lists = await inFile(path, async () =>
    revocationListsIn(await bytesOf(path, LIMITS.revocationBytes)),
  );
  const heard = lists.map((list) => {
    const issuer = issuers.find((each) => list.isOf(each));
    if (issuer === undefined)
      throw new OperationError(
        'unknown_issuer',
        `${path} has a list that no trust anchor signed: import the authority first.`,
      );
    if (list.revoked.size > LIMITS.revokedSerials)
      throw new OperationError(
        'too_many',
        `${path} has more than ${LIMITS.revokedSerials} revoked certificates.`,
      );
    const { thisUpdate, nextUpdate, revoked } = list;
    return { issuer: issuer.keyFingerprint, thisUpdate, nextUpdate, revoked: [...revoked] };
  });
  // The newest of one authority's lists last: it is the one that holds.
  heard.sort((a, b) => a.thisUpdate - b.thisUpdate);
  refuseUnheard(path, heard, state);
  for (const list of heard) await state.append({ kind: 'revocations', at, list, actor });
  return {
    lists: heard.map(({ issuer, revoked, nextUpdate }) => {
      return { issuer, revoked: revoked.length, next: nextUpdate === null ? null : iso(nextUpdate) };
    }),
  };
}

export function anchorOf(
  certificate: PkiCertificate,
  kind: TrustAnchor['kind'],
  name: string | null,
): TrustAnchor {
  const { fingerprint, der, keyFingerprint, notAfter } = certificate;
  return { id: fingerprint, kind, name, certificate: der.toString('base64'), key: keyFingerprint, notAfter };
}

function refuseNoAuthority(
  path: string,
  { authority, usages, notAfter, keyFacts }: PkiCertificate,
  at: EpochMs,
): void {
  const wrong = (why: string) => new OperationError('invalid_file', `${path}: ${why}.`);
  if (authority?.isAuthority !== true || usages?.has('keyCertSign') === false)
    throw wrong(
      'A certificate of it is no authority (RFC 5280 §4.2.1.9): list the certificates of devices in the inventory',
    );
  if (notAfter <= at) throw wrong(`An authority of it expired at ${iso(notAfter)}`);
  if (keyFacts.isWeak) throw wrong('An authority of it has a weak key (NIST SP 800-57)');
}

/** What the engine would pass over, or drop. */
function refuseUnheard(path: string, heard: readonly RevocationKnowledge[], { engine }: FleetState): void {
  const { anchors } = engine.identities;
  for (const { issuer, thisUpdate } of heard) {
    const known = anchors.listOf(issuer);
    if (known !== null && known > thisUpdate)
      throw new OperationError(
        'older_list',
        `${path} has a list of ${iso(thisUpdate)}, and one of ${iso(known)} is known of the same authority: import the newest.`,
      );
  }
  const beside = anchors.listedBeside(new Set(heard.map(({ issuer }) => issuer)));
  if (heard.reduce((sum, { revoked }) => sum + revoked.length, beside) > LIMITS.revokedSerials)
    throw new OperationError(
      'too_many',
      `All lists together can have ${LIMITS.revokedSerials} revoked certificates: there is no room for ${path}.`,
    );
}

function isFirst(all: readonly PkiCertificate[], { fingerprint }: PkiCertificate, index: number): boolean {
  return all.findIndex((each) => each.fingerprint === fingerprint) === index;
}

function answerOf(anchor: TrustAnchor): AnchorAnswer {
  const { id, kind, name, notAfter, spiffe } = anchor;
  return {
    id,
    kind,
    name,
    expires: isForTokens(anchor) ? null : iso(notAfter),
    spiffe:
      spiffe === undefined
        ? null
        : { trust_domain: spiffe.domain, use: spiffe.use, sequence: spiffe.sequence },
  };
}

async function bytesOf(path: string, limit: number): Promise<Buffer> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size === null)
    throw new OperationError('unreadable_file', `${path} cannot be read: there is no such file`);
  if (size > limit) throw new OperationError('file_too_large', `${path} is larger than ${limit} bytes`);
  return readFile(path);
}
