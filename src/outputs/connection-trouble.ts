/** Codes of the system and of TLS that an operator meets, in plain words; addresses and names stay out of them. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: nobody listens there',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be resolved now',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  EMSGSIZE: 'a finding is larger than a datagram: use tcp or tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: name the authority with ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority: name it with ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority: name it with ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority: name it with ca',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

/** Why a receiver could not be reached, for status and doctor. */
export function whyNot(cause: unknown): string {
  const code = codeOf(cause);
  return code === null ? 'the connection failed' : (WORDS[code] ?? `the connection failed (${code})`);
}

/** Of several addresses that were tried, the first's. */
function codeOf(cause: unknown): string | null {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}
