import type { Table, PackedTexts } from '../columns/index.ts';
import {
  DAY_MS,
  type EpochMs,
  HOUR_MS,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../model/index.ts';
import { Destinations } from './destinations.ts';
import { type Distance, Drift } from './drift.ts';
import { Learning } from './learning.ts';
import { Judgement } from './judgement.ts';
import { isAdministration } from './administration.ts';
import type { Calendar, Circumstances } from './circumstances.ts';
import type { Contact } from './contact.ts';
import { Habits, type Oddities } from './habits/habits.ts';
import { HourlyLife } from './hourly-life.ts';
import { type HourSort, sortOf } from './hour-sort.ts';
import { type Anchor, NewNormal } from './new-normal.ts';
import { PeerGroups } from './peer-groups.ts';
import { RunningHours } from './running-hours.ts';
import { deviationScore } from './surprise.ts';
import type { SiteClock } from './site-clock.ts';
import { isSuspect, Suspicion } from './suspicion.ts';

/** A running hour further ahead than this was begun by a broken clock. */
const MOST_HOURS_BEHIND = 1;
/** A destination is new for so long; to one that is younger than twice that itself, for half its own life. */
const NOVEL_MS = DAY_MS;
/** Below this nothing is distinguished, and 32 bits say it. */
const LEAST_TAIL = 1e-37;
/** No detector is surer of what it says than the rarest hour that a score distinguishes. */
const LEAST_DOUBT = 1e-6;
/** An idle entity's empty hours are learnt at most so far back at once (two weeks). */
const MOST_EMPTY_HOURS = 14 * 24;

/** One hour in numbers that a person can check. */
export interface Departure {
  readonly connections: number;
  readonly usualConnections: number;
  readonly newDestinations: number;
  readonly oddities: Oddities;
}

/**
 * What is normal for each entity, learnt in event time, one hour at a time. The running hour is
 * judged against the hours before it; when it ends, it is learnt.
 */
export class Baselines implements Stateful {
  readonly learning: Learning;
  readonly destinations: Destinations;
  readonly #peers: PeerGroups;
  /** The kind that was asked for last, most often the next one too. */
  #lastKind: string | null = null;
  #lastGroup = 0;
  /** Its kind, by the number among the peer groups. */
  readonly #group;
  readonly #life: HourlyLife;
  readonly #habits: Habits;
  readonly #judgement: Judgement;
  readonly #running: RunningHours;
  readonly #drift: Drift;
  readonly #newNormal: NewNormal;
  readonly #lastHourTail;
  /** How unusual the amount alone of the last whole hour was. */
  readonly #lastAmountTail;
  /** What detectors said in the running hour and in the last whole one: −log₁₀ of the doubt that is left. */
  readonly #evidence;
  readonly #lastEvidence;
  readonly #suspicion: Suspicion;
  readonly #runningTail;
  readonly #lastConnections;
  readonly #lastUsual;
  readonly #lastNewDestinations;
  readonly #occupiedHours;
  readonly #observedHours;

  #speaksOfOthers = false;

  constructor(rows: Table, texts: PackedTexts, peers: PeerGroups = new PeerGroups()) {
    this.#peers = peers;
    this.#group = rows.u16('group');
    this.learning = new Learning(rows);
    this.destinations = new Destinations(rows, texts);
    this.#life = new HourlyLife(rows, (row, what) => peers.hour(this.#group.at(row), what));
    this.#habits = new Habits(rows, peers.ports, this.learning);
    this.#judgement = new Judgement(rows, this.#life, this.#habits);
    this.#running = new RunningHours(rows);
    this.#drift = new Drift(rows);
    this.#lastAmountTail = rows.f32('last_amount_tail');
    this.#evidence = rows.f32('evidence');
    this.#lastEvidence = rows.f32('last_evidence');
    this.#suspicion = new Suspicion(rows);
    this.#newNormal = new NewNormal(this.#life, this.#drift, this.#suspicion);
    this.#lastHourTail = rows.f32('last_hour_tail');
    this.#runningTail = rows.f32('running_tail');
    this.#lastConnections = rows.u32('last_connections');
    this.#lastUsual = rows.f32('last_usual');
    this.#lastNewDestinations = rows.u16('last_new_destinations');
    this.#occupiedHours = rows.u32('occupied_hours');
    this.#observedHours = rows.u32('observed_hours');
  }

  begin(row: number): void {
    this.#lastHourTail.set(row, 1);
    this.#lastAmountTail.set(row, 1);
    this.#runningTail.set(row, 1);
  }

  end(row: number): void {
    this.destinations.end(row);
    this.#life.end(row);
    this.#habits.end(row);
  }

  /**
   * Takes a contact into the running hour; true when the deviation changed.
   * @param place where the other end stands among the destinations
   */
  observe(row: number, contact: Contact, circumstances: Circumstances, place: number): boolean {
    const { time, outcome } = contact;
    this.#live(row, time, circumstances.kind);
    const isOutbound = contact.direction === 'outbound';
    if (isOutbound) {
      const isNovel = this.#isNovel(row, this.destinations.firstSeen(place), time);
      const isFirstInHour = this.#isFirstInHour(row, contact, place);
      const isHeld = isAdministration(contact);
      const isHold = isHeld && this.#isNovel(row, this.destinations.heldSince(place), time);
      const isNew = this.destinations.observe(row, contact.peer, contact.display, time, place, isHeld);
      const hasFailed = outcome === 'unanswered' || outcome === 'rejected';
      this.#running.venture(row, { isNew, isNovel, isHold, hasFailed });
      this.#habits.note(row, contact, this.#group.at(row), isFirstInHour);
    }
    this.#running.count(row, isOutbound, contact.bytesSent ?? 0);
    if (!this.#running.isToBeJudged(row)) return false;
    const before = this.#runningTail.at(row);
    const tail = this.#tail(row, this.#runningSort(row, circumstances.clock));
    // Most hours stay ordinary, and the logarithms of a deviation cost more than all the rest of a contact.
    if (tail === before) return false;
    const deviation = this.deviation(row);
    this.#runningTail.set(row, tail);
    return this.deviation(row) !== deviation;
  }

  /** A place outside is met again in a connection that goes on: no connection of its own. */
  meet(row: number, contact: Contact, { kind }: Circumstances, place: number): void {
    const { time, peer, display } = contact;
    this.#live(row, time, kind);
    const isNew = this.destinations.observe(row, peer, display, time, place);
    // What was never met is novel.
    if (isNew) this.#running.venture(row, { isNew, isNovel: true, isHold: false, hasFailed: false });
  }

  /** With this contact to a machine inside it turns to many more of them in this hour than it ever does. */
  isFarFlung(row: number, contact: Contact, place: number): boolean {
    return this.#habits.fanOut.isFarFlung(row, this.#isFirstInHour(row, contact, place));
  }

  /** Active hours in which it never called anybody at the contact's port; 0 for one that some of its kind use. */
  hoursWithoutPort(row: number, contact: Contact): number {
    return this.#habits.hoursWithoutPort(row, contact, this.#group.at(row));
  }

  /** How old the entity was at an instant, as far as it was observed. */
  ageAt(row: number, time: EpochMs): number {
    const running = this.#running.hour(row);
    if (running === null) return 0;
    return time - (running - this.#observedHours.at(row)) * HOUR_MS;
  }

  /** A machine that answers only now was met by its address before. */
  #isFirstInHour(row: number, { time, internal, peer, display }: Contact, place: number): boolean {
    const begin = (this.#running.hour(row) ?? 0) * HOUR_MS;
    const { destinations } = this;
    // What comes late belongs to an hour before, and leaves no trace of having been met in this one.
    if (!internal || time < begin || destinations.lastSeen(place) >= begin) return false;
    return peer === display || destinations.lastSeen(destinations.find(row, display)) < begin;
  }

  /** A sign of what it does: a day of it, and with the first of a day one of its kind. */
  #live(row: number, time: EpochMs, kind: string | null): void {
    this.#join(row, kind);
    if (this.learning.note(row, time)) this.#peers.tellings.look(this.#group.at(row));
  }

  /** It belongs to its kind from its first contact on; a kind that the operator changes is noticed with the next. */
  #join(row: number, kind: string | null): void {
    if (kind === this.#lastKind) {
      if (this.#group.at(row) !== this.#lastGroup) this.#group.set(row, this.#lastGroup);
      return;
    }
    this.#lastKind = kind;
    this.#lastGroup = this.#peers.of(kind);
    this.#group.set(row, this.#lastGroup);
  }

  #isNovel(row: number, knownSince: EpochMs | null, time: EpochMs): boolean {
    if (knownSince === null) return true;
    const age = time - knownSince;
    return age < NOVEL_MS && age < (this.#observedHours.at(row) * HOUR_MS) / 2;
  }

  /**
   * The last `advance` closed no hour, and `deviation` speaks of others than before: the running hour was begun by a
   * broken clock and was given up, or the hours before it turned out to have been empty.
   */
  get speaksOfOthers(): boolean {
    return this.#speaksOfOthers;
  }

  /** Closes every hour that ended by `time`; true when one did. */
  advance(row: number, time: EpochMs, calendar: Calendar): boolean {
    this.#speaksOfOthers = false;
    // Most contacts are of the hour that runs.
    if (this.#running.isAt(row, time) && this.#running.emptyBefore(row) === 0) return false;
    const before = this.#rarest(row);
    const isClosed = this.#advanced(row, time, calendar);
    const after = this.#rarest(row);
    this.#speaksOfOthers = !isClosed && after !== before && deviationOf(after) !== deviationOf(before);
    return isClosed;
  }

  #advanced(row: number, time: EpochMs, calendar: Calendar): boolean {
    const hour = Math.floor(time / HOUR_MS);
    const running = this.#running.hour(row);
    if (hour === running) {
      this.#learnEmptyHours(row, hour, calendar);
      return false;
    }
    if (running === null || running - hour > MOST_HOURS_BEHIND) {
      // The first hour; or the running one was begun by a broken clock: nothing was empty before it.
      this.#restartAt(row, hour, 0);
      return false;
    }
    if (hour < running) return false;
    this.#learnEmptyHours(row, running, calendar);
    this.#closeHour(row, running, calendar);
    this.#restartAt(row, hour, Math.min(hour - running - 1, MOST_EMPTY_HOURS));
    return true;
  }

  /** The hours that `deviation` speaks of are as they should be. */
  accept(row: number): Anchor {
    const usual = this.#lastUsual.at(row) || this.connectionsPerHour(row);
    const before = this.#newNormal.accept(row, usual, [
      { tail: this.#lastHourTail.at(row), connections: this.#lastConnections.at(row) },
      { tail: this.#runningTail.at(row), connections: this.#running.connections(row) },
    ]);
    this.#lastHourTail.set(row, 1);
    this.#runningTail.set(row, 1);
    this.#judgement.startAnew(row);
    return before;
  }

  /** Takes an `accept` back: departures are from what was normal before. */
  revert(row: number, before: Anchor): void {
    this.#newNormal.revert(row, before);
    this.#judgement.startAnew(row);
  }

  /** 0…1 (contract §3): the more unusual of the last whole hour and the running one, counted twice. */
  deviation(row: number): number {
    return deviationOf(this.#rarest(row));
  }

  #rarest(row: number): number {
    return Math.min(this.#lastHourTail.at(row), this.#runningTail.at(row));
  }

  /** Of all hours, working or not. */
  connectionsPerHour(row: number): number {
    return this.#life.connections(row) ?? this.#running.connections(row);
  }

  /** Payload bytes sent in an hour in which it does anything, by their order of magnitude; 0 where that is not known. */
  usualSent(row: number): number {
    return this.#life.usualSent(row);
  }

  /**
   * How unusual the last whole hour was: −log₁₀ of the probability of one at least as unusual, and what detectors
   * said in it, as independent evidence.
   */
  hourSurprise(row: number): number {
    return -Math.log10(this.#lastHourTail.at(row)) + this.#lastEvidence.at(row);
  }

  /** A detector said something of the running hour. @param doubt 0…1, that it is nothing */
  addEvidence(row: number, doubt: number): void {
    this.#evidence.set(row, this.#evidence.at(row) - Math.log10(Math.max(LEAST_DOUBT, doubt)));
  }

  /** The same for how much was done in it alone. */
  amountTail(row: number): number {
    return this.#lastAmountTail.at(row);
  }

  /** When the hour began that was closed just now: before the running one, and before the empty ones between. */
  closedHour(row: number): EpochMs {
    return ((this.#running.hour(row) ?? 0) - this.#running.emptyBefore(row) - 1) * HOUR_MS;
  }

  /** The last whole hour beside what is usual in such an hour. */
  lastHour(row: number): Departure {
    return {
      connections: this.#lastConnections.at(row),
      usualConnections: this.#lastUsual.at(row),
      newDestinations: this.#lastNewDestinations.at(row),
      oddities: this.#habits.lastOddities(row),
    };
  }

  /** How far it has gone from what it was weeks ago; `null` where it has not. */
  distance(row: number): Distance | null {
    return this.#drift.distance(row, this.#life.spread(row));
  }

  /** The hour that `deviation` speaks of, where there is one, beside what is usual in such an hour. */
  departure(row: number, clock: SiteClock): Departure {
    if (this.#runningTail.at(row) <= this.#lastHourTail.at(row)) {
      const sort = this.#runningSort(row, clock);
      return {
        connections: this.#running.connections(row),
        usualConnections: this.#judgement.usual(row, sort),
        newDestinations: this.#running.newDestinations(row),
        oddities: this.#habits.oddities(row, sort.ofDay, this.#running.counts(row)),
      };
    }
    return this.lastHour(row);
  }

  /** Share of observed hours in which it said anything. */
  occupancy(row: number): number {
    const observed = this.#observedHours.at(row);
    return observed === 0 ? 0 : this.#occupiedHours.at(row) / observed;
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Baselines, row: number, otherRow: number): void {
    this.destinations.moveTo(other.destinations, row, otherRow);
    this.#life.moveTo(other.#life, row, otherRow);
    this.#habits.moveTo(other.#habits, row, otherRow);
  }

  save(to: StateWriter): void {
    this.destinations.save(to.part('destinations'));
    this.#life.save(to);
    this.#habits.save(to.part('habits'));
  }

  load(from: StateReader): void {
    this.destinations.load(from.part('destinations'));
    this.#life.load(from);
    // A state of an older release knows no habits.
    if (from.has('habits')) this.#habits.load(from.part('habits'));
  }

  #closeHour(row: number, hour: number, calendar: Calendar): void {
    const sort = sortOf(hour, calendar.clock);
    const isExample = !isMaintained(hour, calendar);
    const counts = this.#running.counts(row);
    const connections = counts.opened + counts.answered;
    const own = this.#judgement.tail(row, sort, counts);
    const group = this.#group.at(row);
    const isJudged = this.#life.doings.areKnown(row);
    if (isJudged && isExample && this.#suspicion.isNews(row, hour, own)) this.#peers.tellTail(group, own);
    const tail = asKept(this.#peers.calibrated(group, own));
    this.#lastHourTail.set(row, tail);
    const isKindKnown = this.#peers.isKnown(group);
    const maySayMuch = this.#judgement.maySayMuch(row, sort, connections, isKindKnown);
    const amount = tail === 1 ? 1 : this.#judgement.amountTail(row, sort, counts);
    this.#lastAmountTail.set(row, maySayMuch ? asKept(amount) : 1);
    this.#lastEvidence.set(row, this.#evidence.at(row));
    this.#lastConnections.set(row, connections);
    this.#lastUsual.set(row, this.#judgement.usual(row, sort));
    this.#lastNewDestinations.set(row, counts.newDestinations);
    if (!isExample) return;
    const share = this.#suspicion.share(row, own);
    this.#life.learn(row, sort.hours, counts, share);
    this.#habits.learn(row, sort.ofDay, counts, this.#observedHours.at(row), share);
    this.#drift.learn(row, counts, share);
    // An hour that may be an attack is no example to others.
    if (!isSuspect(own) && (isJudged || !isKindKnown)) this.#peers.tell(group, counts);
    this.#observedHours.set(row, this.#observedHours.at(row) + 1);
    if (connections > 0) this.#occupiedHours.set(row, this.#occupiedHours.at(row) + 1);
  }

  /** The hours before the running one were empty: learnt once a second sign confirms the running one. */
  #learnEmptyHours(row: number, running: number, calendar: Calendar): void {
    const all = this.#running.emptyBefore(row);
    if (all === 0) return;
    let [empty, working] = [0, 0];
    const observed = this.#observedHours.at(row);
    for (let hour = running - all; hour < running; hour++) {
      if (isMaintained(hour, calendar)) continue;
      const { hours, ofDay } = sortOf(hour, calendar.clock);
      if (hours === 'work') working++;
      this.#habits.learnSilence(row, ofDay, observed + empty);
      empty++;
    }
    this.#life.learnSilence(row, 'work', working);
    this.#life.learnSilence(row, 'rest', empty - working);
    this.#drift.learnSilence(row, empty);
    this.#observedHours.set(row, observed + empty);
    this.#lastHourTail.set(row, 1);
    this.#lastAmountTail.set(row, 1);
    this.#lastEvidence.set(row, 0);
    this.#running.confirm(row);
    this.#judgement.startAnew(row);
  }

  #restartAt(row: number, hour: number, emptyBefore: number): void {
    this.#judgement.startAnew(row);
    this.#running.startAt(row, hour, emptyBefore);
    this.#habits.startAnew(row);
    this.#evidence.set(row, 0);
    this.#runningTail.set(row, 1);
  }

  #tail(row: number, sort: HourSort): number {
    const own = this.#judgement.tail(row, sort, this.#running.counts(row));
    return asKept(this.#peers.calibrated(this.#group.at(row), own));
  }

  #runningSort(row: number, clock: SiteClock): HourSort {
    return sortOf(this.#running.hour(row) ?? 0, clock);
  }
}

/** Seven digits, and never 0: no surprise is without end. */
function asKept(tail: number): number {
  return Math.fround(Math.max(LEAST_TAIL, tail));
}

function isMaintained(hour: number, calendar: Calendar): boolean {
  return calendar.isMaintained?.(hour * HOUR_MS) === true;
}

/** Of the more unusual of two hours, counted twice. */
function deviationOf(tail: number): number {
  return deviationScore(Math.min(1, 2 * tail));
}
