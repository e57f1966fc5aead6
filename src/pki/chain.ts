import type { PkiCertificate, Usage } from './certificate.ts';
import { Effort } from './effort.ts';
import { isFor, sameName } from './names.ts';
import type { ChainProblem } from '../model/index.ts';
import type { RevocationList } from './revocation.ts';

/** What a certificate is shown for. */
export type Purpose = 'client' | 'server' | 'any';

export interface ChainQuestion {
  readonly leaf: PkiCertificate;
  /** Others that may lie between; whoever showed the leaf sent them, so nothing of them is believed. */
  readonly others: readonly PkiCertificate[];
  readonly anchors: readonly PkiCertificate[];
  readonly lists?: readonly RevocationList[];
  readonly at: number;
  readonly purpose: Purpose;
  /** A host name or an address that it must be for. */
  readonly name?: string;
  /** Of which certificates a list in force must speak; of the others those lists count that there are. */
  readonly needsLists?: 'none' | 'leaf' | 'chain';
}

export type ChainVerdict =
  | {
      readonly trusted: true;
      /** From the leaf to the anchor. */
      readonly path: readonly PkiCertificate[];
    }
  | {
      readonly trusted: false;
      readonly problems: readonly ChainProblem[];
      readonly path: readonly PkiCertificate[];
    };

/** Certificates on a path; honest ones have up to five. */
const LONGEST_PATH = 10;
/** Steps of the search: a heap of cross-signed certificates must not cost more. */
const MOST_STEPS = 256;

const PURPOSES = { client: '1.3.6.1.5.5.7.3.2', server: '1.3.6.1.5.5.7.3.1', any: null } as const;
const ANY_PURPOSE = '2.5.29.37.0';
/** RFC 5280 §4.2.1.12: what a key must be for, beside the purpose. */
const LEAF_USAGES: Readonly<Record<Purpose, readonly Usage[]>> = {
  client: ['digitalSignature', 'keyAgreement'],
  server: ['digitalSignature', 'keyEncipherment', 'keyAgreement'],
  any: [],
};

/**
 * Builds chains from a certificate to the trust anchors and checks them (RFC 5280 §6.1), until one has nothing against
 * it. Of several bad ones the least bad is told.
 */
export function checkChain(question: ChainQuestion): ChainVerdict {
  const effort = new Effort();
  let best: Exclude<ChainVerdict, { trusted: true }> | null = null;
  for (const path of paths(question, effort)) {
    const problems = problemsOf(path, question, effort, true);
    if (problems.length === 0) return { trusted: true, path };
    if (best === null || problems.length < best.problems.length) best = { trusted: false, problems, path };
  }
  if (best !== null) return best;
  const path = [question.leaf];
  return { trusted: false, problems: ['untrusted', ...problemsOf(path, question, effort, false)], path };
}

/**
 * All ways from the leaf up to an anchor, the shortest steps to anchors first. A link whose signature does not hold is not
 * followed; where there is no other, one to an anchor's name is told.
 */
function* paths(
  { leaf, others, anchors }: ChainQuestion,
  effort: Effort,
): Generator<readonly PkiCertificate[]> {
  let steps = 0;
  let isFound = false;
  let forged: readonly PkiCertificate[] | null = null;
  function* from(path: readonly PkiCertificate[]): Generator<readonly PkiCertificate[]> {
    const last = path.at(-1);
    if (last === undefined || ++steps > MOST_STEPS) return;
    const issuers = (known: readonly PkiCertificate[]) =>
      known.filter((each) => mayHaveIssued(each, last) && !path.some((before) => isSame(before, each)));
    for (const anchor of issuers(anchors)) {
      const whole = [...path, anchor];
      if (effort.isSigned(last, anchor)) {
        isFound = true;
        yield whole;
      } else forged ??= whole;
    }
    if (path.length >= LONGEST_PATH - 1) return;
    for (const issuer of issuers(others)) {
      if (anchors.some((each) => each.fingerprint === issuer.fingerprint)) continue;
      if (effort.isSigned(last, issuer)) yield* from([...path, issuer]);
    }
  }
  if (anchors.some(({ fingerprint }) => fingerprint === leaf.fingerprint)) yield [leaf];
  yield* from([leaf]);
  if (!isFound && forged !== null) yield forged;
}

/** By name, and by key identifier where both say one (RFC 5280 §4.2.1.1). */
function mayHaveIssued({ subject, keyId }: PkiCertificate, { issuer, issuerKeyId }: PkiCertificate): boolean {
  return sameName(subject, issuer) && (keyId === null || issuerKeyId === null || keyId === issuerKeyId);
}

