import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { looksEncoded } from './encoded.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Encodings of the same pseudo-random bytes in every run. */
const ENCODINGS = {
  hexadecimal: (bytes: Buffer) => bytes.toString('hex'),
  'base 32': (bytes: Buffer) => [...bytes].map((byte) => BASE32[byte & 31]).join(''),
  'base 64': (bytes: Buffer) => bytes.toString('base64url').toLowerCase(),
};

test.each([
  ['www'],
  ['mgmt'],
  ['settings-win', 'data'],
  ['firefox', 'settings', 'services'],
  ['v10', 'events', 'data'],
  ['array506', 'prod', 'do', 'dsp', 'mp'],
  ['connectivitycheck'],
  ['_ldap', '_tcp', 'dc', '_msdcs'],
])('%s names a service', (...labels) => {
  expect(looksEncoded(labels)).toBe(false);
});

test.each(Object.entries(ENCODINGS))('labels in %s look encoded', (_, encode) => {
  for (const length of [16, 20, 24]) {
    let missed = 0;
    for (let i = 0; i < 2_000; i++) {
      const bytes = createHash('sha256').update(`${length} ${i}`).digest();
      if (!looksEncoded([encode(bytes).slice(0, length)])) missed++;
    }
    expect(missed).toBeLessThan(20);
  }
});

test('whatever they say, labels that are too long or too many look encoded', () => {
  expect(looksEncoded(['thereisnothingstrangehere'])).toBe(true);
  expect(looksEncoded(['one', 'two', 'three', 'four', 'five', 'six', 'seven'])).toBe(true);
  expect(looksEncoded(['another', 'innocent', 'sentence', 'together', 'thirteen', 'mountainside'])).toBe(
    true,
  );
});

test('data in many short labels looks encoded as a whole', () => {
  expect(looksEncoded(['ab1', '2cd', '34e', 'f56'])).toBe(true);
});
