import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address, Event, Fingerprint } from '../model/index.ts';
import { Generations } from './generations.ts';
import { hashOf } from '../snapshot/index.ts';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { createNameGate, type NameGate } from './name-gate.ts';

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

const anyUse = fc.tuple(fc.nat(12), fc.nat(4), fc.nat(4));
type Use = readonly [number, number, number];

function use(gate: NameGate, uses: readonly Use[]): boolean[] {
  return uses.map(([name, day, by]) => gate.observe(`${name}` as Fingerprint, day, client(by)));
}

test('[SNAP-5] a gate that was written down goes on like one that was not', () => {
  fc.assert(
    fc.property(fc.array(anyUse), fc.array(anyUse), (before, after) => {
      const gate = createNameGate(5);
      use(gate, before);
      const copy = createNameGate(5);
      copy.load(WrittenState.of(gate));
      expect(hashOf(copy)).toBe(hashOf(gate));
      expect(use(copy, after)).toEqual(use(gate, after));
      expect(hashOf(copy)).toBe(hashOf(gate));
    }),
  );
});

test('law: what was observed since a mark can be taken back, to the bit', () => {
  fc.assert(
    fc.property(fc.array(anyUse), fc.array(anyUse), fc.array(anyUse), (before, failed, after) => {
      const [gate, other] = [createNameGate(5), createNameGate(5)];
      for (const each of [gate, other]) use(each, before);
      gate.mark();
      use(gate, failed);
      gate.takeBack();
      expect(hashOf(gate)).toBe(hashOf(other));
      expect(use(gate, after)).toEqual(use(other, after));
      gate.takeBack();
      expect(hashOf(gate)).toBe(hashOf(createNameGateOf(before)));
    }),
  );
});

function createNameGateOf(uses: readonly Use[]): NameGate {
  const gate = createNameGate(5);
  use(gate, uses);
  return gate;
}
