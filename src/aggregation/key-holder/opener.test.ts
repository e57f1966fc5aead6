import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type DeviceFeatures,
  FEATURE,
  type FeatureBlock,
  HOUR_MS,
  type Release,
  type Round,
  slotOf,
} from '../../model/index.ts';
import { anyDevice, blockOf, chance, ROUND, type Tenant, tenantOf } from '../fleet.fixture.ts';
import { type AggregatePart, aggregateBytes, readAggregate } from '../protocol/aggregate.ts';
import { admit, admitCoefficients, bytesOf } from '../protocol/gate.ts';
import { ciphertextHash, makeReport } from '../protocol/report.ts';
import { T as MODULUS } from '../protocol/parameters.ts';
import { readRelease } from '../protocol/release.ts';
import { RunningSum, sumFrom } from '../protocol/running-sum.ts';
import { devicesIn, encryptedReport } from '../site/encryptor.ts';
import { encryptUnchecked } from '../site/lying-site.fixture.ts';
import { newKeyFolder, openKeyFolder } from './key-folder.ts';
import { alone } from './lock-file.ts';
import { openKeyHolder } from './open-key-holder.ts';
import { RoundLedger } from './round-ledger.ts';

const T = Number(MODULUS);
const random = chance(9);
const devicesOf = (count: number, cohort?: number): DeviceFeatures[] =>
  Array.from({ length: count }, () => {
    const device = anyDevice(random, 4);
    return cohort === undefined ? device : { ...device, cohort };
  });

/** Takes so many devices of others, all with a score of 80, to a score of 0: only sums over all sites are checked. */
function claimTheWorst(block: FeatureBlock, devices: number): void {
  const shift = (feature: number, by: number) => {
    const slot = slotOf(0, feature);
    block[slot] = ((block[slot] ?? 0) + by + T) % T;
  };
  for (const feature of [FEATURE.score, FEATURE.weighted_score]) shift(feature, -80 * devices);
  shift(FEATURE.score_squared, -6_400 * devices);
  shift(FEATURE.score_80_89, -devices);
  shift(FEATURE.score_0_9, devices);
}

