import { rm } from 'node:fs/promises';
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
import { readRelease } from '../protocol/release.ts';
import { RunningSum, sumFrom } from '../protocol/running-sum.ts';
import { encryptUnchecked } from '../site/lying-site.fixture.ts';
import { RoundLedger } from './round-ledger.ts';

const random = chance(9);
const devicesOf = (count: number, cohort?: number): DeviceFeatures[] =>
  Array.from({ length: count }, () => {
    const device = anyDevice(random, 4);
    return cohort === undefined ? device : { ...device, cohort };
  });

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
  const released = (aggregate: Uint8Array): Promise<Release> => tenant.holder.release(aggregate);
  async function refusal(aggregate: Uint8Array): Promise<string | undefined> {
    await expect(released(aggregate)).rejects.toThrow(/^the aggregate was refused$/);
    return tenant.reasons.at(-1);
  }
  const withPart = (aggregate: Buffer, change: (part: AggregatePart) => AggregatePart): Buffer =>
    aggregateBytes(readAggregate(aggregate).map(change));

  it('[AGG-K-1] opens nothing of fewer devices than the minimum group', async () => {
    tenant = await tenantOf(2);
    expect(await refusal(await aggregateOf([10, 9]))).toBe('minimum_group');
    expect((await released(await aggregateOf([10, 10], ROUND + 1))).whole[FEATURE.devices]).toBe(20);
  });

  it('[AGG-K-2] suppresses small cohorts, and tells them in the whole', async () => {
    tenant = await tenantOf(2);
    const fleets = [devicesOf(40, 0).concat(devicesOf(25, 1)), devicesOf(40, 2).concat(devicesOf(3, 3))];
    for (const [nth, fleet] of fleets.entries())
      await tenant.aggregator.accept((await tenant.report(nth, fleet)).bytes);
    const release = await released((await tenant.aggregator.close(await tenant.asking())) ?? Buffer.alloc(0));
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
    tenant = await tenantOf(2);
    const aggregate = await aggregateOf([30, 30]);
    const doubled = withPart(aggregate, (part) => {
      const coefficients = admitCoefficients(part.coefficients);
      return { ...part, coefficients: bytesOf(sumFrom(coefficients, coefficients).reduced()) };
    });
    expect(await refusal(doubled)).toBe('contributions');
    expect(await refusal(aggregate)).toBe('opened_before');
  });

  it('[AGG-ONCE-1] may go on with the same sum, where it ended while it opened it', async () => {
    tenant = await tenantOf(2);
    const aggregate = await aggregateOf([30, 30]);
    const ledger = await RoundLedger.open(join(tenant.dir, 'key-holder', 'rounds'));
    await ledger.begin(ROUND, aggregate);
    await expect(ledger.begin(ROUND, Buffer.from('another'))).rejects.toThrow('opened_before');
    expect((await released(aggregate)).sites).toHaveLength(2);
  });

  it('[AGG-K-3] refuses a round that differs from an earlier one by a few devices', async () => {
    tenant = await tenantOf(3);
    await released(await aggregateOf([40, 40, 5]));
    expect(await refusal(await aggregateOf([40, 40, null], ROUND + 1))).toBe('complement');
    expect(await refusal(await aggregateOf([null, null, 25], ROUND + 2))).toBe('complement');
    expect((await released(await aggregateOf([41, 40, 5], ROUND + 3))).sites).toHaveLength(3);
  });

  it('[AGG-K-3] tells the whole alone where cohorts of a missing site would be given away', async () => {
    tenant = await tenantOf(3);
    const first = await released(await aggregateOf([200, 200, 60]));
    expect(first.cohorts.every((each) => 'sums' in each)).toBe(true);
    const second = await released(await aggregateOf([200, 200, null], ROUND + 1));
    expect(second.whole[FEATURE.devices]).toBe(400);
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
    tenant = await tenantOf(2);
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
    tenant = await tenantOf(3);
    const aggregate = await aggregateOf([30, 30, 30]);
    const [part] = readAggregate(aggregate);
    if (part === undefined) throw new Error('there is no part');
    const [first, second, third] = part.manifest;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three reported');
    const manifest = (...headers: (typeof part.manifest)[number][]) =>
      aggregateBytes([{ ...part, manifest: headers }]);
    expect(await refusal(manifest(first, second, { ...third, signature: second.signature }))).toBe(
      'signature',
    );
    expect(await refusal(manifest(first, second, second))).toBe('duplicate');
    expect(await refusal(manifest(first, second))).toBe('contributions');
    expect(await refusal(aggregate)).toBe('opened_before');
  });

  it('[AGG-REFUSE-2] gives one answer to all that is wrong, and never dies of it', async () => {
    tenant = await tenantOf(2);
    const aggregate = await aggregateOf([30, 30]);
    const flips = [0, 5, 9, 20, 200, 400, 700, 1_000, 40_000, aggregate.length - 1].map((at) => {
      const flipped = Buffer.from(aggregate);
      flipped[at] = (flipped[at] ?? 0) ^ 0x80;
      return flipped;
    });
    const cuts = [0, 1, 3, 4, 6, 10, 100, aggregate.length - 1].map((length) =>
      aggregate.subarray(0, length),
    );
    const others = [Buffer.concat([aggregate, Buffer.alloc(1)]), Buffer.alloc(50_000_000), Buffer.from('{}')];
    const rounds = join(tenant.dir, 'key-holder', 'rounds');
    const opened: (readonly number[])[] = [];
    const refusals = new Set<string>();
    for (const wrong of [...flips, ...cuts, ...others]) {
      const told = await released(wrong).catch((cause: unknown) => String(cause));
      if (typeof told === 'string') refusals.add(told);
      else opened.push(told.whole);
      // Each is tried as the first of its round.
      for (const kind of ['opened', 'refused', 'released'])
        await rm(join(rounds, `${ROUND}.${kind}`), { force: true });
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
  async function lyingAggregate(block: FeatureBlock, round: Round): Promise<Buffer> {
    const [liar, honest] = tenant.sites;
    if (liar === undefined || honest === undefined) throw new Error('two sites are needed');
    const ciphertext = await encryptUnchecked(liar, block, round);
    const count = block.reduce((sum, value, at) => (at % 32 === FEATURE.devices ? sum + value : sum), 0);
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
    expect(await tenant.aggregator.accept((await tenant.report(1, devicesOf(30), round)).bytes)).toBe(true);
    return Buffer.from((await tenant.aggregator.close(await tenant.asking(round))) ?? []);
  }

  it('[AGG-PARTS-1] opens rounds of more reports than a sum may have, in parts', async () => {
    tenant = await tenantOf(2);
    const parts = await Promise.all(
      [0, 1].map(async (nth) => {
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
    expect(release.whole[FEATURE.devices]).toBe(60);
  });
});
