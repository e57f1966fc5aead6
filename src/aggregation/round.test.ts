import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEATURE, slotOf } from '../model/index.ts';
import { anyDevice, blockOf, chance, COHORT_NAMES, ROUND, type Tenant, tenantOf } from './fleet.fixture.ts';

describe('a round', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await tenantOf(4);
  });
  afterAll(() => tenant.end());

  it('gives what plain addition gives', async () => {
    const random = chance(1);
    const fleets = tenant.sites.map(() =>
      Array.from({ length: 60 }, () => anyDevice(random, COHORT_NAMES.length)),
    );
    for (const [nth, devices] of fleets.entries()) {
      const report = await tenant.report(nth, devices);
      expect([await tenant.aggregator.accept(report.bytes), tenant.news]).toEqual([true, expect.anything()]);
    }
    const aggregate = await tenant.aggregator.close(await tenant.asking());
    expect(aggregate).not.toBeNull();
    const release = await tenant.holder.release(aggregate ?? new Uint8Array()).catch((e) => {
      throw new Error(tenant.reasons.join(), { cause: e });
    });
    const plain = blockOf(fleets.flat());
    expect(release.round).toBe(ROUND);
    for (const [cohort, each] of release.cohorts.entries()) {
      expect('sums' in each && each.sums).toEqual(
        Array.from({ length: 30 }, (_, feature) => plain[slotOf(cohort, feature)]),
      );
    }
    expect(release.whole[FEATURE.devices]).toBe(240);
    expect(tenant.reasons).toEqual([]);
  });
});