describe('the key holder', () => {
  let tenant: Tenant;
  afterEach(() => tenant.end());

  /** A round of so many devices at each site. */
  async function aggregateOf(counts: readonly (number | null)[], round: Round = ROUND): Promise<Buffer> {
    tenant.clock.now = round * HOUR_MS;
    for (const [nth, count] of counts.entries()) {
      if (count === null) continue;
      const { bytes } = await tenant.report(nth, devicesOf(count), round);
      expect(await tenant.aggregator.accept(bytes)).toBe(true);
    }
    return Buffer.from((await tenant.aggregator.close(await tenant.asking(round))) ?? []);
  }
  async function aggregateOfFleets(
    fleets: readonly (readonly DeviceFeatures[])[],
    round: Round,
  ): Promise<Buffer> {
    tenant.clock.now = round * HOUR_MS;
    for (const [nth, fleet] of fleets.entries())
      expect(await tenant.aggregator.accept((await tenant.report(nth, fleet, round)).bytes)).toBe(true);
    return Buffer.from((await tenant.aggregator.close(await tenant.asking(round))) ?? []);
  }
  const rounds = () => join(tenant.dir, 'key-holder', 'rounds');
  const released = (aggregate: Uint8Array): Promise<Release> => tenant.holder.release(aggregate);
  async function refusal(aggregate: Uint8Array): Promise<string | undefined> {
    await expect(released(aggregate)).rejects.toThrow(/^the aggregate was refused$/);
    return tenant.reasons.at(-1);
  }
  const withPart = (aggregate: Buffer, change: (part: AggregatePart) => AggregatePart): Buffer =>
    aggregateBytes(readAggregate(aggregate).map(change));

  it('[AGG-K-1] opens nothing of fewer devices than the minimum group', async () => {
    tenant = await tenantOf(3);
    expect(await refusal(await aggregateOf([0, 0, 0]))).toBe('minimum_group');
    expect((await released(await aggregateOf([20, 20, 20], ROUND + 1))).whole[FEATURE.devices]).toBe(60);
  });

  it('[AGG-K-5] opens nothing that one of its sites could see through by subtracting itself', async () => {
    tenant = await tenantOf(5, { minimumGroup: 50 });
    expect(await refusal(await aggregateOf([200, 200, null, null, null]))).toBe('few_sites');
    expect(await refusal(await aggregateOf([200, 200, 0, 0, 0], ROUND + 1))).toBe('few_sites');
    const release = await released(await aggregateOf([200, 50, 50, null, null], ROUND + 2));
    expect(release.whole[FEATURE.devices]).toBe(300);
    // A small site beside one that works with the aggregator, which leaves out the others.
    expect(await refusal(await aggregateOf([200, 50, null, null, 1], ROUND + 3))).toBe('few_sites');
  });

  it('[AGG-K-6] takes a site of few devices as a reader, which neither shows them nor silences others', async () => {
    tenant = await tenantOf(4);
    expect((await released(await aggregateOf([100, 100, 100, null]))).sites).toHaveLength(3);
    for (const few of [3, 19]) {
      const release = await released(await aggregateOf([100, 100, 100, few], ROUND + few));
      expect(release.sites).toHaveLength(4);
      expect(release.whole[FEATURE.devices]).toBe(300);
    }
    const grown = await released(await aggregateOf([100, 100, 100, 20], ROUND + 30));
    expect(grown.whole[FEATURE.devices]).toBe(320);
    expect((await tenant.report(3, devicesOf(19), ROUND + 40)).header.count).toBe(0);
    expect((await tenant.report(3, devicesOf(20), ROUND + 41)).header.count).toBe(20);
  });

  it('[AGG-K-4] gives no single device away in two rounds in which another cohort would give way', async () => {
    tenant = await tenantOf(3);
    const [one, hiding, other] = [devicesOf(1, 0), devicesOf(20, 1), devicesOf(21, 2)];
    const rest = devicesOf(40, 3);
    const tell = async (round: Round, fleets: readonly DeviceFeatures[][]) =>
      (await released(await aggregateOfFleets(fleets, round))).cohorts.map((each) => 'sums' in each);
    const before = await tell(ROUND, [[...one, ...hiding], [...other], rest]);
    const after = await tell(ROUND + 1, [[...one, ...hiding, ...devicesOf(2, 1)], [...other], rest]);
    expect([before, after]).toEqual([
      [false, false, true, true],
      [false, false, true, true],
    ]);
  });

  it('[AGG-K-7] compares releases that are made at once, one with the other', async () => {
    tenant = await tenantOf(4);
    const first = await aggregateOf([60, 60, 60, 60]);
    const second = await aggregateOf([60, 60, 60, null], ROUND + 1);
    const third = await aggregateOf([60, null, 60, 60], ROUND + 2);
    const outcomes = await Promise.allSettled([first, second, third].map(released));
    expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true);
    const told = outcomes.map(
      (outcome) => outcome.status === 'fulfilled' && outcome.value.cohorts.some((each) => 'sums' in each),
    );
    // Each is of another set of sites: the cohorts are in the first alone.
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await readdir(rounds())).not.toContain('lock');
  });

  it('[AGG-K-7] makes releases one at a time, also of two processes, and takes up after one that was killed', async () => {
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([60, 60, 60]);
    // A process that is gone.
    const { pid } = spawnSync('true');
    await writeFile(join(rounds(), 'lock'), `${pid}`);
    expect((await released(aggregate)).sites).toHaveLength(3);
    await writeFile(join(rounds(), 'lock'), `${process.ppid}`);
    await expect(alone(join(rounds(), 'lock'), 50, async () => 'done')).rejects.toThrow(
      'wait until it is done',
    );
    await rm(join(rounds(), 'lock'));
    expect(await alone(join(rounds(), 'lock'), 50, async () => 'done')).toBe('done');
  });

  it('[AGG-ONCE-3] leaves no half record of what it opens, and opens nothing without the records before', async () => {
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([60, 60, 60]);
    await writeFile(join(rounds(), `${ROUND}.opened.new`), '');
    expect((await released(aggregate)).sites).toHaveLength(3);
    await rm(rounds(), { recursive: true });
    await expect(
      openKeyHolder(await openKeyFolder(join(tenant.dir, 'key-holder')), {
        now: () => 0,
        tell: () => undefined,
      }),
    ).rejects.toThrow('restore it from a backup');
  });

  it('[AGG-KEYS-2] remembers under new keys what was released under those before', async () => {
    tenant = await tenantOf(3);
    await released(await aggregateOf([60, 60, 60]));
    const [before, after] = [join(tenant.dir, 'key-holder'), join(tenant.dir, 'successor')];
    const founding = {
      tenant: 'acme',
      minimumGroup: 20,
      roundMs: 2 * HOUR_MS,
      cohorts: tenant.agreement.cohorts,
      successorOf: before,
    };
    const bytes = (count: number) => new Uint8Array(count);
    await newKeyFolder(after, founding, bytes);
    const [old, inherited] = await Promise.all(
      [before, after].map(async (dir) => (await RoundLedger.open(join(dir, 'rounds'))).disclosed()),
    );
    expect(inherited).toEqual(old?.map((each) => ({ ...each, round: Math.floor(ROUND / 2) })));
    const ledger = await RoundLedger.open(join(after, 'rounds'));
    expect(await ledger.disclosures(Math.floor(ROUND / 2), 1)).toEqual(old?.map((each) => each.disclosure));
    // And so on.
    const third = join(tenant.dir, 'third');
    await newKeyFolder(third, { ...founding, successorOf: after }, bytes);
    expect(await (await RoundLedger.open(join(third, 'rounds'))).disclosed()).toEqual(inherited);
    const wrong = join(tenant.dir, 'wrong');
    await expect(newKeyFolder(wrong, { ...founding, tenant: 'other' }, bytes)).rejects.toThrow('is of acme');
    const cohorts = { version: 2, names: ['other', 'camera'] };
    await expect(newKeyFolder(wrong, { ...founding, cohorts }, bytes)).rejects.toThrow('other cohorts');
  });

  it('[AGG-CHECK-4] lets a lying site say what devices could give together, and nothing beyond', async () => {
    tenant = await tenantOf(3);
    const honest = devicesOf(100, 0).map((device) => ({ ...device, weight: 1, score: 80 }));
    const outcomes: unknown[] = [];
    for (const [nth, lie] of [
      (block: FeatureBlock) => (block[slotOf(0, FEATURE.weight)] = 220 * 340 - 200),
      (block: FeatureBlock) => (block[slotOf(0, FEATURE.weighted_score)] = T - 8_000),
      (block: FeatureBlock) => (block[slotOf(0, FEATURE.score)] = T - 8_000),
      (block: FeatureBlock) => claimTheWorst(block, 100),
    ].entries()) {
      const block = blockOf(devicesOf(20, 0).map((device) => ({ ...device, weight: 1, score: 0 })));
      lie(block);
      const round = ROUND + nth;
      const aggregate = await lyingAggregate(block, round, 20, honest);
      const release = await released(aggregate).catch(() => tenant.reasons.at(-1));
      outcomes.push(typeof release === 'object' ? release.whole[FEATURE.score] : release);
    }
    // The last one took a hundred devices of another site from the ninth tenth of scores to the first.
    expect(outcomes).toEqual(['invariant', 'invariant', 'invariant', 8_000]);
  });

  it('[AGG-K-2] suppresses small cohorts, and tells them in the whole', async () => {
    tenant = await tenantOf(3);
    const fleets = [devicesOf(40, 0), devicesOf(25, 1), devicesOf(40, 2).concat(devicesOf(3, 3))];
    const release = await released(await aggregateOfFleets(fleets, ROUND));
    expect(release.cohorts.map((each) => 'sums' in each)).toEqual([true, false, true, false]);
    expect(release.whole[FEATURE.devices]).toBe(108);
    const plain = blockOf(fleets.flat());
    const score = [0, 1, 2, 3].reduce((sum, cohort) => sum + (plain[slotOf(cohort, FEATURE.score)] ?? 0), 0);
    expect(release.whole[FEATURE.score]).toBe(score);
  });

  it('[AGG-ONCE-1] opens a round once, also after a restart, and never another sum of it', async () => {
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([30, 30, 30]);
    const release = await released(aggregate);
    expect(readRelease(JSON.stringify(release), tenant.agreement)).toEqual(release);
    expect(await refusal(aggregate)).toBe('opened_before');
    const ledger = await RoundLedger.open(join(tenant.dir, 'key-holder', 'rounds'));
    expect((await ledger.releases()).map(({ round }) => round)).toEqual([ROUND]);
    await expect(ledger.begin(ROUND, aggregate)).rejects.toThrow('opened_before');
  });

  it('[AGG-ONCE-2] uses up a round whose sum was wrong: nobody tries sums until one opens', async () => {
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([30, 30, 30]);
    const doubled = withPart(aggregate, (part) => {
      const coefficients = admitCoefficients(part.coefficients);
      return { ...part, coefficients: bytesOf(sumFrom(coefficients, coefficients).reduced()) };
    });
    expect(await refusal(doubled)).toBe('contributions');
    expect(await refusal(aggregate)).toBe('opened_before');
  });

  it('[AGG-ONCE-1] may go on with the same sum, where it ended while it opened it', async () => {
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([30, 30, 30]);
    const ledger = await RoundLedger.open(join(tenant.dir, 'key-holder', 'rounds'));
    await ledger.begin(ROUND, aggregate);
    await expect(ledger.begin(ROUND, Buffer.from('another'))).rejects.toThrow('opened_before');
    expect((await released(aggregate)).sites).toHaveLength(3);
  });

  it('[AGG-ONCE-4] writes the record of a round once, also of one that ended between its record and its answer', async () => {
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([30, 30, 30]);
    const ledger = await RoundLedger.open(rounds());
    await ledger.begin(ROUND, aggregate);
    const release = { ...(await released(await aggregateOf([30, 30, 30], ROUND + 1))), round: ROUND };
    const disclosure = { sites: new Map(), counts: [], told: new Set<number>() };
    await ledger.released(ROUND, release, disclosure);
    const before = await readFile(join(rounds(), `${ROUND}.released`));
    const other = { ...release, releasedAt: release.releasedAt + 1 };
    await expect(ledger.released(ROUND, other, disclosure)).rejects.toThrow('has its record');
    await expect(ledger.refused(ROUND, 'invariant')).rejects.toThrow('has its record');
    expect(await refusal(aggregate)).toBe('opened_before');
    expect(await readFile(join(rounds(), `${ROUND}.released`))).toEqual(before);
    expect((await readdir(rounds())).filter((name) => name.startsWith(`${ROUND}.`)).toSorted()).toEqual([
      `${ROUND}.opened`,
      `${ROUND}.released`,
    ]);
  });

  it('[AGG-K-6] takes no report of few devices, whoever makes it: others would depend on it', async () => {
    tenant = await tenantOf(3);
    const [site] = tenant.sites;
    if (site === undefined) throw new Error('there is no site');
    const { bytes } = await encryptedReport(site, blockOf(devicesOf(5)), ROUND);
    expect(await tenant.aggregator.accept(bytes)).toBe(false);
    expect((await released(await aggregateOf([40, 40, 40]))).sites).toHaveLength(3);
  });

  it('[AGG-K-3] refuses a round that differs by a few devices from one under an earlier minimum group', async () => {
    tenant = await tenantOf(4);
    const sites = new Map(tenant.sites.map(({ site }, nth) => [site, nth === 3 ? 5 : 40] as const));
    const disclosure = { sites, counts: [125, 0, 0, 0], told: new Set<number>() };
    await RoundLedger.found(rounds(), [{ round: ROUND - 1, disclosure }]);
    expect(await refusal(await aggregateOf([40, 40, 40]))).toBe('complement');
    const { roundsCompared } = tenant.agreement;
    const later = await aggregateOf([40, 40, 40], ROUND + roundsCompared);
    expect((await released(later)).sites).toHaveLength(3);
  });

  it('[AGG-K-3] tells the whole alone where cohorts of a missing site would be given away', async () => {
    tenant = await tenantOf(4);
    const first = await released(await aggregateOf([200, 200, 200, 60]));
    expect(first.cohorts.every((each) => 'sums' in each)).toBe(true);
    const second = await released(await aggregateOf([200, 200, 200, null], ROUND + 1));
    expect(second.whole[FEATURE.devices]).toBe(600);
    expect(second.cohorts.some((each) => 'sums' in each)).toBe(false);
  });

  it('[AGG-CHECK-1] finds a report that was left out, repeated, exchanged or altered', async () => {
    tenant = await tenantOf(3);
    const one = async (nth: number, round: Round) =>
      admit((await tenant.report(nth, devicesOf(30), round)).ciphertext);
    const wrongs: ((round: Round) => Promise<readonly Uint32Array<ArrayBuffer>[]>)[] = [
      async (round) => [await one(0, round), await one(1, round)],
      async (round) => [await one(0, round), await one(1, round), await one(1, round)],
      async (round) => [await one(0, round), await one(1, round), await one(2, round - 1)],
      async (round) => [await one(0, round), await one(1, round), altered(await one(2, round))],
    ];
    const reasons: (string | undefined)[] = [];
    for (const [nth, wrong] of wrongs.entries()) {
      const round = ROUND + 10 * nth;
      const aggregate = await aggregateOf([30, 30, 30], round);
      const sum = bytesOf(sumFrom(...(await wrong(round))).reduced());
      reasons.push(await refusal(withPart(aggregate, (part) => ({ ...part, coefficients: sum }))));
    }
    expect(reasons).toEqual([
      'contributions',
      'linear_check',
      'linear_check',
      expect.stringMatching(/_check|contributions/),
    ]);
  });

  it('[AGG-CHECK-2] refuses what no devices can give, though its site signed and checked it', async () => {
    tenant = await tenantOf(3);
    const lies: [string, (block: FeatureBlock) => void][] = [
      ['more weight than devices can have', (block) => (block[slotOf(0, FEATURE.weight)] = 1e7)],
      ['devices in no risk level', (block) => (block[slotOf(0, FEATURE.risk_low)] = 0)],
      ['squares that are none', (block) => (block[slotOf(0, FEATURE.score_squared)] = 1)],
      ['devices of a cohort that there is not', (block) => (block[slotOf(77, FEATURE.devices)] = 1)],
    ];
    const reasons: [string, string | undefined][] = [];
    for (const [nth, [what, lie]] of lies.entries()) {
      const block = blockOf(devicesOf(30, 0));
      lie(block);
      const site = tenant.sites[0];
      await expect(site?.report(block, ROUND + nth)).rejects.toThrow(
        'a block of features cannot be reported',
      );
      reasons.push([what, await refusal(await lyingAggregate(block, ROUND + nth))]);
    }
    expect(reasons).toEqual(lies.map(([what]) => [what, 'invariant']));
  });

  it('[AGG-CHECK-3] refuses a manifest that its sites did not sign', async () => {
    tenant = await tenantOf(4);
    const aggregate = await aggregateOf([30, 30, 30, 30]);
    const [part] = readAggregate(aggregate);
    if (part === undefined) throw new Error('there is no part');
    const [first, second, third, fourth] = part.manifest;
    if (!first || !second || !third || !fourth) throw new Error('four reported');
    const manifest = (...headers: (typeof part.manifest)[number][]) =>
      aggregateBytes([{ ...part, manifest: headers }]);
    expect(await refusal(manifest(first, second, { ...third, signature: second.signature }))).toBe(
      'signature',
    );
    expect(await refusal(manifest(first, second, second))).toBe('duplicate');
    expect(await refusal(manifest(first, second, fourth))).toBe('contributions');
    expect(await refusal(aggregate)).toBe('opened_before');
  });

  it('[AGG-REFUSE-2] gives one answer to all that is wrong, and never dies of it', async () => {
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([30, 30, 30]);
    const flips = [0, 5, 9, 20, 200, 400, 700, 1_000, 40_000, aggregate.length - 1].map((at) => {
      const flipped = Buffer.from(aggregate);
      flipped[at] = (flipped[at] ?? 0) ^ 0x80;
      return flipped;
    });
    const cuts = [0, 1, 3, 4, 6, 10, 100, aggregate.length - 1].map((length) =>
      aggregate.subarray(0, length),
    );
    const others = [Buffer.concat([aggregate, Buffer.alloc(1)]), Buffer.alloc(50_000_000), Buffer.from('{}')];
    const opened: (readonly number[])[] = [];
    const refusals = new Set<string>();
    for (const wrong of [...flips, ...cuts, ...others]) {
      const told = await released(wrong).catch((cause: unknown) => String(cause));
      if (typeof told === 'string') refusals.add(told);
      else opened.push(told.whole);
      // Each is tried as the first of its round.
      for (const kind of ['opened', 'refused', 'released'])
        await rm(join(rounds(), `${ROUND}.${kind}`), { force: true });
    }
    expect([...refusals]).toEqual(['AggregateRefused: the aggregate was refused']);
    expect(tenant.reasons.length).toBeGreaterThan(15);
    expect(tenant.reasons.filter((reason) => reason.startsWith('fault'))).toEqual([]);
    // What changes the noise alone changes nothing that is encrypted.
    const { whole } = await released(aggregate);
    for (const told of opened) expect(told).toEqual(whole);
  });

  function altered(coefficients: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
    const changed = coefficients.slice();
    changed[2_000] = (changed[2_000] ?? 0) ^ 1;
    changed[9_001] = (changed[9_001] ?? 0) ^ 1;
    return changed;
  }

  /** As a site would that uses its keys, and no code of ours to hold it back. */
  async function lyingAggregate(
    block: FeatureBlock,
    round: Round,
    count = devicesIn(block),
    honest: readonly DeviceFeatures[] = devicesOf(30),
  ): Promise<Buffer> {
    const [liar] = tenant.sites;
    if (liar === undefined) throw new Error('a site is needed');
    const ciphertext = await encryptUnchecked(liar, block, round);
    const { tenant: name, keyId, paramsHash, cohorts } = liar.agreement;
    const header = {
      tenant: name,
      keyId,
      paramsHash,
      round,
      site: liar.site,
      cohortVersion: cohorts.version,
      count,
    };
    const report = makeReport(
      { ...header, ciphertextHash: ciphertextHash(ciphertext) },
      ciphertext,
      liar.signingKey,
    );
    tenant.clock.now = round * HOUR_MS;
    expect(await tenant.aggregator.accept(report.bytes)).toBe(true);
    for (const nth of [1, 2])
      expect(await tenant.aggregator.accept((await tenant.report(nth, honest, round)).bytes)).toBe(true);
    return Buffer.from((await tenant.aggregator.close(await tenant.asking(round))) ?? []);
  }

  it('[AGG-PARTS-1] opens rounds of more reports than a sum may have, in parts', async () => {
    tenant = await tenantOf(4);
    const parts = await Promise.all(
      [0, 1, 2, 3].map(async (nth) => {
        const report = await tenant.report(nth, devicesOf(30));
        const sum = new RunningSum();
        sum.add(admit(report.ciphertext));
        return {
          manifest: [{ ...report, headerBytes: report.bytes.subarray(6, report.bytes.length - 64 - 65_649) }],
          coefficients: bytesOf(sum.reduced()),
        };
      }),
    );
    const release = await released(aggregateBytes(parts));
    expect(release.whole[FEATURE.devices]).toBe(120);
  });
});
