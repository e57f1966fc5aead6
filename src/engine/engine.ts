import {
  type FeedChange,
  foreseeing,
  type Foreseen,
  type IndicatorTable,
  type MadeElsewhere,
} from '../exposure/index.ts';
import {
  type AdvisoriesRecord,
  type ComponentsRecord,
  atOnce,
  type ErasureRecord,
  type Event,
  eventCount,
  type EventsRecord,
  type Fleet,
  type IdentityRecord,
  type InventoryRecord,
  isDeviceId,
  type JournalRecord,
  type MergeRecord,
  type PoliciesRecord,
  type ProofRecord,
  type SensorRetiredRecord,
  type SplitRecord,
  type WarningList,
} from '../model/index.ts';
import { compilePolicies, speakOfTheSame } from '../policy/index.ts';
import { keptProfile } from '../scoring/index.ts';
import type { Learnt } from '../vulnerabilities/index.ts';
import { contacts } from './contacts.ts';
import { EngineInTime } from './engine-in-time.ts';
import { type FleetCircumstances, PresentCircumstances } from './fleet-circumstances.ts';
import type { Occurrence } from './occurrence.ts';
import { recognised, rememberedBy } from './recognising.ts';
import { Talks } from './talk.ts';
import { understand } from './understanding.ts';

/** A step's: a few milliseconds where all of them are of addresses that nobody knew. */
const EVENTS_PER_STEP = 8;

/**
 * The engine: `apply(record)` and nothing else changes posture. It is a pure function of the records:
 * no clock, no chance, no disk. The same records in the same order give the same bits.
 */
export class Engine extends EngineInTime {
  /** Beside the state: what a change of feeds that is on its way will find. */
  #foreseen: Foreseen | null = null;
  readonly #present = new PresentCircumstances(this);
  /** While a batch of events is applied: what held before it. */
  #circumstancesBefore: FleetCircumstances | null = null;

  /** For readers. */
  get circumstances(): FleetCircumstances {
    return this.#circumstancesBefore ?? this.#present;
  }

  /** What happens to a record. */
  apply(record: JournalRecord): void {
    atOnce(this.applying(record));
  }

  /**
   * The same in small steps, to be gone through before another record is begun. Between two of them the state is what it
   * would be after a record of the events so far.
   */
  *applying(record: JournalRecord): Generator<void, void> {
    this.changes.applying(record);
    if ('at' in record) this.latestWord = Math.max(this.latestWord, record.at);
    if (record.kind === 'events') {
      // All of it is on disk: whoever asks in the middle must not send the rest again.
      this.ledger.note(record);
      if (eventCount(record) > EVENTS_PER_STEP) this.#circumstancesBefore = this.#present.copied();
      yield* this.#observingAll(record);
      this.#circumstancesBefore = null;
    } else this.#take(record);
    this.endMoment();
  }

  /** It is set aside: all that is known of it is that it was taken, so that nobody sends it again. */
  passOver(record: JournalRecord): void {
    if (record.kind === 'events') this.ledger.note(record);
  }

