import { workCalendar, type WorkCalendar } from '../behavior/index.ts';
import { Directory, type InventoryOutcome } from '../entities/index.ts';
import { FleetDestinations, IndicatorTable } from '../exposure/index.ts';
import {
  type ChangeListener,
  type EntityId,
  type EpochMs,
  type Event,
  type EventsRecord,
  type Feed,
  type FeedId,
  type Fingerprint,
  type FingerprintOfName,
  type InventoryEntry,
  type JournalRecord,
  type MergeRecord,
  type Policy,
  type SealedName,
  type SiteId,
  type SplitRecord,
  type Stateful,
  type StateReader,
  type StateWriter,
  type UserId,
} from '../model/index.ts';
import { compilePolicies, Enforcement, type PolicyDecider } from '../policy/index.ts';
import { DEFAULT_PROFILE, parseProfile, type ScoringProfile } from '../scoring/index.ts';
import { hashOf } from '../snapshot/index.ts';
import { CertificatesSeen } from '../trust/index.ts';
import type { AnomalyIds } from './anomaly-life.ts';
import { Changes } from './changes.ts';
import { Folded } from './folded.ts';
import { FleetHistory } from './fleet-history.ts';
import { contacts } from './contacts.ts';
import { checkpoint } from './fleet-sums.ts';
import { IntakeLedger } from './intake-ledger.ts';
import { LearntNames } from './learnt-names.ts';
import type { Connected, Shared } from './grounds.ts';
import type { Occurrence } from './occurrence.ts';
import { Parties } from './parties.ts';
import { Partition } from './partition.ts';
import { partitionOf } from './partitioning.ts';
import { type SensorState, Sensors } from './sensors.ts';
import type { Surroundings } from './surroundings.ts';
import { Talks } from './talk.ts';
import { understand } from './understanding.ts';
import { Watermark } from './watermark.ts';

/** Keyed functions made outside, so that no key and no chance lives in the engine. */
export interface EngineKeys extends AnomalyIds {
  readonly deviceIdFrom: ConstructorParameters<typeof Directory>[0]['deviceIdFrom'];
  readonly userIdFrom: (ordinal: number) => UserId;
  /** The fingerprint of a DNS name in the clear, as events hold it. */
  readonly fingerprint: FingerprintOfName;
  /** A DNS name as events hold it. */
  readonly sealName: (name: string) => SealedName | null;
  /** The fingerprint of an account as somebody asks for it. */
  readonly accountFingerprint: (account: string) => Fingerprint | null;
}

/** The engine's own, small things. */
interface Words {
  readonly sites: readonly SiteId[];
  readonly newestEvent: EpochMs | null;
  readonly late: number;
  readonly scoring: ScoringProfile;
  readonly latestWord: EpochMs;
}

/**
 * The engine: `apply(record)` and nothing else changes posture. It is a pure function of the records:
 * no clock, no chance, no disk. The same records in the same order give the same bits.
 */
export class Engine implements Shared, Stateful, Surroundings {
  readonly keys: EngineKeys;
  readonly time = new Watermark();
  readonly directory: Directory;
  readonly parties: Parties;
  readonly names = new LearntNames();
  readonly sensors = new Sensors();
  readonly destinations = new FleetDestinations();
  readonly certificates = new CertificatesSeen();
  readonly ledger = new IntakeLedger();
  readonly history = new FleetHistory();
  readonly changes = new Changes();
  readonly partitions: readonly Partition[];
  readonly feeds = new Map<FeedId, Feed>();
  enforcement: Enforcement;
  indicators: IndicatorTable;
  decider: PolicyDecider;
  scoring: ScoringProfile = DEFAULT_PROFILE;
  /** The operator's inventory as last imported. */
  inventory: readonly InventoryEntry[] = [];
  sites: readonly SiteId[] = [];
  newestEvent: EpochMs | null = null;
  /** Events behind the watermark. */
  late = 0;
  /** The latest instant that a record of the operator's names: what time it is before there is telemetry. */
  #latestWord: EpochMs = 0;
  readonly #calendars = new Map<SiteId, WorkCalendar>();
  /** What was folded by a merge, by the id that gave way: to be parted again by a split. */
  readonly #folded: Folded;

  constructor(keys: EngineKeys, partitions = 1) {
    this.keys = keys;
    this.directory = new Directory(keys);
    this.parties = new Parties(this.directory);
    this.indicators = IndicatorTable.build([], keys.fingerprint);
    this.decider = compilePolicies([], keys.fingerprint);
    this.enforcement = new Enforcement(this.decider);
    this.partitions = Array.from({ length: partitions }, () => new Partition(keys, this));
    this.#folded = new Folded(this.partitions.map(({ histories }) => histories));
  }

