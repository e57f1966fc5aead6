export { CertificatesSeen, type CertificateStanding, expiryPressure } from './certificates.ts';
export { type SignInCounts, SignIns } from './sign-ins.ts';
