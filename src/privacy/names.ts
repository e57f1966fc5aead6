import {
  type Fingerprint,
  type Fleet,
  LIMITS,
  parseAddress,
  sealedDomain,
  type SealedName,
} from '../model/index.ts';
import { entropyBits } from './encoded.ts';
import type { SealingKeys } from './keys.ts';
import { splitName } from './registrable.ts';

export interface NameSeal {
  readonly sealed: SealedName;
  /** The name in the clear, for the moment in which it becomes stable. Memory only. */
  readonly full: string;
}

/** Bits per character at which labels count as wholly random. */
const RANDOM_BITS = 5;

/** Makes a name's seal; `null` for what is no name: empty, an address, an address with a port. */
export function nameSealer(keys: SealingKeys, domains: Fleet['domains']): (text: string) => NameSeal | null {
  const own = [
    ...new Set([...Object.keys(domains), ...Object.values(domains)].map((domain) => domain.toLowerCase())),
  ]
    .filter((domain) => domain !== '')
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (text) => {
    const name = normaliseName(text);
    return name === null ? null : { sealed: sealName(keys, name, own), full: name };
  };
}

/** Of a name alone; `null` for what is no name. */
export function nameFingerprint(keys: SealingKeys, text: string): Fingerprint | null {
  const name = normaliseName(text);
  return name === null ? null : keys.fingerprint('name', name);
}

/** The form in which names and indicators meet before they are sealed; `null` where the text is no name. */
function normaliseName(text: string): string | null {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/:\d{0,5}$/, '')
    .replace(/\.$/, '');
  const address = parseAddress(text.trim()) ?? parseAddress(bare.replace(/^\[(.*)\]$/, '$1'));
  // A name whose last label is a number is an address, well-formed or not (WHATWG URL, host parsing).
  return bare === '' || address !== null || /(?:^|\.)\d+$/.test(bare) || bare.startsWith('[') ? null : bare;
}

function sealName(keys: SealingKeys, name: string, own: readonly string[]): SealedName {
  const { domain, below, hasDomain, sealedUnder, guarded } = splitName(name, own);
  const parents = below.slice(1).map((_, index) => [...below.slice(index + 1), domain].join('.'));
  if (below.length > 0) parents.push(domain);
  const known = hasDomain ? parents.slice(-LIMITS.nameParents) : [];
  const text = below.join('');
  const entropy = text === '' ? 0 : Math.min(1, entropyBits(text) / RANDOM_BITS);
  return {
    domain: sealedUnder === null ? domain : sealedDomain(keys.fingerprint('name', domain), sealedUnder),
    fingerprint: keys.fingerprint('name', name),
    parents: known.map((parent) => keys.fingerprint('name', parent)),
    // Rounded, so that the figures of a short label do not give it away.
    labels: { count: below.length, length: text.length, entropy: Math.round(entropy * 100) / 100 },
    ...(guarded ? { guarded } : {}),
  };
}
