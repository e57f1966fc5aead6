import { PeerGroups, type LocalHour, localHour, type SiteClock, siteClock } from '../behavior/index.ts';
import { ComplianceWords } from '../compliance/index.ts';
import { Directory } from '../entities/index.ts';
import {
  ActiveFeeds,
  ActorNames,
  FleetDestinations,
  type IndicatorTable,
  Probers,
  WarningLists,
} from '../exposure/index.ts';
import {
  type Actor,
  type ChangeListener,
  type EntityId,
  type EpochMs,
  type Feed,
  type Fingerprint,
  type FingerprintOfName,
  type InventoryEntry,
  LIMITS,
  type Policy,
  type SealedName,
  type SiteId,
  type Stateful,
  type StateReader,
  type StateWriter,
  type UserId,
} from '../model/index.ts';
import {
  compilePolicies,
  Enforcement,
  type MinuteOfWeek,
  minuteOfWeek,
  type PolicyDecider,
} from '../policy/index.ts';
import { DEFAULT_PROFILE, keptProfile, type ScoringProfile } from '../scoring/index.ts';
import { hashOf } from '../snapshot/index.ts';
import { CertificatesSeen, Identities } from '../trust/index.ts';
import { VulnerabilityBook } from '../vulnerabilities/index.ts';
import type { Anomalies } from './anomalies.ts';
import type { AnomalyIds } from './anomaly-life.ts';
import { kindOf } from './assurance.ts';
import { Askers } from './askers.ts';
import { Changes } from './changes.ts';
import { Erasures } from './erasures.ts';
import { FleetHistory } from './fleet-history.ts';
import { FleetReleases } from './fleet-releases.ts';
import { Folded } from './folded.ts';
import type { Connected, Shared } from './grounds.ts';
import { introduce } from './introduction.ts';
import { Incidents, type StoryGround } from './incidents.ts';
import { IntakeLedger } from './intake-ledger.ts';
import { LearntNames } from './learnt-names.ts';
import type { HeldBack } from './held-back.ts';
import type { Maintenance } from './maintenance.ts';
import { loadSome, OperatorWords, saveSome } from './operator-words.ts';
import { Parties } from './parties.ts';
import { Partition } from './partition.ts';
import { partitionOf } from './partitioning.ts';
import { Sensors } from './sensors.ts';
import type { Calibration } from './calibration.ts';
import { stepsOf } from './stood.ts';
import type { Suppressions } from './suppressions.ts';
import type { Surroundings } from './surroundings.ts';
import type { DetectionTap } from './tap.ts';
import { Watermark } from './watermark.ts';
import { Weaknesses } from './weaknesses.ts';

/** Keyed functions made outside, so that no key and no chance lives in the engine. */
export interface EngineKeys extends AnomalyIds {
  readonly deviceIdFrom: ConstructorParameters<typeof Directory>[0]['deviceIdFrom'];
  readonly userIdFrom: (ordinal: number) => UserId;
  /** The fingerprint of a DNS name in the clear, as events hold it. */
  readonly fingerprint: FingerprintOfName;
  /** A DNS name as events hold it. */
  readonly sealName: (name: string) => SealedName | null;
  /** The fingerprint of a MAC as somebody asks for it; `null` for what is none. */
  readonly macFingerprint: (mac: string) => Fingerprint | null;
  /** The fingerprint of an account as somebody asks for it. */
  readonly accountFingerprint: (account: string) => Fingerprint | null;
  /** The same under the key before, while that is held. */
  readonly accountFingerprintBefore?: (account: string) => Fingerprint | null;
}

/** The engine's own, small things. */
interface Words {
  readonly sites: readonly SiteId[];
  readonly newestEvent: EpochMs | null;
  readonly late: number;
  readonly scoring: ScoringProfile;
  readonly latestWord: EpochMs;
  /** Absent where none were ever put in force, and in states of older releases. */
  readonly policyStanding?: PolicyStanding;
}

