/** Why a certificate is not trusted: reason → one sentence, with the clause that it follows from. */
export const CHAIN_PROBLEMS = {
  untrusted: 'No chain leads from it to a trust anchor (RFC 5280 §6.1)',
  bad_signature: 'A signature in its chain does not verify (RFC 5280 §6.1.3 a 1)',
  not_yet_valid: 'A certificate of its chain is not valid yet (RFC 5280 §4.1.2.5)',
  expired: 'A certificate of its chain has expired (RFC 5280 §4.1.2.5)',
  revoked: 'A certificate of its chain was revoked (RFC 5280 §6.3)',
  revocation_unknown: 'No revocation list in force speaks for its issuer (RFC 5280 §6.3.3)',
  not_an_authority: 'An issuer in its chain is no certificate authority (RFC 5280 §4.2.1.9)',
  path_too_long: 'Its chain is longer than an authority allows (RFC 5280 §4.2.1.9)',
  key_usage: 'A key in its chain is not for this use (RFC 5280 §4.2.1.3)',
  purpose: 'Its extended key usage does not allow this use (RFC 5280 §4.2.1.12)',
  name_not_permitted: 'An authority may not vouch for its name (RFC 5280 §4.2.1.10)',
  name_mismatch: 'It is for another name (RFC 9525 §6)',
  weak_key: 'A key in its chain has less than 112 bits of strength (NIST SP 800-57 Part 1)',
  weak_signature:
    'A signature in its chain uses a hash that is broken or not known here (RFC 6194, RFC 6151)',
  no_svid: 'It names a workload, and is not made as such a certificate must be (X509-SVID §2 to §4)',
  unknown_critical_extension: 'It has a critical extension that is not understood (RFC 5280 §4.2)',
} as const;

export type ChainProblem = keyof typeof CHAIN_PROBLEMS;
