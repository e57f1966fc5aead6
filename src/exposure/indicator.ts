import { type Address, addressOf, type IndicatorType, parseAddress, parseNetwork } from '../model/index.ts';
import { canonicalDomain } from './domain-name.ts';
import { isEmptyFileHash, isSpecialAddress } from './special.ts';

/** What was asked for, in the one spelling under which feeds and events are indexed. */
export interface Indicator {
  readonly type: IndicatorType;
  readonly value: string;
  /** What was written, where it differs. */
  readonly normalizedFrom?: string;
  /** A private, reserved or documentation address, or the hash of the empty file: no reputation applies. */
  readonly special: boolean;
}

export type NormalisedIndicator =
  | ({ readonly ok: true } & Indicator)
  | { readonly ok: false; readonly message: string };

const MAX_CHARS = 2_048;
const ALLOWED = 'one IP address, domain name or SHA-256 hash (URLs and defanged forms are understood)';

/** Soft hyphen, zero-width characters, direction marks, byte order mark; control characters. */
// oxlint-disable-next-line no-control-regex -- they are what is removed
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\u0000-\u001f\u007f]/g;

/** Reads an indicator in whatever spelling people paste it. A text that could mean two things is refused. */
export function normaliseIndicator(text: string): NormalisedIndicator {
  if (text.length > MAX_CHARS) return refusal(`is longer than ${MAX_CHARS} characters`);
  const refanged = refang(text.normalize('NFKC').replace(INVISIBLE, '').trim());
  if (refanged === '') return refusal('is empty');
  const bare = withoutPunctuation(refanged);
  const found = classify(refanged) ?? classify(bare);
  if (found !== null)
    return { ok: true, ...found, ...(found.value === text ? {} : { normalizedFrom: text }) };
  return refusal(complaint(bare), bare);
}

/** MD5, SHA-1 or SHA-256 in lower-case hex; the length tells which. */
export function canonicalHash(text: string): string | null {
  return /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) ? text.toLowerCase() : null;
}

function refang(text: string): string {
  return text
    .replace(/[[({]\s*(?:\.|dot)\s*[\])}]/gi, '.')
    .replace(/\\\./g, '.')
    .replace(/\[(:|:\/\/|@|\/)\]/g, '$1')
    .replace(/^(["'<(]*)(?:hxxp|hxtp|htxp|h__p)(s?)(?=:)/i, '$1http$2')
    .replace(/^(["'<(]*)fxp(?=:)/i, '$1ftp');
}

function withoutPunctuation(text: string): string {
  return text.replace(/^["'`<(]+/, '').replace(/["'`>)\].,;:!?]+$/, '');
}

function classify(text: string): Indicator | null {
  const hash = canonicalHash(text);
  if (hash !== null) return { type: 'hash', value: hash, special: isEmptyFileHash(hash) };
  const single = addressOfBlock(text);
  if (single !== null) return ofAddress(single);
  const host = hostOf(text);
  if (host === null) return null;
  const address = parseAddress(host) ?? parseAddress(withoutZone(host));
  if (address !== null) return ofAddress(address);
  const domain = looksNumeric(host) ? null : canonicalDomain(host);
  return domain === null ? null : { type: 'domain', value: domain, special: false };
}

/** A block of one address is that one: `203.0.113.7/32`. */
function addressOfBlock(text: string): Address | null {
  const network = text.includes('/') ? parseNetwork(text) : null;
  if (network === null || network.prefix !== (network.family === 4 ? 32 : 128)) return null;
  return addressOf(network.family, network.first);
}

function ofAddress(address: Address): Indicator {
  return { type: 'ip', value: address, special: isSpecialAddress(address) };
}

/** The host of a URL, of `host:port`, `[v6]:port` or `host/path`; a plain host itself. Never parsed as a URL: WHATWG reads `010.1` as an address. */
function hostOf(text: string): string | null {
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)/i.exec(text);
  if (url === null && isBlock(text)) return null;
  if (url === null && (text.includes('@') || parseNetwork(text.split('%')[0] ?? '') !== null)) {
    return text.includes('/') || text.includes('@') ? null : text;
  }
  const authority = url?.[1] ?? (text.split(/[/?#]/)[0] || null);
  if (authority === null) return null;
  const afterUser = authority.slice(authority.lastIndexOf('@') + 1);
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(afterUser);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return afterUser.replace(/^([^:]*):\d{1,5}$/, '$1');
}

/**
 * A number after an address and a slash is a prefix, whether or not it can be one; after an IPv6 address without brackets
 * no path follows at all.
 */
function isBlock(text: string): boolean {
  const [base = '', prefix] = text.split('/');
  if (prefix === undefined || parseAddress(withoutZone(base)) === null) return false;
  return base.includes(':') || /^\d{1,3}$/.test(prefix);
}

/** RFC 4007 §11: a zone means something on one machine only. */
function withoutZone(host: string): string {
  return host.includes(':') ? host.replace(/%.*$/, '') : host;
}

function looksNumeric(host: string): boolean {
  return /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?$/i.test(host);
}

function complaint(text: string): string {
  const [beforeSlash = '', afterSlash] = text.split('/');
  if (afterSlash !== undefined && /^\d{1,3}$/.test(afterSlash) && parseAddress(beforeSlash) !== null) {
    return 'is a network, not one address: ask for an address inside it';
  }
  const host = hostOf(text) ?? text;
  if (/^(?:\d+\.){3}\d+$/.test(host) && /(?:^|\.)0\d/.test(host)) {
    return 'has an octet with a leading zero, which some programs read as octal: write each octet in plain decimal';
  }
  if (looksNumeric(host)) return 'is not an IPv4 address of four decimal octets, each 0 to 255';
  if (text.includes('@')) return 'is a mail address: ask for its domain';
  return 'is not an address, a domain name or a hash';
}

function refusal(problem: string, came?: string): NormalisedIndicator {
  const shown =
    came === undefined ? '' : ` ${JSON.stringify(came.length > 80 ? `${came.slice(0, 80)}…` : came)}`;
  return { ok: false, message: `indicator${shown} ${problem}. Allowed: ${ALLOWED}.` };
}
