import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Table } from '../../columns/index.ts';
import { markOfName } from './name-marks.ts';
import { DistinctSums } from './distinct-sums.ts';
import { sealedName } from '../question.fixture.ts';

function newSums() {
  const rows = new Table();
  const sums = new DistinctSums(rows, ['length']);
  return { sums, row: rows.add() };
}

const markOf = (name: string) => markOfName(sealedName('example.com', name));

test('[DNS-DET-10] counts what is distinct once, to about a tenth, and sums alike', () => {
  // The mean of many sketches shows that they are unbiased, the worst of them that they are near.
  for (const size of [1, 2, 20, 500, 5_000]) {
    const ratios = Array.from({ length: 20 }, (_, of) => {
      const { sums, row } = newSums();
      for (let i = 0; i < size; i++) sums.add(row, markOf(`${of}-${i}`), [30]);
      expect(sums.sum(row, 0) / sums.count(row)).toBeCloseTo(30, 2);
      return sums.count(row) / size;
    });
    expect(Math.abs(ratios.reduce((a, b) => a + b, 0) / 20 - 1)).toBeLessThan(0.1);
    expect(Math.max(...ratios.map((ratio) => Math.abs(ratio - 1)))).toBeLessThan(0.45);
  }
});

test('[DNS-DET-10] what comes again changes nothing, in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 200 }), (visits) => {
      const [once, often] = [newSums(), newSums()];
      for (const each of new Set(visits)) once.sums.add(once.row, markOf(`${each}`), [each]);
      for (const each of visits) often.sums.add(often.row, markOf(`${each}`), [each]);
      expect(often.sums.count(often.row)).toBe(once.sums.count(once.row));
      expect(often.sums.sum(often.row, 0)).toBe(once.sums.sum(once.row, 0));
    }),
  );
});
