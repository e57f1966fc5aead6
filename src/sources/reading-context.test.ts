import { describe, expect, test } from 'vitest';
import { LIMITS } from '../model/index.ts';
import { createTimeGate } from './reading-context.ts';

const NOW = Date.UTC(2026, 5, 1);
const YEAR_2020 = Date.UTC(2020, 0, 1);

describe('the times of one file', () => {
  test('[SRC-TIME-1] may not be more than a day ahead of the intake', () => {
    const gate = createTimeGate({ now: NOW });
    expect(gate.admits(Date.UTC(2100, 0, 1))).toBe(false);
    expect(gate.admits(NOW + LIMITS.futureMs)).toBe(true);
    expect(gate.admits(NOW + LIMITS.futureMs + 1)).toBe(false);
  });

  test('[SRC-TIME-2] may all be relative, but one of 1970 among modern ones is a clock fault', () => {
    const gate = createTimeGate({ now: NOW });
    expect([0, 42_000].map((time) => gate.admits(time))).toEqual([true, true]);
    expect(gate.admits(YEAR_2020)).toBe(true);
    expect(gate.admits(42_000)).toBe(false);
    expect(gate.admits(YEAR_2020)).toBe(true);
  });

  test('are never negative, and a time that is refused changes nothing', () => {
    const gate = createTimeGate({ now: NOW });
    expect(gate.admits(-1)).toBe(false);
    expect(gate.admits(Date.UTC(2100, 0, 1))).toBe(false);
    expect(gate.admits(1_000)).toBe(true);
  });
});
