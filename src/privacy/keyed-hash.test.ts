import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyedHash } from './keyed-hash.ts';

describe('the keyed hash is HMAC-SHA-256', () => {
  // RFC 4231 §4.2 to §4.4: those whose text is UTF-8, and whose key is no longer than a block.
  test.each([
    ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      Buffer.from('Jefe').toString('hex'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
  ])('key %s', (key, text, digest) => {
    expect(keyedHash(Buffer.from(key, 'hex'))(text)).toBe(digest);
  });

  test('as Node makes it, of any text and one after the other', () => {
    const one = fc.string({ unit: 'binary', size: 'max', maxLength: 300 });
    const texts = fc.array(one, { size: 'max', maxLength: 5 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64, size: 'max' }), texts, (key, all) => {
        const digest = keyedHash(key);
        for (const text of [...all, '\ud800', 'ä'.repeat(5_000)])
          expect(digest(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
      }),
      { numRuns: 50 },
    );
  });

  test('a longer key is refused', () => {
    expect(() => keyedHash(Buffer.alloc(65))).toThrow(RangeError);
  });
});
