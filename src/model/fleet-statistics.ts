import type { SiteId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { Dimension, RiskLevel } from './vocabulary.ts';

/**
 * Statistics over the sites of a tenant, computed on ciphertext (contract §4): a site sums what its devices are like
 * into a block of whole numbers and encrypts it, the aggregator adds blocks that it cannot read, the key holder opens
 * sums over enough devices. What the three say to each other is in `src/aggregation`; here is what they speak of.
 */

/** Kinds of device that are told apart. A device is in exactly one; the first is for all that fit no other. */
export const COHORTS = 128;
const FEATURES_PER_COHORT = 32;
export const SLOTS = COHORTS * FEATURES_PER_COHORT;

/** Steps in which a quantity without bound is told: four for every doubling; the last is 2^46 and beyond. */
export const MOST_STEPS = 184;
const SQUARE_OF_STEPS = MOST_STEPS ** 2;

/**
 * One number of a cohort's 32: the sum over its devices, each of which adds a whole number from 0 to `most`. No `most`
 * is above 34,000, so that a million devices stay below half of the plaintext modulus.
 */
export interface FeatureCard {
  readonly name: string;
  readonly most: number;
}

/** In the order of their slots. The last two are of the protocol: a report fills them, never who makes a block. */
export const FEATURES = [
  { name: 'devices', most: 1 },
  { name: 'weight', most: 1 },
  { name: 'weighted_score', most: 100 },
  { name: 'score', most: 100 },
  { name: 'score_squared', most: 10_000 },
  { name: 'identity_score', most: 100 },
  { name: 'behavior_score', most: 100 },
  { name: 'policy_score', most: 100 },
  { name: 'threat_score', most: 100 },
  { name: 'risk_low', most: 1 },
  { name: 'risk_medium', most: 1 },
  { name: 'risk_high', most: 1 },
  { name: 'risk_critical', most: 1 },
  { name: 'connections_steps', most: MOST_STEPS },
  { name: 'bytes_steps', most: MOST_STEPS },
  { name: 'destinations_steps', most: MOST_STEPS },
  { name: 'score_0_9', most: 1 },
  { name: 'score_10_19', most: 1 },
  { name: 'score_20_29', most: 1 },
  { name: 'score_30_39', most: 1 },
  { name: 'score_40_49', most: 1 },
  { name: 'score_50_59', most: 1 },
  { name: 'score_60_69', most: 1 },
  { name: 'score_70_79', most: 1 },
  { name: 'score_80_89', most: 1 },
  { name: 'score_90_100', most: 1 },
  { name: 'connections_steps_squared', most: SQUARE_OF_STEPS },
  { name: 'bytes_steps_squared', most: SQUARE_OF_STEPS },
  { name: 'destinations_steps_squared', most: SQUARE_OF_STEPS },
  { name: 'open_anomalies', most: 64 },
  { name: 'contributions', most: 1 },
  { name: 'linear_check', most: 0 },
] as const satisfies readonly FeatureCard[];
export type Feature = (typeof FEATURES)[number]['name'];

export const FEATURE = Object.fromEntries(FEATURES.map(({ name }, at) => [name, at])) as Readonly<
  Record<Feature, number>
>;

/** Devices of one aggregate: beyond it the largest sums could reach half of the plaintext modulus. */
export const MOST_DEVICES = 1_000_000;

export function slotOf(cohort: number, feature: number): number {
  return cohort * FEATURES_PER_COHORT + feature;
}

/**
 * A site's sums, by slot: whole numbers, exact in a double (they stay below 2^36). `contributions` and `linear_check` are
 * left 0. Made by `BlockBuilder` of `src/aggregation`, which clips each device's numbers to their bounds.
 */
export type FeatureBlock = Float64Array;

/** What a device gives to its cohort, as measured: it is clipped and told in steps when it is added. */
export interface DeviceFeatures {
  /** From 0 to COHORTS - 1: its place in the agreement's list of cohorts. */
  readonly cohort: number;
  /** As in the fleet's score: a device weighs 1 (contract §3). */
  readonly weight: number;
  /** Whole points. */
  readonly score: number;
  readonly dimensions: Readonly<Record<Dimension, number>>;
  readonly riskLevel: RiskLevel;
  /** An hour, of late. */
  readonly connections: number;
  readonly bytes: number;
  readonly destinations: number;
  readonly openAnomalies: number;
}

/** The number of a period of the agreed length: `floor(now / roundMs)`. A site gives one report to each. */
export type Round = number;

/** What a tenant's sites, aggregator and key holder agree on; public. `paramsHash` is over all of it but the sites. */
export interface Agreement {
  readonly tenant: string;
  /** Names the key pair; a new one means a new agreement. */
  readonly keyId: string;
  /** SHA-256 in hex over scheme, parameters, public key, cohorts, minimum group and times. */
  readonly paramsHash: string;
  readonly minimumGroup: number;
  readonly roundMs: number;
  /** So many rounds back, a release over another set of sites is held against a new one. */
  readonly roundsCompared: number;
  readonly cohorts: { readonly version: number; readonly names: readonly string[] };
  /** The tenant's public key, serialised, in base 64. */
  readonly publicKey: string;
  /** Ed25519, SPKI in base 64: signs releases, and asks the aggregator to close a round. */
  readonly releaseKey: string;
  readonly sites: readonly { readonly site: SiteId; readonly key: string }[];
}

/** What a site signs. */
export interface ReportHeader {
  readonly tenant: string;
  readonly keyId: string;
  readonly paramsHash: string;
  readonly round: Round;
  readonly site: SiteId;
  readonly cohortVersion: number;
  /** Devices. */
  readonly count: number;
  /** SHA-256 of the ciphertext, in hex. */
  readonly ciphertextHash: string;
}

export interface Report {
  readonly header: ReportHeader;
  /** Ed25519 over the header. */
  readonly signature: Uint8Array;
  /** BFV, 65,649 bytes. */
  readonly ciphertext: Uint8Array;
  /** All of it as it is sent. */
  readonly bytes: Uint8Array;
}

/** The sums of a group, by feature, without the two of the protocol. */
export type FeatureSums = readonly number[];

/** Devices of the group are fewer than the minimum, or would give away such a group: nothing of it leaves. */
export type CohortRelease =
  | { readonly cohort: string; readonly sums: FeatureSums }
  | { readonly cohort: string; readonly suppressed: true };

/** What the key holder lets out of a round: exact sums over at least `minimumGroup` devices each. */
export interface Release {
  readonly tenant: string;
  readonly keyId: string;
  readonly paramsHash: string;
  readonly round: Round;
  readonly releasedAt: EpochMs;
  /** Whose reports are in it, in order of their names. */
  readonly sites: readonly SiteId[];
  readonly minimumGroup: number;
  readonly cohortVersion: number;
  /** Over all devices of these sites, suppressed cohorts too; these together are at least `minimumGroup`, or none. */
  readonly whole: FeatureSums;
  /** Cohorts with any device that are suppressed are told as such, as are those with none: which is not said. */
  readonly cohorts: readonly CohortRelease[];
  /** Ed25519 by the agreement's release key, in base 64. */
  readonly signature: string;
}

/** At a site: knows its own devices and the public key. */
export interface SiteEncryptor {
  /**
   * One report a round: asked again for the same round it gives the same bytes, whatever the block.
   * @throws RangeError for a block that breaks the bounds
   */
  report(block: FeatureBlock, round: Round): Promise<Report>;
}

/**
 * In the middle: adds what it cannot read. A refusal says no more than that; why is in its own log. Both reject where its
 * own machine fails, of which the other side learns that much: asking again later helps.
 */
export interface Aggregator {
  /** Resolves once the report is on disk as part of the sum, or is refused. */
  accept(report: Uint8Array): Promise<boolean>;
  /** Closes the round, at the key holder's signed request, and gives the aggregate; the same again when asked again. */
  close(request: Uint8Array): Promise<Uint8Array | null>;
}

/** With the tenant: has the secret key, and opens only sums. */
export interface KeyHolder {
  /**
   * Once for each round.
   * @throws AggregateRefused, which says no more than that; why is in the key holder's own log
   */
  release(aggregate: Uint8Array): Promise<Release>;
}