/** Which policies are in force, as they were put. */
interface PolicyStanding {
  /** How often policies were put in force. */
  readonly revision: number;
  readonly at: EpochMs;
  readonly actor: Actor;
  readonly reason: string | null;
  /** By the clock on the wall; absent where an older release put them in force. */
  readonly saidAt?: EpochMs;
}

/** All that the engine knows: its parts, how they are written down and read, and what settling one of them means. */
export class EngineState implements Shared, Stateful, Surroundings {
  readonly keys: EngineKeys;
  readonly time = new Watermark();
  readonly directory: Directory;
  readonly parties: Parties;
  readonly names = new LearntNames();
  readonly sensors = new Sensors();
  readonly peers = new PeerGroups();
  readonly destinations = new FleetDestinations();
  readonly files = new FleetDestinations(LIMITS.fleetFiles);
  readonly askers = new Askers();
  readonly probers = new Probers();
  readonly certificates = new CertificatesSeen();
  readonly identities: Identities;
  readonly ledger = new IntakeLedger();
  readonly history = new FleetHistory();
  readonly changes = new Changes();
  readonly words: OperatorWords;
  /** What people answer for, and took on, of controls. */
  readonly compliance = new ComplianceWords();
  /** Of all sites of the tenant together. */
  readonly releases = new FleetReleases();
  readonly weaknesses: Weaknesses;
  readonly incidents = new Incidents();
  readonly erasures = new Erasures();
  readonly partitions: readonly Partition[];
  readonly activeFeeds: ActiveFeeds;
  readonly warnings = new WarningLists();
  readonly actorNames = new ActorNames();
  tap: DetectionTap | null = null;
  enforcement: Enforcement;
  decider: PolicyDecider;
  policyStanding: PolicyStanding | null = null;
  isAnyEnrolled = false;
  scoring: ScoringProfile = DEFAULT_PROFILE;
  sites: readonly SiteId[] = [];
  newestEvent: EpochMs | null = null;
  /** Events behind the watermark. */
  late = 0;
  /** The latest instant that a record of the operator's names: what time it is before there is telemetry. */
  protected latestWord: EpochMs = 0;
  protected readonly clocks = new Map<SiteId, SiteClock>();
  protected readonly localHours = new Map<SiteId, LocalHour>();
  protected readonly minutes = new Map<SiteId, MinuteOfWeek>();
  /** Per merged-away id, what it brought along, so that a split can give it back. */
  protected readonly folded: Folded;

