import { type Address, type Network, parseNetwork } from '../model/index.ts';
import { NetworkMap } from './networks.ts';

/**
 * Ranges in which an address means another machine in every network, or none (IANA special-purpose
 * registries, RFC 6890): no feed's word counts there. The documentation blocks (RFC 5737, RFC 3849)
 * are not among them: they belong to nobody, a listing of one harms nobody, and exercises need
 * addresses that can be listed.
 */
const SPECIAL_NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '100::/64',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/** MD5, SHA-1 and SHA-256 of no bytes at all: every empty file has them. */
const EMPTY_FILE = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

const special = new NetworkMap<true>();
for (const text of SPECIAL_NETWORKS) {
  const network = parseNetwork(text);
  if (network === null) throw new TypeError(`special range ${text} is not a network`);
  special.set(network, true);
}

/** First octets of IPv4 addresses among which a special range can be. */
const SPECIAL_OCTETS = new Set(
  SPECIAL_NETWORKS.filter((text) => text.includes('.')).map((text) => text.slice(0, text.indexOf('.'))),
);
/** Two ranges begin there and reach to the end. */
const HIGHEST_UNICAST = 223;

export function isSpecialAddress(address: Address): boolean {
  // Most addresses are told by their first octet: a feed has them by the million.
  const octet = address.slice(0, address.indexOf('.'));
  if (!address.includes(':') && !SPECIAL_OCTETS.has(octet) && Number(octet) <= HIGHEST_UNICAST) return false;
  return special.covering(address).length > 0;
}

/** The whole block lies in one special range. */
export function isSpecialNetwork(network: Network): boolean {
  return special.coveringNetwork(network).length > 0;
}

export function isEmptyFileHash(hash: string): boolean {
  return EMPTY_FILE.has(hash);
}
