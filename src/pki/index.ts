export { certificatesIn, type PkiCertificate, readCertificate } from './certificate.ts';
export { checkChain, type ChainQuestion, type ChainVerdict, type Purpose } from './chain.ts';
export { pem } from './pem.ts';
export { PkiError } from './problems.ts';
export { type RevocationList, revocationListsIn } from './revocation.ts';
