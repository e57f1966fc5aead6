import { NO_ROW, type PackedTexts, type Table } from '../../columns/index.ts';
import {
  type Detection,
  type EpochMs,
  type Role,
  type StateReader,
  type StateWriter,
} from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import type { Encounter } from '../encounter.ts';
import { evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { chanceOf, confidenceIn, LEAST_ODDS, probabilityOf } from './odds.ts';
import { portOdds, rarityOf, withPlace } from './strange-place.ts';
import { MOST_UPLOADS, ONE_SIDED, Uploads } from './uploads.ts';

/** Within an hour to one destination; and within a week, for what leaks slowly. */
const HOUR_BYTES = 20_000_000;
const WEEK_BYTES = 100_000_000;
/** In small pieces, to a place that is strange by itself. */
const LITTLE_BYTES = 256_000;
const LEAST_PIECES = 5;
/** So many times what the entity usually sends in an hour, to the whole world. */
const LEAST_TIMES = 8;
/** Smaller pieces are the ordinary way of the web. */
const LEAST_BYTES = 4_096;
const MOST_CONFIDENCE = 0.9;
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['backup', 'nat', 'proxy']);

/** What speaks for a theft in small pieces, beside the place to which they go: logarithms of likelihood ratios. */
const WEIGHTS = {
  /** Most that is new and uploads is a service. */
  prior: -10,
  /** All that follows tells an upload from a visit, and not a bad one from a good one. */
  mostUpload: 3.5,
  /** For each time that twice as much goes out as comes back, or as the entity usually sends in an hour. */
  oneSided: 0.5,
  mostOneSided: 3,
  amount: 1,
  leastAmount: -2,
  mostAmount: 3,
  /** What an entity of which little is known may well send in an hour. */
  leastUsual: 100_000,
  hour: 0.5,
  mostHours: 2,
};

/**
 * A machine that sends much to a destination that is new to it and that few know, and gets little back. ATT&CK T1041
 * (Exfiltration Over C2 Channel), T1567 (Over Web Service), T1030 (Data Transfer Size Limits). Judged against what it
 * usually sends, by the hour and, for what leaks slowly, by the week; in small pieces by where they go.
 */
export class DataExfiltration implements ContactDetector<DataExfiltration> {
  readonly #uploads: Uploads;

  constructor(rows: Table, texts: PackedTexts) {
    this.#uploads = new Uploads(rows, texts);
  }

  concerns(encounter: Encounter): boolean {
    const { contact } = encounter;
    if (contact.direction !== 'outbound' || contact.internal) return false;
    if (contact.bytesSent === null || contact.bytesSent < LEAST_BYTES) return false;
    return !encounter.hasRole(EXPECTED_ROLES) && !encounter.isItsOwn;
  }

  observe(encounter: Encounter): Detection | null {
    const { row, contact } = encounter;
    const uploads = this.#uploads;
    // What many know takes no place from what may be a hiding place.
    if (!isRare(contact) && !uploads.knows(row, contact.peer)) return null;
    const place = uploads.add(row, contact);
    if (uploads.wasTold(place) && uploads.isFirstOfHour(place, contact)) {
      encounter.goesOn(this.#chance(place, encounter));
    }
    return this.#toOne(place, encounter) ?? this.#toMany(encounter);
  }

  #toOne(place: number, encounter: Encounter): Detection | null {
    const uploads = this.#uploads;
    if (uploads.sent(place) < ONE_SIDED * uploads.received(place)) return null;
    if (!isRare(encounter.contact) || !uploads.isNews(place)) return null;
    const found = this.#inBulk(place, encounter) ?? this.#littleByLittle(place, encounter);
    if (found !== null) uploads.tell(place);
    return found;
  }

  /** To so many that none of them is kept for long: what is too little for each is told of all together. */
  #toMany(encounter: Encounter): Detection | null {
    const rest = this.#uploads.rest(encounter.row, encounter.contact.time);
    if (rest === NO_ROW || !this.#uploads.isNews(rest)) return null;
    const found = this.#inBulk(rest, encounter);
    if (found === null) return null;
    this.#uploads.tell(rest);
    return { ...found, ...toSeveral(found) };
  }

  forget(row: number, now: EpochMs): void {
    this.#uploads.forget(row, now);
  }

  end(row: number): void {
    this.#uploads.end(row);
  }

  askAgain(row: number): void {
    this.#uploads.askAgain(row);
  }

