import type { Change, FleetState } from '../data-directory/index.ts';
import {
  type EpochMs,
  HOUR_MS,
  isForTokens,
  iso,
  type KnownBundle,
  LIMITS,
  type RevocationKnowledge,
  type TrustAnchor,
} from '../model/index.ts';
import type { PkiCertificate } from '../pki/index.ts';
import { OperationError } from '../refusals/index.ts';
import { type AnchorFile, bytesOf, readAnchorFile } from './anchor-file.ts';
import type { AnchorAnswer, AnchorsImport, AnchorsImportArgs, RevocationsImport } from './operations.ts';
import { inFile, loadPki } from './pki-words.ts';

/**
 * Believes the authorities of a file, on record; those that are believed already stay as they are. What is expired is passed
 * over in a bundle, which its trust domain writes; in a file of the operator's own it is a mistake.
 */
export async function importAnchors(
  state: FleetState,
  args: AnchorsImportArgs,
  at: EpochMs,
): Promise<AnchorsImport> {
  const file = await readAnchorFile(args, at);
  const [late] = file.expired;
  if (late !== undefined && file.bundle === null)
    throw new OperationError(
      'invalid_file',
      `${file.path}: An authority of it expired at ${iso(late.notAfter)}.`,
    );
  return believe(state, file, args.actor, at);
}

/** What the file has takes effect in one step; an id of it that was taken out before is believed again. */
export function believe(
  state: FleetState,
  file: AnchorFile,
  actor: string,
  at: EpochMs,
): Promise<AnchorsImport> {
  return state.change(() => believing(state, file, actor, at));
}

/** What believing a file changes now. @throws OperationError why it may not be believed */
export function believing(
  { engine }: FleetState,
  file: AnchorFile,
  actor: string,
  at: EpochMs,
): Change<AnchorsImport> {
  const { all: before, bundles, withheld } = engine.identities.anchors;
  refuseOlder(file, bundles);
  const { kept, had, has } = placesIn(before, file);
  const all = [...kept, ...has];
  const known = bundlesAfter(bundles, file);
  refuseTooMany(all, known);
  const isSame = JSON.stringify([had, bundles]) === JSON.stringify([has, known]);
  const added = without(has, had);
  const out = withheld.filter((id) => !has.some((each) => each.id === id));
  const record = { kind: 'trust_anchors', at, anchors: all, bundles: known, withheld: out, actor } as const;
  return {
    record: isSame ? null : record,
    answer: () => ({
      added: added.map(answerOf),
      removed: without(had, has).map(answerOf),
      known: file.anchors.length - added.length,
      expired: file.expired.map(answerOf),
      anchors: all.length,
      refresh_seconds: file.bundle?.refreshSeconds ?? null,
    }),
  };
}

function without(some: readonly TrustAnchor[], others: readonly TrustAnchor[]): readonly TrustAnchor[] {
  return some.filter(({ id }) => !others.some((each) => each.id === id));
}

/** What a file leaves as it is, and what takes the place of what. */
interface Places {
  readonly kept: readonly TrustAnchor[];
  readonly had: readonly TrustAnchor[];
  readonly has: readonly TrustAnchor[];
}

/** A bundle takes the place of the one before of its trust domain: what it leaves out is believed no longer. */
function placesIn(before: readonly TrustAnchor[], { path, anchors, bundle }: AnchorFile): Places {
  if (bundle === null) {
    return { kept: before, had: [], has: without(anchors, before) };
  }
  const had = before.filter(({ spiffe }) => spiffe?.domain === bundle.domain);
  const kept = before.filter((each) => !had.includes(each));
  refuseTaken(path, anchors, kept);
  return { kept, had, has: anchors };
}

function refuseTaken(path: string, has: readonly TrustAnchor[], others: readonly TrustAnchor[]): void {
  const taken = has.find(({ id }) => others.some((each) => each.id === id));
  if (taken !== undefined)
    throw new OperationError(
      'known_otherwise',
      `${path} has an authority that is believed as another's already: ${taken.id}. Remove it there first.`,
    );
}

