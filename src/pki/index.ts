export { type Authority, issue, newAuthority, revocationList } from './authority.ts';
export { certificatesIn, type PkiCertificate, readCertificate } from './certificate.ts';
export { certsOnly } from './certs-only.ts';
export { checkChain, type ChainVerdict } from './chain.ts';
export { fromBase64, pem } from './pem.ts';
export { PkiError } from './problems.ts';
export { type CertificateRequest, readRequest } from './request.ts';
export { revocationListsIn } from './revocation.ts';
