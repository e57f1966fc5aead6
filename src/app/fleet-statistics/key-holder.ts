import { writeFile } from 'node:fs/promises';
import {
  AggregateRefused,
  EpsilonBudget,
  enrolSites,
  fetchAggregate,
  newKeyFolder,
  openKeyFolder,
  openKeyHolder,
  RoundLedger,
  type SharedRelease,
} from '../../aggregation/index.ts';
import { DEVICE_COHORTS, HOUR_MS, iso, type Release, type Round } from '../../model/index.ts';
import type { Effects } from '../effects.ts';
import { OperationError } from '../operations.ts';

export interface FoundingRequest {
  readonly dir: string;
  readonly tenant: string;
  readonly minimumGroup: number;
  readonly roundHours: number;
  /** The folder of the keys before these. */
  readonly successorOf: string | null;
}

export interface FleetAgreed {
  readonly directory: string;
  readonly tenant: string;
  readonly key_id: string;
  readonly params_hash: string;
  readonly minimum_group: number;
  readonly round_hours: number;
  readonly sites: readonly string[];
}

/** Makes the keys of a tenant's fleet statistics. */
export async function foundFleet(
  { dir, tenant, minimumGroup, roundHours, successorOf }: FoundingRequest,
  { random }: Pick<Effects, 'random'>,
): Promise<FleetAgreed> {
  const roundMs = Math.round(roundHours * HOUR_MS);
  const founding = { tenant, minimumGroup, roundMs, cohorts: DEVICE_COHORTS, successorOf };
  await newKeyFolder(dir, founding, random);
  return agreedFleet(dir);
}

/** What was agreed on, and with whom. */
export async function agreedFleet(dir: string): Promise<FleetAgreed> {
  const { agreement } = await openKeyFolder(dir);
  return {
    directory: dir,
    tenant: agreement.tenant,
    key_id: agreement.keyId,
    params_hash: agreement.paramsHash,
    minimum_group: agreement.minimumGroup,
    round_hours: agreement.roundMs / HOUR_MS,
    sites: agreement.sites.map(({ site }) => site),
  };
}

export interface EnrolSiteRequest {
  readonly dir: string;
  readonly site: string;
  /** As `newSite` gives it. */
  readonly key: string;
  /** The file for the site's credential; must not exist yet. */
  readonly out: string;
}

export async function enrolFleetSite({ dir, site, key, out }: EnrolSiteRequest): Promise<FleetAgreed> {
  const [credential = ''] = await enrolSites(dir, [{ site, key }]);
  await newFile(out, credential);
  return agreedFleet(dir);
}

export interface ReleaseRequest {
  readonly dir: string;
  /** Of the aggregator. */
  readonly from: URL;
  /** `null`: the last one that is over. */
  readonly round: Round | null;
  readonly out: string | null;
}

/**
 * Fetches a round's sum, opens it and signs what may be told of it.
 * @throws OperationError `no_aggregate`, `aggregate_refused`
 */
export async function releaseRound(
  { dir, from, round, out }: ReleaseRequest,
  { now, reportFault }: Effects,
): Promise<Release> {
  const { agreement } = await openKeyFolder(dir);
  const asked = round ?? Math.floor(now() / agreement.roundMs) - 1;
  const aggregate = await fetchAggregate(dir, from, asked);
  if (aggregate === null)
    throw new OperationError(
      'no_aggregate',
      `The aggregator gave no sum of round ${asked} (${iso(asked * agreement.roundMs)}): no site reported, it was too long ago, or it has another agreement.`,
    );
  let why = '';
  const holder = await openKeyHolder(dir, {
    now,
    tell: ({ reason, cause }) => {
      why = reason;
      if (cause !== undefined) reportFault('key holder', cause);
    },
  });
  const release = await holder.release(aggregate).catch((cause: unknown) => {
    if (!(cause instanceof AggregateRefused)) throw cause;
    // Whoever has this terminal has the key; nobody else is told the reason.
    throw new OperationError(
      'aggregate_refused',
      `The sum of round ${asked} was refused: ${REASONS[why] ?? why}.`,
    );
  });
  if (out !== null) await newFile(out, `${JSON.stringify(release)}\n`);
  return release;
}

const REASONS: Readonly<Record<string, string>> = {
  minimum_group: 'it is over fewer devices than the minimum group',
  few_sites:
    'fewer than three sites have devices in it, or all but the largest have fewer together than the minimum group: one of them could subtract itself',
  complement:
    'beside releases of the last 30 days over other sites it would give away a group of fewer devices than the minimum: of sites that joined, left or missed the round. A round of the same sites as before can be released, or any once those releases are older',
  opened_before: 'a sum of this round was opened before, and each round is opened once',
  contributions: 'it is not the sum of the reports that it names: one was left out, repeated or exchanged',
  linear_check: 'it is not the sum of the reports that it names: one was left out, altered or exchanged',
  count: 'it has not the number of devices that its sites signed',
  invariant: 'it cannot be a sum over devices: a site sent what no devices can give',
  fault: 'something failed; see the log',
};

/** The releases so far, newest first. */
export async function releasesOf(dir: string): Promise<readonly Release[]> {
  const { roundsDir } = await openKeyFolder(dir);
  return (await RoundLedger.open(roundsDir)).releases();
}

/** @param epsilon in all, for as long as the key is in use */
export async function setEpsilonBudget(dir: string, epsilon: number): Promise<{ readonly left: number }> {
  await openKeyFolder(dir);
  const budget = new EpsilonBudget(dir);
  await budget.set(thousandths(epsilon));
  return { left: (await budget.left()) / 1_000 };
}

export interface ShareRequest {
  readonly dir: string;
  /** `null`: the newest that was released. */
  readonly round: Round | null;
  readonly epsilon: number;
}

/**
 * A release with noise, for others than the tenant.
 * @throws OperationError `unknown_round`; FolderError where the budget does not suffice
 */
export async function shareRelease(
  { dir, round, epsilon }: ShareRequest,
  { random }: Pick<Effects, 'random'>,
): Promise<SharedRelease> {
  const releases = await releasesOf(dir);
  const release = round === null ? releases[0] : releases.find((each) => each.round === round);
  if (release === undefined)
    throw new OperationError(
      'unknown_round',
      `Nothing was released of ${round === null ? 'any round' : `round ${round}`}: stance keyholder show lists them.`,
    );
  return new EpsilonBudget(dir).share(release, thousandths(epsilon), random);
}

/** Budgets add in whole thousandths. */
function thousandths(epsilon: number): number {
  const milli = Math.round(epsilon * 1_000);
  if (Math.abs(milli - epsilon * 1_000) < 1e-6) return milli;
  throw new OperationError('invalid_arguments', `ε has at most three decimals, got ${epsilon}.`);
}

async function newFile(path: string, content: string): Promise<void> {
  await writeFile(path, content, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    throw new OperationError('unwritable', `${path} could not be written, or is there already`, { cause });
  });
}
