import { expect, test } from 'vitest';
import { nearestWord, suggestion } from './spelling.ts';

test.each([
  ['prot', 'port'],
  ['strat', 'start'],
  ['inv', 'inventory'],
  ['STRAT', 'start'],
  ['zzzzzz', null],
  ['', null],
])('%j is nearest to %j', (word, nearest) => {
  expect(nearestWord(word, ['start', 'port', 'inventory'])).toBe(nearest);
});

test('a suggestion is a question, or nothing', () => {
  expect(suggestion('prot', ['port'])).toBe('; did you mean "port"?');
  expect(suggestion('prot', ['unlike'])).toBe('');
});
