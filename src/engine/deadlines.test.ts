import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Table } from '../columns/index.ts';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { type DeadlineKind, Deadlines } from './deadlines.ts';

const KINDS: readonly DeadlineKind[] = ['aging', 'leaving', 'offline'];
const ROWS = 40;

function deadlines() {
  const table = new Table();
  const made = new Deadlines(table);
  return { table, made };
}

function drained(made: Deadlines, now: number): string[] {
  const due: string[] = [];
  for (let next = made.takeDue(now); next !== null; next = made.takeDue(now)) {
    due.push(`${next.row} ${next.kind}`);
  }
  return due;
}

test('what is due comes in order of time, row and kind, once, and as it was set last', () => {
  const step = fc.tuple(
    fc.nat(ROWS - 1),
    fc.constantFrom(...KINDS),
    fc.option(fc.integer({ min: 1, max: 9 })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2_000 }), fc.nat(9), (steps, now) => {
      const { table, made } = deadlines();
      for (let row = 0; row < ROWS; row++) table.add();
      const expected = new Map<string, readonly [number, number, number]>();
      for (const [row, kind, at] of steps) {
        made.set(row, kind, at);
        if (at === null) expected.delete(`${row} ${kind}`);
        else expected.set(`${row} ${kind}`, [at, row, KINDS.indexOf(kind)]);
      }
      const copy = deadlines();
      copy.table.load(WrittenState.of(table));
      copy.made.restore(Array.from({ length: ROWS }, (_, row) => row));
      const inOrder = [...expected].sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      const due = inOrder.filter(([, [at]]) => at <= now).map(([name]) => name);
      const later = inOrder.filter(([, [at]]) => at > now).map(([name]) => name);
      for (const each of [made, copy.made]) {
        expect(drained(each, now)).toEqual(due);
        expect(drained(each, 9)).toEqual(later);
        expect(drained(each, Infinity)).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});
