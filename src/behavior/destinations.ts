import {
  PAGE_ROWS,
  runLength,
  Runs,
  type Table,
  type PackedTexts,
  type Uint32Column,
} from '../columns/index.ts';
import {
  type ColumnPage,
  DAY_MS,
  type EpochMs,
  LIMITS,
  startOfDayUtc,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../model/index.ts';

export interface KnownDestination {
  /** What novelty is judged by: a device of the fleet, a registrable domain, or an address. */
  readonly key: string;
  /** What a person reads: an address, a stable host name, or a registrable domain. */
  readonly display: string;
  readonly count: number;
  readonly firstSeen: EpochMs;
  readonly lastSeen: EpochMs;
  /** Distinct days, counted as they pass. */
  readonly days: number;
}

/** A destination used on so many distinct days belongs to the baseline. */
const DAYS_TO_BE_KNOWN = 2;
const SECOND_MS = 1_000;
const MOST = LIMITS.destinationsPerEntity;
/** What the key of a device of the fleet begins with. */
const DEVICE = 'dev_';
/**
 * Since when a destination was taken hold of by a port of administration (see `isAdministration`): since it was met, never, or since the day of
 * its latest contact. It stands above the count of its days. What an older release wrote reads as the first: nothing is news at an upgrade.
 */
const HELD = { sinceMet: 0, never: 1 << 14, sinceLastDay: 2 << 14 } as const;
const HELD_BITS = 3 << 14;
const MOST_DAYS = (1 << 14) - 1;
/** No place: a destination that is not known. */
const NOWHERE = -1;

/**
 * Where entities go: for each a space-saving table (Metwally et al. 2005) of bounded size. When it is
 * full, the least used newcomer gives way and its successor inherits nothing: a flood of one-off
 * destinations displaces one-off destinations, never the old ones.
 *
 * A table is a run of places, one for each destination. With so few of them, looking at each costs less
 * than an index would.
 */
export class Destinations implements Stateful {
  readonly #texts: PackedTexts;
  /** Where an entity's places begin, where it has any. */
  readonly #begin;
  readonly #size;
  /** Destinations ever met for the first time. */
  readonly #met;
  readonly #places = new Runs();
  readonly #key = this.#places.u32('key');
  readonly #display = this.#places.u32('display');
  readonly #count = this.#places.u32('count');
  /** Distinct days, with {@link HELD} above them. */
  readonly #days = this.#places.u16('days');
  /** The how manieth it was that the entity met: the earlier gives way where all else is equal. */
  readonly #order = this.#places.u32('order');
  /** In whole seconds: half the bytes, and nobody asks for less. */
  readonly #first = this.#places.u32('first_s');
  readonly #last = this.#places.u32('last_s');

  constructor(rows: Table, texts: PackedTexts) {
    this.#texts = texts;
    this.#begin = rows.u32('destinations');
    this.#size = rows.u16('destinations_known');
    this.#met = rows.u32('destinations_met');
  }

  /** How many an entity has. */
  size(row: number): number {
    return this.#size.at(row);
  }

  /** How often it met a destination that was not known, or no longer: there were no more of them. */
  met(row: number): number {
    return this.#met.at(row);
  }

  /** Where a destination stands until the next one is met; `NOWHERE` where it was never (or is no longer) known. */
  find(row: number, key: string): number {
    const size = this.#size.at(row);
    const text = size === 0 ? 0 : this.#texts.find(key);
    if (text === 0) return NOWHERE;
    const begin = this.#begin.at(row);
    for (let place = begin; place < begin + size; place++) if (this.#key.at(place) === text) return place;
    return NOWHERE;
  }

  /** Contacts with the destination at a place; 0 for `NOWHERE`. */
  count(place: number): number {
    return place === NOWHERE ? 0 : this.#count.at(place);
  }

  /** Distinct days (UTC) on which the destination at a place was met before that of an instant. */
  daysBefore(place: number, time: EpochMs): number {
    const isMetToday = Math.floor(this.lastSeen(place) / DAY_MS) >= Math.floor(time / DAY_MS);
    return this.#daysAt(place) - (isMetToday ? 1 : 0);
  }

  /** When the destination at a place was met first; `null` for `NOWHERE`. */
  firstSeen(place: number): EpochMs | null {
    return place === NOWHERE ? null : this.#first.at(place) * SECOND_MS;
  }

  /** From when on it was taken hold of by a port of administration; `null` where it never was, and for `NOWHERE`. */
  heldSince(place: number): EpochMs | null {
    const first = this.firstSeen(place);
    if (first === null) return null;
    const held = this.#heldAt(place);
    if (held === HELD.sinceMet) return first;
    return held === HELD.never ? null : Math.max(first, startOfDayUtc(this.lastSeen(place)));
  }

  /** Destinations, that at the place among them, which were met first within so long before or after it. */
  metAbout(row: number, place: number, withinMs: number): number {
    if (place === NOWHERE) return 0;
    const begin = this.#begin.at(row);
    const [first, within] = [this.#first.at(place), withinMs / SECOND_MS];
    let met = 0;
    for (let other = begin; other < begin + this.#size.at(row); other++) {
      if (Math.abs(this.#first.at(other) - first) <= within) met++;
    }
    return met;
  }

  /** Share of those beyond the fleet that are bare addresses, drawn towards a half where there are few. */
  namelessShare(row: number): number {
    const begin = this.#begin.at(row);
    let [named, nameless] = [0, 0];
    for (let place = begin; place < begin + this.#size.at(row); place++) {
      const key = this.#texts.at(this.#key.at(place));
      if (isBareAddress(key)) nameless++;
      else if (!key.startsWith(DEVICE)) named++;
    }
    return (nameless + 1) / (nameless + named + 2);
  }

  /** When it was met last; before all time for `NOWHERE`. */
  lastSeen(place: number): EpochMs {
    return place === NOWHERE ? Number.NEGATIVE_INFINITY : this.#last.at(place) * SECOND_MS;
  }

  /**
   * Records a contact; true when the destination was never (or no longer) known.
   * @param place where it stands, as `find` says
   * @param isHeld by it the entity takes hold of the other end, by a port of administration
   */
  observe(
    row: number,
    key: string,
    display: string,
    time: EpochMs,
    place: number = this.find(row, key),
    isHeld = false,
  ): boolean {
    if (place === NOWHERE) {
      const met = this.#placeForOneMore(row);
      this.#meet(met, key, display, time, this.#nextOrder(row));
      this.#days.set(met, 1 + (isHeld ? HELD.sinceMet : HELD.never));
      return true;
    }
    const last = this.#last.at(place) * SECOND_MS;
    if (Math.floor(time / DAY_MS) > Math.floor(last / DAY_MS)) this.#beginDay(place);
    if (isHeld && this.#heldAt(place) === HELD.never)
      this.#days.set(place, this.#daysAt(place) + HELD.sinceLastDay);
    this.#count.set(place, this.#count.at(place) + 1);
    if (time > last) this.#last.set(place, seconds(time));
    this.#show(place, display);
    return false;
  }

  /** A destination counts as met for the first time now. @param display as a person reads it */
  renew(row: number, display: string, now: EpochMs): void {
    const begin = this.#begin.at(row);
    for (let place = begin; place < begin + this.#size.at(row); place++) {
      if (!this.#texts.is(this.#display.at(place), display)) continue;
      this.#first.set(place, seconds(now));
      this.#days.set(place, 1 + this.#heldAt(place));
    }
  }

  /** The baseline's destinations, most used first; while nothing is established yet, what was seen. */
  known(row: number): readonly KnownDestination[] {
    const all = this.#all(row);
    const established = all.filter((each) => each.days >= DAYS_TO_BE_KNOWN);
    return (established.length > 0 ? established : all).sort(
      (a, b) => b.count - a.count || (a.key < b.key ? -1 : 1),
    );
  }

  end(row: number): void {
    const [begin, size] = [this.#begin.at(row), this.#size.at(row)];
    for (let place = begin; place < begin + size; place++) this.#forget(place);
    if (size > 0) this.#places.remove(begin, runLength(size));
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Destinations, row: number, otherRow: number): void {
    const [begin, size] = [this.#begin.at(row), this.#size.at(row)];
    if (size === 0) return;
    const moved = other.#places.add(runLength(size));
    other.#begin.set(otherRow, moved);
    for (let i = 0; i < size; i++) {
      this.#places.copyTo(other.#places, begin + i, moved + i);
      other.#key.set(moved + i, other.#texts.hold(this.#texts.at(this.#key.at(begin + i))));
      other.#display.set(moved + i, other.#texts.hold(this.#texts.at(this.#display.at(begin + i))));
    }
  }

  save(to: StateWriter): void {
    this.#places.save(to);
  }

  load(from: StateReader): void {
    this.#places.load(from);
    // A state of version 1 or 2 had them in milliseconds.
    if (from.has('first')) this.#restore(this.#first, from.column('first', 'f64', PAGE_ROWS));
    if (from.has('last')) this.#restore(this.#last, from.column('last', 'f64', PAGE_ROWS));
  }

  #restore(column: Uint32Column, pages: readonly ColumnPage[]): void {
    let place = 0;
    for (const page of pages) for (const time of page) column.set(place++, seconds(time));
  }

  #meet(place: number, key: string, display: string, time: EpochMs, order: number): void {
    this.#key.set(place, this.#texts.hold(key));
    this.#display.set(place, this.#texts.hold(display));
    this.#count.set(place, 1);
    this.#order.set(place, order);
    this.#first.set(place, seconds(time));
    this.#last.set(place, seconds(time));
  }

  #daysAt(place: number): number {
    return this.#days.at(place) & MOST_DAYS;
  }

  #heldAt(place: number): number {
    return this.#days.at(place) & HELD_BITS;
  }

  /** One more day; what was taken hold of on the one before is held like any other. */
  #beginDay(place: number): void {
    const held = this.#heldAt(place) === HELD.never ? HELD.never : HELD.sinceMet;
    this.#days.set(place, Math.min(MOST_DAYS, this.#daysAt(place) + 1) + held);
  }

  #nextOrder(row: number): number {
    const order = this.#met.at(row);
    this.#met.set(row, order + 1);
    return order;
  }

  /** A free place, or that of the destination that gives way. */
  #placeForOneMore(row: number): number {
    const size = this.#size.at(row);
    if (size >= MOST) {
      const least = this.#leastValuable(row);
      this.#forget(least);
      return least;
    }
    this.#size.set(row, size + 1);
    if (size === 0) this.#begin.set(row, this.#places.add(1));
    else if (runLength(size) === size) {
      this.#begin.set(row, this.#places.resize(this.#begin.at(row), size, runLength(size + 1)));
    }
    return this.#begin.at(row) + size;
  }

  #leastValuable(row: number): number {
    const begin = this.#begin.at(row);
    let least = begin;
    for (let place = begin + 1; place < begin + this.#size.at(row); place++) {
      if (this.#isLessValuable(place, least)) least = place;
    }
    return least;
  }

  #isLessValuable(a: number, b: number): boolean {
    const byUse =
      this.#daysAt(a) - this.#daysAt(b) ||
      this.#count.at(a) - this.#count.at(b) ||
      this.#last.at(a) - this.#last.at(b) ||
      this.#order.at(a) - this.#order.at(b);
    return byUse < 0;
  }

  #forget(place: number): void {
    this.#texts.release(this.#key.at(place));
    this.#texts.release(this.#display.at(place));
  }

  #show(place: number, display: string): void {
    const shown = this.#display.at(place);
    if (this.#texts.is(shown, display)) return;
    this.#display.set(place, this.#texts.hold(display));
    this.#texts.release(shown);
  }

  #all(row: number): KnownDestination[] {
    const begin = this.#begin.at(row);
    return Array.from({ length: this.#size.at(row) }, (_, i) => ({
      key: this.#texts.at(this.#key.at(begin + i)),
      display: this.#texts.at(this.#display.at(begin + i)),
      count: this.#count.at(begin + i),
      firstSeen: this.#first.at(begin + i) * SECOND_MS,
      lastSeen: this.#last.at(begin + i) * SECOND_MS,
      days: this.#daysAt(begin + i),
    }));
  }
}

/** Whether a key is an address: a name has no colon, and its last label is no number. */
export function isBareAddress(key: string): boolean {
  return key.includes(':') || /\.\d+$/.test(key);
}

function seconds(time: EpochMs): number {
  return Math.max(0, Math.floor(time / SECOND_MS));
}
