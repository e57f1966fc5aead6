import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../model/index.ts';
import { Coverage } from './coverage.ts';

const DEVICE: DeviceId = 'dev_a';

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
});
