import { NO_ROW, olderColumn, type PackedTexts, SideLists, type Table } from '../../columns/index.ts';
import {
  DAY_MS,
  type Detection,
  type EpochMs,
  HOUR_MS,
  type Role,
  type StateReader,
  type StateWriter,
} from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import type { Encounter } from '../encounter.ts';
import { evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';

/** Destinations of an entity whose uploads are added up. */
const MOST = 8;
/** Within an hour to one destination; and within a week, for what leaks slowly. */
const HOUR_BYTES = 20_000_000;
const WEEK_BYTES = 100_000_000;
/** What is uploaded is many times what comes back. */
const LEAST_RATIO = 4;
/** So many times what the entity usually sends in an hour, to the whole world. */
const LEAST_TIMES = 8;
/** A destination that it used for so long is one of its own. */
const YOUNG_MS = 7 * DAY_MS;
const WEEK_HOURS = 7 * 24;
/** Smaller pieces are the ordinary way of the web. */
const LEAST_BYTES = 4_096;
/** As {@link logarithm} says it. */
const DOUBLE = 1_000;
const FORGOTTEN_AFTER_MS = 8 * DAY_MS;
const MOST_CONFIDENCE = 0.9;
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['backup', 'nat', 'proxy']);

/**
 * A machine that sends much to a destination that is new to it and that few know, and gets little back. ATT&CK T1041
 * (Exfiltration Over C2 Channel), T1567 (Over Web Service). Judged against what it usually sends, by the hour and, for
 * what leaks slowly, by the week.
 */
export class DataExfiltration implements ContactDetector<DataExfiltration> {
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
    this.#uploads = new SideLists(rows, 'uploads', MOST);
    const { places } = this.#uploads;
    this.#peer = places.u32('peer');
    this.#since = places.u32('since_hour');
    this.#after = places.u8('hours_after');
    this.#hourSent = places.f32('hour_sent');
    this.#sent = places.f32('sent');
    this.#received = places.f32('received');
    this.#told = places.u16('told');
  }

  concerns(encounter: Encounter): boolean {
    const { contact } = encounter;
    if (contact.direction !== 'outbound' || contact.internal) return false;
    if (contact.bytesSent === null || contact.bytesSent < LEAST_BYTES) return false;
    if (encounter.hasRole(EXPECTED_ROLES)) return false;
    const { knownSince } = encounter;
    return knownSince === null || contact.time - knownSince < YOUNG_MS;
  }

  observe(encounter: Encounter): Detection | null {
    const { row, contact } = encounter;
    const place = this.#add(row, contact);
    if (this.#told.at(place) > 0 && this.#isFirstOfHour(place, contact)) {
      encounter.goesOn(sureness(this.#sent.at(place), encounter));
    }
    const [hour, week] = [this.#hourSent.at(place), this.#sent.at(place)];
    const isFast = hour >= Math.max(HOUR_BYTES, LEAST_TIMES * encounter.usualSent);
    if (!isFast && week < WEEK_BYTES) return null;
    if (week < LEAST_RATIO * this.#received.at(place) || !isRare(contact)) return null;
    const stage = logarithm(week);
    if (this.#told.at(place) > 0 && stage < this.#told.at(place) + DOUBLE) return null;
    this.#told.set(place, stage);
    return describe(contact, isFast ? hour : week, isFast, encounter);
  }

  forget(row: number, now: EpochMs): void {
    const since = now - FORGOTTEN_AFTER_MS;
    if (this.#uploads.find(row, (place) => this.#hour(place) * HOUR_MS > since) === NO_ROW) this.end(row);
  }

  end(row: number): void {
    this.#uploads.end(row, (place) => this.#drop(place));
  }

  moveTo(other: DataExfiltration, row: number, otherRow: number): void {
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

  /** Adds what a contact moved to its destination's sums; where they stand. */
  #add(row: number, { peer, time, bytesSent, bytesReceived }: Contact): number {
    const known = this.#find(row, peer);
    const place = known === NO_ROW ? this.#open(row, peer, time) : known;
    const hour = hourOf(time);
    if (hour - this.#since.at(place) >= WEEK_HOURS) {
      this.#beginWeek(place, hour);
      for (const sum of [this.#hourSent, this.#sent, this.#received, this.#told]) sum.set(place, 0);
    } else if (hour > this.#hour(place)) {
      this.#after.set(place, hour - this.#since.at(place));
      this.#hourSent.set(place, 0);
    }
    if (hour === this.#hour(place)) this.#hourSent.set(place, this.#hourSent.at(place) + (bytesSent ?? 0));
    this.#sent.set(place, this.#sent.at(place) + (bytesSent ?? 0));
    this.#received.set(place, this.#received.at(place) + (bytesReceived ?? 0));
    return place;
  }

  /** Nothing else of its hour was added before. */
  #isFirstOfHour(place: number, { time, bytesSent }: Contact): boolean {
    return hourOf(time) === this.#hour(place) && this.#hourSent.at(place) === Math.fround(bytesSent ?? 0);
  }

  #find(row: number, peer: string): number {
    const text = this.#texts.find(peer);
    return text === 0 ? NO_ROW : this.#uploads.find(row, (place) => this.#peer.at(place) === text);
  }

  /** Full, the destination to which least was sent gives way. */
  #open(row: number, peer: string, time: EpochMs): number {
    const isLess = (a: number, b: number) => this.#sent.at(a) < this.#sent.at(b);
    const place = this.#uploads.add(row, isLess, (least) => this.#drop(least));
    this.#peer.set(place, this.#texts.hold(peer));
    this.#beginWeek(place, hourOf(time));
    for (const sum of [this.#hourSent, this.#sent, this.#received, this.#told]) sum.set(place, 0);
    return place;
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

/** What a good part of the fleet uses is a service, not somebody's hiding place. */
function isRare({ prevalence, fleet }: Contact): boolean {
  return prevalence <= Math.max(1, fleet * 0.05);
}

/** How sure it is of so many bytes. */
function sureness(bytes: number, { usualSent, wasMetLate }: Encounter): number {
  const times = bytes / Math.max(1_000_000, usualSent);
  const sure = 0.4 + (wasMetLate ? 0.2 : 0) + Math.min(0.3, 0.1 * Math.log10(Math.max(1, times)));
  return Math.round(Math.min(MOST_CONFIDENCE, sure) * 100) / 100;
}

function describe(contact: Contact, bytes: number, isFast: boolean, encounter: Encounter): Detection {
  const { usualSent, wasMetLate } = encounter;
  const within = isFast ? 'within an hour' : 'within a week';
  const megabytes = Math.round(bytes / 1_000_000);
  const text = `Device sent ${megabytes} MB to one destination that is new to it ${within}, and got little back`;
  return {
    type: 'data_exfiltration',
    at: contact.time,
    severity: bytes >= 10 * HOUR_BYTES && wasMetLate ? 'high' : 'medium',
    confidence: sureness(bytes, encounter),
    description: text,
    technique: 'T1041',
    expected: `about ${Math.round(usualSent / 100_000) / 10} MB sent in an hour, to all destinations`,
    observed: `${megabytes} MB ${within}`,
    evidence: [evidenceOf(contact, text, Math.round(bytes), contact.display)],
  };
}
