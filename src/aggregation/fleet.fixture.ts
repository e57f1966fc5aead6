import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeviceFeatures,
  type FeatureBlock,
  HOUR_MS,
  type Report,
  RISK_LEVELS,
  type Round,
  type SiteEncryptor,
  type SiteId,
} from '../model/index.ts';
import { openAggregator, type SumOfSites, type AggregatorNews } from './aggregator/aggregator.ts';
import { enrolSites, type Founding, newKeyFolder, openKeyFolder } from './key-holder/key-folder.ts';
import { SumOpener } from './key-holder/opener.ts';
import { RoundLedger } from './key-holder/round-ledger.ts';
import { closeRequestBytes } from './protocol/close-request.ts';
import { agreementText, type KnownAgreement, readAgreement } from './protocol/agreement.ts';
import { BlockBuilder } from './site/block-builder.ts';
import type { SiteIdentity } from './site/encryptor.ts';
import { joinFleet, newSite, openSite } from './site/site-folder.ts';

/** The same numbers for the same seed (mulberry32), from 0 to below 1. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function anyDevice(random: () => number, cohorts: number): DeviceFeatures {
  const below = (most: number) => Math.floor(random() * most);
  return {
    cohort: below(cohorts),
    weight: 1 + below(3),
    score: below(101),
    dimensions: { identity: below(101), behavior: below(101), policy: below(101), threat: below(101) },
    riskLevel: RISK_LEVELS[below(4)] ?? 'low',
    connections: 2 ** (random() * 20),
    bytes: 2 ** (random() * 40),
    destinations: below(400),
    openAnomalies: below(4),
  };
}

export function blockOf(devices: readonly DeviceFeatures[]): FeatureBlock {
  const builder = new BlockBuilder();
  for (const device of devices) builder.add(device);
  return builder.block;
}

const START = Date.UTC(2026, 4, 21, 9);
export const ROUND = START / HOUR_MS;
export const COHORT_NAMES = ['other', 'camera', 'printer', 'laptop'];

/** A tenant with its sites, an aggregator and a key holder, in folders of their own, with a clock that stands. */
export interface Tenant {
  readonly dir: string;
  readonly agreement: KnownAgreement;
  readonly sites: readonly (SiteEncryptor & SiteIdentity)[];
  readonly aggregator: SumOfSites;
  readonly holder: SumOpener;
  readonly news: AggregatorNews[];
  /** Why the key holder refused. */
  readonly reasons: string[];
  readonly clock: { now: number };
  report(nth: number, devices: readonly DeviceFeatures[], round?: Round): Promise<Report>;
  asking(round?: Round): Promise<Buffer>;
  restartAggregator(): Promise<SumOfSites>;
  end(): Promise<void>;
}

export async function tenantOf(siteCount: number, founding: Partial<Founding> = {}): Promise<Tenant> {
  const dir = await mkdtemp(join(tmpdir(), 'stance-aggregation-'));
  const holderDir = join(dir, 'key-holder');
  const random = (bytes: number) => new Uint8Array(bytes).fill(7);
  const given = {
    tenant: 'acme',
    minimumGroup: 20,
    roundMs: HOUR_MS,
    cohorts: { version: 1, names: COHORT_NAMES },
    ...founding,
  };
  await newKeyFolder(holderDir, given, random);
  const names = Array.from({ length: siteCount }, (_, nth) => `site-${nth}` as SiteId);
  const keys = await Promise.all(names.map((site) => newSite(join(dir, site))));
  const credentials = await enrolSites(
    holderDir,
    names.map((site, nth) => ({ site, key: keys[nth] ?? '' })),
  );
  const folder = await openKeyFolder(holderDir);
  const text = agreementText(folder.agreement);
  const sites = await Promise.all(
    names.map(async (name, nth) => {
      await joinFleet(join(dir, name), { credential: credentials[nth] ?? '', agreement: text });
      return openSite(join(dir, name));
    }),
  );
  const news: AggregatorNews[] = [];
  const reasons: string[] = [];
  const clock = { now: START };
  const agreement = readAgreement(text);
  const settings = {
    dir: join(dir, 'aggregator'),
    agreement,
    now: () => clock.now,
    tell: (each: AggregatorNews) => void news.push(each),
  };
  let aggregator = await openAggregator(settings);
  const holder = new SumOpener({
    agreement,
    keys: folder.opening,
    releaseKey: folder.releaseKey,
    ledger: await RoundLedger.open(folder.roundsDir),
    now: () => clock.now,
    tell: ({ reason, cause }) =>
      void reasons.push(cause instanceof Error ? `${reason}: ${cause.message}` : reason),
  });
  return {
    dir,
    agreement,
    sites,
    get aggregator() {
      return aggregator;
    },
    holder,
    news,
    reasons,
    clock,
    async report(nth, devices, round = ROUND) {
      const site = sites[nth];
      if (site === undefined) throw new RangeError(`there is no site ${nth}`);
      return site.report(blockOf(devices), round);
    },
    async asking(round = ROUND) {
      return closeRequestBytes(agreement, round, folder.releaseKey);
    },
    async restartAggregator() {
      // Ended already where a test has played a crash.
      await aggregator.end().catch(() => undefined);
      aggregator = await openAggregator(settings);
      return aggregator;
    },
    async end() {
      await aggregator.end();
      await rm(dir, { recursive: true });
    },
  };
}
