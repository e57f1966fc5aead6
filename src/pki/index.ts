export { algorithmOf, type AuthorityKey, heldKey, newKey } from './authority-key.ts';
export { type Authority, issue, newAuthority, revocationList } from './authority.ts';
export {
  certificatesBeside,
  certificatesIn,
  keyFingerprint,
  type PkiCertificate,
  readCertificate,
} from './certificate.ts';
export { certsOnly } from './certs-only.ts';
export { checkChain, type ChainVerdict } from './chain.ts';
export { fromBase64, pem } from './pem.ts';
export { PkiError } from './problems.ts';
export { checkToken, TOKEN_REFUSALS, type TokenRefusal } from './jwt-svid.ts';
export { type CertificateRequest, readRequest } from './request.ts';
export { revocationListsIn } from './revocation.ts';
export { readBundle, type SpiffeBundle } from './spiffe-bundle.ts';
export { claimedSvid, isOfDomain } from './x509-svid.ts';
