import {
  AggregateRefused,
  enrolSites,
  EpsilonBudget,
  fetchAggregate,
  type KeyFolder,
  newKeyFolder,
  openKeyFolder,
  openKeyHolder,
  removeSite,
  RoundLedger,
  type SharedRelease,
} from '../aggregation/index.ts';
import type { Effects } from '../effects/index.ts';
import { DEVICE_COHORTS, HOUR_MS, iso, type Release, type Round } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { writtenNew } from './new-file.ts';

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
  /** Where the site has another key already: give it this one. */
  readonly replace: boolean;
}

/** What another signing key, or none, costs: what was signed with the one before is of no known site any more. */
const OPEN_ROUNDS_LOST =
  'Rounds in which it reported and that are not released yet cannot be opened any more, for any site';

/** @throws OperationError `enrolled_before`, `unwritable`; FolderError, AgreementError */
export async function enrolFleetSite(
  { dir, site, key, out, replace }: EnrolSiteRequest,
  effects: Pick<Effects, 'random'>,
): Promise<FleetAgreed> {
  const known = (await openKeyFolder(dir)).agreement.sites.find((each) => each.site === site);
  if (known !== undefined && known.key !== key && !replace)
    throw new OperationError(
      'enrolled_before',
      `${site} is enrolled with another key. ${OPEN_ROUNDS_LOST}: release what is over, then give --replace. Nothing was changed.`,
    );
  await writtenNew({ path: out, mode: FOR_ITS_OWNER }, effects, async () => {
    const [credential = ''] = await enrolSites(dir, [{ site, key }]);
    return { content: credential, value: null };
  });
  return agreedFleet(dir);
}

export interface RemoveSiteRequest {
  readonly dir: string;
  readonly site: string;
  /** That its open rounds are lost is known. */
  readonly isSure: boolean;
}

/** @throws OperationError `not_confirmed`; FolderError, AgreementError */
export async function removeFleetSite({ dir, site, isSure }: RemoveSiteRequest): Promise<FleetAgreed> {
  if (!isSure)
    throw new OperationError(
      'not_confirmed',
      `${OPEN_ROUNDS_LOST}: release what is over, then give --yes. Nothing was changed.`,
    );
  await removeSite(dir, site);
  return agreedFleet(dir);
}

/** A credential is secret. A release is signed and for all sites, which run as other users. */
const FOR_ITS_OWNER = 0o600;
const FOR_EVERYBODY = 0o644;

export interface ReleaseRequest {
  readonly dir: string;
  /** Of the aggregator. */
  readonly from: URL;
  /** `null`: the last one that is over. */
  readonly round: Round | null;
  readonly out: string | null;
}

/**
 * Fetches a round's sum, opens it and signs what may be told of it. Of a round that was released before: what was
 * released then.
 * @throws OperationError `round_not_over`, `no_aggregate`, `aggregate_refused`, `unwritable`; OtherRoundError
 */
export async function releaseRound(
  { dir, from, round, out }: ReleaseRequest,
  effects: Effects,
): Promise<Release> {
  const folder = await openKeyFolder(dir);
  const { roundMs } = folder.agreement;
  const current = Math.floor(effects.now() / roundMs);
  const asked = round ?? current - 1;
  if (asked >= current)
    throw new OperationError(
      'round_not_over',
      `Round ${asked} lasts until ${iso((asked + 1) * roundMs)}: ask for one that is over, up to ${current - 1}. Nothing was opened.`,
    );
  const released = async () => {
    const before = await (await RoundLedger.open(folder.roundsDir)).releaseOf(asked);
    return before ?? openRound(folder, { from, round: asked }, effects);
  };
  if (out === null) return released();
  // An opened round is used up: where its release goes is there before it is opened.
  return writtenNew({ path: out, mode: FOR_EVERYBODY }, effects, async () => {
    const value = await released();
    return { content: `${JSON.stringify(value)}\n`, value };
  });
}

/**
 * Of a round that was not opened yet.
 * @throws OperationError `no_aggregate`, `aggregate_refused`; OtherRoundError
 */
export async function openRound(
  folder: KeyFolder,
  { from, round }: { readonly from: URL; readonly round: Round },
  { now, reportFault }: Pick<Effects, 'now' | 'reportFault'>,
): Promise<Release> {
  const aggregate = await fetchAggregate(folder, from, round);
  if (aggregate === null)
    throw new OperationError(
      'no_aggregate',
      `The aggregator gave no sum of round ${round} (${iso(round * folder.agreement.roundMs)}): no site reported, it was too long ago, or it has another agreement.`,
    );
  let why = '';
  const holder = await openKeyHolder(folder, {
    now,
    tell: ({ reason, cause }) => {
      why = reason;
      if (cause !== undefined) reportFault('key holder', cause);
    },
  });
  return holder.release(aggregate).catch((cause: unknown) => {
    if (!(cause instanceof AggregateRefused)) throw cause;
    // Whoever has this terminal has the key; nobody else is told the reason.
    throw new OperationError(
      'aggregate_refused',
      `The sum of round ${round} was refused: ${REASONS[why] ?? why}.`,
    );
  });
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
  signature:
    'a report in it is not signed with the key that the agreement names: its site was enrolled with another one before the round was released',
  site: 'a report in it is of a site that the agreement does not name: it was removed before the round was released',
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
