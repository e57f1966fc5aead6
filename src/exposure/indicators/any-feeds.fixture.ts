import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  type Feed,
  type FeedId,
  type Listing,
  type SealedName,
  THREAT_CATEGORIES,
} from '../../model/index.ts';
import { parentsOf, registrableDomain } from '../domain-name.ts';
import { fingerprint } from './fingerprint.fixture.ts';

export function sealed(name: string): SealedName {
  return {
    domain: registrableDomain(name) ?? name,
    fingerprint: fingerprint(name),
    parents: parentsOf(name).map(fingerprint),
    labels: { count: 0, length: 0, entropy: 0 },
  };
}

// Small worlds, so that what is listed and what is asked really meet.
const ipv4 = fc
  .tuple(fc.constantFrom(45, 46, 255), fc.nat(1), fc.nat(2), fc.nat(3))
  .map((octets) => octets.join('.'));
const ipv6 = fc
  .tuple(fc.nat(1), fc.nat(2), fc.nat(2), fc.constantFrom(0, 1, 0xffff))
  .map((groups) => `2a00:${groups.map((each) => each.toString(16)).join(':')}::1`)
  .map((text) => ipaddr.parse(text).toString());
export const address = fc.oneof(ipv4, ipv6, fc.constantFrom('2a00::', '::2', 'ffff::ffff:1'));
const network = fc
  .oneof(fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })), fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })))
  .map(([base, prefix]) => {
    const family = base.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
    return `${family.networkAddressFromCIDR(`${base}/${prefix}`).toString()}/${prefix}`;
  });
const suffix = fc.constantFrom(
  'com',
  'co.uk',
  'github.io',
  'blogspot.com',
  // A public suffix below a registrable name.
  'amazonaws.com',
  's3.amazonaws.com',
  'ck',
  'www.ck',
  'xn--p1ai',
);
/** One of them longer than the tables of chance. */
const label = fc.constantFrom('a', 'b', 'www', 'xn--bcher-kva', 'a-label-of-many-letters', '_tcp');
export const domain = fc
  .tuple(fc.array(label, { maxLength: 3 }), suffix)
  .map(([labels, end]) => [...labels, end].join('.'))
  .filter((name) => name.includes('.'));
export const hash = fc
  .tuple(fc.constantFrom(32, 40, 64), fc.constantFrom('0', '7', 'f'), fc.constantFrom('0', '8', 'e'))
  // Equal but for the first or last digit.
  .map(([length, first, last]) => `${first}${'a'.repeat(length - 2)}${last}`);

const time = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 2 ** 41 }),
  fc.integer({ min: 0, max: 1_800_000_000 }).map((seconds) => seconds * 1_000),
  fc.constantFrom(0, -1_000, 0xc000_0000 * 1_000, 0xbfff_ffff * 1_000, 1_767_225_600_000.5),
);

const ports = fc.subarray([1, 443, 65_535], { maxLength: 2 });

export const listing: fc.Arbitrary<Listing> = fc
  .record({
    what: fc.oneof(
      fc.oneof(address, network).map((value) => ({ type: 'ip' as const, value })),
      domain.map((value) => ({ type: 'domain' as const, value })),
      hash.map((value) => ({ type: 'hash' as const, value })),
    ),
    categories: fc.uniqueArray(fc.constantFrom(...THREAT_CATEGORIES.slice(0, 3)), { maxLength: 2 }),
    confidence: fc.constantFrom(0, 0.1, 1 / 3, 1),
    firstSeen: time,
    lastSeen: time,
    actors: fc.array(fc.constantFrom('APT1', 'FIN7', 'a b', ''), { maxLength: 2 }),
  })
  .chain(({ what, ...rest }) =>
    fc.tuple(time, ports).map(([end, named]) => ({
      ...what,
      ...rest,
      ...(end === null ? {} : { validUntil: end }),
      ...(named.length === 0 ? {} : { ports: named }),
    })),
  );

export const feeds: fc.Arbitrary<Feed[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c').map((id) => id as FeedId),
    asOf: fc.constantFrom(0, 1_767_225_600_123),
    format: fc.constant('plain' as const),
    lineage: fc.constantFrom('other', 'one'),
    listings: fc.array(listing, { maxLength: 30 }),
  }),
  { selector: ({ id }) => id },
);
