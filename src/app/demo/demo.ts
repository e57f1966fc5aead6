import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAggregator } from '../../aggregation/index.ts';
import type { Effects, Progress } from '../../effects/index.ts';
import {
  COHORTS,
  FEATURE,
  type FeatureBlock,
  HOUR_MS,
  type Release,
  type SiteId,
  slotOf,
  SLOTS,
} from '../../model/index.ts';
import { type Actor, startActor } from './actor.ts';
import { type Needle, type Searched, searchFiles, searchMemory } from './byte-search.ts';
import type { HolderEnrolled, HolderReleased, HolderRequest, SiteReported, SiteRequest } from './messages.ts';

const SITES = ['berlin', 'lisbon', 'oslo', 'turin'] as SiteId[];
const NEEDLE_BYTES = 64;

/** What `stance demo fleet` found; its keys are fixed for scripts. */
export interface FleetDemonstrated {
  readonly sites: number;
  readonly devices: number;
  /** Every sum that was released is the one of plain addition. */
  readonly exact: boolean;
  readonly fleet_score: number;
  readonly plaintext_score: number;
  readonly aggregator_cpu_ms: number;
  /** Of ciphertext, each. */
  readonly report_bytes: number;
  /** Places in the aggregator's memory and files with a piece of the secret key or of a plaintext; `null`: not Linux. */
  readonly key_canary_hits: number | null;
  /** The same search where they must be found: in the key holder and a site. */
  readonly control_hits: number | null;
  readonly searched_bytes: number | null;
  readonly minimum_group: number;
  readonly cohorts_told: number;
  readonly cohorts_suppressed: number;
}

/** Four sites, an aggregator and a key holder, each in a process of its own, do a round; an examiner looks into them. */
export async function demonstrateFleet(
  { devices }: { readonly devices: number },
  { now }: Pick<Effects, 'now'>,
  onProgress: Progress,
): Promise<FleetDemonstrated> {
  const dir = await mkdtemp(join(tmpdir(), 'stance-demo-'));
  const actors: Actor[] = [];
  const start = (name: string): Actor => {
    const actor = startActor(name);
    actors.push(actor);
    return actor;
  };
  try {
    onProgress({ what: 'The key holder makes its keys', share: 0 });
    const holder = start('key-holder-process');
    const sites = SITES.map(() => start('site-process'));
    return await playRound({ dir, devices, round: Math.floor(now() / HOUR_MS) }, holder, sites, onProgress);
  } finally {
    await Promise.all(actors.map((actor) => actor.stop()));
    await rm(dir, { recursive: true, force: true });
  }
}

interface Setting {
  readonly dir: string;
  readonly devices: number;
  readonly round: number;
}

async function playRound(
  { dir, devices, round }: Setting,
  holder: Actor,
  sites: readonly Actor[],
  onProgress: Progress,
): Promise<FleetDemonstrated> {
  const holderDir = join(dir, 'key-holder');
  await askHolder(holder, { what: 'found', dir: holderDir });
  const keys = await Promise.all(
    sites.map((site, nth) => askSite(site, { what: 'make', dir: join(dir, `${SITES[nth]}`) })),
  );
  const named = SITES.map((site, nth) => ({ site, key: String(keys[nth]) }));
  const { credentials } = (await askHolder(holder, {
    what: 'enrol',
    dir: holderDir,
    sites: named,
  })) as HolderEnrolled;

  onProgress({ what: 'The aggregator starts', share: 0.2 });
  const agreementPath = join(holderDir, 'agreement.json');
  const agreement = await readFile(agreementPath, 'utf8');
  const aggregatorDir = join(dir, 'aggregator');
  const aggregator = await startAggregator(
    { dir: aggregatorDir, agreement: agreementPath, host: '127.0.0.1', port: 0, tls: null },
    'ignore',
  );
  try {
    const url = `http://127.0.0.1:${aggregator.port}`;
    onProgress({ what: 'Four sites live for three hours, encrypt and report', share: 0.4 });
    const reported = await Promise.all(
      sites.map((site, nth) =>
        askSite(site, {
          what: 'report',
          dir: join(dir, `${SITES[nth]}`),
          site: SITES[nth] ?? ('' as SiteId),
          credential: credentials[nth] ?? '',
          agreement,
          devices: Math.floor(devices / SITES.length) + (nth < devices % SITES.length ? 1 : 0),
          aggregator: url,
          round,
        }),
      ),
    ).then((each) => each as SiteReported[]);
    onProgress({ what: 'The key holder opens the sum', share: 0.6 });
    const asked: HolderRequest = { what: 'release', dir: holderDir, aggregator: url, round };
    const { release } = (await askHolder(holder, asked)) as HolderReleased;
    const cpuMs = await aggregator.cpuMs();

    onProgress({ what: "The aggregator's memory and files are searched", share: 0.8 });
    const blocks = reported.map(({ block }) => block);
    const secret = piecesOf(await readFile(join(holderDir, 'secret.key')));
    const plain = [...blocks, sumOf(blocks)].flatMap(plaintextPieces);
    const inAggregator = [
      await searchMemory(pid(aggregator), [...secret, ...plain]),
      await searchFiles(aggregatorDir, [...secret, ...plain]),
    ];
    const control = [
      await searchMemory(pid(holder), secret),
      await searchMemory(pid(sites[0] ?? holder), plain),
    ];
    return {
      ...scores(blocks, release),
      sites: reported.filter(({ isAccepted }) => isAccepted).length,
      aggregator_cpu_ms: cpuMs,
      report_bytes: Math.max(...reported.map(({ reportBytes }) => reportBytes)),
      key_canary_hits: total(inAggregator, ({ hits }) => hits),
      control_hits: control.some((each) => each?.hits === 0) ? 0 : total(control, ({ hits }) => hits),
      searched_bytes: total(inAggregator, ({ bytes }) => bytes),
    };
  } finally {
    await aggregator.stop();
  }
}

