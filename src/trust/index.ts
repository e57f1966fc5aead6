export type { TrustAnchors } from './anchors.ts';
export { CertificatesSeen, type CertificateStanding, expiryPressure, isEarlyUntil } from './certificates.ts';
export type { EnrolmentRequest } from './enrolment-desk.ts';
export { Identities, type IdentityStanding } from './identities.ts';
export type { Proven, Prover } from './proven-keys.ts';
export { type SignInCounts, SignIns } from './sign-ins.ts';
