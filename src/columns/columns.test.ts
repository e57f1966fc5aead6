import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PackedTexts, RowTexts, runLength, Runs, Table, Texts } from './index.ts';
import { WrittenState } from './memory-state.fixture.ts';

function counts() {
  const table = new Table();
  return { table, count: table.u32('count'), at: table.f64('at') };
}

describe('[STATE-1] rows of numbers, kept as columns', () => {
  test('a table holds what a map holds, through any adding and removing, and so does its copy', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 5_000 }), { maxLength: 3_000 }), (steps) => {
        const { table, count, at } = counts();
        const expected = new Map<number, number>();
        for (const step of steps) {
          const [oldest] = expected.keys();
          if (step < 0 && oldest !== undefined) {
            table.remove(oldest);
            expected.delete(oldest);
            continue;
          }
          const row = table.add();
          expect([count.at(row), at.at(row)]).toEqual([0, 0]);
          count.set(row, step + 3);
          at.set(row, step / 7);
          expected.set(row, step);
        }
        const copy = counts();
        copy.table.load(WrittenState.of(table));
        for (const { table: kept, count: counted, at: instants } of [{ table, count, at }, copy]) {
          expect(kept.size).toBe(expected.size);
          for (const [row, step] of expected) {
            expect([counted.at(row), instants.at(row)]).toEqual([step + 3, step / 7]);
          }
        }
        expect(copy.table.add()).toBe(table.add());
        expect(WrittenState.of(copy.table).said()).toEqual(WrittenState.of(table).said());
      }),
      { numRuns: 50 },
    );
  });

  test('a row is taken over by another table, and a row of a run by other runs', () => {
    const [from, to] = [counts(), counts()];
    const row = from.table.add();
    from.count.set(row, 3);
    from.at.set(row, 1.5);
    to.table.add();
    const taken = to.table.add();
    from.table.copyTo(to.table, row, taken);
    expect([to.count.at(taken), to.at.at(taken)]).toEqual([3, 1.5]);
    const [runs, others] = [new Runs(), new Runs()];
    const [value, otherValue] = [runs.u16('value'), others.u16('value')];
    const [first, otherFirst] = [runs.add(4), others.add(2)];
    value.set(first + 3, 7);
    runs.copyTo(others, first + 3, otherFirst + 1);
    expect(otherValue.at(otherFirst + 1)).toBe(7);
  });

  test('runs grow and shrink without touching their neighbours', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 128 })), { minLength: 1, maxLength: 400 }),
        (steps) => {
          const runs = new Runs();
          const value = runs.u32('value');
          const lists = new Map<number, { first: number; length: number; values: number[] }>();
          for (const [who, rows] of steps) {
            const length = runLength(rows);
            const list = lists.get(who);
            const first =
              list === undefined ? runs.add(length) : runs.resize(list.first, list.length, length);
            const values = Array.from({ length }, (_, i) => list?.values[i] ?? 0);
            expect(values.map((_, i) => value.at(first + i))).toEqual(values);
            for (let i = 0; i < length; i++) value.set(first + i, who * 1_000 + i);
            lists.set(who, { first, length, values: values.map((_, i) => who * 1_000 + i) });
          }
          const copy = new Runs();
          const copied = copy.u32('value');
          copy.load(WrittenState.of(runs));
          for (const { first, values } of lists.values()) {
            expect(values.map((_, i) => value.at(first + i))).toEqual(values);
            expect(values.map((_, i) => copied.at(first + i))).toEqual(values);
          }
          expect(copy.add(4)).toBe(runs.add(4));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a run of no such length is refused', () => {
    expect(() => new Runs().add(5)).toThrow('no run is 5 rows long');
    expect([1, 3, 5, 6, 7, 97, 1_024].map(runLength)).toEqual([1, 3, 6, 6, 8, 128, 1_024]);
    expect(() => runLength(1_025)).toThrow('none holds 1025 rows');
  });

  test.each([
    ['texts', () => new Texts()],
    ['packed texts', () => new PackedTexts()],
  ] as const)('%s are kept once, as long as somebody holds them', (_, make) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 200 }), (steps) => {
        const texts = make();
        const held: number[] = Array.from({ length: 10 }, () => 0);
        const numbers: number[] = [];
        for (const [isHeld, which] of steps) {
          const text = textOf(which);
          if (isHeld) {
            numbers[which] = texts.hold(text);
            held[which] = (held[which] ?? 0) + 1;
          } else if ((held[which] ?? 0) > 0) {
            texts.release(numbers[which] ?? 0);
            held[which] = (held[which] ?? 0) - 1;
          }
        }
        const copy = make();
        copy.load(WrittenState.of(texts));
        for (const kept of [texts, copy]) {
          expect(kept.size).toBe(held.filter((each) => each > 0).length);
          for (const [which, times] of held.entries()) {
            expect(kept.find(textOf(which))).toBe(times > 0 ? numbers[which] : 0);
            expect(kept.at(times > 0 ? (numbers[which] ?? 0) : 0)).toBe(times > 0 ? textOf(which) : '');
          }
        }
        expect(copy.hold('new')).toBe(texts.hold('new'));
      }),
      { numRuns: 100 },
    );
  });

  test('packed texts read what texts wrote', () => {
    const [first, second] = [new Texts(), new PackedTexts()];
    const numbers = Array.from({ length: 20 }, (_, which) => first.hold(textOf(which)));
    first.release(numbers[3] ?? 0);
    second.load(WrittenState.of(first));
    expect(numbers.map((number) => second.at(number))).toEqual(numbers.map((number) => first.at(number)));
    expect([second.size, second.find(textOf(3)), second.hold('new')]).toEqual([19, 0, first.hold('new')]);
  });

  test('packed texts tell any texts apart', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 })), (all) => {
        const texts = new PackedTexts();
        const numbers = all.map((text) => texts.hold(text));
        expect(texts.size).toBe(new Set(all).size);
        expect(numbers.map((number) => texts.at(number))).toEqual(all);
        const sorted = numbers.toSorted((a, b) => texts.compare(a, b)).map((number) => texts.at(number));
        expect(sorted).toEqual(all.toSorted());
        for (const [i, number] of numbers.entries()) {
          expect(all.map((text) => texts.is(number, text))).toEqual(all.map((text) => text === all[i]));
        }
      }),
    );
  });

  test('a page without a run is used for runs of any length', () => {
    const runs = new Runs();
    runs.u8('value');
    let lists = Array.from({ length: 200 }, () => runs.add(32));
    const end = () => (WrittenState.of(runs).said()['runs'] as { end: number }).end;
    for (const [length, longer] of [
      [32, 48],
      [48, 64],
    ] as const) {
      lists = lists.map((first) => runs.resize(first, length, longer));
    }
    // What it would take at once is 200 × 64; growing by lists leaves at most a page of each length half-filled.
    expect(end()).toBeLessThanOrEqual(200 * 64 + 4 * 1_024);
  });

  test('a row has a text of its own, of any length, or none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.option(fc.string({ unit: 'grapheme', maxLength: 2_000 })))),
        (steps) => {
          const make = () => {
            const table = new Table();
            return { table, texts: new RowTexts(table, 'text') };
          };
          const [one, copy] = [make(), make()];
          for (let row = 0; row < 10; row++) one.table.add();
          const expected = new Map<number, string | null>();
          for (const [row, text] of steps) {
            one.texts.set(row, text);
            expected.set(row, text);
          }
          copy.table.load(WrittenState.of(one.table));
          copy.texts.load(WrittenState.of(one.texts));
          for (const { texts } of [one, copy]) {
            for (const [row, text] of expected) expect(texts.at(row)).toBe(text);
          }
        },
      ),
    );
  });
});

/** Short and long, of Latin-1 and beyond. */
function textOf(which: number): string {
  return which % 3 === 0 ? `text ${which}` : `${'ﬁ'.repeat(which % 2)}${'long '.repeat(which * 40)}`;
}
