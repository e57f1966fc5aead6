import type { KeyObject } from 'node:crypto';
import {
  COHORTS,
  type EpochMs,
  FEATURE,
  type KeyHolder,
  type Release,
  type Round,
  type SiteId,
  SLOTS,
  slotOf,
} from '../../model/index.ts';
import { type AggregatePart, readAggregate } from '../protocol/aggregate.ts';
import type { KnownAgreement } from '../protocol/agreement.ts';
import { refuseForeign } from '../protocol/belongs.ts';
import { Refused, type RefusalReason } from '../protocol/refused.ts';
import { signRelease } from '../protocol/release.ts';
import { type Disclosure, givesAwayAtom, givesAwayCohort } from './differencing.ts';
import { isSeenThrough } from './group-size.ts';
import { openPart, type OpeningKeys, sumsOf } from './opened-sum.ts';
import type { RoundLedger } from './round-ledger.ts';
import { cohortsToTell } from './telling-cohorts.ts';

export interface OpenerSettings {
  readonly agreement: KnownAgreement;
  readonly keys: OpeningKeys;
  readonly releaseKey: KeyObject;
  readonly ledger: RoundLedger;
  readonly now: () => EpochMs;
  /** For the key holder's operator alone. */
  readonly tell: (news: {
    readonly round: Round | null;
    readonly reason: RefusalReason | 'fault';
    readonly cause?: unknown;
  }) => void;
}

/** What every refusal says, whatever it is for: a reason would tell who altered a sum how to alter the next. */
export class AggregateRefused extends Error {
  override readonly name = 'AggregateRefused';
  readonly code = 'aggregate_refused';

  constructor() {
    super('the aggregate was refused');
  }
}

/** The key holder: opens sums, and lets out what gives away no small group. */
export class SumOpener implements KeyHolder {
  readonly #settings: OpenerSettings;

  constructor(settings: OpenerSettings) {
    this.#settings = settings;
  }

  /** @throws FolderError where another release is under way; the round is not used up */
  release(aggregate: Uint8Array): Promise<Release> {
    // What is compared with earlier releases must be among them before the next is compared.
    return this.#settings.ledger.alone(() => this.#release(aggregate));
  }

  async #release(aggregate: Uint8Array): Promise<Release> {
    let round: Round | null = null;
    try {
      const parts = readAggregate(aggregate);
      round = this.#roundOf(parts);
      const sites = this.#sitesOf(parts);
      const before = await this.#refuseSmall(round, sites, parts);
      await this.#settings.ledger.begin(round, aggregate);
      return await this.#open(round, parts, sites, before);
    } catch (cause) {
      const { tell } = this.#settings;
      tell(cause instanceof Refused ? { round, reason: cause.reason } : { round, reason: 'fault', cause });
      throw new AggregateRefused();
    }
  }

  /** The one round of all reports, each of which is of the agreement and signed by its site. */
  #roundOf(parts: readonly AggregatePart[]): Round {
    const headers = parts.flatMap(({ manifest }) => manifest);
    const round = headers[0]?.header.round;
    for (const signed of headers) {
      refuseForeign(signed, this.#settings.agreement);
      if (signed.header.round !== round) throw new Refused('round');
    }
    if (round === undefined) throw new Refused('malformed');
    return round;
  }

  #sitesOf(parts: readonly AggregatePart[]): ReadonlyMap<SiteId, number> {
    const sites = new Map<SiteId, number>();
    for (const { header } of parts.flatMap(({ manifest }) => manifest)) {
      if (sites.has(header.site)) throw new Refused('duplicate');
      sites.set(header.site, header.count);
    }
    return sites;
  }

  /** What must hold before the secret key is touched. */
  async #refuseSmall(
    round: Round,
    sites: ReadonlyMap<SiteId, number>,
    parts: readonly AggregatePart[],
  ): Promise<readonly Disclosure[]> {
    const { agreement, ledger } = this.#settings;
    const { minimumGroup, roundsCompared } = agreement;
    for (const { manifest } of parts) {
      if (manifest.reduce((sum, { header }) => sum + header.count, 0) < minimumGroup)
        throw new Refused('minimum_group');
    }
    if (isSeenThrough([...sites.values()], minimumGroup)) throw new Refused('few_sites');
    const before = await ledger.disclosures(round, roundsCompared);
    if (givesAwayAtom(sites, before, minimumGroup)) throw new Refused('complement');
    return before;
  }

  async #open(
    round: Round,
    parts: readonly AggregatePart[],
    sites: ReadonlyMap<SiteId, number>,
    before: readonly Disclosure[],
  ): Promise<Release> {
    const { agreement, ledger } = this.#settings;
    try {
      const sums = await this.#sums(round, parts);
      const devices = agreement.cohorts.names.map((_, cohort) => sums[slotOf(cohort, FEATURE.devices)] ?? 0);
      const disclosure = this.#told(sites, devices, before);
      const release = this.#released(round, sums, disclosure);
      await ledger.released(round, release, disclosure);
      return release;
    } catch (cause) {
      if (cause instanceof Refused) await ledger.refused(round, cause.reason);
      throw cause;
    }
  }

  async #sums(round: Round, parts: readonly AggregatePart[]): Promise<readonly number[]> {
    const { keys, agreement } = this.#settings;
    const sums = Array.from({ length: SLOTS }, () => 0);
    for (const part of parts) {
      const opened = await openPart(part, round, keys, agreement.cohorts.names.length);
      for (const [at, sum] of opened.entries()) sums[at] = (sums[at] ?? 0) + sum;
    }
    return sums;
  }

  #told(
    sites: ReadonlyMap<SiteId, number>,
    counts: readonly number[],
    before: readonly Disclosure[],
  ): Disclosure {
    const { minimumGroup } = this.#settings.agreement;
    const disclosure = { sites, counts, told: cohortsToTell(counts, before, minimumGroup) };
    return givesAwayCohort(disclosure, before, minimumGroup)
      ? { ...disclosure, told: new Set() }
      : disclosure;
  }

  #released(round: Round, sums: readonly number[], { sites, told }: Disclosure): Release {
    const { agreement, releaseKey, now } = this.#settings;
    const { tenant, keyId, paramsHash, minimumGroup } = agreement;
    const release = {
      tenant,
      keyId,
      paramsHash,
      round,
      releasedAt: now(),
      sites: [...sites.keys()].toSorted(),
      minimumGroup,
      cohortVersion: agreement.cohorts.version,
      whole: sumsOf(sums, Array(COHORTS).keys()),
      cohorts: agreement.cohorts.names.map((cohort, at) =>
        told.has(at) ? { cohort, sums: sumsOf(sums, [at]) } : { cohort, suppressed: true as const },
      ),
    };
    return signRelease(release, releaseKey);
  }
}
