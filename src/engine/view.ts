import type { GraveAnomalies } from '../compliance/index.ts';
import type { Probing } from '../exposure/index.ts';
import type {
  Anomaly,
  AttributedFactor,
  ComplianceWord,
  Criticality,
  DeviceId,
  Dimension,
  EntityId,
  EntityProfile,
  EpochMs,
  FactorName,
  Feed,
  FeedId,
  FirmwareStatus,
  Millipoints,
  Policy,
  PolicyId,
  PolicyMode,
  Release,
  RiskLevel,
  Site,
  TrustLevel,
} from '../model/index.ts';
import type { FleetValue, PublishedFactor, ScoringProfile } from '../scoring/index.ts';
import type { SensorView } from './fleet-circumstances.ts';
import type { FleetCheckpoint } from './fleet-history.ts';
import type { NextChange } from './next-change.ts';
import type { PolicyReach } from './partition-sums.ts';
import type { Portions, Supposed, Supposition } from './what-if.ts';
import type { Component, Vulnerability } from './software.ts';

/**
 * What the read side sees of the engine, between two records, or between two events of a batch: never one that is applied
 * by half. Values are copies or frozen; nothing here changes state.
 */
export interface EngineView {
  /** The instant that is looked back to; `null` for the present. */
  readonly asOf: EpochMs | null;
  /** Event time as far as the records have moved it; `null` before the first. */
  readonly now: EpochMs | null;
  /** The newest event's own time. */
  readonly newestEvent: EpochMs | null;
  /** The scoring profile in force. */
  readonly scoring: ScoringProfile;
  readonly sites: readonly Site[];
  readonly policies: readonly Policy[];
  readonly feeds: readonly FeedView[];
  readonly sensors: readonly SensorView[];
  readonly dimensionsAssessed: readonly Dimension[];
  /** Something is known of products' weaknesses or lifecycles. */
  readonly isAdvised: boolean;
  /** What people said of controls: in force, and ended of late; see `wordsAt` for what held at `now`. */
  readonly complianceWords: readonly ComplianceWord[];
  fleet(): FleetView;
  /** Any of an entity's ids. */
  entity(id: string): EntityView | null;
  userByAccount(account: string): EntityView | null;
  /** Devices of a MAC in any form, at each site where one has it; none for what is no MAC. */
  devicesByMac(mac: string): readonly DeviceId[];
  nearest(id: string, limit: number): readonly string[];
  /** In the order in which they were first known. */
  entities(): Iterable<EntityView>;
  /**
   * The same at a glance, in portions of so few that others may have their turn between two of them. Where records are
   * applied in between, each entity still comes once, as it stands when its portion is read; one that comes to be
   * meanwhile may come or not.
   */
  glances(): Iterable<readonly EntityGlance[]>;
  /** Who there is and whether it is enrolled, read like glances and at less cost of the past. */
  presences(): Iterable<readonly Pick<EntityGlance, 'id' | 'isEnrolled'>[]>;
  /** What each adds to sums over the fleet, read like glances. */
  measures(): Iterable<readonly EntityMeasures[]>;
  /** What the key holder let out last of all sites together; `null` where nothing was imported. */
  readonly fleetRelease: Release | null;
  anomalies(): Iterable<Anomaly>;
  /** All that are not closed; costs nothing for those that are. */
  openAnomalies(): Iterable<Anomaly>;
  /** Of the open ones those that need somebody soon, counted. */
  graveAnomalies(): GraveAnomalies;
  anomalyCountOpen(): number;
  /** Detections that the suppressions in force have held back. */
  suppressedCount(): number;
  /** `then`: as of an instant, by the word of these feeds alone. */
  threat(
    indicator: string,
    then?: { readonly at: EpochMs; readonly feeds: ReadonlySet<FeedId> },
  ): ThreatView | { readonly refused: string };
  /** Who talked to an address, a domain or a hash: as many as are remembered of it, `isApproximate` where there were more. */
  contacted(
    destination: string,
  ):
    | { readonly entities: readonly EntityId[]; readonly isApproximate: boolean }
    | { readonly refused: string };
}

interface FeedView extends Pick<Feed, 'id' | 'asOf'> {
  readonly indicators: number;
}

/** The engine as it stands now: it can be asked what would be. */
export interface LiveView extends EngineView {
  /**
   * @param limit entities that it is tried on at most
   * @param concerned as `concernedBy` found them; looked for at once where they are not given
   */
  whatIf(suppositions: readonly Supposition[], limit: number, concerned?: ReadonlySet<EntityId>): Supposed;
  /** Whom suppositions concern, looked for in portions. */
  concernedBy(suppositions: readonly Supposition[]): Portions<ReadonlySet<EntityId>>;
  /** Policies of which each, enforced, denies whatever no other allows. */
  readonly confining: ReadonlySet<PolicyId>;
  /** Vulnerabilities to be mended that nobody has, read in portions. */
  unknownIn(suppositions: readonly Supposition[]): Portions<readonly string[]>;
}

export interface FleetView {
  readonly basis: 'enrolled' | 'discovered' | 'none';
  readonly value: FleetValue;
  readonly yesterday: FleetCheckpoint | null;
  /** The checkpoint of this very moment: what `yesterday` is compared with. */
  readonly today: FleetCheckpoint | null;
  /** Entities that have a factor, of those over whom the mean is taken. */
  having(factor: FactorName): number;
  /** Of how many of all entities policies speak, in which way. */
  readonly reach: PolicyReach;
  readonly deviceCount: number;
  readonly unenrolledCount: number;
  readonly violations24h: number;
  readonly activeIncidents: number;
  readonly openAnomalies: number;
  /** Devices of risk level medium or worse. */
  readonly devicesAtRiskTotal: number;
  /** The worst of them, worst first. */
  devicesAtRisk(limit: number): readonly EntityView[];
  readonly confidence: number;
}

