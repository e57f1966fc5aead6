import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from './json-pieces.ts';

test('[JRN-10] law: pieces of JSON are what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value));
    }),
  );
});

test.each<[string, unknown]>([
  ['lists of many', { rows: Array.from({ length: 2_500 }, (_, nth) => ({ nth, text: `"${nth}` })), end: [] }],
  ['a list of as many as are written at a time', Array.from({ length: 1_000 }, (_, nth) => nth)],
  ['what is not there', { a: undefined, b: [undefined, null], c: { d: undefined } }],
  ['numbers that are none', [Number.NaN, -0, Infinity]],
])('[JRN-10] %s', (_, value) => {
  const pieces = [...jsonPieces(value)];
  expect(pieces.join('')).toBe(JSON.stringify(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(60_000);
});