  /** Tells somebody of every published change, in order, while a record is applied. */
  listen(listener: ChangeListener | null): void {
    this.changes.listen(listener);
  }

  /** What happens to a record. */
  apply(record: JournalRecord): void {
    this.changes.applying(record);
    if ('at' in record) this.#latestWord = Math.max(this.#latestWord, record.at);
    switch (record.kind) {
      case 'events':
        this.ledger.note(record);
        return this.#observeAll(record);
      case 'clock':
        this.time.clock(record.at);
        return this.#passTime();
      case 'history_end':
        this.time.endOfHistory();
        return this.#passTime();
      case 'configuration':
        this.directory.configure(record.fleet);
        this.sites = record.fleet.sites.map(({ id }) => id);
        this.#calendars.clear();
        return this.#settleAll();
      case 'inventory':
        return this.#enrolInventory(record.entries, this.directory.applyInventory(record));
      case 'enrol':
        for (const id of this.directory.enrol(record).enrolled) this.#settle(id);
        return;
      case 'merge':
        return this.#merge(record);
      case 'split':
        return this.#split(record);
      case 'feed':
        return this.#activateFeed(record.feed);
      case 'policies':
        return this.#activatePolicies(compilePolicies(record.policies, this.keys.fingerprint));
      case 'profile':
        this.scoring = parseProfile(record.profile);
        return this.#settleAll();
      case 'verdict':
        for (const partition of this.partitions) partition.verdict(record, this.now);
        return;
    }
  }

