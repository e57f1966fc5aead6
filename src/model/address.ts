import type { Address } from './event.ts';

/**
 * IP addresses and networks, parsed strictly: dotted quad without leading zeros (`010.1.1.1` is not
 * an address), RFC 4291 IPv6 without zone, IPv4-mapped forms become IPv4. Text is canonical (RFC 5952).
 */
export function parseAddress(text: string): Address | null {
  const v4 = parseV4(text);
  if (v4 !== null) return text as Address;
  const groups = parseV6(text);
  if (groups === null) return null;
  const mapped = mappedV4(groups);
  return (mapped ?? formatV6(groups)) as Address;
}

/** A CIDR block, or a single address as a block of full length. */
export interface Network {
  readonly family: 4 | 6;
  /** The first address as an integer, host bits masked away. */
  readonly first: bigint;
  readonly prefix: number;
}

const MAPPED_PREFIX = 96;

/**
 * Parses `10.0.0.0/8`, `2001:db8::/32` or a bare address; `null` where it is neither. Host bits are masked. An IPv4-mapped
 * block is the IPv4 block behind its first 96 bits (RFC 4291 §2.5.5.2); one that begins before them is none.
 */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const { family, value } = addressValue(address);
  const width = family === 4 ? 32 : 128;
  let prefix = width;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^\d{1,3}$/.test(digits)) return null;
    prefix = Number(digits) - (family === 4 && text.includes(':') ? MAPPED_PREFIX : 0);
    if (prefix < 0 || prefix > width) return null;
  }
  const shift = BigInt(width - prefix);
  return { family, first: (value >> shift) << shift, prefix };
}

export function networkContains(network: Network, address: Address): boolean {
  const { family, value } = addressValue(address);
  if (family !== network.family) return false;
  const shift = BigInt((family === 4 ? 32 : 128) - network.prefix);
  return value >> shift === network.first >> shift;
}

/** Whether all of a network lies within another. */
export function isWithin(inner: Network, outer: Network): boolean {
  if (inner.family !== outer.family || inner.prefix < outer.prefix) return false;
  const shift = BigInt(widthOf(outer) - outer.prefix);
  return inner.first >> shift === outer.first >> shift;
}

/** The smallest network that both lie within; `null` for those of two families. */
export function commonNetwork(a: Network, b: Network): Network | null {
  if (a.family !== b.family) return null;
  const width = widthOf(a);
  const difference = a.first ^ b.first;
  const alike = difference === 0n ? width : width - difference.toString(2).length;
  const prefix = Math.min(a.prefix, b.prefix, alike);
  const shift = BigInt(width - prefix);
  return { family: a.family, first: (a.first >> shift) << shift, prefix };
}

function widthOf({ family }: Network): number {
  return family === 4 ? 32 : 128;
}

export function formatNetwork(network: Network): string {
  return `${formatValue(network.family, network.first)}/${network.prefix}`;
}

/** The address of an unsigned integer of its family's width. */
export function addressOf(family: 4 | 6, value: bigint): Address {
  return formatValue(family, value) as Address;
}

/** The address as an unsigned integer of its family's width. */
export function addressValue(address: Address): { readonly family: 4 | 6; readonly value: bigint } {
  const v4 = parseV4(address);
  if (v4 !== null) return { family: 4, value: BigInt(v4) };
  const groups = parseV6(address);
  if (groups === null) throw new TypeError('not a canonical address');
  return { family: 6, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n) };
}

const NAT64 = 0x0064_ff9bn << 64n;
const SIX_TO_FOUR = 0x2002n;
const LAST_V4 = 0xffff_ffffn;

/** The IPv4 address that an IPv6 one leads to: behind the prefix of NAT64 (RFC 6052 §2.1), or of 6to4 (RFC 3056 §2). */
export function translatedV4(address: Address): Address | null {
  if (!address.startsWith('64:ff9b::') && !address.startsWith('2002:')) return null;
  const { value } = addressValue(address);
  if (value >> 32n === NAT64) return addressOf(4, value & LAST_V4);
  return value >> 112n === SIX_TO_FOUR ? addressOf(4, (value >> 80n) & LAST_V4) : null;
}

/** Addresses that are never one machine: unspecified, loopback, multicast, broadcast. */
export function isNobody(address: Address): boolean {
  if (address.includes(':')) return address === '::' || address === '::1' || address.startsWith('ff');
  const first = Number(address.slice(0, address.indexOf('.')));
  return first === 0 || first === 127 || (first >= 224 && first <= 239) || address === '255.255.255.255';
}

function formatValue(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => Number((value >> shift) & 0xffffn));
  return formatV6(groups);
}

function parseV4(text: string): number | null {
  if (text.length < 7 || text.length > 15) return null;
  let value = 0;
  let octet = -1;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46;
    if (code === 46) {
      if (octet < 0 || octet > 255) return null;
      value = value * 256 + octet;
      octet = -1;
      digits = 0;
      dots++;
      continue;
    }
    if (code < 48 || code > 57 || octet === 0 || digits === 3) return null;
    octet = (octet < 0 ? 0 : octet * 10) + code - 48;
    digits++;
  }
  return dots === 4 ? value : null;
}

function parseV6(text: string): number[] | null {
  if (text.length < 2 || text.length > 45 || !text.includes(':')) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  if (halves.length === 1) return head.length === 8 ? head : null;
  const missing = 8 - head.length - tail.length;
  if (missing < 1) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** Colon-separated groups; the last may be a dotted quad where `mayEndInV4`. */
function parseGroups(text: string, mayEndInV4: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (mayEndInV4 && index === parts.length - 1 && part.includes('.')) {
      const v4 = parseV4(part);
      if (v4 === null) return null;
      groups.push(Math.floor(v4 / 65536), v4 % 65536);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}

function mappedV4(groups: readonly number[]): string | null {
  if (groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return null;
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups becomes `::`. */
function formatV6(groups: readonly number[]): string {
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; ) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > bestLength) {
      bestStart = start;
      bestLength = end - start;
    }
    start = Math.max(end, start + 1);
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(':');
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`;
}
