import type { Table } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import type { HourCounts } from '../rates.ts';
import { together } from '../surprise.ts';
import { HoursOfDay } from './hours-of-day.ts';
import type { PortsOfKinds } from './ports-of-kinds.ts';
import { PortsUsed } from './ports-used.ts';
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
}

/** What is odd about an hour beside its counts. */
export interface Oddities {
  /** It sleeps through this hour of its day, and was awake. */
  readonly isAwakeOddly: boolean;
  readonly hasLongSession: boolean;
  readonly hasFreshPort: boolean;
}
const ODDITY = { awake: 1, long: 2, port: 4 } as const;

/** How each entity does what the rates count: at which hours of its day, for how long, at which ports. */
export class Habits implements Stateful {
  readonly hours: HoursOfDay;
  readonly sessions: SessionLengths;
  readonly ports: PortsUsed;
  readonly #portsOfKinds: PortsOfKinds;
  /** Of the last whole hour, as bits. */
  readonly #lastOdd;

  constructor(rows: Table, portsOfKinds: PortsOfKinds) {
    this.hours = new HoursOfDay(rows);
    this.sessions = new SessionLengths(rows);
    this.ports = new PortsUsed(rows);
    this.#portsOfKinds = portsOfKinds;
    this.#lastOdd = rows.u8('last_odd');
  }

  /** A connection that the entity opens. @param kind its number among the peer groups */
  note(row: number, contact: Contact, kind: number): void {
    this.sessions.note(row, contact);
    const { port, protocol, time } = contact;
    if (port === null || (protocol !== 'tcp' && protocol !== 'udp')) return;
    const isFirst = this.ports.size(row) === 0;
    if (!this.ports.use(row, port, time)) return;
    if (!this.#portsOfKinds.isCommon(kind, port)) this.ports.meetFresh(row);
    this.#portsOfKinds.tell(kind, port, isFirst);
  }

  /** How the running hour is spent. */
  ways(row: number, ofDay: number | null, opened: number): Ways {
    const { hours, sessions, ports } = this;
    const isAwake = ofDay !== null && opened > 0 && hours.isAsleep(row, ofDay);
    return {
      ...this.ordinaryWays(row, ofDay),
      ...(isAwake ? { waking: hours.waking(row) } : {}),
      ...(sessions.areKnown(row) ? { session: sessions.tail(row) } : {}),
      ...(ports.areKnown(row) ? { port: ports.tail(row) } : {}),
    };
  }

  /** How an ordinary one is. */
  ordinaryWays(row: number, ofDay: number | null): Ways {
    return {
      waking: ofDay !== null && this.hours.areKnown(row) ? 1 : null,
      session: this.sessions.areKnown(row) ? 1 : null,
      port: this.ports.areKnown(row) ? 1 : null,
    };
  }

  /** Nothing beside the counts can make the running hour odd. */
  isOrdinary(row: number): boolean {
    const { ports, sessions } = this;
    return (
      (!ports.areKnown(row) || ports.fresh(row) === 0) &&
      (!sessions.areKnown(row) || sessions.isOrdinary(row))
    );
  }

  /** @param share what of an hour above its mean is taken over: less than 1 of one that may be an attack */
  learn(
    row: number,
    ofDay: number | null,
    { opened }: Pick<HourCounts, 'opened'>,
    observed: number,
    share: number,
  ): void {
    this.#lastOdd.set(row, this.#oddOf(row, ofDay, opened));
    if (ofDay !== null) this.hours.learn(row, ofDay, opened, observed, share);
    this.sessions.learn(row, share);
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
  }

  /** Of the last whole hour. */
  lastOddities(row: number): Oddities {
    return said(this.#lastOdd.at(row));
  }

  /** Of the running one. */
  oddities(row: number, ofDay: number | null, opened: number): Oddities {
    return said(this.#oddOf(row, ofDay, opened));
  }

  end(row: number): void {
    this.hours.end(row);
    this.ports.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Habits, row: number, otherRow: number): void {
    this.hours.moveTo(other.hours, row, otherRow);
    this.ports.moveTo(other.ports, row, otherRow);
  }

  save(to: StateWriter): void {
    this.hours.save(to.part('hours_of_day'));
    this.ports.save(to.part('ports_used'));
  }

  load(from: StateReader): void {
    this.hours.load(from.part('hours_of_day'));
    this.ports.load(from.part('ports_used'));
  }

  #oddOf(row: number, ofDay: number | null, opened: number): number {
    const { waking, session, port } = this.ways(row, ofDay, opened);
    return (
      (isOdd(waking) ? ODDITY.awake : 0) +
      (isOdd(session) ? ODDITY.long : 0) +
      (isOdd(port) ? ODDITY.port : 0)
    );
  }
}

function isOdd(tail: number | null): boolean {
  return tail !== null && tail < WORTH_SAYING;
}

/**
 * The probability of an hour, by its counts and by how it was spent. What is odd by habit alone is told at half its strength,
 * as it is a second chance to be odd (Bonferroni); counts lose nothing to habits that are kept.
 */
export function besideHabits(counts: number, { waking, session, port }: Ways): number {
  const habits = [waking, session, port].filter((tail) => tail !== null);
  return habits.length === 0 ? counts : Math.min(counts, 2 * together(habits));
}

function said(bits: number): Oddities {
  return {
    isAwakeOddly: (bits & ODDITY.awake) !== 0,
    hasLongSession: (bits & ODDITY.long) !== 0,
    hasFreshPort: (bits & ODDITY.port) !== 0,
  };
}
