import { readSpiffeId, type SpiffeId } from '../model/index.ts';
import type { PkiCertificate } from './certificate.ts';

const SCHEME = /^spiffe:/i;

/** A certificate that claims to be a workload's; `null` for every other one. */
export interface ClaimedSvid {
  /** Who it says that it is; `null` where that is no SPIFFE ID. */
  readonly id: SpiffeId | null;
  /** Whether a leaf is made as X509-SVID has it. */
  readonly isSound: boolean;
}

/**
 * What a leaf says of a workload. Sound is one with exactly one URI, which is a SPIFFE ID with a path (§2, §3.2), that is no
 * authority and signs no certificates or lists (§3.2), and whose key is for signatures (§4.3).
 */
export function claimedSvid({ names, authority, usages }: PkiCertificate): ClaimedSvid | null {
  if (!names.uri.some((uri) => SCHEME.test(uri))) return null;
  const [uri = '', ...others] = names.uri;
  const id = others.length === 0 ? readSpiffeId(uri) : null;
  const isLeaf = authority?.isAuthority !== true;
  const signs = usages?.has('digitalSignature') === true;
  const vouches = usages?.has('keyCertSign') === true || usages?.has('cRLSign') === true;
  return { id, isSound: id !== null && id.path !== '' && isLeaf && signs && !vouches };
}

/** An authority between may say of which trust domain it is, and then must be of the leaf's (§3.1: no path). */
export function isOfDomain({ names }: PkiCertificate, domain: string): boolean {
  return names.uri
    .filter((uri) => SCHEME.test(uri))
    .every((uri) => {
      const id = readSpiffeId(uri);
      return id !== null && id.domain === domain && id.path === '';
    });
}
