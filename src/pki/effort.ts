import type { PkiCertificate } from './certificate.ts';
import { isPermitted, nameWork } from './name-constraints.ts';

/** Signatures that are checked for one verdict; honest chains need up to four. */
const MOST_SIGNATURES = 32;
/** Names held against subtrees for one verdict; an authority with a hundred subtrees over a hundred names is 10,000. */
const MOST_NAME_WORK = 30_000;

/**
 * What one verdict may cost, whatever a peer sends: each link is looked at once, and only so many. What there is no
 * effort left for does not hold.
 */
export class Effort {
  readonly #signed = new Map<string, boolean>();
  readonly #permitted = new Map<string, boolean>();
  #nameWork = 0;

  isSigned(each: PkiCertificate, issuer: PkiCertificate): boolean {
    const link = `${each.fingerprint} ${issuer.keyFingerprint}`;
    let known = this.#signed.get(link);
    if (known === undefined) {
      if (this.#signed.size >= MOST_SIGNATURES) return false;
      this.#signed.set(link, (known = each.isSignedBy(issuer.key)));
    }
    return known;
  }

  /** Whether an authority may vouch for the names of another's certificate. */
  isPermitted(each: PkiCertificate, { fingerprint, nameRule }: PkiCertificate): boolean {
    if (nameRule === null) return true;
    const link = `${each.fingerprint} ${fingerprint}`;
    let known = this.#permitted.get(link);
    if (known === undefined) {
      this.#nameWork += nameWork(each.names, nameRule);
      known = this.#nameWork <= MOST_NAME_WORK && isPermitted(each.names, nameRule);
      this.#permitted.set(link, known);
    }
    return known;
  }
}
