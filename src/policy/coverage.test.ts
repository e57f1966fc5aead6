import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../model/index.ts';
import { Coverage } from './coverage.ts';

const DEVICE: DeviceId = 'dev_a';
const OTHER: DeviceId = 'dev_b';

function observe(coverage: Coverage, covered: number, uncovered: number): number {
  let changes = 0;
  for (let n = 0; n < covered; n++) if (coverage.observe(DEVICE, true)) changes++;
  for (let n = 0; n < uncovered; n++) if (coverage.observe(DEVICE, false)) changes++;
  return changes;
}

describe('[POLICY-COVERAGE-1] the share of connections about which some policy speaks', () => {
  test('is not known before enough was seen', () => {
    const coverage = new Coverage();
    observe(coverage, 19, 0);
    expect(coverage.shareOf(DEVICE)).toBeNull();
    expect(coverage.observe(DEVICE, true)).toBe(true);
    expect(coverage.shareOf(DEVICE)).toBe(1);
  });

  test('moves in tenths and says when it moves', () => {
    const coverage = new Coverage();
    expect(observe(coverage, 20, 0)).toBe(1);
    expect(observe(coverage, 0, 20)).toBeGreaterThan(1);
    expect(coverage.shareOf(DEVICE)).toBe(0.5);
  });

  test('does not flap around the edge of a step', () => {
    const coverage = new Coverage();
    observe(coverage, 55, 45);
    let changes = 0;
    for (let n = 0; n < 400; n++) if (coverage.observe(DEVICE, n % 20 < 11)) changes++;
    expect(changes).toBeLessThanOrEqual(1);
  });

  test('forgets old traffic slowly', () => {
    const coverage = new Coverage();
    observe(coverage, 5_000, 0);
    observe(coverage, 0, 5_000);
    expect(coverage.shareOf(DEVICE)).toBe(0);
  });

  test('of two that are one is of all that both did, and of each again when they are two', () => {
    const coverage = new Coverage();
    observe(coverage, 30, 0);
    const adopted = coverage.adopt(OTHER, coverage.release(DEVICE));
    expect(coverage.shareOf(DEVICE)).toBeNull();
    const more = coverage.adopt(OTHER, counts(0, 30));
    expect(coverage.shareOf(OTHER)).toBe(0.5);
    coverage.disown(OTHER, more);
    expect(coverage.shareOf(OTHER)).toBe(1);
    coverage.disown(OTHER, adopted);
    expect(coverage.snapshot()).toEqual([]);
  });

  test('what was seen while they were one stays', () => {
    // Together fewer than are halved.
    const counted = fc.tuple(fc.nat(170), fc.nat(170));
    fc.assert(
      fc.property(counted, counted, counted, (own, others, since) => {
        const [coverage, alone] = [new Coverage(), new Coverage()];
        for (const each of [coverage, alone]) observe(each, ...own);
        const adopted = coverage.adopt(DEVICE, counts(...others));
        for (const each of [coverage, alone]) observe(each, ...since);
        coverage.disown(DEVICE, adopted);
        expect(summed(coverage)).toEqual(summed(alone));
      }),
    );
  });

  test('what was halved while they were one fades, and is never more than was seen', () => {
    const counted = fc.tuple(fc.nat(600), fc.nat(600));
    fc.assert(
      fc.property(counted, counted, counted, (own, others, since) => {
        const coverage = new Coverage();
        observe(coverage, ...own);
        const adopted = coverage.adopt(DEVICE, counts(...others));
        observe(coverage, ...since);
        coverage.disown(DEVICE, adopted);
        for (const [, covered, total] of summed(coverage)) {
          expect(covered).toBeLessThanOrEqual(total);
          expect(total).toBeLessThan(1_024);
        }
      }),
    );
  });
});

/** What was counted of another. */
function counts(covered: number, uncovered: number): number {
  const coverage = new Coverage();
  observe(coverage, covered, uncovered);
  return coverage.release(DEVICE);
}

/** Without what is published: that depends on the way. */
function summed(coverage: Coverage): readonly (readonly [string, number, number])[] {
  const said = coverage.snapshot() as [string, { covered: number; total: number }][];
  return said.map(([id, { covered, total }]) => [id, covered, total]);
}