function scores(blocks: readonly FeatureBlock[], release: Release) {
  const sum = sumOf(blocks);
  const plainly = (cohorts: readonly number[], feature: number) =>
    cohorts.reduce((all, cohort) => all + (sum[slotOf(cohort, feature)] ?? 0), 0);
  const everyCohort = [...Array(COHORTS).keys()];
  const told = release.cohorts.flatMap((each, cohort) =>
    'sums' in each ? [{ cohort, sums: each.sums }] : [],
  );
  const isExact = [{ cohorts: everyCohort, sums: release.whole }]
    .concat(told.map(({ cohort, sums }) => ({ cohorts: [cohort], sums })))
    .every(({ cohorts, sums }) => sums.every((value, feature) => value === plainly(cohorts, feature)));
  const { weight, weighted_score: weighted, devices } = FEATURE;
  return {
    devices: release.whole[devices] ?? 0,
    exact: isExact,
    fleet_score: (release.whole[weighted] ?? 0) / (release.whole[weight] ?? 0),
    plaintext_score: plainly(everyCohort, weighted) / plainly(everyCohort, weight),
    minimum_group: release.minimumGroup,
    cohorts_told: told.length,
    cohorts_suppressed: everyCohort.filter(
      (cohort) => (sum[slotOf(cohort, devices)] ?? 0) > 0 && !told.some((each) => each.cohort === cohort),
    ).length,
  };
}

function sumOf(blocks: readonly FeatureBlock[]): FeatureBlock {
  const sum: FeatureBlock = new Float64Array(SLOTS);
  for (const block of blocks) for (const [at, value] of block.entries()) sum[at] = (sum[at] ?? 0) + value;
  return sum;
}

/** From the beginning, the middle and the end. */
function piecesOf(bytes: Uint8Array): Needle[] {
  const last = bytes.length - NEEDLE_BYTES;
  return [0.1, 0.5, 0.9].map((share) => {
    const at = Math.floor(last * share);
    return bytes.slice(at, at + NEEDLE_BYTES);
  });
}

/** The largest cohort's row of features as doubles, and as the numbers of 64 bits that are encrypted: zeros are anywhere. */
function plaintextPieces(block: FeatureBlock): Needle[] {
  const slots = BigUint64Array.from(block, BigInt);
  const devicesIn = (cohort: number) => block[slotOf(cohort, FEATURE.devices)] ?? 0;
  const [largest = 0] = [...Array(COHORTS).keys()].toSorted((a, b) => devicesIn(b) - devicesIn(a));
  const at = 8 * slotOf(largest, FEATURE.devices);
  return [block, slots].map(({ buffer }) => new Uint8Array(buffer.slice(at, at + NEEDLE_BYTES)));
}

function pid({ child }: { readonly child: Actor['child'] }): number {
  return child.pid ?? 0;
}

function total(searched: readonly (Searched | null)[], of: (each: Searched) => number): number | null {
  return searched.reduce<number | null>(
    (sum, each) => (sum === null || each === null ? null : sum + of(each)),
    0,
  );
}

function askSite(actor: Actor, request: SiteRequest): Promise<unknown> {
  return actor.ask(request);
}

function askHolder(actor: Actor, request: HolderRequest): Promise<unknown> {
  return actor.ask(request);
}
