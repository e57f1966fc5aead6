import { NO_ROW, olderColumn, type PackedTexts, SideLists, type Table } from '../../columns/index.ts';
import {
  DAY_MS,
  type EpochMs,
  HOUR_MS,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../../model/index.ts';
import type { Contact } from '../contact.ts';

/** Destinations of an entity whose uploads are added up one by one. */
export const MOST_UPLOADS = 8;
/** What is uploaded is so many times what comes back, at least. */
export const ONE_SIDED = 4;
/** Stands for those that gave way, all together; no destination is called so. */
const THE_REST = '*';
const WEEK_HOURS = 7 * 24;
const FORGOTTEN_AFTER_MS = 8 * DAY_MS;
/** As {@link logarithm} says it. */
const DOUBLE = 1_000;

/**
 * What entities send to a few destinations each, by the hour and by the week. Full, the one to which least was sent gives way, and what
 * was sent to it is kept in one sum with all that gave way: no number of decoys makes anything disappear.
 */
export class Uploads implements Stateful {
  readonly #texts: PackedTexts;
  readonly #uploads: SideLists;
  readonly #peer;
  /** The hour with which its week began, numbered from 1970-01-01T00Z. */
  readonly #since;
  /** The hour of its latest contact, after that one. */
  readonly #after;
  readonly #hourSent;
  readonly #sent;
  readonly #received;
  /** What was sent when it was told last, as {@link logarithm} says it. */
  readonly #told;

  constructor(rows: Table, texts: PackedTexts) {
    this.#texts = texts;
    this.#uploads = new SideLists(rows, 'uploads', MOST_UPLOADS + 1);
    const { places } = this.#uploads;
    this.#peer = places.u32('peer');
    this.#since = places.u32('since_hour');
    this.#after = places.u8('hours_after');
    this.#hourSent = places.f32('hour_sent');
    this.#sent = places.f32('sent');
    this.#received = places.f32('received');
    this.#told = places.u16('told');
  }

  /** Adds what a contact moved to its destination's sums; where they stand until the next one is added. */
  add(row: number, { peer, time, bytesSent, bytesReceived }: Contact): number {
    const known = this.#find(row, peer);
    const hour = hourOf(time);
    const place = known === NO_ROW ? this.#open(row, peer, hour) : known;
    this.#enterHour(place, hour);
    if (hour === this.#hour(place)) this.#hourSent.set(place, this.#hourSent.at(place) + (bytesSent ?? 0));
    this.#sent.set(place, this.#sent.at(place) + (bytesSent ?? 0));
    this.#received.set(place, this.#received.at(place) + (bytesReceived ?? 0));
    return place;
  }

  /** Whether a destination's uploads are added up. */
  knows(row: number, peer: string): boolean {
    return this.#find(row, peer) !== NO_ROW;
  }

  /** Where the sums of those stand that gave way; `NO_ROW` where none did in the hour of that instant. */
  rest(row: number, time: EpochMs): number {
    if (this.#uploads.size(row) <= MOST_UPLOADS) return NO_ROW;
    const rest = this.#find(row, THE_REST);
    return rest !== NO_ROW && this.#hour(rest) === hourOf(time) ? rest : NO_ROW;
  }

  /** Bytes sent in the hour of the latest contact. */
  hourSent(place: number): number {
    return this.#hourSent.at(place);
  }

  /** Bytes sent within a week. */
  sent(place: number): number {
    return this.#sent.at(place);
  }

  /** … and received meanwhile. */
  received(place: number): number {
    return this.#received.at(place);
  }

  /** Hours from the first of its week to that of its latest contact. */
  hours(place: number): number {
    return this.#after.at(place);
  }

  /** Nothing else of its hour was added before. */
  isFirstOfHour(place: number, { time, bytesSent }: Contact): boolean {
    return hourOf(time) === this.#hour(place) && this.#hourSent.at(place) === Math.fround(bytesSent ?? 0);
  }

  wasTold(place: number): boolean {
    return this.#told.at(place) > 0;
  }

  /** It was never told, or of less than half as much. */
  isNews(place: number): boolean {
    return !this.wasTold(place) || logarithm(this.sent(place)) >= this.#told.at(place) + DOUBLE;
  }

  tell(place: number): void {
    this.#told.set(place, logarithm(this.sent(place)));
  }

  /** What was told of a row's destinations was not raised. */
  askAgain(row: number): void {
    this.#uploads.each(row, (place) => this.#told.set(place, 0));
  }

  forget(row: number, now: EpochMs): void {
    const since = now - FORGOTTEN_AFTER_MS;
    if (this.#uploads.find(row, (place) => this.#hour(place) * HOUR_MS > since) === NO_ROW) this.end(row);
  }

  end(row: number): void {
    this.#uploads.end(row, (place) => this.#drop(place));
  }

  moveTo(other: Uploads, row: number, otherRow: number): void {
    this.#uploads.moveTo(other.#uploads, row, otherRow, (from, to) => {
      other.#peer.set(to, other.#texts.hold(this.#texts.at(this.#peer.at(from))));
    });
  }

  save(to: StateWriter): void {
    this.#uploads.save(to);
  }

  load(from: StateReader): void {
    this.#uploads.load(from);
    if (from.part('places').has('since')) this.#restore(from.part('places'));
  }

  /** A state of version 3 had the beginning of a week in milliseconds, and what was told in bytes. */
  #restore(places: StateReader): void {
    const { end } = places.plain('runs') as { readonly end: number };
    const [since, hour] = [olderColumn(places, 'since', 'f64'), olderColumn(places, 'hour', 'u32')];
    const told = olderColumn(places, 'told_sent', 'f64');
    for (let place = 0; place < end; place++) {
      this.#beginWeek(place, hourOf(since(place)));
      this.#after.set(place, Math.min(WEEK_HOURS, Math.max(0, hour(place) - hourOf(since(place)))));
      this.#told.set(place, told(place) === 0 ? 0 : logarithm(told(place)));
    }
  }

  #find(row: number, peer: string): number {
    const text = this.#texts.find(peer);
    return text === 0 ? NO_ROW : this.#uploads.find(row, (place) => this.#peer.at(place) === text);
  }

  /** Full, the destination to which least was sent gives way to one more; the rest takes over what was. */
  #open(row: number, peer: string, hour: number): number {
    const rest = this.#find(row, THE_REST);
    if (rest === NO_ROW && this.#uploads.size(row) === MOST_UPLOADS && peer !== THE_REST) {
      this.#open(row, THE_REST, hour);
      return this.#open(row, peer, hour);
    }
    const isLess = (a: number, b: number) =>
      a !== rest && (b === rest || this.#sent.at(a) < this.#sent.at(b));
    const place = this.#uploads.add(row, isLess, (least) => {
      this.#takeOver(rest, least, hour);
      this.#drop(least);
    });
    this.#peer.set(place, this.#texts.hold(peer));
    this.#beginWeek(place, hour);
    for (const sum of [this.#hourSent, this.#sent, this.#received, this.#told]) sum.set(place, 0);
    return place;
  }

  /** Of the last week, and only where more went out than came back: what is fetched elsewhere hides nothing. */
  #takeOver(rest: number, from: number, hour: number): void {
    const [sent, received] = [this.#sent.at(from), this.#received.at(from)];
    if (hour - this.#hour(from) >= WEEK_HOURS || sent < ONE_SIDED * received) return;
    this.#enterHour(rest, hour);
    if (this.#hour(from) === this.#hour(rest)) {
      this.#hourSent.set(rest, this.#hourSent.at(rest) + this.#hourSent.at(from));
    }
    this.#sent.set(rest, this.#sent.at(rest) + sent);
    this.#received.set(rest, this.#received.at(rest) + received);
  }

  /** What was told stays: as much again, week after week, is no news. */
  #enterHour(place: number, hour: number): void {
    if (hour - this.#since.at(place) >= WEEK_HOURS) {
      this.#beginWeek(place, hour);
      for (const sum of [this.#hourSent, this.#sent, this.#received]) sum.set(place, 0);
    } else if (hour > this.#hour(place)) {
      this.#after.set(place, hour - this.#since.at(place));
      this.#hourSent.set(place, 0);
    }
  }

  #beginWeek(place: number, hour: number): void {
    this.#since.set(place, hour);
    this.#after.set(place, 0);
  }

  /** The hour of its latest contact. */
  #hour(place: number): number {
    return this.#since.at(place) + this.#after.at(place);
  }

  #drop(place: number): void {
    this.#texts.release(this.#peer.at(place));
  }
}

function hourOf(time: EpochMs): number {
  return Math.max(0, Math.floor(time / HOUR_MS));
}

/** In thousandths of a power of two: whether something doubled is all that is asked. */
function logarithm(bytes: number): number {
  return Math.min(65_535, Math.round(1_000 * Math.log2(bytes)));
}
