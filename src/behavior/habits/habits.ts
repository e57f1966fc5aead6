import type { Table } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import type { Learning } from '../learning.ts';
import type { HourCounts } from '../rates.ts';
import { together } from '../surprise.ts';
import { FanOut } from './fan-out.ts';
import { HoursOfDay } from './hours-of-day.ts';
import { PlacesOfUse } from './places-of-use.ts';
import type { PortsOfKinds } from './ports-of-kinds.ts';
import { PortsUsed } from './ports-used.ts';
import { SentByHour } from './sent-by-hour.ts';
import { SessionLengths } from './session-lengths.ts';

/** What an entity does is said of it where it is this improbable. */
const WORTH_SAYING = 0.05;

/** How an hour is spent, beside its counts: how probable that is; `null` where it can't be judged yet. */
export interface Ways {
  /** That it is awake at this hour of the day. */
  readonly waking: number | null;
  /** … keeps a session as long. */
  readonly session: number | null;
  /** … uses a port that is new to it. */
  readonly port: number | null;
  /** … sends as much at this hour of the day. */
  readonly sent: number | null;
  /** … turns to as many machines inside. */
  readonly fanOut: number | null;
  /** … is used from a place that is new to it. */
  readonly place: number | null;
}

/** What of an hour's counts habits look at. */
type Done = Pick<HourCounts, 'opened' | 'volume'>;

/** What is odd about an hour beside its counts. */
export interface Oddities {
  /** It sleeps through this hour of its day, and was awake. */
  readonly isAwakeOddly: boolean;
  readonly hasLongSession: boolean;
  readonly hasFreshPort: boolean;
  /** It sends more than it does at this hour of its day. */
  readonly sendsOddly: boolean;
  /** It turns to more machines inside than it does in an hour. */
  readonly fansOut: boolean;
  /** It is used from a network that is new to it. */
  readonly isElsewhere: boolean;
}
const ODDITY = { awake: 1, long: 2, port: 4, sent: 8, fanOut: 16, place: 32 } as const;

/** How each entity does what the rates count: at which hours of its day, for how long, at which ports, with how many inside, from where. */
export class Habits implements Stateful {
  readonly hours: HoursOfDay;
  readonly sessions: SessionLengths;
  readonly ports: PortsUsed;
  readonly sent: SentByHour;
  readonly fanOut: FanOut;
  readonly places: PlacesOfUse;
  readonly #portsOfKinds: PortsOfKinds;
  /** Of the last whole hour, as bits. */
  readonly #lastOdd;

  constructor(rows: Table, portsOfKinds: PortsOfKinds, learning: Learning) {
    this.hours = new HoursOfDay(rows);
    this.sessions = new SessionLengths(rows);
    this.ports = new PortsUsed(rows);
    this.sent = new SentByHour(rows);
    this.fanOut = new FanOut(rows);
    this.places = new PlacesOfUse(rows, learning);
    this.#portsOfKinds = portsOfKinds;
    this.#lastOdd = rows.u8('last_odd');
  }

