import { parse } from 'tldts';
import { looksEncoded } from './encoded.ts';
import { isTenantGuarded } from './tenants.ts';

/** What of a name may be kept in the clear (contract §4), and whether the rest may ever be. */
export interface NameParts {
  /** The registrable domain, or what stands for it. */
  readonly domain: string;
  /** The labels below it, outermost first. */
  readonly below: readonly string[];
  /** The domain itself counts among the name's parents: not so for a lone label, which has none. */
  readonly hasDomain: boolean;
  /** The suffix, where the domain is a customer's under a private one, and its own label may not be kept. */
  readonly sealedUnder: string | null;
  /** Not to be revealed, however stable. */
  readonly guarded: boolean;
}

const SUFFIX_OPTIONS = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
};
/**
 * Names of addresses (RFC 1035 §3.5, RFC 3596 §2.5), of homes (RFC 8375) and what routers call the network behind them: below
 * them stand machines.
 */
const MACHINE_DOMAINS = ['in-addr.arpa', 'ip6.arpa', 'home.arpa', 'fritz.box', 'attlocal.net'];
const PLAIN_LABEL = /^[a-z0-9_*](?:[a-z0-9_*-]{0,61}[a-z0-9_*])?$/;

/**
 * Splits a name at its registrable domain by the Public Suffix List, private suffixes included.
 *
 * Where no suffix is listed (`newyork.dmevals.local`), the list's default rule would keep two labels. We keep
 * them only of names with three or more, because the outermost of two (`sarah-laptop.local`) is a machine's
 * own name; and only one where the second looks encoded. A domain that is no host name (`a.b c`) is `invalid`.
 * A lone label (`sarah-laptop`, asked by NetBIOS or LLMNR) keeps nothing and stands under `local`. All these,
 * and names in the fleet's own domains, may be called after a person, so they stay guarded: only the inventory
 * names the fleet's machines. Anybody names what stands under a private suffix, often a machine at home, and without
 * a registrar: where its label looks like one, or like data, it is guarded as labels below it are.
 */
export function splitName(name: string, ownDomains: readonly string[]): NameParts {
  const labels = name.split('.');
  const own = ownDomains.find((domain) => isUnder(name, domain));
  const machines = MACHINE_DOMAINS.find((domain) => isUnder(name, domain));
  const listed = machines === undefined ? publicParts(name) : null;
  const found = listed?.labels ?? null;
  const wanted =
    machines !== undefined
      ? 2
      : (found ?? (own === undefined ? unlistedLabels(labels) : own.split('.').length));
  const kept = plainTail(labels, wanted);
  const below = labels.slice(0, labels.length - kept);
  const domain =
    kept > 0 ? labels.slice(-kept).join('.') : labels.length === 1 && wanted === 0 ? 'local' : 'invalid';
  const internal = found === null || own !== undefined;
  const suffix = own === undefined && kept === found ? (listed?.tenantOf ?? null) : null;
  const isSealed = suffix !== null && isTenantGuarded(labels.at(-kept) ?? '', suffix);
  const guarded =
    internal || isSealed || looksEncoded(below) || below.some((label) => !PLAIN_LABEL.test(label));
  return {
    domain,
    below,
    hasDomain: kept > 0,
    sealedUnder: isSealed ? suffix : null,
    guarded: guarded && below.length > 0,
  };
}

interface PublicParts {
  /** How many the registrable domain (or the bare public suffix) has. */
  readonly labels: number;
  /** The private suffix of whose owner it is a customer's. */
  readonly tenantOf: string | null;
}

/** `null` under no listed suffix. */
function publicParts(name: string): PublicParts | null {
  const { domain, publicSuffix, isIcann, isPrivate } = parse(name, SUFFIX_OPTIONS);
  if (isIcann !== true && isPrivate !== true) return null;
  const labels = (domain ?? publicSuffix ?? '').split('.').length;
  return { labels, tenantOf: isPrivate === true && domain !== null ? publicSuffix : null };
}

function unlistedLabels(labels: readonly string[]): number {
  if (labels.length < 3) return labels.length - 1;
  return looksEncoded(labels.slice(-2, -1)) ? 1 : 2;
}

/** How many of the last `wanted` labels are plain, counted from the end: a mail address in a name stays out. */
function plainTail(labels: readonly string[], wanted: number): number {
  let kept = 0;
  while (kept < wanted && PLAIN_LABEL.test(labels[labels.length - 1 - kept] ?? '')) kept++;
  return kept;
}

function isUnder(name: string, domain: string): boolean {
  return name.endsWith(domain) && (name.length === domain.length || name.at(-domain.length - 1) === '.');
}