/** What can be told of an entity without making its profile: enough to pass most of a large fleet over. */
export interface EntityGlance extends Pick<EntityProfile, 'id' | 'type' | 'alias' | 'kind' | 'site'> {
  readonly isEnrolled: boolean;
  readonly riskLevel: RiskLevel;
  readonly scoreExact: Millipoints;
}

/** An entity in numbers. */
export interface EntityMeasures
  extends Pick<EntityGlance, 'type' | 'kind' | 'site' | 'isEnrolled' | 'riskLevel' | 'scoreExact'> {
  /** It is in `deviceCount`. */
  readonly isDevice: boolean;
  readonly criticality: Criticality;
  /** In the fleet's mean. */
  readonly weight: number;
  readonly dimensions: Readonly<Record<Dimension, number>>;
  readonly openAnomalies: number;
  /** `null` where nothing was learnt of it, or is not kept. */
  readonly behavior: BehaviorMeasures | null;
}

export interface BehaviorMeasures {
  /** An hour. */
  readonly connections: number;
  /** Sent in an hour in which it does anything. */
  readonly bytes: number;
  readonly destinations: number;
}

export interface EntityView {
  readonly id: EntityId;
  readonly profile: EntityProfile;
  readonly trustLevel: TrustLevel;
  /** Addresses that are its own now; none for users. */
  addresses(): readonly string[];
  readonly scoreExact: Millipoints;
  readonly score: number;
  readonly riskScore: number;
  readonly riskLevel: RiskLevel;
  readonly riskReason: string | null;
  readonly dimensions: Readonly<Record<Dimension, number>>;
  /** Σ weight × share assessed and fresh (contract §3). */
  readonly confidence: number;
  readonly factorNames: readonly FactorName[];
  /** The published factors without their shares and evidence: cheap. */
  readonly published: readonly (PublishedFactor & { readonly since: EpochMs })[];
  /** Devices it counts for in the fleet's mean. */
  readonly weight: number;
  /** All factors with their exact shares, most costly first. */
  factors(): readonly AttributedFactor[];
  /** What time alone will do next; `null` where nothing is foreseen. */
  nextChange(): NextChange | null;
  /** When it will count as unexpectedly offline, if nothing is heard of it until then. */
  offlineFrom(): EpochMs | null;
  baseline(): BaselineView;
  openAnomalies(): readonly Anomaly[];
  policies(): readonly { readonly id: PolicyId; readonly mode: PolicyMode }[];
  components(): readonly Component[];
  vulnerabilities(): readonly Vulnerability[];
  firmwareStatus(): FirmwareStatus;
  /** What its firmware is called in `match` of its vulnerabilities; `null` where nothing is known of it. */
  firmwareComponent(): string | null;
  certificatesExpiring(): readonly EpochMs[];
  violations(): readonly { readonly policy: string; readonly at: EpochMs }[];
  signIns24h(): { readonly success: number; readonly failure: number; readonly unknown: number };
  /** A user's devices, active within 14 days, newest first. */
  devices(): readonly { readonly device: EntityView; readonly lastActive: EpochMs }[];
}

/** `null` is what is not known of an earlier instant. */
export interface BaselineView {
  readonly established: boolean | null;
  readonly establishedAt: EpochMs | null;
  readonly connectionsPerHour: number | null;
  readonly knownDestinations: readonly string[] | null;
  /** Of how many at most those are what is remembered. */
  readonly destinationsMet: number | null;
  readonly deviation: number | null;
  readonly maturity: number | null;
}

export interface ThreatView {
  readonly indicator: string;
  readonly type: 'ip' | 'domain' | 'hash';
  readonly value: string;
  readonly reputation: 'malicious' | 'suspicious' | 'unknown' | 'benign' | 'not_applicable';
  readonly categories: readonly string[];
  readonly actors: readonly string[];
  /** The same names with their sources, and whom each may mean. */
  readonly claims: readonly {
    readonly claimed: string;
    readonly feeds: readonly string[];
    readonly candidates: readonly { readonly name: string; readonly catalogue: string }[];
    readonly isAmbiguous: boolean;
  }[];
  readonly firstSeen: EpochMs | null;
  readonly lastSeen: EpochMs | null;
  readonly feedSources: number;
  readonly blockPolicyId: PolicyId | null;
  readonly enforcedSites: readonly string[];
  readonly matched: string | null;
  readonly confidence: number;
  readonly evidence: readonly {
    readonly feed: string;
    readonly listedAs: string;
    readonly categories: readonly string[];
    readonly actors: readonly string[];
    readonly ports: readonly number[];
    readonly confidence: number;
    readonly feedAsOf: EpochMs;
    readonly sameAs?: string;
    readonly current: boolean;
  }[];
  /** Of the feeds there are: that nothing is listed says little where all are old. */
  readonly store: { readonly feeds: number; readonly newest: EpochMs | null; readonly stale: boolean };
  /** Ids of those that name it, or what of it is listed. */
  readonly warningLists: readonly string[];
  readonly seen: {
    readonly entities: readonly EntityId[];
    readonly total: number;
    readonly first: EpochMs | null;
    readonly last: EpochMs | null;
    readonly count: number;
    readonly blocked: number;
    readonly approximate: boolean;
  };
  /** What it tried of ours, where it is an outsider who did; of now only. */
  readonly probing: Probing | null;
}