  #take(record: Exclude<JournalRecord, EventsRecord>): void {
    const before = this.time.now;
    switch (record.kind) {
      case 'clock':
        this.time.clock(record.at);
        return this.passTime(before);
      case 'history_end':
        this.time.endOfHistory();
        return this.passTime(before);
      case 'configuration':
        return this.#configure(record.fleet);
      case 'inventory':
        return this.#enrolInventory(record);
      case 'enrol':
        for (const id of this.directory.enrol(record).enrolled) this.settle(id);
        return;
      case 'merge':
        return this.#merge(record);
      case 'split':
        return this.#split(record);
      case 'feed':
      case 'feed_removed':
        return this.#changeFeeds(record);
      case 'warning_lists':
        return this.#warn(record.lists);
      case 'actor_names':
        return this.actorNames.put(record.catalogue);
      case 'advisories':
        return this.#learn(record);
      case 'components':
        return this.#install(record);
      case 'policies':
        return this.#activatePolicies(record);
      case 'profile':
        this.scoring = keptProfile(record.profile);
        return this.settleAll();
      case 'verdict':
      case 'assign':
      case 'suppress':
      case 'unsuppress':
      case 'maintenance':
      case 'maintenance_remove':
      case 'baseline_accept':
      case 'baseline_revert':
        return this.words.apply(record, this.partitions, this.now);
      case 'sensor_retired':
        return this.#retire(record);
      case 'attestation':
      case 'exception':
      case 'compliance_withdrawal':
        return this.compliance.apply(record, this.now);
      case 'erasure':
        return this.#erase(record);
      case 'account_epoch':
        return this.directory.beginAccountEpoch(record);
      case 'accounts_rekeyed':
        return this.directory.rekeyAccounts(record);
      case 'account_epoch_end':
        return this.directory.endAccountEpoch();
      case 'fleet_release':
        return this.releases.take(record);
      case 'trust_anchors':
      case 'revocations':
      case 'enrolment_token':
      case 'enrolment_request':
      case 'enrolment_decision':
      case 'certificate_issued':
      case 'certificate_revoked':
      case 'workload_revoked':
      case 'proof':
        return this.#identify(record);
    }
  }

  /** Connections in columns and the other events, in the order in which they came. */
  *#observingAll({ events, connections }: EventsRecord): Generator<void, void> {
    if (connections === undefined) {
      for (const [index, event] of events.entries()) {
        this.#observe(event);
        if (index % EVENTS_PER_STEP === 0) yield;
      }
      return;
    }
    const talks = new Talks(connections.rows, this.parties);
    let row = 0;
    for (const [index, event] of events.entries()) {
      row = yield* this.#observingRows(talks, row, (connections.places[index] ?? 0) - index);
      this.#observe(event);
      yield;
    }
    yield* this.#observingRows(talks, row, connections.rows.count);
  }

  /** The rows before `end`; gives the next. */
  *#observingRows(talks: Talks, from: number, end: number): Generator<void, number> {
    for (let row = from; row < end; yield) {
      const stop = Math.min(row + EVENTS_PER_STEP, end);
      for (; row < stop; row++) this.#observeRow(talks, row);
    }
    return Math.max(from, end);
  }

  /** What happens to an event, from the door to the score. */
  #observe(event: Event): void {
    const sensor = this.sensors.hear(event.provenance, event.time, event.kind === 'connection');
    const isLate = this.passTo(event.time, sensor);
    this.names.learn(event);
    this.#takeIn(understand(event, sensor, this), isLate);
  }

  /** The same for a connection that stands in columns. */
  #observeRow(talks: Talks, row: number): void {
    const talk = talks.at(row);
    const sensor = this.sensors.hear(talks.seenBy(row), talk.time, true);
    const isLate = this.passTo(talk.time, sensor);
    this.#takeIn(contacts(talk, sensor, this), isLate);
  }

  /** What an event means for each that it concerns, taken in by their partitions. */
  #takeIn(occurrences: readonly Occurrence[], isLate: boolean): void {
    for (const occurrence of occurrences) {
      this.partitionOf(occurrence.entity).take(occurrence, this.now, isLate);
    }
    this.endMoment();
  }

  #retire(record: SensorRetiredRecord): void {
    const key = this.sensors.retire(record);
    if (this.time.now !== null) this.lookAgainBehind([key], this.time.now);
  }

  #configure(fleet: Fleet): void {
    this.directory.configure(fleet);
    this.sites = fleet.sites.map(({ id }) => id);
    this.clocks.clear();
    this.localHours.clear();
    this.minutes.clear();
    this.settleAll();
  }

  #enrolInventory(record: InventoryRecord): void {
    const isFirst = this.directory.inventory.size === 0;
    const outcome = this.directory.applyInventory(record);
    this.fold(outcome.merged);
    for (const id of new Set([...outcome.enrolled, ...outcome.updated])) this.settle(id);
    // With the first inventory, not being in it begins to mean something.
    if (isFirst) this.settleAll();
  }

  #merge(record: MergeRecord): void {
    const change = this.directory.merge(record);
    if (change.kind === 'merged') this.fold([change]);
  }

  #split(record: SplitRecord): void {
    const change = this.directory.split(record);
    if (change.kind !== 'split') return;
    const { from, into } = change;
    this.weaknesses.lookAgain();
    this.identities.lookAgain();
    const adoption = this.folded.take(from);
    if (adoption !== null) {
      const home = this.partitionOf(into);
      this.partitionOf(from).restore(from, home.disown(into, adoption));
      // Of who became somebody else since, it says nothing.
      if (adoption.stood !== undefined && into === record.into)
        home.settleParted(into, adoption.stood, this.now);
    }
    this.settle(from);
    this.settle(into);
  }

  /** In small steps: what a change of feeds needs. Whoever has no time for it applies the record at once. */
  *preparing(change: FeedChange, made: MadeElsewhere | null = null): Generator<void, void> {
    const table = yield* this.activeFeeds.preparing(change, made);
    this.#foreseen = yield* foreseeing(rememberedBy(this), table);
  }

  /** It does not come after all. */
  forgetPrepared(): void {
    this.activeFeeds.forgetPrepared();
    this.#foreseen = null;
  }

  #changeFeeds(change: FeedChange): void {
    const { indicators, feeds } = this;
    if (change.kind === 'feed_removed' && !feeds.has(change.feed)) return;
    this.activeFeeds.take(change);
    this.#reconcile();
    const foreseen = this.#foreseen;
    this.#lookBack(indicators, foreseen?.table === this.indicators ? foreseen : null);
    // Without any feed threat exposure is assessed no more.
    if ((feeds.size === 0) !== (this.feeds.size === 0)) this.settleAll();
  }

  #warn(lists: readonly WarningList[]): void {
    this.warnings.put(lists);
    this.#reconcile();
    this.#lookBack(null);
  }

  #reconcile(): void {
    for (const partition of this.partitions) partition.reconcile(this.indicators, this.warnings, this.now);
  }

  /** What was met before it counted as listed is a sighting from now on, of the time at which it was met. */
  #lookBack(before: IndicatorTable | null, foreseen: Foreseen | null = null): void {
    for (const [entity, sightings] of recognised(this, before, this.now, foreseen)) {
      this.partitionOf(entity).recognise(entity, sightings, this.now);
    }
  }

  /** A record that takes something back says nothing else. */
  #learn({ knowledge, removes, at }: AdvisoriesRecord): void {
    const { book } = this.weaknesses;
    const wasUninformed = book.isUninformed;
    const learnt = removes === undefined ? book.learn(knowledge, at) : book.forget(removes);
    this.#hear(learnt, wasUninformed || book.isUninformed);
  }

  /** Where nothing was known before, or is now, it concerns all. */
  #hear(learnt: Learnt, isFirstOrLast: boolean): void {
    const { book } = this.weaknesses;
    this.weaknesses.hear(learnt);
    if (learnt.concernsAll || isFirstOrLast) return this.#settleWeak();
    const holders = new Set(book.holders(learnt.keys));
    // Names of products are those of firmware and of what sensors see: whose they are, only a look at everybody tells.
    if ([...learnt.keys].some((key) => key.startsWith('product/'))) this.#settleWeak();
    else for (const id of holders) this.settle(id);
  }

  #install(record: ComponentsRecord): void {
    this.weaknesses.install(record);
    this.settle(record.entity);
  }

  /** Those that have anything that could be weak. */
  #settleWeak(): void {
    const holders = new Set(
      Array.from(this.weaknesses.book.installedOn(), (id) => this.directory.canonical(id)),
    );
    for (const partition of this.partitions) partition.settleWeak(holders, this.now);
  }

  /** What is said and shown of keys: whom to believe, who holds a certificate, who proved it. */
  #identify(record: IdentityRecord): void {
    const concerned = this.identities.apply(record);
    const isProof = record.kind === 'proof' && record.problems.length === 0;
    if (record.kind === 'certificate_issued' || isProof) {
      this.directory.prove(record.device, record.at);
      // Only a machine holds an address: what runs on it comes from its host's, or from behind it.
      if (isProof && record.address !== null && isDeviceId(record.device) && !isToken(record))
        this.directory.observeProof(record.site, record.address, record.device, record.at);
      const kind = this.directory.profile(record.device)?.kind ?? null;
      if (kind !== null && this.identities.cover(kind)) return this.settleAll();
    }
    for (const id of concerned === 'everybody' ? this.identities.holders() : concerned) this.settle(id);
  }

  /** Forgets people: after it the state is one in which they have no part, apart from sums of the fleet. */
  #erase({ users, at, actor }: ErasureRecord): void {
    const known = users.filter((id) => this.directory.profile(id)?.type === 'user');
    if (known.length === 0) return;
    for (const id of known) {
      this.partitionOf(id).erase(id);
      this.words.forget(id);
      this.compliance.forget(id);
    }
    // What is walked over is walked over once for all.
    this.incidents.forget(new Set(known));
    this.directory.eraseUsers(new Set(known));
    this.erasures.note({ at, actor, users: known.length });
  }

  #activatePolicies({ policies, at, actor, reason = null, saidAt }: PoliciesRecord): void {
    const decider = compilePolicies(policies, this.keys.fingerprint);
    const isSaidOfOthers = !speakOfTheSame(this.decider.policies, decider.policies);
    const revision = (this.policyStanding?.revision ?? 0) + 1;
    this.policyStanding = { revision, at, actor, reason, ...(saidAt === undefined ? {} : { saidAt }) };
    this.decider = decider;
    this.enforcement.activate(decider);
    if (isSaidOfOthers) {
      for (const partition of this.partitions) partition.coverage.restart();
      this.folded.forgetCoverage();
    }
    this.settleAll();
  }
}

/** Whoever carries a token may be anywhere. */
function isToken({ certificate }: ProofRecord): boolean {
  return certificate.svid === 'jwt-svid';
}
