import {
  type Address,
  formatNetwork,
  type IndicatorType,
  parseAddress,
  parseNetwork,
} from '../../model/index.ts';
import { canonicalDomain } from '../domain-name.ts';
import { canonicalHash } from '../indicator.ts';
import { isTooWide } from '../networks.ts';
import { isEmptyFileHash, isSpecialAddress, isSpecialNetwork } from '../special.ts';
import { isSharedHost } from './shared-hosts.ts';

/** What became of one entry's text: an indicator, a refusal, or a known thing that we do not list. */
export type Entry =
  | {
      readonly kind: 'indicator';
      readonly type: IndicatorType;
      readonly value: string;
      /** How much of the record's confidence holds for the indicator, where it named something narrower. */
      readonly share?: number;
      /** The one port of the host that was named. */
      readonly port?: number;
    }
  | { readonly kind: 'refused'; readonly reason: FeedRefusal }
  | { readonly kind: 'skipped'; readonly what: string };

export type FeedRefusal =
  | 'invalid_address'
  | 'invalid_network'
  | 'prefix_too_short'
  | 'invalid_domain'
  | 'invalid_hash'
  | 'invalid_url'
  | 'invalid_entry'
  | 'line_too_long'
  | 'wrong_column_count'
  | 'pattern_unreadable'
  | 'pattern_needs_all'
  | 'pattern_unsupported'
  | 'pattern_language';

/** A URL of a feed; the rest of an entry is shorter. */
const ENTRY_CHARS = 8_192;
/** A domain name has 253, somewhat more before it is in A-labels. */
const NAME_CHARS = 1_024;

const ENDPOINT = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i;

const LAST_PORT = 65_535;

/** A feed that names one port of an address says less of the address. */
const PORT_SHARE = 0.8;
/** A URL with a path may be one page of somebody's broken-into site. */
const PATH_SHARE = 0.6;

export function addressEntry(text: string): Entry {
  const address = parseAddress(text);
  return address === null ? { kind: 'refused', reason: 'invalid_address' } : ofAddress(address);
}

function ofAddress(address: Address): Entry {
  if (isSpecialAddress(address)) return { kind: 'skipped', what: 'special_range' };
  return { kind: 'indicator', type: 'ip', value: address };
}

export function networkEntry(text: string): Entry {
  const network = parseNetwork(text);
  if (network === null) return { kind: 'refused', reason: 'invalid_network' };
  if (isSpecialNetwork(network)) return { kind: 'skipped', what: 'special_range' };
  if (isTooWide(network)) return { kind: 'refused', reason: 'prefix_too_short' };
  if (network.prefix === (network.family === 4 ? 32 : 128)) return addressEntry(text.split('/')[0] ?? '');
  return { kind: 'indicator', type: 'ip', value: formatNetwork(network) };
}

/** An address or a CIDR block, by its own form. */
export function addressOrNetworkEntry(text: string): Entry {
  return text.includes('/') ? networkEntry(text) : addressEntry(text);
}

/** `*.evil.tld` and `.evil.tld` list the domain: a listed domain covers what is below it anyway. */
export function domainEntry(text: string): Entry {
  const domain = text.length > NAME_CHARS ? null : canonicalDomain(text.replace(/^\*?\./, ''));
  if (domain === null) return { kind: 'refused', reason: 'invalid_domain' };
  return { kind: 'indicator', type: 'domain', value: domain };
}

export function hashEntry(text: string): Entry {
  const hash = canonicalHash(text);
  return hash === null ? { kind: 'refused', reason: 'invalid_hash' } : ofHash(hash);
}

function ofHash(hash: string): Entry {
  if (isEmptyFileHash(hash)) return { kind: 'skipped', what: 'empty_file' };
  return { kind: 'indicator', type: 'hash', value: hash };
}

/** `address:port`, `[v6]:port` or `name:port`: the address or name, by less. */
export function endpointEntry(text: string): Entry {
  const match = ENDPOINT.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) return { kind: 'refused', reason: 'invalid_entry' };
  return withPort(hostEntry(host), match?.[3]);
}