  /** Connections in columns and the other events, in the order in which they came. */
  #observeAll({ events, connections }: EventsRecord): void {
    if (connections === undefined) {
      for (const event of events) this.#observe(event);
      return;
    }
    const talks = new Talks(connections.rows, this.parties);
    let row = 0;
    for (const [index, event] of events.entries()) {
      row = this.#observeRows(talks, row, (connections.places[index] ?? 0) - index);
      this.#observe(event);
    }
    this.#observeRows(talks, row, connections.rows.count);
  }

  /** The rows before `end`; gives the next. */
  #observeRows(talks: Talks, from: number, end: number): number {
    for (let row = from; row < end; row++) this.#observeRow(talks, row);
    return Math.max(from, end);
  }

  /** What happens to an event, from the door to the score. */
  #observe(event: Event): void {
    const sensor = this.sensors.hear(event.provenance, event.time, event.kind === 'connection');
    const isLate = this.#passTo(event.time, sensor);
    this.names.learn(event);
    this.#take(understand(event, sensor, this), isLate);
  }

  /** The same for a connection that stands in columns. */
  #observeRow(talks: Talks, row: number): void {
    const talk = talks.at(row);
    const sensor = this.sensors.hear(talks.seenBy(row), talk.time, true);
    const isLate = this.#passTo(talk.time, sensor);
    this.#take(contacts(talk, sensor, this), isLate);
  }

  /** An event moves time; whether it came too late to. */
  #passTo(time: EpochMs, { key }: SensorState): boolean {
    const isLate = this.time.isLate(time);
    if (isLate) this.late++;
    else this.time.observe(time, key);
    this.#passTime();
    this.newestEvent = Math.max(this.newestEvent ?? time, time);
    return isLate;
  }

  /** What an event means for each that it concerns, taken in by their partitions. */
  #take(occurrences: readonly Occurrence[], isLate: boolean): void {
    for (const occurrence of occurrences) {
      this.partitionOf(occurrence.entity).take(occurrence, this.now, isLate);
    }
  }

  /** What is assessed at all. */
  get connected(): Connected {
    return {
      feeds: this.feeds.size > 0,
      policies: this.decider.policies.length > 0,
      inventory: this.inventory.length > 0,
      // No source proves possession of a key yet; a certificate seen in passing is no proof.
      identityProof: false,
    };
  }

  calendarOf(site: SiteId): WorkCalendar {
    let calendar = this.#calendars.get(site);
    if (calendar === undefined) {
      calendar = workCalendar(this.directory.siteOf(site));
      this.#calendars.set(site, calendar);
    }
    return calendar;
  }

  partitionOf(id: EntityId): Partition {
    return partitionOf(id, this.partitions);
  }

  /** A hash of all that posture follows from; equal for engines that saw the same records. */
  stateHash(): string {
    return hashOf(this);
  }

  save(to: StateWriter): void {
    const { sites, newestEvent, late, scoring } = this;
    const words: Words = { sites, newestEvent, late, scoring, latestWord: this.#latestWord };
    to.plain('words', words);
    to.records('inventory', this.inventory);
    to.records('feeds', this.feeds.values());
    to.records('policies', this.decider.policies);
    for (const [name, part] of this.#parts()) part.save(to.part(name));
  }

  /** Into a new one of as many partitions. */
  load(from: StateReader): void {
    const { sites, newestEvent, late, scoring, latestWord } = from.plain('words') as Words;
    Object.assign(this, { sites, newestEvent, late });
    this.scoring = parseProfile(scoring);
    this.#latestWord = latestWord;
    this.inventory = [...from.records('inventory')] as InventoryEntry[];
    for (const feed of from.records('feeds') as Iterable<Feed>) this.feeds.set(feed.id, feed);
    this.indicators = IndicatorTable.build([...this.feeds.values()], this.keys.fingerprint);
    this.decider = compilePolicies([...from.records('policies')] as Policy[], this.keys.fingerprint);
    this.enforcement = new Enforcement(this.decider);
    for (const [name, part] of this.#parts()) part.load(from.part(name));
  }

  /** What has a state of its own, in the order in which it is read back. */
  #parts(): readonly (readonly [string, Stateful])[] {
    return [
      ['time', this.time],
      ['directory', this.directory],
      ['names', this.names],
      ['sensors', this.sensors],
      ['destinations', this.destinations],
      ['certificates', this.certificates],
      ['enforcement', this.enforcement],
      ['ledger', this.ledger],
      ['history', this.history],
      ...this.partitions.map((partition, index) => [`partition ${index}`, partition] as const),
      ['folded', this.#folded],
    ];
  }

  get now(): EpochMs {
    return this.time.now ?? this.newestEvent ?? this.#latestWord;
  }

  /** Time alone: deadlines fire, and the fleet is remembered at every full hour. */
  #passTime(): void {
    const { now } = this.time;
    if (now === null) return;
    for (const partition of this.partitions) partition.passTime(now);
    if (this.history.isDue(now)) this.history.record(checkpoint(this.partitions, now));
  }

  #enrolInventory(entries: readonly InventoryEntry[], outcome: InventoryOutcome): void {
    const isFirst = this.inventory.length === 0;
    this.inventory = entries;
    this.fold(outcome.merged);
    for (const id of new Set([...outcome.enrolled, ...outcome.updated])) this.#settle(id);
    // With the first inventory, not being in it begins to mean something.
    if (isFirst) this.#settleAll();
  }

  /** Identities turned out to be one: what the first has becomes the second's. */
  fold(merges: readonly { readonly from: EntityId; readonly into: EntityId }[]): void {
    for (const { from, into } of merges) {
      const belongings = this.partitionOf(from).release(from);
      if (belongings === null) continue;
      this.#folded.keep(from, this.partitionOf(into).adopt(into, belongings));
      this.#settle(into);
    }
  }

  #merge(record: MergeRecord): void {
    const change = this.directory.merge(record);
    if (change.kind === 'merged') this.fold([change]);
  }

  #split(record: SplitRecord): void {
    const change = this.directory.split(record);
    if (change.kind !== 'split') return;
    const { from, into } = change;
    const adoption = this.#folded.take(from);
    if (adoption !== null) {
      this.partitionOf(from).restore(from, this.partitionOf(into).disown(into, adoption));
    }
    this.#settle(from);
    this.#settle(into);
  }

  #activateFeed(feed: Feed): void {
    const isFirst = this.feeds.size === 0;
    this.feeds.set(feed.id, feed);
    this.indicators = IndicatorTable.build([...this.feeds.values()], this.keys.fingerprint);
    for (const partition of this.partitions) partition.reconcile(this.indicators, this.now);
    if (isFirst) this.#settleAll();
  }

  #activatePolicies(decider: PolicyDecider): void {
    this.decider = decider;
    this.enforcement.activate(decider);
    for (const partition of this.partitions) partition.coverage.restart();
    this.#settleAll();
  }

  #settle(id: EntityId): void {
    const canonical = this.directory.canonical(id);
    this.partitionOf(canonical).settle(canonical, this.now);
  }

  #settleAll(): void {
    for (const partition of this.partitions) partition.settleAll(this.now);
  }
}
