/** Who a workload is: a path within a trust domain (SPIFFE-ID §2). */
export interface SpiffeId {
  readonly id: string;
  readonly domain: string;
  /** Empty for the trust domain itself; otherwise it begins with a slash. */
  readonly path: string;
}

/** SPIFFE-ID §2.3: what every reader must take, and the most that one may. */
const MOST_CHARS = 2_048;
const MOST_DOMAIN_CHARS = 255;
const SPIFFE_ID = /^spiffe:\/\/(?<domain>[a-z0-9._-]+)(?<path>(?:\/[A-Za-z0-9._-]+)*)$/;
const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;

/** `null` for anything that is not exactly one: no port, no query, no percent sign, no empty or relative segment. */
export function readSpiffeId(text: string): SpiffeId | null {
  if (text.length > MOST_CHARS) return null;
  const { domain = '', path = '' } = SPIFFE_ID.exec(text)?.groups ?? {};
  if (domain === '' || domain.length > MOST_DOMAIN_CHARS) return null;
  const isRelative = path.split('/').some((segment) => segment === '.' || segment === '..');
  return isRelative ? null : { id: text, domain, path };
}

export function isTrustDomain(text: string): boolean {
  return TRUST_DOMAIN.test(text);
}
