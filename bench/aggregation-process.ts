import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BlockBuilder,
  fetchAggregate,
  joinFleet,
  newKeyFolder,
  enrolSites,
  newSite,
  openKeyFolder,
  openKeyHolder,
  openSite,
  sendReport,
  startAggregator,
} from '../src/aggregation/index.ts';
import {
  DEVICE_COHORTS,
  FEATURE,
  type FeatureBlock,
  HOUR_MS,
  type Report,
  RISK_LEVELS,
} from '../src/model/index.ts';
import { Random } from '../src/simulator/index.ts';
import { giveBack, inputOf } from './child.ts';

export interface AggregationInput {
  readonly dir: string;
  readonly sites: number;
  readonly devices: number;
  readonly rounds: number;
}

export interface AggregationMeasured {
  /** Of the aggregator's processor time, a round each. */
  readonly cpuMs: readonly number[];
  /** By the clock, from the first report sent to the aggregate fetched. */
  readonly wallMs: readonly number[];
  /** The most that the aggregator ever had in memory. */
  readonly memoryMb: number | null;
  readonly reportBytes: number;
  readonly aggregateBytes: number;
  readonly encryptMs: number;
  /** To open, check and sign a round. */
  readonly releaseMs: readonly number[];
  /** To add the same blocks in plain. */
  readonly plainMs: readonly number[];
  readonly isExact: boolean;
}

/** Reports that are on their way at once, as of sites that keep to one schedule. */
const AT_ONCE = 16;

const { dir, sites: siteCount, devices, rounds } = inputOf() as AggregationInput;
const holderDir = join(dir, 'key-holder');
const founding = { tenant: 'bench', minimumGroup: 20, roundMs: HOUR_MS, cohorts: DEVICE_COHORTS };
await newKeyFolder(holderDir, founding, (bytes) => randomBytes(bytes));
const names = Array.from({ length: siteCount }, (_, nth) => `site-${nth}`);
const enrolled: { site: string; key: string }[] = [];
for (const site of names) enrolled.push({ site, key: await newSite(join(dir, site)) });
const credentials = await enrolSites(holderDir, enrolled);
const agreementPath = join(holderDir, 'agreement.json');
const agreement = await readFile(agreementPath, 'utf8');

const blocks = names.map((name, nth) =>
  blockOf(name, Math.floor(devices / siteCount) + (nth < devices % siteCount ? 1 : 0)),
);
const now = Math.floor(Date.now() / HOUR_MS);
// The aggregator takes this round and the one before: both are measured, after one another.
const numbers = [now - 1, now].slice(-rounds);
const aggregator = await startAggregator(
  { dir: join(dir, 'aggregator'), agreement: agreementPath, host: '127.0.0.1', port: 0, tls: null },
  'ignore',
);
const url = new URL(`http://127.0.0.1:${aggregator.port}`);
const keyFolder = await openKeyFolder(holderDir);
const holder = await openKeyHolder(keyFolder, { now: () => Date.now(), tell: () => undefined });

let encryptMs = 0;
async function reportsOf(round: number): Promise<Report[]> {
  const reports: Report[] = [];
  for (const [nth, name] of names.entries()) {
    const site = join(dir, name);
    if (round === numbers[0]) await joinFleet(site, { credential: credentials[nth] ?? '', agreement });
    const encryptor = await openSite(site);
    const began = performance.now();
    reports.push(await encryptor.report(blocks[nth] ?? new Float64Array(), round));
    encryptMs += performance.now() - began;
  }
  return reports;
}

const [cpuMs, wallMs, releaseMs, plainMs]: number[][] = [[], [], [], []];
let [reportBytes, aggregateBytes, isExact] = [0, 0, true];
for (const round of numbers) {
  const reports = await reportsOf(round);
  const cpuBefore = await aggregator.cpuMs();
  const began = performance.now();
  const waiting = reports.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const report of waiting)
        if (!(await sendReport(url, report))) throw new Error('a report was refused');
    }),
  );
  const aggregate = await fetchAggregate(keyFolder, url, round);
  if (aggregate === null) throw new Error('there is no aggregate');
  wallMs?.push(performance.now() - began);
  cpuMs?.push((await aggregator.cpuMs()) - cpuBefore);
  reportBytes = reports[0]?.ciphertext.length ?? 0;
  aggregateBytes = aggregate.length;

  const opening = performance.now();
  const release = await holder.release(aggregate);
  releaseMs?.push(performance.now() - opening);
  const adding = performance.now();
  const plain = new Float64Array(blocks[0]?.length ?? 0);
  for (const block of blocks)
    for (let at = 0; at < plain.length; at++) plain[at] = (plain[at] ?? 0) + (block[at] ?? 0);
  plainMs?.push(performance.now() - adding);
  const score = plain.reduce((sum, value, at) => (at % 32 === FEATURE.weighted_score ? sum + value : sum), 0);
  isExact &&= release.whole[FEATURE.weighted_score] === score && release.whole[FEATURE.devices] === devices;
}
const status = await readFile(`/proc/${aggregator.child.pid}/status`, 'latin1').catch(() => '');
const peak = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
await aggregator.stop();
giveBack({
  cpuMs: cpuMs ?? [],
  wallMs: wallMs ?? [],
  memoryMb: peak === undefined ? null : Number(peak) / 1_000,
  reportBytes,
  aggregateBytes,
  encryptMs: encryptMs / (siteCount * numbers.length),
  releaseMs: releaseMs ?? [],
  plainMs: plainMs ?? [],
  isExact,
} satisfies AggregationMeasured);

function blockOf(site: string, count: number): FeatureBlock {
  const random = new Random(1, site);
  const builder = new BlockBuilder();
  for (let nth = 0; nth < count; nth++) {
    const score = random.int(101);
    builder.add({
      cohort: random.int(12),
      weight: 1,
      score,
      dimensions: { identity: score, behavior: score, policy: score, threat: score },
      riskLevel: RISK_LEVELS[random.int(4)] ?? 'low',
      connections: random.skewed(40, 3),
      bytes: random.skewed(2_000_000, 8),
      destinations: random.skewed(12, 2),
      openAnomalies: 0,
    });
  }
  return builder.block;
}
