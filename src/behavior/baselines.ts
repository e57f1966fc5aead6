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
import { Learning } from './learning.ts';
import { Judgement } from './judgement.ts';
import type { Encounter } from './encounter.ts';
import { HourlyLife } from './hourly-life.ts';
import type { HourClass } from './rates.ts';
import { RunningHours } from './running-hours.ts';
import { deviationScore } from './surprise.ts';
import type { WorkCalendar } from './work-calendar.ts';

/** A running hour further ahead than this was begun by a broken clock. */
const MOST_HOURS_BEHIND = 1;
/** A destination is new for so long; to one that is younger than twice that itself, for half its own life. */
const NOVEL_MS = DAY_MS;
/** An idle entity's empty hours are learnt at most so far back at once (two weeks). */
const MOST_EMPTY_HOURS = 14 * 24;

/** One hour in numbers that a person can check. */
export interface Departure {
  readonly connections: number;
  readonly usualConnections: number;
  readonly newDestinations: number;
}

/**
 * What is normal for each entity, learnt in event time, one hour at a time. The running hour is
 * judged against the hours before it; when it ends, it is learnt.
 */
export class Baselines implements Stateful {
  readonly learning: Learning;
  readonly destinations: Destinations;
  readonly #life: HourlyLife;
  readonly #judgement: Judgement;
  readonly #running: RunningHours;
  readonly #lastHourTail;
  readonly #runningTail;
  readonly #lastConnections;
  readonly #lastUsual;
  readonly #lastNewDestinations;
  readonly #occupiedHours;
  readonly #observedHours;

  constructor(rows: Table, texts: PackedTexts) {
    this.learning = new Learning(rows);
    this.destinations = new Destinations(rows, texts);
    this.#life = new HourlyLife(rows);
    this.#judgement = new Judgement(rows, this.#life);
    this.#running = new RunningHours(rows);
    this.#lastHourTail = rows.f64('last_hour_tail');
    this.#runningTail = rows.f64('running_tail');
    this.#lastConnections = rows.u32('last_connections');
    this.#lastUsual = rows.f64('last_usual');
    this.#lastNewDestinations = rows.u32('last_new_destinations');
    this.#occupiedHours = rows.u32('occupied_hours');
    this.#observedHours = rows.u32('observed_hours');
  }

  begin(row: number): void {
    this.#lastHourTail.set(row, 1);
    this.#runningTail.set(row, 1);
  }

  end(row: number): void {
    this.destinations.end(row);
    this.#life.end(row);
  }

