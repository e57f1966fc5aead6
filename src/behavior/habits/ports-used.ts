import type { Table } from '../../columns/index.ts';
import type { EpochMs, StateReader, Stateful, StateWriter } from '../../model/index.ts';
import { DaysOfUse } from './days-of-use.ts';
import { Frequency } from './frequency.ts';

/** Ports remembered of an entity. */
const MOST = 16;
/** From here on ports are handed out by chance (IANA dynamic ports; Linux begins at 32768): they are one. */
const EPHEMERAL = 32_768;
/** In its first active hours all is new of necessity. */
const FIRST_HOURS = 6;
const MANY = 255;

/**
 * The ports at which each entity calls others. Full, the port of the fewest days gives way: a scan displaces what a
 * scan left, never what it uses.
 */
export class PortsUsed implements Stateful {
  readonly #used: DaysOfUse;
  /** Ports met in the running hour that are new to it and rare among its kind. */
  readonly #fresh;
  readonly #firstHours;
  /** How often an active hour has such a port. */
  readonly #news: Frequency;

  constructor(rows: Table) {
    this.#used = new DaysOfUse(rows, 'ports_used', MOST, { name: 'port', kind: 'u16' });
    this.#fresh = rows.u8('fresh_ports');
    this.#firstHours = rows.u8('first_port_hours');
    this.#news = new Frequency(rows, 'fresh_ports');
  }

  /** Ports known of the entity. */
  size(row: number): number {
    return this.#used.size(row);
  }

  /** True where the port is new to the entity. */
  use(row: number, port: number, time: EpochMs): boolean {
    return this.#used.use(row, keyOf(port), time);
  }

  /** Active hours in which it never called anybody at that port, beyond its first; 0 where it did on a day before. */
  hoursWithout(row: number, port: number, time: EpochMs): number {
    return this.#used.isOfEarlierDay(row, keyOf(port), time) ? 0 : this.#news.chances(row);
  }

  /** One that is new to it is rare among its kind, too. */
  meetFresh(row: number): void {
    this.#fresh.set(row, Math.min(MANY, this.#fresh.at(row) + 1));
  }

  areKnown(row: number): boolean {
    return this.#firstHours.at(row) >= FIRST_HOURS;
  }

  /** Such ports in the running hour. */
  fresh(row: number): number {
    return this.#fresh.at(row);
  }

  /** The probability of an active hour that has at least one, where this one has. */
  tail(row: number): number {
    return this.#fresh.at(row) === 0 ? 1 : this.#news.of(row);
  }

  /** Closes an active hour. @param teaches that it is no attack, as far as one can see */
  learn(row: number, teaches: boolean): void {
    const first = this.#firstHours.at(row);
    if (first < FIRST_HOURS) this.#firstHours.set(row, first + 1);
    else this.#news.learn(row, teaches && this.#fresh.at(row) > 0);
  }

  startAnew(row: number): void {
    this.#fresh.set(row, 0);
  }

  end(row: number): void {
    this.#used.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: PortsUsed, row: number, otherRow: number): void {
    this.#used.moveTo(other.#used, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#used.save(to);
  }

  load(from: StateReader): void {
    this.#used.load(from);
  }
}

/** Ports that are handed out by chance are one. */
export function keyOf(port: number): number {
  return Math.min(port, EPHEMERAL);
}
