import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnKind, StateReader, Stateful, StateWriter } from '../model/index.ts';
import { Table } from './index.ts';
import { WrittenState } from './memory-state.fixture.ts';

type Kind = Exclude<ColumnKind, 'i32'>;

const number: Readonly<Record<Kind, fc.Arbitrary<number>>> = {
  f64: fc.double({ noNaN: true }),
  f32: fc.float({ noNaN: true }),
  u32: fc.nat(4_294_967_295),
  u16: fc.nat(65_535),
  u8: fc.nat(255),
};
const kinds = fc.array(fc.constantFrom<Kind>('f64', 'f32', 'u32', 'u16', 'u8'), {
  minLength: 1,
  maxLength: 9,
});

function tableOf(columns: Iterable<readonly [name: string, kind: Kind]>) {
  const table = new Table();
  return { table, columns: new Map(Array.from(columns, ([name, kind]) => [name, table[kind](name)])) };
}

/** As a state of version 3 had it: a part for each column. */
function byColumns(kindsOf: readonly Kind[], rows: readonly (readonly number[])[]): StateReader {
  const arrays = { f64: Float64Array, f32: Float32Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array };
  const older: Pick<Stateful, 'save'> = {
    save(to: StateWriter) {
      to.plain('rows', { end: rows.length, free: [] });
      for (const [i, kind] of kindsOf.entries()) {
        to.column(`${i}`, [new arrays[kind](rows.map((row) => row[i] ?? 0))], rows.length);
      }
    },
  };
  return WrittenState.of({ ...older, load: () => undefined });
}

const tables = kinds.chain((of) =>
  fc.record({
    kinds: fc.constant(of),
    rows: fc.array(fc.tuple(...of.map((kind) => number[kind])), { maxLength: 1_500 }),
  }),
);

describe('[STATE-1] the numbers of a row, side by side', () => {
  test('each column keeps its own, in this form, in an older release’s, and in that of another order', () => {
    fc.assert(
      fc.property(tables, fc.boolean(), ({ kinds: of, rows }, isOlder) => {
        const named = of.map((kind, i) => [`${i}`, kind] as const);
        const { table, columns } = tableOf(named);
        for (const values of rows) {
          const row = table.add();
          for (const [i, value] of values.entries()) columns.get(`${i}`)?.set(row, value);
        }
        const copies = [tableOf(named), tableOf([['new', 'f64'], ...named.toReversed()])];
        for (const copy of copies) {
          copy.table.load(isOlder ? byColumns(of, rows) : WrittenState.of(table));
          const kept = rows.map((_, row) => of.map((__, i) => copy.columns.get(`${i}`)?.at(row)));
          expect(kept).toEqual(rows);
          expect(copy.table.add()).toBe(rows.length);
          expect(copy.columns.get('new')?.at(rows.length) ?? 0).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([true, false])(
    '[SNAP-14] a narrower column says the nearest number; in an older form: %s',
    (isOlder) => {
      const numbers = [0, 1.5, 300, 70_000, 5e9, -1, 0.1];
      const before = tableOf([['0', 'f64']]);
      for (const value of numbers) before.columns.get('0')?.set(before.table.add(), value);
      const state = isOlder
        ? byColumns(
            ['f64'],
            numbers.map((value) => [value]),
          )
        : WrittenState.of(before.table);
      const said = (kind: Kind) => {
        const now = tableOf([['0', kind]]);
        now.table.load(state);
        return numbers.map((_, row) => now.columns.get('0')?.at(row));
      };
      expect(said('f32')).toEqual(numbers.map(Math.fround));
      expect(said('u32')).toEqual([0, 1, 300, 70_000, 0xff_ff_ff_ff, 0, 0]);
      expect(said('u16')).toEqual([0, 1, 300, 0xff_ff, 0xff_ff, 0, 0]);
      expect(said('u8')).toEqual([0, 1, 255, 255, 255, 0, 0]);
    },
  );

  test('a row that was removed, copied or taken over leaves its neighbours alone', () => {
    fc.assert(
      fc.property(tables, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(2))), ({ kinds: of, rows }, steps) => {
        fc.pre(rows.length > 1);
        const named = of.map((kind, i) => [`${i}`, kind] as const);
        const [{ table, columns }, other] = [tableOf(named), tableOf(named)];
        const expected = rows.map((values) => [...values]);
        const taken = rows.map((values) => values.map(() => 0));
        for (const values of rows) {
          const row = table.add();
          other.table.add();
          for (const [i, value] of values.entries()) columns.get(`${i}`)?.set(row, value);
        }
        for (const [a, b, what] of steps) {
          const [from, to] = [a % rows.length, b % rows.length];
          if (what === 0) {
            table.copy(from, to);
            expected[to] = [...(expected[from] ?? [])];
          } else if (what === 1) {
            table.copyTo(other.table, from, to);
            taken[to] = [...(expected[from] ?? [])];
          } else {
            table.remove(to);
            expected[table.add()] = of.map(() => 0);
          }
        }
        expect(rows.map((_, row) => of.map((__, i) => columns.get(`${i}`)?.at(row)))).toEqual(expected);
        expect(rows.map((_, row) => of.map((__, i) => other.columns.get(`${i}`)?.at(row)))).toEqual(taken);
      }),
      { numRuns: 60 },
    );
  });

  test('what cannot be is told at once', () => {
    const table = new Table();
    const flag = table.u8('flag');
    table.u32('count');
    const row = table.add();
    expect(() => table.u8('late')).toThrow('late came after the first row');
    expect(() => flag.bytes(row, 1)).toThrow('bytes of rows that hold other numbers too');
  });
});
