import { formatNetwork, type IndicatorType, parseAddress, parseNetwork } from '../../model/index.ts';
import { canonicalDomain } from '../domain-name.ts';
import { canonicalHash } from '../indicator.ts';
import { isEmptyFileHash, isSpecialAddress, isSpecialNetwork } from '../special.ts';

/** What became of one entry's text: an indicator, a refusal, or a known thing that we do not list. */
export type Entry =
  | { readonly kind: 'indicator'; readonly type: IndicatorType; readonly value: string }
  | { readonly kind: 'refused'; readonly reason: FeedRefusal }
  | { readonly kind: 'skipped'; readonly what: string };

export type FeedRefusal =
  | 'invalid_address'
  | 'invalid_network'
  | 'prefix_too_short'
  | 'invalid_domain'
  | 'invalid_hash'
  | 'invalid_entry'
  | 'wrong_column_count';

/** A shorter prefix would list a continent: a slip of the feed's maker. */
const SHORTEST_PREFIX = { 4: 8, 6: 19 } as const;

export function addressEntry(text: string): Entry {
  const address = parseAddress(text);
  if (address === null) return { kind: 'refused', reason: 'invalid_address' };
  if (isSpecialAddress(address)) return { kind: 'skipped', what: 'special_range' };
  return { kind: 'indicator', type: 'ip', value: address };
}

export function networkEntry(text: string): Entry {
  const network = parseNetwork(text);
  if (network === null) return { kind: 'refused', reason: 'invalid_network' };
  if (isSpecialNetwork(network)) return { kind: 'skipped', what: 'special_range' };
  if (network.prefix < SHORTEST_PREFIX[network.family])
    return { kind: 'refused', reason: 'prefix_too_short' };
  if (network.prefix === (network.family === 4 ? 32 : 128)) return addressEntry(text.split('/')[0] ?? '');
  return { kind: 'indicator', type: 'ip', value: formatNetwork(network) };
}

/** `*.evil.tld` lists the domain: a listed domain covers what is below it anyway. */
export function domainEntry(text: string): Entry {
  const domain = canonicalDomain(text.replace(/^\*\./, ''));
  if (domain === null) return { kind: 'refused', reason: 'invalid_domain' };
  return { kind: 'indicator', type: 'domain', value: domain };
}

export function hashEntry(text: string): Entry {
  const hash = canonicalHash(text);
  if (hash === null) return { kind: 'refused', reason: 'invalid_hash' };
  if (isEmptyFileHash(hash)) return { kind: 'skipped', what: 'empty_file' };
  return { kind: 'indicator', type: 'hash', value: hash };
}

/** An entry whose kind only its own form tells. A URL never lists its host: the host may be shared. */
export function anyEntry(text: string): Entry {
  if (text.includes('://')) return { kind: 'skipped', what: 'url' };
  if (parseAddress(text) !== null) return addressEntry(text);
  if (/^[0-9a-f:.]+\/\d+$/i.test(text)) return networkEntry(text);
  if (text.includes('/')) return { kind: 'skipped', what: 'url' };
  if (canonicalHash(text) !== null) return hashEntry(text);
  if (/^[^:]+:\d{1,5}$/.test(text)) return { kind: 'skipped', what: 'address_with_port' };
  const domain = domainEntry(text);
  return domain.kind === 'refused' ? { kind: 'refused', reason: 'invalid_entry' } : domain;
}
