import { expect, test } from 'vitest';
import { DomainIndex } from './domain-index.ts';
import { GrowingNames, GrowingWords } from './growing.ts';
import { Chains, type ListingArrays } from './listings.ts';
import { NumberIndex } from './number-index.ts';
import { RecordIndex } from './record-index.ts';

/** Tables of no chance at all: all keys of a length have one hash. */
const NO_CHANCE = new Int32Array(4_096);
const COUNT = 50;
const chains = new Chains({
  rows: new Uint32Array(4 * (COUNT + 1)),
  ends: new Uint32Array(),
  ports: new Uint32Array(),
  oddTimes: new Uint32Array(),
} satisfies ListingArrays);

function builtBy<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

test('[THREAT-TABLE-1] keys whose hashes are all the same are told apart', () => {
  const numbers = new GrowingWords();
  const records = new GrowingWords();
  const domains = new GrowingWords();
  const names = new GrowingNames();
  for (let nth = 1; nth <= COUNT; nth++) {
    for (const word of [nth, nth]) numbers.push(word);
    for (const word of [7, 0, 0, nth, nth]) records.push(word);
    domains.push(names.push(nameOf(nth)) ?? 0);
    domains.push(nth);
  }
  const byNumber = new NumberIndex(builtBy(NumberIndex.build(numbers, chains, NO_CHANCE)), NO_CHANCE);
  const byRecord = new RecordIndex(builtBy(RecordIndex.build(records, 4, never, NO_CHANCE)), 4, NO_CHANCE);
  const byName = new DomainIndex(builtBy(DomainIndex.build(domains, names, chains, NO_CHANCE)), NO_CHANCE);
  for (let nth = 1; nth <= COUNT; nth++) {
    expect(byNumber.find(nth)).toBe(nth);
    expect(byRecord.find(Uint32Array.of(7, 0, 0, nth))).toBe(nth);
    expect(byName.headAt(byName.find(nameOf(nth)))).toBe(nth);
  }
  expect(byNumber.find(COUNT + 1)).toBe(0);
  expect(byRecord.find(Uint32Array.of(8, 0, 0, 1))).toBe(0);
  expect(byName.find(nameOf(COUNT + 1))).toBe(0);
});

function nameOf(nth: number): string {
  return `d${String(nth).padStart(2, '0')}.example.org`;
}

function never(): never {
  throw new Error('one key was taken for another');
}
