import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anyDevice,
  blockOf,
  chance,
  ROUND,
  type Tenant,
  tenantOf,
} from '../../src/aggregation/fleet.fixture.ts';
import { FEATURE, FEATURES } from '../../src/model/index.ts';
import { attack, ATTACKS, type Attacker } from './hostile.ts';

const random = chance(11);
const devices = () => Array.from({ length: 30 }, () => anyDevice(random, 4));

describe('[AGG-REFUSE-1] hostile reports', () => {
  let tenant: Tenant;
  let attacker: Attacker;
  const fleets = [devices(), devices(), devices()];
  beforeAll(async () => {
    tenant = await tenantOf(3);
    const [victim, other] = tenant.sites;
    if (victim === undefined || other === undefined) throw new Error('two sites are needed');
    const taken = await tenant.report(2, fleets[2] ?? []);
    await tenant.aggregator.accept(taken.bytes);
    attacker = {
      fresh: await tenant.report(0, fleets[0] ?? []),
      taken,
      siteKey: victim.signingKey,
      otherKey: other.signingKey,
    };
  });
  afterAll(() => tenant.end());

  it('are refused, whatever is wrong with them, and leave the sum as it was', async () => {
    const kinds = Object.keys(ATTACKS).length;
    expect(tenant.news).toEqual([{ what: 'accepted', round: ROUND, site: 'site-2' }]);
    const accepted: string[] = [];
    for (let nth = 0; nth < 8 * kinds; nth++) {
      const { name, bytes } = attack(nth, 1, attacker);
      if (await tenant.aggregator.accept(bytes)) accepted.push(name);
    }
    expect(accepted).toEqual([]);
    const told = tenant.news.flatMap((news) => (news.what === 'refused' ? [news.reason] : []));
    expect(told).toHaveLength(8 * kinds);
    // Every check is met by an attack that only it refuses.
    expect(new Set(told)).toEqual(
      new Set([
        'size',
        'malformed',
        'signature',
        'hash',
        'beginning',
        'coefficient',
        'transparent',
        'duplicate',
        'round',
        'site',
        'tenant',
        'key',
        'parameters',
        'cohorts',
        'count',
      ]),
    );
    expect(tenant.news.filter(({ what }) => what === 'fault')).toEqual([]);

    for (const nth of [0, 1])
      expect(await tenant.aggregator.accept((await tenant.report(nth, fleets[nth] ?? [])).bytes)).toBe(true);
    const aggregate = await tenant.aggregator.close(await tenant.asking(ROUND));
    const release = await tenant.holder.release(aggregate ?? Buffer.alloc(0));
    const plain = blockOf(fleets.flat());
    const whole = release.whole.map((_, feature) =>
      plain.reduce((sum, value, at) => (at % FEATURES.length === feature ? sum + value : sum), 0),
    );
    expect(release.whole).toEqual(whole);
    expect(release.whole[FEATURE.devices]).toBe(90);
  });
});
