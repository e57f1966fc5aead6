import type {
  ComplianceWord,
  Dimension,
  EntityProfile,
  EpochMs,
  FactorName,
  FeedId,
  Policy,
  Release,
  SensorId,
  Site,
  SiteId,
} from '../model/index.ts';
import type { ScoringProfile } from '../scoring/index.ts';

/** What is known of an entity apart from its posture; when it was last seen moves with every event and is not kept. */
export type EntityFacts = Omit<EntityProfile, 'lastSeen'>;

/** The fleet at a full hour: what a trend compares with. */
export interface HourOfFleet {
  readonly at: EpochMs;
  readonly scoreExact: number;
  readonly grave: number;
  readonly contributions: readonly (readonly [
    FactorName,
    { readonly milliPoints: number; readonly entities: number },
  ])[];
}

/** What held for the whole fleet, each kept when it changed. */
export interface Circumstances {
  readonly policies: readonly Policy[];
  /** The listings of a feed are not kept: the record that brought it tells whether they are still the same. */
  readonly feeds: readonly {
    readonly id: FeedId;
    readonly asOf: EpochMs;
    readonly indicators: number;
    readonly record: number;
  }[];
  readonly sites: readonly Site[];
  readonly sensors: readonly {
    readonly sensor: SensorId;
    readonly site: SiteId;
    readonly silent: boolean;
  }[];
  readonly dimensions: readonly Dimension[];
  readonly violations: number;
  /** Detections that the suppressions in force had held back. */
  readonly suppressed: number;
  /** Something was known of products' weaknesses or lifecycles. */
  readonly advised: boolean;
  /** What people had said of controls. */
  readonly compliance: readonly ComplianceWord[];
  /** What the key holder had let out last of all sites together. */
  readonly released: Release | null;
  readonly scoring: ScoringProfile;
  readonly hour: HourOfFleet;
  /** Only where what was before could not be told: its first instant, after so many records. */
  readonly begun: { readonly at: EpochMs; readonly records: number };
}
export type CircumstanceKey = keyof Circumstances;
