import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LazyRecords } from './index.ts';
import { WrittenState } from './memory-state.fixture.ts';

interface Tally {
  count: number;
}

function tallies(): LazyRecords<Tally> {
  return new LazyRecords<Tally>({
    say: ({ count }) => [count],
    of: (said) => ({ count: (said as number[])[0] ?? 0 }),
  });
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('count' as const), row: fc.nat(40) }),
  fc.record({ kind: fc.constant('delete' as const), row: fc.nat(40) }),
);

test('[STATE-11] records that sleep until they are asked for are the same as those that never slept', () => {
  fc.assert(
    fc.property(fc.array(step), fc.array(fc.nat(40)), fc.array(step), (before, asked, after) => {
      const take = (records: LazyRecords<Tally>, steps: typeof before) => {
        for (const { kind, row } of steps) {
          if (kind === 'delete') records.delete(row);
          else records.set(row, { count: (records.get(row)?.count ?? 0) + 1 });
        }
      };
      const awake = tallies();
      take(awake, before);
      const slept = tallies();
      slept.load(WrittenState.of(awake));
      // Who asks for what must not show in what is written down.
      for (const row of asked) expect(slept.get(row)).toEqual(awake.get(row));
      expect(WrittenState.of(slept).said()).toEqual(WrittenState.of(awake).said());
      for (const records of [awake, slept]) take(records, after);
      expect(WrittenState.of(slept).said()).toEqual(WrittenState.of(awake).said());
      for (let row = 0; row <= 40; row++) expect(slept.get(row)).toEqual(awake.get(row));
    }),
  );
});

test('a record that somebody asked for is one thing', () => {
  const records = tallies();
  records.set(3, { count: 1 });
  const copy = tallies();
  copy.load(WrittenState.of(records));
  const first = copy.get(3);
  if (first !== undefined) first.count = 7;
  expect(copy.get(3)).toBe(first);
  expect([...copy.made]).toEqual([[3, { count: 7 }]]);
});
