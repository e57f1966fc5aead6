import ipaddr from 'ipaddr.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressValue,
  commonNetwork,
  formatNetwork,
  isNobody,
  isWithin,
  networkContains,
  parseAddress,
  parseNetwork,
} from './address.ts';
import type { Address } from './event.ts';

describe('an address is parsed strictly and written canonically', () => {
  test.each([
    ['10.0.2.5', '10.0.2.5'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['fe80::1', 'fe80::1'],
    ['1::', '1::'],
  ])('%s becomes %s', (text, canonical) => {
    expect(parseAddress(text)).toBe(canonical);
  });

  test.each([
    '010.1.1.1',
    '0x7f.1',
    '127.1',
    '1.2.3.256',
    '1.2.3',
    '1.2.3.4.5',
    '',
    ':',
    ':::',
    '1:2',
    'fe80::1%eth0',
    '12345::',
    '1.2.3.4 ',
    '::1::',
  ])('%j is not an address', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test('agrees with an independent parser on every IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        // It takes the deprecated `::1.2.3.4` (RFC 4291 §2.5.5.1) for the mapped `::ffff:1.2.3.4`.
        fc.pre(!/^::[\d.]+$/.test(text));
        const parsed = ipaddr.IPv6.parse(text);
        const expected = parsed.isIPv4MappedAddress()
          ? parsed.toIPv4Address().toString()
          : parsed.toRFC5952String();
        expect(parseAddress(text)).toBe(expected);
      }),
    );
  });

  test('is stable: parsing the canonical text gives it back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        expect(address).not.toBeNull();
        expect(parseAddress(address as string)).toBe(address);
      }),
    );
  });
});

describe('a network', () => {
  test('masks host bits and contains exactly its addresses', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, other, prefix) => {
        const network = parseNetwork(`${base}/${prefix}`);
        if (network === null) throw new Error('must parse');
        const same = ipaddr.IPv4.parse(other).match(ipaddr.IPv4.parse(base), prefix);
        expect(networkContains(network, other as Address)).toBe(same);
        expect(networkContains(network, base as Address)).toBe(true);
      }),
    );
  });

  test('IPv4-mapped is the IPv4 block behind 96 bits', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, prefix) => {
        const [a = 0, b = 0, c = 0, d = 0] = base.split('.').map(Number);
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        const network = parseNetwork(`${base}/${prefix}`);
        expect(network).not.toBeNull();
        expect(parseNetwork(`::ffff:${base}/${96 + prefix}`)).toEqual(network);
        expect(parseNetwork(`0:0:0:0:0:FFFF:${hex}/${96 + prefix}`)).toEqual(network);
        expect(parseNetwork(`::ffff:${base}`)).toEqual(parseNetwork(base));
      }),
    );
    for (const prefix of [0, 8, 32, 95, 129])
      expect(parseNetwork(`::ffff:93.184.216.0/${prefix}`)).toBeNull();
  });

  test('refuses nonsense', () => {
    for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'fe80::/129', '10.0.0.0/-1', '/8']) {
      expect(parseNetwork(text)).toBeNull();
    }
  });

  test('is written as it is meant', () => {
    const network = parseNetwork('10.1.2.3/8');
    expect(network && formatNetwork(network)).toBe('10.0.0.0/8');
    expect(addressValue('0.0.1.0' as Address).value).toBe(256n);
  });

  test('knows the addresses that are nobody', () => {
    for (const text of ['224.0.0.251', '255.255.255.255', '0.0.0.0', '127.0.0.1', 'ff02::fb', '::']) {
      expect(isNobody(text as Address)).toBe(true);
    }
    expect(isNobody('10.0.0.1' as Address)).toBe(false);
  });
});

test('[SUPPRESS-9] law: a network holds both of two exactly where it holds their smallest common one', () => {
  const address = fc.oneof(
    fc.tuple(fc.constantFrom(10, 11), fc.nat(3), fc.nat(3), fc.nat(255)).map((octets) => octets.join('.')),
    fc
      .tuple(fc.nat(3), fc.nat(0xffff))
      .map((groups) => `2001:db8::${groups.map((each) => each.toString(16)).join(':')}`),
  );
  const network = fc
    .tuple(address, fc.integer({ min: 0, max: 128 }))
    .map(([text, prefix]) => parseNetwork(`${text}/${prefix}`) ?? parseNetwork(text))
    .filter((each) => each !== null);
  fc.assert(
    fc.property(network, network, network, (a, b, outer) => {
      const common = commonNetwork(a, b);
      expect(isWithin(a, outer) && isWithin(b, outer)).toBe(common !== null && isWithin(common, outer));
    }),
    { numRuns: 2_000 },
  );
});
