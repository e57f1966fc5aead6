import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../model/index.ts';
import { anyDevice, chance, ROUND, type Tenant, tenantOf } from '../fleet.fixture.ts';
import { readAggregate } from '../protocol/aggregate.ts';
import { admit } from '../protocol/gate.ts';
import { readReport } from '../protocol/report.ts';
import { OpenRound } from './open-round.ts';

const random = chance(5);
const devices = (count = 30) => Array.from({ length: count }, () => anyDevice(random, 4));

describe('an aggregator', () => {
  let tenant: Tenant;
  afterEach(() => tenant.end());

  const newest = () => tenant.news.at(-1);
  const accept = async (nth: number, round = ROUND) =>
    tenant.aggregator.accept((await tenant.report(nth, devices(), round)).bytes);
  const sumsIn = async () => {
    const aggregate = await tenant.aggregator.close(await tenant.asking());
    return readAggregate(aggregate ?? Buffer.alloc(0));
  };
  const roundDir = () => join(tenant.dir, 'aggregator', 'rounds', `${ROUND}`);

  it('[AGG-ROUND-1] takes one report of a site and round, also after a restart', async () => {
    tenant = await tenantOf(2);
    expect(await accept(0)).toBe(true);
    expect(await accept(0)).toBe(false);
    expect(newest()).toEqual({ what: 'refused', reason: 'duplicate' });
    await tenant.restartAggregator();
    expect(await accept(0)).toBe(false);
    expect(newest()).toEqual({ what: 'refused', reason: 'duplicate' });
    expect(await accept(1)).toBe(true);
    await tenant.aggregator.close(await tenant.asking());
    await tenant.restartAggregator();
    expect(await accept(1)).toBe(false);
    expect(newest()).toEqual({ what: 'refused', reason: 'round' });
  });

  it('[AGG-ROUND-1] takes one of two that come at once', async () => {
    tenant = await tenantOf(1);
    const { bytes } = await tenant.report(0, devices());
    const taken = await Promise.all([tenant.aggregator.accept(bytes), tenant.aggregator.accept(bytes)]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await sumsIn())[0]?.manifest).toHaveLength(1);
  });

  it('[AGG-ROUND-2] takes this round and the one before, no other, and none that was closed', async () => {
    tenant = await tenantOf(2);
    for (const round of [ROUND - 2, ROUND + 1, 0, 2 ** 48 - 1]) {
      expect(await accept(0, round)).toBe(false);
      expect(newest()).toEqual({ what: 'refused', reason: 'round' });
    }
    expect(await accept(0, ROUND - 1)).toBe(true);
    expect(await accept(0)).toBe(true);
    const closed = await tenant.aggregator.close(await tenant.asking());
    expect(await tenant.aggregator.close(await tenant.asking())).toEqual(closed);
    expect(await accept(1)).toBe(false);
    expect(await accept(1, ROUND - 1)).toBe(false);
    await tenant.restartAggregator();
    expect(await tenant.aggregator.close(await tenant.asking())).toEqual(closed);
  });

  it('[AGG-ROUND-3] closes a round for the key holder alone', async () => {
    tenant = await tenantOf(1);
    await accept(0);
    const asking = await tenant.asking();
    const signedByOther = Buffer.from(asking).fill(1, asking.length - 64);
    expect(await tenant.aggregator.close(signedByOther)).toBeNull();
    expect(newest()).toEqual({ what: 'refused', reason: 'signature' });
    for (const wrong of [Buffer.alloc(0), asking.subarray(1), Buffer.concat([asking, asking])])
      expect(await tenant.aggregator.close(wrong)).toBeNull();
    expect(await tenant.aggregator.close(await tenant.asking(ROUND - 1))).toBeNull();
    expect(await tenant.aggregator.close(asking)).not.toBeNull();
  });

  it('[AGG-CRASH-1] has after a crash what it had acknowledged, and nothing else', async () => {
    tenant = await tenantOf(3);
    await accept(0);
    await accept(1);
    const log = join(roundDir(), '0.log');
    const acknowledged = (await readFile(log)).length;
    await accept(2);
    // The third report's sum is on disk, its record is torn: it was never acknowledged.
    await tenant.aggregator.end();
    await truncate(log, acknowledged + 17);
    await tenant.restartAggregator();
    expect(await accept(1)).toBe(false);
    expect(await accept(2)).toBe(true);
    const aggregate = await tenant.aggregator.close(await tenant.asking());
    // It opens only where the sum is that of the three, each once.
    const release = await tenant.holder.release(aggregate ?? Buffer.alloc(0));
    expect(release.sites).toEqual(['site-0', 'site-1', 'site-2']);
  });

  it('[AGG-CRASH-1] survives a torn sum: it is of a report that was never acknowledged', async () => {
    tenant = await tenantOf(3);
    await accept(0);
    await accept(1);
    await tenant.aggregator.end();
    // Two records: the next sum goes over the first of the two files.
    await writeFile(join(roundDir(), '0.0.sum'), Buffer.alloc(500, 1));
    await tenant.restartAggregator();
    expect(await accept(2)).toBe(true);
    const aggregate = await tenant.aggregator.close(await tenant.asking());
    const release = await tenant.holder.release(aggregate ?? Buffer.alloc(0));
    expect(release.sites).toEqual(['site-0', 'site-1', 'site-2']);
  });

  it('[AGG-CRASH-2] declares a round lost whose sum the disk lost, and goes on', async () => {
    tenant = await tenantOf(2);
    await accept(0);
    await tenant.aggregator.end();
    for (const name of await readdir(roundDir())) {
      if (name.endsWith('.sum')) await writeFile(join(roundDir(), name), Buffer.alloc(65_600));
    }
    await appendFile(join(roundDir(), '0.log'), 'garbage');
    await tenant.restartAggregator();
    expect(tenant.news).toContainEqual({ what: 'lost', round: ROUND });
    expect(await tenant.aggregator.close(await tenant.asking())).toBeNull();
    expect(await accept(1)).toBe(true);
  });

  it('[AGG-ROUND-2] takes nothing into a round that is being closed', async () => {
    tenant = await tenantOf(2);
    const round = await OpenRound.open(join(tenant.dir, 'a-round'));
    const admitted = async (nth: number) => {
      const signed = readReport((await tenant.report(nth, devices())).bytes);
      return { signed, coefficients: admit(signed.ciphertext) };
    };
    const adding = round?.add(await admitted(0), 1);
    const parts = await round?.seal();
    await adding;
    expect(parts?.[0]?.manifest).toHaveLength(1);
    await expect(round?.add(await admitted(1), 1)).rejects.toThrow('round');
    round?.unseal();
    await round?.add(await admitted(1), 1);
    expect(round?.reports).toBe(2);
    await round?.close();
  });

  it('[AGG-SUM-1] keeps sums, not reports', async () => {
    tenant = await tenantOf(4);
    for (const nth of tenant.sites.keys()) await accept(nth);
    const files = await readdir(roundDir());
    expect(files.toSorted()).toEqual(['0.0.sum', '0.1.sum', '0.log']);
    expect((await readFile(join(roundDir(), '0.log'))).length).toBeLessThan(4 * 400);
  });

  it('[AGG-ROUND-4] drops sums for which nobody asked in eight rounds', async () => {
    tenant = await tenantOf(1);
    await accept(0);
    tenant.clock.now += 9 * HOUR_MS;
    expect(await accept(0, ROUND + 9)).toBe(true);
    expect(tenant.news).toContainEqual({ what: 'lost', round: ROUND });
    expect(await readdir(join(tenant.dir, 'aggregator', 'rounds'))).toEqual([`${ROUND + 9}`]);
  });
});
