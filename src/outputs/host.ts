import { lookup as resolveName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { SinkError } from './sink.ts';

/**
 * Addresses that are not of the public internet (IANA special-purpose registries, RFC 6890): a configured URL must not
 * reach what only this machine or its network can.
 */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6 what is not global unicast (2000::/3), and there what leads back to IPv4, is for protocols or for documents. */
const PUBLIC_V6 = ['2000::', 3] as const;
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const privateV4 = new BlockList();
for (const [network, prefix] of PRIVATE_V4) privateV4.addSubnet(network, prefix, 'ipv4');
const publicV6 = new BlockList();
publicV6.addSubnet(...PUBLIC_V6, 'ipv6');
const privateV6 = new BlockList();
for (const [network, prefix] of PRIVATE_V6) privateV6.addSubnet(network, prefix, 'ipv6');

/** @param address IPv4 or IPv6, as a resolver writes it */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 4) return privateV4.check(address, 'ipv4');
  return !publicV6.check(address, 'ipv6') || privateV6.check(address, 'ipv6');
}

/** The host of a URL as an address or name: IPv6 without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** A name is not resolved for a host that is an address already. @throws SinkError */
export function refusePrivateLiteral(host: string): void {
  if (isIP(host) !== 0 && isPrivateAddress(host)) throw privateRefused();
}

/** Resolves a name for a connection, and gives only public addresses: the one that was looked at is the one that is used. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const found = addresses.filter(({ address }) => !isPrivateAddress(address));
    const [first] = found;
    if (first === undefined) return callback(privateRefused(), []);
    if (options.all === true) return callback(null, found);
    return callback(null, first.address, first.family);
  });
};

function privateRefused(): SinkError {
  return new SinkError('its address is of a private range: set allow_private: true to allow that');
}
