import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { millipoints, RISK_LEVELS, type RiskLevel } from '../model/index.ts';
import { AtRisk } from './at-risk.ts';
import { EntityRows } from './entity-rows.ts';
import type { Standing } from './standing.ts';

function standing(level: RiskLevel, isEnrolled: boolean, points: number): Standing {
  return {
    scoreExact: millipoints(points * 1_000),
    level,
    reason: null,
    bandLevel: level,
    confidence: 500,
    weight: 1,
    type: 'server',
    isEnrolled,
    isDevice: true,
    isRuled: true,
    isDenied: false,
    isConfinable: false,
    factors: [],
    at: 0,
  };
}

test('[FLEET-AT-RISK-1] devices at risk stand in order however many come and go, and after they were read again', () => {
  const placed = fc.tuple(
    fc.nat(1_999),
    fc.option(
      fc.record({
        level: fc.constantFrom(...RISK_LEVELS.slice(1)),
        isEnrolled: fc.boolean(),
        points: fc.integer({ min: 60, max: 64 }),
      }),
      { freq: 2 },
    ),
  );
  fc.assert(
    fc.property(fc.array(placed, { minLength: 3_000, maxLength: 6_000 }), (steps) => {
      const rows = new EntityRows();
      const atRisk = new AtRisk(rows);
      const known = new Map<number, string>();
      for (const [who, at] of steps) {
        const row = rows.of(`dev_${who}`);
        atRisk.place(row, at === null ? null : standing(at.level, at.isEnrolled, at.points));
        if (at === null) known.delete(row);
        else known.set(row, orderOf(at.level, at.isEnrolled, at.points, rows.id(row)));
      }
      const expected = [...known].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([row]) => row);
      const copiedRows = new EntityRows();
      const copy = new AtRisk(copiedRows);
      copiedRows.load(WrittenState.of(rows));
      copy.restore();
      for (const each of [atRisk, copy]) {
        expect(each.size).toBe(expected.length);
        expect([...each.worst(Infinity)]).toEqual(expected);
        expect([...each.worst(7)]).toEqual(expected.slice(0, 7));
        const [first, ...others] = expected;
        for (const row of others) each.place(row, null);
        expect([...each.worst(7)]).toEqual(first === undefined ? [] : [first]);
        for (const row of expected) each.place(row, standing('high', true, 50));
        expect([...each.worst(Infinity)].map((row) => rows.id(row))).toEqual(
          expected.map((row) => rows.id(row)).sort(),
        );
      }
    }),
    { numRuns: 15 },
  );
});

/** Sorts as the list does. */
function orderOf(level: RiskLevel, isEnrolled: boolean, points: number, id: string): string {
  return `${9 - RISK_LEVELS.indexOf(level)} ${isEnrolled ? 0 : 1} ${points} ${id}`;
}
