import { describe, expect, test } from 'vitest';
import type { EngineView, EntityMeasures } from '../engine/index.ts';
import {
  DEVICE_COHORTS,
  DEVICE_FEATURES,
  DETAILS,
  type FleetStatistics,
  millipoints,
  type Release,
  type SiteId,
  STATISTIC_GROUPS,
  STATISTIC_METRICS,
} from '../model/index.ts';
import { fleetStatistics } from './fleet-statistics.ts';

const AT = Date.UTC(2026, 4, 21);
const MANY = 1_000_000;

function measuresOf(kind: string, site: string): EntityMeasures {
  return {
    type: 'device',
    kind,
    site: site as SiteId,
    criticality: 'normal',
    isEnrolled: true,
    isDevice: true,
    weight: 1,
    riskLevel: 'low',
    scoreExact: millipoints(87_654),
    dimensions: { identity: 87.6, behavior: 87.6, policy: 87.6, threat: 87.6 },
    openAnomalies: 3,
    behavior: { connections: 123_456.7, bytes: 987_654_321, destinations: 128 },
  };
}

/** Every kind of the list, and more sites than are shown; all sites know every kind, with the largest numbers. */
const sums = Array.from({ length: DEVICE_FEATURES }, () => 12_345_678_901);
const release: Release = {
  tenant: 'acme',
  keyId: '0'.repeat(32),
  paramsHash: '0'.repeat(64),
  round: 494_193,
  releasedAt: AT,
  sites: Array.from({ length: 1_000 }, (_, nth) => `site-${nth}` as SiteId),
  minimumGroup: 20,
  cohortVersion: 1,
  whole: sums,
  cohorts: DEVICE_COHORTS.names.map((cohort) => ({ cohort, sums })),
  signature: 'x',
};
const view = {
  asOf: null,
  now: AT,
  newestEvent: AT,
  sites: [{ id: 'hq' }],
  fleetRelease: release,
  fleet: () => ({ basis: 'enrolled', confidence: 0.9 }),
  measures: () => [
    DEVICE_COHORTS.names.map((kind) => measuresOf(kind, 'hq')),
    Array.from({ length: 300 }, (_, nth) =>
      measuresOf('server', `a-rather-long-name-of-a-site-${MANY + nth}`),
    ),
  ],
} as unknown as EngineView;

const ask = (input: object): Promise<FleetStatistics> =>
  fleetStatistics(
    view,
    input,
    () => AT,
    () => Promise.resolve(),
  );
const tokens = (answer: object) => JSON.stringify(answer).length / 4;

describe('[FLEET-STAT-16] statistics of the largest fleets', () => {
  test('keep to the budgets of the contract, and say what they leave out', async () => {
    expect(tokens(await ask({}))).toBeLessThan(1_500);
    for (const metric of STATISTIC_METRICS) {
      for (const group of STATISTIC_GROUPS) {
        expect(tokens(await ask({ metric, group })), `${metric} by ${group}`).toBeLessThan(1_500);
        for (const detail of DETAILS)
          expect(tokens(await ask({ metric, group, detail }))).toBeLessThan(20_000);
      }
    }
    const { local, fleet, truncated } = await ask({ group: 'cohort' });
    expect(local?.groups.length).toBeLessThan(DEVICE_COHORTS.names.length);
    expect(fleet?.groups.length).toBe(local?.groups.length);
    expect(truncated).toEqual({ what: 'smaller groups', how_to_get: 'ask again with detail: full' });
    expect((await ask({ group: 'cohort', detail: 'full' })).truncated?.what).toBe('smaller groups');
  });

  test('name the largest groups first', async () => {
    const { local } = await ask({ group: 'cohort', metric: 'bands' });
    expect(local?.groups[0]).toMatchObject({ group: 'server', entities: 301 });
  });
});