  /** Takes a contact into the running hour; true when the deviation changed. */
  observe(encounter: Encounter): boolean {
    const { row, contact, circumstances } = encounter;
    const { time, outcome } = contact;
    this.learning.note(row, time);
    const isOutbound = contact.direction === 'outbound';
    if (isOutbound) {
      const isNovel = encounter.isNovel;
      const isNew = this.destinations.observe(row, contact.peer, contact.display, time, encounter.place);
      this.#running.venture(row, isNew, isNovel, outcome === 'unanswered' || outcome === 'rejected');
    }
    this.#running.count(row, isOutbound, contact.bytesSent ?? 0);
    if (!this.#running.isToBeJudged(row)) return false;
    const before = this.#runningTail.at(row);
    const tail = this.#tail(row, this.#hoursLikeRunning(row, circumstances.isWorkHour));
    // Most hours stay ordinary, and the logarithms of a deviation cost more than all the rest of a contact.
    if (tail === before) return false;
    const deviation = this.deviation(row);
    this.#runningTail.set(row, tail);
    return this.deviation(row) !== deviation;
  }

  isNovel(row: number, knownSince: EpochMs | null, time: EpochMs): boolean {
    if (knownSince === null) return true;
    const age = time - knownSince;
    return age < NOVEL_MS && age < (this.#observedHours.at(row) * HOUR_MS) / 2;
  }

  /** Closes every hour that ended by `time`; true when one did. */
  advance(row: number, time: EpochMs, isWorkHour: WorkCalendar): boolean {
    const hour = Math.floor(time / HOUR_MS);
    const running = this.#running.hour(row);
    if (hour === running) {
      this.#learnEmptyHours(row, hour, isWorkHour);
      return false;
    }
    if (running === null || running - hour > MOST_HOURS_BEHIND) {
      // The first hour; or the running one was begun by a broken clock: nothing was empty before it.
      this.#restartAt(row, hour, 0);
      return false;
    }
    if (hour < running) return false;
    this.#learnEmptyHours(row, running, isWorkHour);
    this.#closeHour(row, running, isWorkHour);
    this.#restartAt(row, hour, Math.min(hour - running - 1, MOST_EMPTY_HOURS));
    return true;
  }

  /** The hours that `deviation` speaks of are as they should be. */
  accept(row: number): void {
    this.#lastHourTail.set(row, 1);
    this.#runningTail.set(row, 1);
  }

  /** Takes an `accept` back: the running hour is judged again by its next contact. */
  revert(row: number): void {
    this.#judgement.startAnew(row);
  }

  /** 0…1 (contract §3): the more unusual of the last whole hour and the running one, counted twice. */
  deviation(row: number): number {
    return deviationScore(Math.min(1, 2 * Math.min(this.#lastHourTail.at(row), this.#runningTail.at(row))));
  }

  /** Of all hours, working or not. */
  connectionsPerHour(row: number): number {
    const { doings } = this.#life;
    if (doings.hours(row) === 0) return this.#running.connections(row);
    return doings.overall(row, 'opened') + doings.overall(row, 'answered');
  }

  /** How unusual the last whole hour was: −log₁₀ of the probability of one at least as unusual. */
  hourSurprise(row: number): number {
    return -Math.log10(this.#lastHourTail.at(row));
  }

  /** The hour that `deviation` speaks of, where there is one, beside what is usual in such an hour. */
  departure(row: number, isWorkHour: WorkCalendar): Departure {
    if (this.#runningTail.at(row) <= this.#lastHourTail.at(row)) {
      return {
        connections: this.#running.connections(row),
        usualConnections: this.#life.usual(row, this.#hoursLikeRunning(row, isWorkHour)),
        newDestinations: this.#running.newDestinations(row),
      };
    }
    return {
      connections: this.#lastConnections.at(row),
      usualConnections: this.#lastUsual.at(row),
      newDestinations: this.#lastNewDestinations.at(row),
    };
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
  }

  save(to: StateWriter): void {
    this.destinations.save(to.part('destinations'));
    this.#life.save(to);
  }

  load(from: StateReader): void {
    this.destinations.load(from.part('destinations'));
    this.#life.load(from);
  }

  #closeHour(row: number, hour: number, isWorkHour: WorkCalendar): void {
    const hours = hoursLike(hour, isWorkHour);
    const counts = this.#running.counts(row);
    const connections = counts.opened + counts.answered;
    this.#lastHourTail.set(row, this.#judgement.tail(row, hours, counts));
    this.#lastConnections.set(row, connections);
    this.#lastUsual.set(row, this.#life.usual(row, hours));
    this.#lastNewDestinations.set(row, counts.newDestinations);
    this.#life.learn(row, hours, counts);
    this.#observedHours.set(row, this.#observedHours.at(row) + 1);
    if (connections > 0) this.#occupiedHours.set(row, this.#occupiedHours.at(row) + 1);
  }

  /** The hours before the running one were empty: learnt once a second sign confirms the running one. */
  #learnEmptyHours(row: number, running: number, isWorkHour: WorkCalendar): void {
    const empty = this.#running.emptyBefore(row);
    if (empty === 0) return;
    let working = 0;
    for (let hour = running - empty; hour < running; hour++) if (isWorkHour(hour * HOUR_MS)) working++;
    this.#life.learnSilence(row, 'work', working);
    this.#life.learnSilence(row, 'rest', empty - working);
    this.#observedHours.set(row, this.#observedHours.at(row) + empty);
    this.#lastHourTail.set(row, 1);
    this.#running.confirm(row);
    this.#judgement.startAnew(row);
  }

  #restartAt(row: number, hour: number, emptyBefore: number): void {
    this.#judgement.startAnew(row);
    this.#running.startAt(row, hour, emptyBefore);
    this.#runningTail.set(row, 1);
  }

  #tail(row: number, hours: HourClass): number {
    return this.#judgement.tail(row, hours, this.#running.counts(row));
  }

  #hoursLikeRunning(row: number, isWorkHour: WorkCalendar): HourClass {
    return hoursLike(this.#running.hour(row) ?? 0, isWorkHour);
  }
}

function hoursLike(hour: number, isWorkHour: WorkCalendar): HourClass {
  return isWorkHour(hour * HOUR_MS) ? 'work' : 'rest';
}