/** The same name with the same key never helps twice. */
function isSame(a: PkiCertificate, b: PkiCertificate): boolean {
  return a.keyFingerprint === b.keyFingerprint && sameName(a.subject, b.subject);
}

/** All that is wrong with a path, each once. `isWhole`: it ends in an anchor, whose own signature nobody relies on. */
function problemsOf(
  path: readonly PkiCertificate[],
  question: ChainQuestion,
  effort: Effort,
  isWhole: boolean,
): ChainProblem[] {
  const problems = new Set<ChainProblem>();
  for (const [depth, each] of path.entries()) {
    const issuer = path[depth + 1] ?? null;
    for (const problem of ownProblems(each, question.at)) problems.add(problem);
    const isRelied = issuer !== null || !isWhole;
    if (isRelied && each.isWeaklySigned) problems.add('weak_signature');
    if (issuer !== null && !effort.isSigned(each, issuer)) problems.add('bad_signature');
    if (issuer !== null) {
      const revocation = revocationOf(each, issuer, question, depth === 0);
      if (revocation !== null) problems.add(revocation);
    }
    if (depth > 0)
      for (const problem of authorityProblems(path, depth, question, effort)) problems.add(problem);
  }
  for (const problem of leafProblems(question)) problems.add(problem);
  return [...problems];
}

function ownProblems(each: PkiCertificate, at: number): ChainProblem[] {
  return [
    ...(at < each.notBefore ? (['not_yet_valid'] as const) : []),
    ...(at > each.notAfter ? (['expired'] as const) : []),
    ...(each.keyFacts.isWeak ? (['weak_key'] as const) : []),
    ...(each.hasUnknownCritical ? (['unknown_critical_extension'] as const) : []),
  ];
}

/** A certificate that an authority issued to itself is bound by no name rule, unless it is the leaf (RFC 5280 §6.1.3 b). */
function isBound({ isSelfIssued }: PkiCertificate, depth: number): boolean {
  return depth === 0 || !isSelfIssued;
}

/** What an issuer must be allowed (RFC 5280 §6.1.4 k–n). */
function authorityProblems(
  path: readonly PkiCertificate[],
  depth: number,
  { purpose }: ChainQuestion,
  effort: Effort,
): ChainProblem[] {
  const issuer = path[depth];
  if (issuer === undefined) return [];
  const problems: ChainProblem[] = [];
  if (issuer.authority?.isAuthority !== true) problems.push('not_an_authority');
  if (issuer.usages?.has('keyCertSign') === false) problems.push('key_usage');
  if (!allowsPurpose(issuer, purpose)) problems.push('purpose');
  const below = path.slice(1, depth).filter(({ isSelfIssued }) => !isSelfIssued).length;
  if (below > (issuer.authority?.pathLength ?? Infinity)) problems.push('path_too_long');
  if (path.slice(0, depth).some((each, place) => isBound(each, place) && !effort.isPermitted(each, issuer)))
    problems.push('name_not_permitted');
  return problems;
}

function leafProblems({ leaf, purpose, name }: ChainQuestion): ChainProblem[] {
  const wanted = LEAF_USAGES[purpose];
  const { usages } = leaf;
  return [
    ...(allowsPurpose(leaf, purpose) ? [] : (['purpose'] as const)),
    ...(usages === null || wanted.length === 0 || wanted.some((each) => usages.has(each))
      ? []
      : (['key_usage'] as const)),
    ...(name === undefined || isFor(leaf.names, name) ? [] : (['name_mismatch'] as const)),
  ];
}

/** An authority's extended key usage holds for what it issues, as all who build chains have it. */
function allowsPurpose({ purposes }: PkiCertificate, purpose: Purpose): boolean {
  const wanted = PURPOSES[purpose];
  return wanted === null || purposes === null || purposes.has(wanted) || purposes.has(ANY_PURPOSE);
}

/** The newest list of the issuer has the word; one that is out of date still tells whom it revoked. */
function revocationOf(
  { serial }: PkiCertificate,
  issuer: PkiCertificate,
  { lists = [], at, needsLists = 'none' }: ChainQuestion,
  isLeaf: boolean,
): ChainProblem | null {
  const own = lists.filter((list) => list.thisUpdate <= at && list.isOf(issuer));
  const newest = own.reduce<RevocationList | null>(
    (a, b) => (a === null || b.thisUpdate > a.thisUpdate ? b : a),
    null,
  );
  if (newest?.revoked.has(serial) === true) return 'revoked';
  const isInForce = newest !== null && (newest.nextUpdate === null || at <= newest.nextUpdate);
  const isNeeded = needsLists === 'chain' || (needsLists === 'leaf' && isLeaf);
  return isNeeded && !isInForce ? 'revocation_unknown' : null;
}
