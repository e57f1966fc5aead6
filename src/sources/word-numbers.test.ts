import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../model/index.ts';
import { WordNumbers } from './word-numbers.ts';

function numberOf(words: WordNumbers, text: string): number {
  const bytes = Buffer.from(`before${text}after`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return words.numberOf({ bytes, view }, 6, bytes.length - 5);
}

describe('numbers of words', () => {
  test('[SRC-SCAN-1] stand for the canonical word, whatever its spelling', () => {
    const words = new WordNumbers(parseAddress, 100);
    const first = numberOf(words, '2001:db8::1');
    expect(numberOf(words, '2001:DB8:0::1')).toBe(first);
    expect(numberOf(words, '::ffff:192.0.2.1')).toBe(numberOf(words, '192.0.2.1'));
    expect(numberOf(words, '010.1.1.1')).toBe(0);
    expect([first, words.text(first)]).toEqual([1, '2001:db8::1']);
    expect(words.size).toBe(3);
  });

  test('[SRC-SCAN-1] keep their meaning however many there are', () => {
    const word = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-c]{0,5}$/));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 2_000, size: 'max' }), (texts) => {
        const words = new WordNumbers((text) => (text === 'a' ? null : text.toLowerCase()), 100);
        const numbers = texts.map((text) => numberOf(words, text));
        expect(texts.map((text) => numberOf(words, text))).toEqual(numbers);
        for (const [index, text] of texts.entries()) {
          const number = numbers[index] ?? 0;
          expect(number === 0 ? 'a' : words.text(number)).toBe(text.toLowerCase());
        }
      }),
      { numRuns: 30 },
    );
  });

  test('[SRC-SCAN-1] begin anew when there are as many as may be', () => {
    const words = new WordNumbers((text) => text, 2);
    numberOf(words, 'one');
    numberOf(words, 'x'.repeat(10_000));
    expect(words.isFull).toBe(false);
    numberOf(words, 'two');
    expect(words.isFull).toBe(true);
  });
});
