import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address, SiteId } from '../model/index.ts';
import { placeOfUse } from './place-of-use.ts';

const HQ = 'hq' as SiteId;
const octet = fc.nat(255);

function place(address: string, site: SiteId = HQ): number {
  return placeOfUse(site, address as Address);
}

test('[HABIT-7] addresses of one network at one site are one place, and others another', () => {
  fc.assert(
    fc.property(octet, octet, octet, octet, octet, (a, b, c, one, other) => {
      expect(place(`${a}.${b}.${c}.${one}`)).toBe(place(`${a}.${b}.${c}.${other}`));
      expect(place(`${a}.${b}.${c}.${one}`)).not.toBe(place(`${a}.${b}.${(c + 1) % 256}.${one}`));
      expect(place(`${a}.${b}.${c}.${one}`)).toBeGreaterThan(0);
    }),
  );
  expect(place('10.0.0.1')).not.toBe(place('10.0.0.1', 'lab' as SiteId));
  expect(place('2001:db8::1')).toBe(place('2001:db8::ffff:1'));
  expect(place('2001:db8::1')).not.toBe(place('2001:db8:0:1::1'));
});