  moveTo(other: DataExfiltration, row: number, otherRow: number): void {
    this.#uploads.moveTo(other.#uploads, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#uploads.save(to);
  }

  load(from: StateReader): void {
    this.#uploads.load(from);
  }

  #inBulk(place: number, encounter: Encounter): Detection | null {
    const [hour, week] = [this.#uploads.hourSent(place), this.#uploads.sent(place)];
    const isFast = hour >= Math.max(HOUR_BYTES, LEAST_TIMES * encounter.usualSent);
    if (!isFast && week < WEEK_BYTES) return null;
    const bytes = isFast ? hour : week;
    const within = isFast ? 'within an hour' : 'within a week';
    return describe(bytes, within, sureness(bytes, encounter), encounter);
  }

  #littleByLittle(place: number, encounter: Encounter): Detection | null {
    const odds = this.#oddsOfLittle(place, encounter);
    if (odds < LEAST_ODDS) return null;
    const hours = this.#uploads.hours(place) + 1;
    const within = hours === 1 ? 'within an hour' : `within ${hours} hours`;
    const confidence = confidenceIn(probabilityOf(odds), MOST_CONFIDENCE);
    const found = describe(this.#uploads.sent(place), within, confidence, encounter);
    return { ...found, chance: chanceOfOdds(odds) };
  }

  /** That it goes on is as improbable by chance as what was told. */
  #chance(place: number, encounter: Encounter): number {
    const odds = this.#oddsOfLittle(place, encounter);
    return odds < LEAST_ODDS ? 1 - sureness(this.#uploads.sent(place), encounter) : chanceOfOdds(odds);
  }

  /** Of a theft in small pieces; none where it is too little, or all is new and neither place nor amount says anything. */
  #oddsOfLittle(place: number, encounter: Encounter): number {
    const { contact, contactsBefore, wasMetLate, usualSent } = encounter;
    const isLittle = this.#uploads.sent(place) < LITTLE_BYTES || contactsBefore < LEAST_PIECES - 1;
    if (isLittle || !wasMetLate) return -Infinity;
    const odds =
      WEIGHTS.prior +
      this.#uploadOdds(place, usualSent) +
      rarityOf(contact.prevalence, contact.fleet) +
      portOdds(encounter);
    return withPlace(odds, LEAST_ODDS, encounter);
  }

  #uploadOdds(place: number, usual: number): number {
    const uploads = this.#uploads;
    const sent = uploads.sent(place);
    const oneSided = WEIGHTS.oneSided * Math.log2(sent / Math.max(1, uploads.received(place)));
    const times = WEIGHTS.amount * Math.log2(sent / Math.max(WEIGHTS.leastUsual, usual));
    const odds =
      Math.min(WEIGHTS.mostOneSided, oneSided) +
      Math.max(WEIGHTS.leastAmount, Math.min(WEIGHTS.mostAmount, times)) +
      Math.min(WEIGHTS.mostHours, WEIGHTS.hour * uploads.hours(place));
    return Math.min(WEIGHTS.mostUpload, odds);
  }
}

function chanceOfOdds(odds: number): number {
  return chanceOf(odds - WEIGHTS.prior, MOST_UPLOADS);
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

function describe(bytes: number, within: string, confidence: number, encounter: Encounter): Detection {
  const { contact, usualSent, wasMetLate } = encounter;
  const megabytes = bytes < 10_000_000 ? Math.round(bytes / 100_000) / 10 : Math.round(bytes / 1_000_000);
  const text = `Device sent ${megabytes} MB ${within} to one destination that it had hardly used before, and got little back`;
  return {
    type: 'data_exfiltration',
    at: contact.time,
    severity: bytes >= 10 * HOUR_BYTES && wasMetLate ? 'high' : 'medium',
    confidence,
    description: text,
    technique: 'T1041',
    expected: `about ${Math.round(usualSent / 100_000) / 10} MB sent in an hour, to all destinations`,
    observed: `${megabytes} MB ${within}`,
    evidence: [evidenceOf(contact, text, Math.round(bytes), contact.display)],
    // Added up over all ports.
    targets: [{ subject: contact.display }],
  };
}

/** What is said of the latest of them is not said of all. */
function toSeveral({ description, evidence }: Detection): Partial<Detection> {
  const said = description.replace('one destination', 'several destinations');
  return {
    description: said,
    evidence: evidence.map((each) => ({ ...each, summary: `${said}; this is the latest of them` })),
    targets: [{ subject: null }],
  };
}