/** A bundle from before would bring back what was taken out since (SPIFFE Trust Domain and Bundle §4.1.1). */
function refuseOlder({ path, bundle }: AnchorFile, bundles: readonly KnownBundle[]): void {
  const known = bundles.find(({ domain }) => domain === bundle?.domain);
  if (known === undefined || bundle === null || bundle.sequence === null) return;
  if (known.sequence > bundle.sequence)
    throw new OperationError(
      'older_bundle',
      `${path} has sequence ${bundle.sequence}, and ${known.sequence} is known of the same trust domain: import the newest. Where the trust domain began anew, leave spiffe_sequence out once.`,
    );
}

/** One without a sequence says nothing of what came before it: counting begins anew. */
function bundlesAfter(before: readonly KnownBundle[], { bundle }: AnchorFile): readonly KnownBundle[] {
  if (bundle === null) return before;
  const { domain, sequence } = bundle;
  const others = before.filter((each) => each.domain !== domain);
  const mine = sequence === null ? [] : [{ domain, sequence }];
  return [...others, ...mine].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

function refuseTooMany(all: readonly TrustAnchor[], bundles: readonly KnownBundle[]): void {
  if (all.length > LIMITS.trustAnchors || bundles.length > LIMITS.trustAnchors)
    throw new OperationError(
      'too_many',
      `At most ${LIMITS.trustAnchors} authorities, and as many trust domains, can be believed: remove some.`,
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
    const { all, withheld } = state.engine.identities.anchors;
    const meant = all.filter((each) => each.id.startsWith(id.toLowerCase()) && id.length >= 8);
    const [one] = meant;
    if (one === undefined || meant.length > 1)
      throw new OperationError(
        'unknown_anchor',
        `No anchor has the id "${id.slice(0, 80)}": give it, or at least 8 digits of its beginning; see stance trust anchors list`,
      );
    const anchors = all.filter((each) => each !== one);
    // The configuration may name it still: the operator's word is the later one.
    const out = [...withheld.filter((each) => each !== one.id), one.id].slice(-LIMITS.withheldAnchors);
    return {
      record: { kind: 'trust_anchors', at, anchors, withheld: out, actor },
      answer: () => answerOf(one),
    };
  });
}

/** A clock may be wrong by so much. A list of later than that would shut out all that are made before it. */
const AHEAD_AT_MOST_MS = HOUR_MS;

/**
 * Whom the authorities revoked: each list must be signed by an anchor, or by an authority whose certificate is in the file
 * too and has a chain that ends in one.
 */
export async function importRevocations(
  state: FleetState,
  { path, actor }: { path: string; actor: string },
  at: EpochMs,
): Promise<RevocationsImport> {
  const { certificatesBeside, checkChain, readCertificate, revocationListsIn } = await loadPki();
  const anchors = state.engine.identities.anchors.all
    .filter((each) => !isForTokens(each))
    .map(({ certificate }) => readCertificate(Buffer.from(certificate, 'base64')));
  const bytes = await bytesOf(path, LIMITS.revocationBytes);
  const [lists, others] = await inFile(path, async () => [
    revocationListsIn(bytes),
    certificatesBeside(bytes),
  ]);
  const anchorOver = (leaf: PkiCertificate): PkiCertificate | null => {
    const verdict = checkChain({ leaf, others, anchors, at, purpose: 'any' });
    return verdict.trusted && leaf.authority?.isAuthority === true ? (verdict.path.at(-1) ?? null) : null;
  };
  const heard = lists.map((list) => {
    const direct = anchors.find((each) => list.isOf(each));
    const issuer = direct ?? others.find((each) => list.isOf(each) && anchorOver(each) !== null);
    if (issuer === undefined)
      throw new OperationError(
        'unknown_issuer',
        `${path} has a list that no trust anchor signed: import the authority first, or put the certificates from the list's authority up to an anchor into the file.`,
      );
    if (list.thisUpdate > at + AHEAD_AT_MOST_MS)
      throw new OperationError(
        'list_ahead',
        `${path} has a list of ${iso(list.thisUpdate)}, which is still to come: it would shut out all that are made before. Look at the clocks here and of its authority.`,
      );
    if (list.revoked.size > LIMITS.revokedSerials)
      throw new OperationError(
        'too_many',
        `${path} has more than ${LIMITS.revokedSerials} revoked certificates.`,
      );
    const { thisUpdate, nextUpdate, revoked } = list;
    const above = direct === undefined ? { anchorKey: anchorOver(issuer)?.keyFingerprint ?? '' } : {};
    return { issuer: issuer.keyFingerprint, thisUpdate, nextUpdate, revoked: [...revoked], ...above };
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