  /**
   * A connection that the entity opens.
   * @param kind its number among the peer groups
   * @param isFirstInHour to this machine inside
   */
  note(row: number, contact: Contact, kind: number, isFirstInHour: boolean): void {
    this.sessions.note(row, contact);
    this.places.use(row, contact.place, contact.time);
    if (isFirstInHour) this.fanOut.meet(row);
    const { port, protocol, time } = contact;
    if (port === null || (protocol !== 'tcp' && protocol !== 'udp')) return;
    const isFirst = this.ports.size(row) === 0;
    if (!this.ports.use(row, port, time)) return;
    if (!this.#portsOfKinds.isCommon(kind, port)) this.ports.meetFresh(row);
    this.#portsOfKinds.tell(kind, port, isFirst);
  }

  /** Active hours in which it never called anybody at the contact's port; 0 for one that some of its kind use. */
  hoursWithoutPort(row: number, { port, time }: Contact, kind: number): number {
    return port === null || this.#portsOfKinds.isCommon(kind, port)
      ? 0
      : this.ports.hoursWithout(row, port, time);
  }

  /** How the running hour is spent. */
  ways(row: number, ofDay: number | null, { opened, volume }: Done): Ways {
    const { hours, sessions, ports, sent, fanOut, places } = this;
    const isAwake = ofDay !== null && opened > 0 && hours.isAsleep(row, ofDay);
    const ways = this.ordinaryWays(row, ofDay);
    return {
      waking: isAwake ? hours.waking(row) : ways.waking,
      session: ways.session === null ? null : sessions.tail(row),
      port: ways.port === null ? null : ports.tail(row),
      sent: ways.sent === null || ofDay === null ? null : sent.tail(row, ofDay, volume),
      fanOut: ways.fanOut === null ? null : fanOut.tail(row),
      place: ways.place === null ? null : places.tail(row),
    };
  }

  /** How an ordinary one is. */
  ordinaryWays(row: number, ofDay: number | null): Ways {
    return {
      waking: ordinaryIf(ofDay !== null && this.hours.areKnown(row)),
      session: ordinaryIf(this.sessions.areKnown(row)),
      port: ordinaryIf(this.ports.areKnown(row)),
      sent: ordinaryIf(ofDay !== null && this.sent.isKnown(row, ofDay)),
      fanOut: ordinaryIf(this.fanOut.areKnown(row)),
      place: ordinaryIf(this.places.areKnown(row)),
    };
  }

  /** Nothing beside the counts can make the running hour odd. */
  isOrdinary(row: number, ofDay: number | null, { volume }: Pick<Done, 'volume'>): boolean {
    const { ports, sessions, sent, fanOut, places } = this;
    return (
      (!ports.areKnown(row) || ports.fresh(row) === 0) &&
      (!sessions.areKnown(row) || sessions.isOrdinary(row)) &&
      (ofDay === null || !sent.isKnown(row, ofDay) || sent.isOrdinary(row, ofDay, volume)) &&
      (!fanOut.areKnown(row) || fanOut.isOrdinary(row)) &&
      (!places.isFresh(row) || !places.areKnown(row))
    );
  }

  /** @param share what of an hour above its mean is taken over: less than 1 of one that may be an attack */
  learn(row: number, ofDay: number | null, done: Done, observed: number, share: number): void {
    const { opened, volume } = done;
    this.#lastOdd.set(row, this.#oddOf(row, ofDay, done));
    if (ofDay !== null) {
      this.hours.learn(row, ofDay, opened, observed, share);
      this.sent.learn(row, ofDay, volume, observed, share);
    }
    this.sessions.learn(row, share);
    this.fanOut.learn(row, share);
    if (opened > 0) this.ports.learn(row, share === 1);
  }

  /** An hour in which nothing was done. */
  learnSilence(row: number, ofDay: number | null, observed: number): void {
    this.#lastOdd.set(row, 0);
    if (ofDay !== null) this.hours.learn(row, ofDay, 0, observed, 1);
  }

  startAnew(row: number): void {
    this.sessions.startAnew(row);
    this.ports.startAnew(row);
    this.fanOut.startAnew(row);
    this.places.startAnew(row);
  }

  /** Of the last whole hour. */
  lastOddities(row: number): Oddities {
    return said(this.#lastOdd.at(row));
  }

  /** Of the running one. */
  oddities(row: number, ofDay: number | null, done: Done): Oddities {
    return said(this.#oddOf(row, ofDay, done));
  }

  end(row: number): void {
    this.hours.end(row);
    this.ports.end(row);
    this.sent.end(row);
    this.places.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Habits, row: number, otherRow: number): void {
    this.hours.moveTo(other.hours, row, otherRow);
    this.ports.moveTo(other.ports, row, otherRow);
    this.sent.moveTo(other.sent, row, otherRow);
    this.places.moveTo(other.places, row, otherRow);
  }

  save(to: StateWriter): void {
    this.hours.save(to.part('hours_of_day'));
    this.ports.save(to.part('ports_used'));
    this.sent.save(to.part('sent_by_hour'));
    this.places.save(to.part('places_of_use'));
  }

  load(from: StateReader): void {
    this.hours.load(from.part('hours_of_day'));
    this.ports.load(from.part('ports_used'));
    // A state of form 4 knows neither.
    if (from.has('sent_by_hour')) this.sent.load(from.part('sent_by_hour'));
    if (from.has('places_of_use')) this.places.load(from.part('places_of_use'));
  }

  #oddOf(row: number, ofDay: number | null, done: Done): number {
    const { waking, session, port, sent, fanOut, place } = this.ways(row, ofDay, done);
    return (
      (isOdd(waking) ? ODDITY.awake : 0) +
      (isOdd(session) ? ODDITY.long : 0) +
      (isOdd(port) ? ODDITY.port : 0) +
      (isOdd(sent) ? ODDITY.sent : 0) +
      (isOdd(fanOut) ? ODDITY.fanOut : 0) +
      (isOdd(place) ? ODDITY.place : 0)
    );
  }
}

function ordinaryIf(isKnown: boolean): 1 | null {
  return isKnown ? 1 : null;
}

function isOdd(tail: number | null): boolean {
  return tail !== null && tail < WORTH_SAYING;
}

/**
 * The probability of an hour, by its counts and by how it was spent. What is odd by habit alone is told at half its strength,
 * as it is a second chance to be odd (Bonferroni); counts lose nothing to habits that are kept.
 */
export function besideHabits(counts: number, { waking, session, port, sent, fanOut, place }: Ways): number {
  const habits = [waking, session, port, sent, fanOut, place].filter((tail) => tail !== null);
  return habits.length === 0 ? counts : Math.min(counts, 2 * together(habits));
}

function said(bits: number): Oddities {
  return {
    isAwakeOddly: (bits & ODDITY.awake) !== 0,
    hasLongSession: (bits & ODDITY.long) !== 0,
    hasFreshPort: (bits & ODDITY.port) !== 0,
    sendsOddly: (bits & ODDITY.sent) !== 0,
    fansOut: (bits & ODDITY.fanOut) !== 0,
    isElsewhere: (bits & ODDITY.place) !== 0,
  };
}
