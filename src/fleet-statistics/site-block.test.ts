import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EngineView, EntityMeasures } from '../engine/index.ts';
import {
  cohortsOf,
  CRITICALITIES,
  DEVICE_COHORTS,
  featuresOf,
  millipoints,
  RISK_LEVELS,
  type SiteId,
  slotOf,
  SLOTS,
} from '../model/index.ts';
import { siteBlock } from './site-block.ts';

const points = fc.double({ min: 0, max: 100, noNaN: true });
const quantity = fc.double({ min: 0, max: 1e12, noNaN: true });
const measures: fc.Arbitrary<EntityMeasures> = fc.record({
  type: fc.constantFrom('device', 'user', 'workload'),
  kind: fc.oneof(fc.constantFrom(...DEVICE_COHORTS.names), fc.constantFrom(null, 'camera', 'our own word')),
  site: fc.constantFrom('hq', 'plant').map((site) => site as SiteId),
  criticality: fc.constantFrom(...CRITICALITIES),
  isEnrolled: fc.boolean(),
  isDevice: fc.boolean(),
  weight: fc.integer({ min: 0, max: 400 }),
  riskLevel: fc.constantFrom(...RISK_LEVELS),
  scoreExact: fc.integer({ min: 0, max: 100_000 }).map(millipoints),
  dimensions: fc.record({ identity: points, behavior: points, policy: points, threat: points }),
  openAnomalies: fc.integer({ min: 0, max: 90 }),
  behavior: fc.option(fc.record({ connections: quantity, bytes: quantity, destinations: quantity })),
});
const fleet = fc.record({
  basis: fc.constantFrom('enrolled' as const, 'discovered' as const, 'none' as const),
  portions: fc.array(fc.array(measures, { maxLength: 40, size: 'max' }), { maxLength: 6, size: 'max' }),
});

/** Adds integers, one feature of one entity after the other. */
function naively(all: readonly EntityMeasures[], basis: string): readonly bigint[] {
  const sums = Array.from({ length: SLOTS }, () => 0n);
  for (const each of all) {
    if (!each.isDevice) continue;
    if (basis === 'enrolled' ? !each.isEnrolled : each.isEnrolled) continue;
    const cohort = cohortsOf(DEVICE_COHORTS.names)(each.kind);
    const features = featuresOf({
      ...each,
      score: Math.floor((each.scoreExact + 500) / 1_000),
      connections: each.behavior?.connections ?? 0,
      bytes: each.behavior?.bytes ?? 0,
      destinations: each.behavior?.destinations ?? 0,
    });
    for (const [feature, value] of features.entries()) {
      const slot = slotOf(cohort, feature);
      sums[slot] = (sums[slot] ?? 0n) + BigInt(value);
    }
  }
  return sums;
}

test('[FLEET-STAT-1] a block is the naive sum over the devices that count, however they are portioned', async () => {
  await fc.assert(
    fc.asyncProperty(fleet, async ({ basis, portions }) => {
      let turns = 0;
      const view = { fleet: () => ({ basis }), measures: () => portions } as unknown as EngineView;
      const block = await siteBlock(view, DEVICE_COHORTS.names, async () => void turns++);
      expect([...block].map(BigInt)).toEqual(naively(portions.flat(), basis));
      // Others have their turn after each portion.
      expect(turns).toBe(portions.length);
    }),
    { numRuns: 60 },
  );
});