/**
 * The host of a URL, by less where it names a page of it; nothing where the host is shared by many: a page
 * there says nothing of the others.
 */
export function urlEntry(text: string): Entry {
  if (text.length > ENTRY_CHARS) return { kind: 'refused', reason: 'invalid_url' };
  const match =
    /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/\\?#@\s]*@)?(\[[0-9a-f:.]+\]|[^/\\?#:\s]+)(?::(\d{1,5}))?([/\\?#].*)?$/i.exec(
      text,
    );
  // A browser's host ends at a backslash too (WHATWG), and may have the root's dot.
  const host = match?.[1]?.replace(/^\[|\]$|\.$/g, '');
  if (host === undefined) return { kind: 'refused', reason: 'invalid_url' };
  const entry = hostEntry(host);
  if (entry.kind === 'refused') return { kind: 'refused', reason: 'invalid_url' };
  if (entry.kind === 'indicator' && entry.type === 'domain' && isSharedHost(entry.value))
    return { kind: 'skipped', what: 'url_on_shared_host' };
  const isHost = /^\/?$/.test(match?.[3] ?? '');
  return numbered(isHost ? entry : withShare(entry, PATH_SHARE), match?.[2]);
}

/** A URL that may be written without its scheme, as Zeek's and maltrail's are. */
export function schemelessUrlEntry(text: string): Entry {
  return urlEntry(text.includes('://') ? text : `//${text}`);
}

export function hostEntry(host: string): Entry {
  return parseAddress(host) === null && !/^[\d.]+$/.test(host) && !host.includes(':')
    ? domainEntry(host)
    : addressEntry(host);
}

/** An entry whose kind only its own form tells. */
export function anyEntry(text: string): Entry {
  if (text.length > ENTRY_CHARS) return { kind: 'refused', reason: 'invalid_entry' };
  const address = parseAddress(text);
  if (address !== null) return ofAddress(address);
  const slash = text.indexOf('/');
  if (slash >= 0) {
    if (text.includes('://')) return urlEntry(text);
    if (/^[0-9a-f:.]+\/\d+$/i.test(text)) return networkEntry(text);
    return slash === 0 ? { kind: 'skipped', what: 'url_path' } : schemelessUrlEntry(text);
  }
  const hash = canonicalHash(text);
  if (hash !== null) return ofHash(hash);
  if (text.includes(':')) return endpointEntry(text);
  const domain = domainEntry(text);
  return domain.kind === 'refused' ? { kind: 'refused', reason: 'invalid_entry' } : domain;
}

/** As `anyEntry`, of a text written so that nobody clicks it: `hxxp://`, `evil[.]tld`. */
export function defangedEntry(text: string): Entry {
  return anyEntry(refanged(text));
}

export function refanged(text: string): string {
  if (text.length > ENTRY_CHARS || !/[[({\\]|^h/i.test(text)) return text;
  return text
    .replace(/[[({](?:\.|dot)[\])}]/gi, '.')
    .replace(/\\\./g, '.')
    .replace(/\[(:|:\/\/|@|\/)\]/g, '$1')
    .replace(/^(?:hxxp|hxtp|htxp|h__p)(s?)(?=:)/i, 'http$1');
}

/** Of an entry that names one port of a host: the host, by less. */
export function withPort(entry: Entry, port: string | undefined): Entry {
  return numbered(withShare(entry, PORT_SHARE), port);
}

/** What is no port is left out: the host is listed all the same. */
function numbered(entry: Entry, text: string | undefined): Entry {
  const port = Number(text ?? 0);
  return entry.kind === 'indicator' && port > 0 && port <= LAST_PORT ? { ...entry, port } : entry;
}

function withShare(entry: Entry, share: number): Entry {
  return entry.kind === 'indicator' ? { ...entry, share } : entry;
}
