import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address, Event, Fingerprint } from '../model/index.ts';
import { Generations } from './generations.ts';
import { createNameGate } from './name-gate.ts';

const NAME = 'f00' as Fingerprint;
const client = (index: number) => `10.0.0.${index}` as Address;

test('a name that the journal shows in full is stable, whatever the limits of this release', () => {
  const gate = createNameGate();
  const labels = { count: 1, length: 3, entropy: 0 };
  const query = { domain: 'example.com', fingerprint: NAME, parents: [], labels, full: 'www.example.com' };
  const from = { address: client(1), port: null, local: true };
  gate.replay({ kind: 'dns', time: 0, from, query } as unknown as Event);
  expect([2, 3, 4].map((index) => gate.observe(NAME, index, client(index)))).toEqual([false, false, false]);
});

test('a flood of names makes it forget, not grow: the name begins anew', () => {
  const gate = createNameGate(10);
  gate.observe(NAME, 0, client(1));
  gate.observe(NAME, 0, client(2));
  for (let index = 0; index < 30; index++) gate.observe(`${index}` as Fingerprint, 0, client(1));
  expect([3, 4, 5].map((index) => gate.observe(NAME, 0, client(index)))).toEqual([false, false, true]);
});

test('law: generations hold at most twice their size, always what was used last, and never a wrong value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(20)), (size, keys) => {
      let made = 0;
      const map = new Generations<number, string>(size);
      for (const key of keys) expect(map.getOrMake(key, () => `${key}`)).toBe(`${key}`);
      const last = [...new Set(keys.toReversed())].slice(0, size);
      for (const key of last.toReversed()) map.getOrMake(key, () => `${made++}`);
      expect(made).toBe(0);
      const held = Array.from({ length: 21 }, (_, key) => key).filter((key) => map.get(key) !== undefined);
      expect(held.length).toBeLessThanOrEqual(2 * size);
    }),
  );
});
