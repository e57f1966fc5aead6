import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HOUR_MS, type SiteId } from '../../model/index.ts';
import { bfv } from '../bfv/backend.ts';
import { COHORT_NAMES, ROUND } from '../fleet.fixture.ts';
import { readAggregate } from '../protocol/aggregate.ts';
import { agreementText, makeAgreement, readAgreement } from '../protocol/agreement.ts';
import { closeRequestBytes } from '../protocol/close-request.ts';
import { admit, bytesOf } from '../protocol/gate.ts';
import { DEGREE, MOST_REPORTS_PER_PART } from '../protocol/parameters.ts';
import { ciphertextHash, makeReport } from '../protocol/report.ts';
import { RunningSum } from '../protocol/running-sum.ts';
import { publicKeyText } from '../protocol/signing.ts';
import { openAggregator } from './aggregator.ts';

it('[AGG-PARTS-1] spreads more reports than a sum may have over parts', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'stance-parts-'));
  const scheme = await bfv();
  const { publicKey } = scheme.newKeys();
  const release = generateKeyPairSync('ed25519').privateKey;
  const sites = Array.from({ length: MOST_REPORTS_PER_PART + 1 }, (_, nth) => ({
    site: `site-${nth}` as SiteId,
    key: generateKeyPairSync('ed25519').privateKey,
  }));
  const terms = makeAgreement({
    tenant: 'many',
    minimumGroup: 20,
    roundMs: HOUR_MS,
    roundsCompared: 10,
    cohorts: { version: 1, names: COHORT_NAMES },
    publicKey: Buffer.from(publicKey).toString('base64'),
    releaseKey: publicKeyText(release),
  });
  const named = sites.map(({ site, key }) => ({ site, key: publicKeyText(key) }));
  const agreement = readAgreement(agreementText({ ...terms, sites: named }));
  const faults: unknown[] = [];
  const aggregator = await openAggregator({
    dir,
    agreement,
    now: () => ROUND * HOUR_MS,
    tell: (news) => {
      if (news.what === 'fault' || news.what === 'refused') faults.push(news);
    },
  });
  const ciphertext = scheme.encrypt(new BigUint64Array(DEGREE).fill(1n), publicKey);
  const hash = ciphertextHash(ciphertext);
  const { tenant, keyId, paramsHash } = agreement;
  const header = {
    tenant,
    keyId,
    paramsHash,
    round: ROUND,
    cohortVersion: 1,
    count: 20,
    ciphertextHash: hash,
  };
  const accepted = await Promise.all(
    sites.map(({ site, key }) => aggregator.accept(makeReport({ ...header, site }, ciphertext, key).bytes)),
  );
  expect(faults).toEqual([]);
  expect(accepted.filter(Boolean)).toHaveLength(sites.length);
  const parts = readAggregate(
    (await aggregator.close(closeRequestBytes(agreement, ROUND, release))) ?? Buffer.alloc(0),
  );
  await aggregator.end();
  await rm(dir, { recursive: true });

  expect(parts).toHaveLength(2);
  const names = parts.flatMap(({ manifest }) => manifest.map(({ header: { site } }) => site));
  expect(new Set(names).size).toBe(sites.length);
  for (const { manifest, coefficients } of parts) {
    expect(manifest.length).toBeGreaterThan(400);
    const sum = new RunningSum();
    for (const _ of manifest) sum.add(admit(ciphertext));
    expect(Buffer.compare(coefficients, bytesOf(sum.reduced()))).toBe(0);
  }
});