  readonly #storyGround: StoryGround = {
    open: (id) => this.#anomaliesOf(id).open(this.directory.canonical(id)),
    anomaly: (id, anomaly) => this.#anomaliesOf(id).get(anomaly),
    holdersOf: (address, at) =>
      this.directory.holdersOf(address, at).filter((id) => this.directory.profile(id)?.shared === 'no'),
    canonical: (id) => this.directory.canonical(id),
    incidentOf: (anomaly) => this.keys.incident(anomaly),
    join: ({ id, entity }, incident) => this.#anomaliesOf(entity).join(id, incident),
  };

  constructor(keys: EngineKeys, partitions = 1) {
    this.keys = keys;
    this.directory = new Directory(keys);
    this.parties = new Parties(this.directory);
    this.weaknesses = new Weaknesses(new VulnerabilityBook(), (id) => this.directory.canonical(id));
    this.identities = new Identities((id) => this.directory.canonical(id));
    this.words = new OperatorWords((id) => this.directory.canonical(id), {
      kindOf: (id) => kindOf(this.directory, this.directory.canonical(id)),
      judgeTold: (id, type, verdict) => {
        const entity = this.directory.canonical(id);
        this.peers.tellings.judge(this.peers.of(kindOf(this.directory, entity)), type, entity, verdict);
      },
    });
    this.activeFeeds = new ActiveFeeds(keys.fingerprint);
    this.decider = compilePolicies([], keys.fingerprint);
    this.enforcement = new Enforcement(this.decider);
    this.partitions = Array.from({ length: partitions }, () => new Partition(keys, this));
    this.folded = new Folded(this.partitions.map(({ histories }) => histories));
  }

  /** What feeds say, by indicator. */
  get indicators(): IndicatorTable {
    return this.activeFeeds.table;
  }

  get feeds(): ActiveFeeds['all'] {
    return this.activeFeeds.all;
  }

  /** Tells somebody of every published change, in order, while a record is applied. */
  listen(listener: ChangeListener | null): void {
    this.changes.listen(listener);
  }

  /** Lets somebody measure detection. */
  watchDetection(tap: DetectionTap): void {
    this.tap = tap;
  }

  /** Tells somebody who knows nothing yet of all that is published now. */
  introduce(listener: ChangeListener): void {
    introduce({ partitions: this.partitions, gone: this.folded.ids() }, this, listener);
  }

  /** By a UPN in any of its forms; under the key before, too, while it is being changed. */
  userByAccount(account: string): UserId | null {
    const { accountFingerprint, accountFingerprintBefore } = this.keys;
    for (const fingerprint of [accountFingerprint(account), accountFingerprintBefore?.(account) ?? null]) {
      const id = fingerprint === null ? null : this.directory.userByFingerprint(fingerprint);
      if (id !== null) return id;
    }
    return null;
  }

  get now(): EpochMs {
    return this.time.now ?? this.newestEvent ?? this.latestWord;
  }

  /** What is assessed at all. */
  get connected(): Connected {
    return {
      feeds: this.feeds.size > 0,
      policies: this.decider.policies.length > 0,
      inventory: this.directory.inventory.size > 0,
    };
  }

  get calibration(): Calibration {
    return this.words.calibration;
  }

  get suppressions(): Suppressions {
    return this.words.suppressions;
  }

  get maintenance(): Maintenance {
    return this.words.maintenance;
  }

  get heldBack(): HeldBack {
    return this.words.heldBack;
  }

  clockOf(site: SiteId): SiteClock {
    let clock = this.clocks.get(site);
    if (clock === undefined) {
      clock = siteClock(this.directory.siteOf(site));
      this.clocks.set(site, clock);
    }
    return clock;
  }

  localHourOf(site: SiteId): LocalHour {
    let hours = this.localHours.get(site);
    if (hours === undefined) {
      hours = localHour(this.directory.siteOf(site));
      this.localHours.set(site, hours);
    }
    return hours;
  }

  minuteOfWeek(site: SiteId, time: EpochMs): number {
    let minutes = this.minutes.get(site);
    if (minutes === undefined) {
      minutes = minuteOfWeek(this.directory.siteOf(site).timeZone);
      this.minutes.set(site, minutes);
    }
    return minutes(time);
  }

  #anomaliesOf(id: EntityId): Anomalies {
    return this.partitionOf(this.directory.canonical(id)).anomalies;
  }

  partitionOf(id: EntityId): Partition {
    return partitionOf(id, this.partitions);
  }

  /** A hash of all that posture follows from; equal for engines that saw the same records. */
  stateHash(): string {
    return hashOf(this);
  }

  save(to: StateWriter): void {
    const { sites, newestEvent, late, scoring, latestWord, policyStanding } = this;
    const standing = policyStanding === null ? {} : { policyStanding };
    const words: Words = { sites, newestEvent, late, scoring, latestWord, ...standing };
    to.plain('words', words);
    to.records('policies', this.decider.policies);
    for (const [name, part] of this.#parts()) part.save(to.part(name));
    saveSome(to, this.#partsSinceVersion2());
  }

  /** Into a new one of as many partitions. */
  load(from: StateReader): void {
    const { sites, newestEvent, late, scoring, latestWord, policyStanding } = from.plain('words') as Words;
    this.policyStanding = policyStanding ?? null;
    Object.assign(this, { sites, newestEvent, late });
    this.scoring = keptProfile(scoring);
    this.latestWord = latestWord;
    if (from.has('feeds')) this.activeFeeds.restore(from.records('feeds') as Iterable<Feed>);
    this.decider = compilePolicies([...from.records('policies')] as Policy[], this.keys.fingerprint);
    this.enforcement = new Enforcement(this.decider);
    // What an older release did not keep begins with nothing.
    for (const [name, part] of this.#parts()) if (from.has(name)) part.load(from.part(name));
    loadSome(from, this.#partsSinceVersion2());
    this.isAnyEnrolled = this.#hasEnrolled();
    if (from.has('inventory'))
      this.directory.inventory.restore(from.records('inventory') as Iterable<InventoryEntry>);
  }

  /** What has a state of its own, in the order in which it is read back. */
  #parts(): readonly (readonly [string, Stateful])[] {
    return [
      ['time', this.time],
      ['directory', this.directory],
      ['names', this.names],
      ['sensors', this.sensors],
      ['peers', this.peers],
      ['destinations', this.destinations],
      ['askers', this.askers],
      ['probers', this.probers],
      ['certificates', this.certificates],
      ['enforcement', this.enforcement],
      ['ledger', this.ledger],
      ['history', this.history],
      ...this.partitions.map((partition, index) => [`partition ${index}`, partition] as const),
      ['folded', this.folded],
    ];
  }

  /** What states of version 2 did not have at first. */
  #partsSinceVersion2() {
    return [
      ...this.words.parts(),
      ['incidents', this.incidents] as const,
      ['active feeds', this.activeFeeds] as const,
      ['warnings', this.warnings] as const,
      ['actors', this.actorNames] as const,
      ['vulnerabilities', this.weaknesses.book] as const,
      ['files', this.files] as const,
      ['compliance', this.compliance] as const,
      ['identities', this.identities] as const,
      ['erasures', this.erasures] as const,
      ['releases', this.releases] as const,
    ];
  }

  /** Identities turned out to be one: what the first has becomes the second's. */
  fold(merges: readonly { readonly from: EntityId; readonly into: EntityId }[]): void {
    if (merges.length > 0) this.weaknesses.lookAgain();
    if (merges.length > 0) this.identities.lookAgain();
    for (const { from, into } of merges) {
      // It is one member, and no two.
      this.peers.tellings.forget([from]);
      const belongings = this.partitionOf(from).release(from);
      if (belongings === null) continue;
      const home = this.partitionOf(into);
      const before = stepsOf(home.standing(into));
      const adoption = home.adopt(into, belongings);
      this.settle(into);
      this.folded.keep(from, { ...adoption, stood: { before, placed: stepsOf(home.standing(into)) } });
    }
  }

  #hasEnrolled(): boolean {
    return this.partitions.some(({ sums }) => !sums.enrolled.isEmpty);
  }

  /** A moment is over: whom the fleet consists of holds until the next. */
  protected endMoment(): void {
    const isAnyEnrolled = this.#hasEnrolled();
    if (isAnyEnrolled !== this.isAnyEnrolled) {
      this.isAnyEnrolled = isAnyEnrolled;
      for (const partition of this.partitions) partition.listStrangers();
    }
    this.tellAnomalies();
  }

  /** What changed of anomalies in this moment is told, once it is known whose story it is part of. */
  protected tellAnomalies(): void {
    const { changes } = this;
    if (!changes.areAnomaliesWaiting) return;
    this.incidents.correlate(changes.anomaliesWaiting(), this.#storyGround);
    changes.tellAnomalies();
  }

  protected settle(id: EntityId): void {
    const canonical = this.directory.canonical(id);
    this.partitionOf(canonical).settle(canonical, this.now);
  }

  protected settleAll(): void {
    for (const partition of this.partitions) partition.settleAll(this.now);
  }
}
