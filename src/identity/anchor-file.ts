import { readFile, stat } from 'node:fs/promises';
import { type EpochMs, isTrustDomain, LIMITS, type TrustAnchor } from '../model/index.ts';
import type { PkiCertificate, SpiffeBundle } from '../pki/index.ts';
import { invalid, OperationError, operatorName } from '../refusals/index.ts';
import type { AnchorsImportArgs } from './operations.ts';
import { inFile, loadPki } from './pki-words.ts';

/** The last instant that can be written (ECMA-262 §21.4.1.1). */
const NEVER: EpochMs = 8.64e15;

/** Whom a file lets vouch, each once. */
export interface AnchorFile {
  readonly path: string;
  readonly anchors: readonly TrustAnchor[];
  /** Authorities of it whose time is over: they vouch for nobody, and are none of `anchors`. */
  readonly expired: readonly TrustAnchor[];
  /** `null` where it is no bundle of a trust domain. */
  readonly bundle: (Pick<SpiffeBundle, 'sequence' | 'refreshSeconds'> & { readonly domain: string }) | null;
}

/** @throws OperationError where something of it cannot be believed at any time */
export async function readAnchorFile(args: AnchorsImportArgs, at: EpochMs): Promise<AnchorFile> {
  const { path, kind, trustDomain } = args;
  const name = args.name === null ? null : operatorName('name', args.name);
  const bytes = await bytesOf(path, LIMITS.anchorBytes);
  if (kind === 'spiffe') {
    if (trustDomain === null || !isTrustDomain(trustDomain))
      throw invalid(
        'trust_domain',
        trustDomain ?? '',
        'a trust domain such as example.org, with kind spiffe',
      );
    return readBundleFile(path, bytes, { domain: trustDomain, name, at });
  }
  if (trustDomain !== null)
    throw invalid('trust_domain', trustDomain, `nothing with kind ${kind}: bundles are of kind spiffe`);
  const { certificatesIn } = await loadPki();
  const found = await inFile(path, async () => certificatesIn(bytes));
  const { inForce, expired } = authorities(path, found, at);
  const asAnchor = (each: PkiCertificate) => anchorOf(each, kind, name);
  return { path, anchors: inForce.map(asAnchor), expired: expired.map(asAnchor), bundle: null };
}

async function readBundleFile(
  path: string,
  bytes: Buffer,
  { domain, name, at }: { domain: string; name: string | null; at: EpochMs },
): Promise<AnchorFile> {
  const { readBundle } = await loadPki();
  const said = await inFile(path, async () => readBundle(bytes));
  const { tokenKeys, sequence, refreshSeconds } = said;
  const { inForce, expired } = authorities(path, said.authorities, at);
  const spiffe = { domain, sequence };
  const asAnchor = (each: PkiCertificate): TrustAnchor => ({
    ...anchorOf(each, 'spiffe', name),
    spiffe: { ...spiffe, use: 'x509-svid', keyId: null },
  });
  const forTokens = tokenKeys.map(
    ({ keyId, der, fingerprint }): TrustAnchor => ({
      id: fingerprint,
      kind: 'spiffe',
      name,
      certificate: der.toString('base64'),
      key: fingerprint,
      notAfter: NEVER,
      spiffe: { ...spiffe, use: 'jwt-svid', keyId },
    }),
  );
  return {
    path,
    anchors: [...inForce.map(asAnchor), ...forTokens],
    expired: expired.map(asAnchor),
    bundle: { domain, sequence, refreshSeconds },
  };
}

/** Whose time is over is told apart before its key is looked at: it was strong enough in its time. */
function authorities(path: string, found: readonly PkiCertificate[], at: EpochMs) {
  const wrong = (why: string) => new OperationError('invalid_file', `${path}: ${why}.`);
  const once = [...new Map(found.map((each) => [each.fingerprint, each])).values()];
  for (const { authority, usages } of once)
    if (authority?.isAuthority !== true || usages?.has('keyCertSign') === false)
      throw wrong(
        'A certificate of it is no authority (RFC 5280 §4.2.1.9): list the certificates of devices in the inventory',
      );
  const inForce = once.filter(({ notAfter }) => notAfter > at);
  if (inForce.some(({ keyFacts }) => keyFacts.isWeak))
    throw wrong('An authority of it has a weak key (NIST SP 800-57)');
  return { inForce, expired: once.filter(({ notAfter }) => notAfter <= at) };
}

export function anchorOf(
  certificate: PkiCertificate,
  kind: TrustAnchor['kind'],
  name: string | null,
): TrustAnchor {
  const { fingerprint, der, keyFingerprint, notAfter } = certificate;
  return { id: fingerprint, kind, name, certificate: der.toString('base64'), key: keyFingerprint, notAfter };
}

export async function bytesOf(path: string, limit: number): Promise<Buffer> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size === null)
    throw new OperationError('unreadable_file', `${path} cannot be read: there is no such file`);
  if (size > limit) throw new OperationError('file_too_large', `${path} is larger than ${limit} bytes`);
  return readFile(path);
}
