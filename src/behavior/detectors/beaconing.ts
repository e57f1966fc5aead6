import type { PackedTexts, Table } from '../../columns/index.ts';
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
import { Attempts, type Rhythm } from './attempts.ts';
import { evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { ascending, quantile } from './quantiles.ts';
import { type Pace, paceOf, sameness } from './steadiness.ts';

/** Below so many intervals a rhythm is chance. */
const LEAST_INTERVALS = 5;
/** Sizes of fewer calls say nothing. */
const LEAST_SIZES = 4;
/** A page loads within that; what goes on for longer has a pace of its own. */
const LEAST_SPAN_S = 20;
/** What was met once or twice has no rhythm yet: its place is for others. */
const LEAST_CONTACTS = 2;
/** A destination that was used for so long without harm is one of the entity's own. */
const YOUNG_MS = 7 * DAY_MS;
/** What calls home so rarely is kept for so long. */
const FORGOTTEN_AFTER_MS = 3 * DAY_MS;
/** Told from this probability on. */
const TOLD_FROM = 0.65;
const LEAST_ODDS = Math.log(TOLD_FROM / (1 - TOLD_FROM));
/** Until verdicts say how often it is right, no more is claimed. */
const MOST_CONFIDENCE = 0.95;
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['scanner', 'monitoring', 'nat', 'proxy']);

/**
 * Services that everybody asks at a steady pace by their nature: names, time, addresses, neighbours. Control over DNS is
 * `dns_tunnel`'s to find.
 */
const INFRASTRUCTURE_PORTS = new Set([53, 67, 68, 123, 137, 138, 546, 547, 1900, 3702, 5353, 5355]);
/** Ports at which a machine of an office is expected to call the world. */
const COMMON_PORTS = new Set([80, 443]);
/** In a smaller fleet nothing is known by many. */
const LEAST_FLEET = 4;

/**
 * What speaks for a beacon and by how much: the logarithm of the odds. Periodicity finds them, novelty and rarity keep
 * update checks and time services out: those call as regularly, but everybody knows them.
 */
const WEIGHTS = {
  /** With nothing else known: most regular pairs are harmless. */
  prior: -10,
  /** Evenness and sizes together say no more than that: they tell a machine from a person, not one program from another. */
  mostRhythm: 7.5,
  /** Of calls of which too few say their size. */
  unknownSizes: 0.75,
  /** Of a destination that nobody else knows; each doubling of those who do takes away half of it. */
  rarity: 3,
  /** In a large fleet what one in a thousand knows is as rare. */
  rareShare: 1 / 1_000,
  leastRarity: -4,
  /** The destination was met only after the entity's own first hours … */
  novelty: 3,
  /** … and with no more others about then than an ordinary hour brings: one of many is the likelier to be harmless. */
  metAtOnce: 3,
  /** Per doubling of the intervals beyond the least, of what is as steady as can be; three doublings at most. */
  persistence: 0.4,
  mostDoublings: 3,
  failure: 2,
  unusualPort: 1,
};

/**
 * A machine that calls a destination nobody else knows, over and over, at its own pace: command and control.
 * ATT&CK T1071 (Application Layer Protocol), T1573. The evenness of the intervals, as odds
 * that grow with their number, weighed together with the sizes, novelty and prevalence as independent evidence.
 */
export class Beaconing implements ContactDetector<Beaconing> {
  readonly #attempts: Attempts;

  constructor(rows: Table, texts: PackedTexts) {
    this.#attempts = new Attempts(rows, 'beacons', texts);
  }

  /** A destination of the world beyond that was met before, and not for long. */
  concerns(encounter: Encounter): boolean {
    const { contact } = encounter;
    if (contact.direction !== 'outbound' || contact.internal || contact.port === null) return false;
    // What a sensor joins in midstream is a piece of one long connection: its keep-alive is no call.
    if (contact.protocol === 'tcp' && contact.outcome === 'unknown') return false;
    if (INFRASTRUCTURE_PORTS.has(contact.port) || isGroupAddress(contact.peer)) return false;
    if (encounter.contactsBefore < LEAST_CONTACTS) return false;
    const { knownSince } = encounter;
    if (knownSince === null || contact.time - knownSince >= YOUNG_MS) return false;
    // What many know never is one, and takes no place from what may be.
    return !encounter.hasRole(EXPECTED_ROLES) && rarityOf(contact.prevalence, contact.fleet) >= 0;
  }

  observe(encounter: Encounter): Detection | null {
    const { row, contact } = encounter;
    const rhythm = this.#attempts.see(row, contact);
    if (rhythm === null) return null;
    const isNews = isToBeWeighed(rhythm);
    if (!isNews && !goesOnInThisHour(rhythm, contact.time)) return null;
    const pace = paceOf(rhythm.intervals);
    const probability = probabilityOf(rhythm, pace, encounter);
    if (probability < TOLD_FROM) return null;
    if (!isNews) {
      encounter.goesOn(confidenceIn(probability));
      return null;
    }
    this.#attempts.tell(row, contact, rhythm.count);
    return describe(contact, rhythm, pace, probability);
  }

  forget(row: number, now: EpochMs): void {
    this.#attempts.forget(row, now - FORGOTTEN_AFTER_MS);
  }

  end(row: number): void {
    this.#attempts.end(row);
  }

  moveTo(other: Beaconing, row: number, otherRow: number): void {
    this.#attempts.moveTo(other.#attempts, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#attempts.save(to);
  }

  load(from: StateReader): void {
    this.#attempts.load(from);
  }
}

/** At every attempt at first, at every fourth until it was told, and then each time that they have doubled. */
function isToBeWeighed({ count, told, intervals: kept }: Rhythm): boolean {
  const intervals = count - 1;
  if (intervals < LEAST_INTERVALS) return false;
  if (kept.reduce((sum, each) => sum + each, 0) < LEAST_SPAN_S) return false;
  if (told > 0) return count >= 2 * told;
  return intervals <= 16 || intervals % 4 === 0;
}

/** The first call of an hour at a destination that was told. */
function goesOnInThisHour({ told, before }: Rhythm, time: EpochMs): boolean {
  return told > 0 && Math.floor(time / HOUR_MS) > Math.floor(before / HOUR_MS);
}

function probabilityOf({ count, failed, sizes }: Rhythm, pace: Pace, encounter: Encounter): number {
  const { mostRhythm } = WEIGHTS;
  const { prevalence, fleet, port } = encounter.contact;
  const machine = pace.steadiness + sizesOf(sizes, pace);
  const rhythm = Math.max(-mostRhythm, Math.min(mostRhythm, machine));
  const odds =
    WEIGHTS.prior +
    rhythm +
    rarityOf(prevalence, fleet) +
    (rhythm === mostRhythm ? persistenceOf(count - 1) : 0) +
    WEIGHTS.failure * (failed / count) +
    (COMMON_PORTS.has(port ?? 0) ? 0 : WEIGHTS.unusualPort);
  // Who else was met then is looked up only where it can matter.
  const novelty = odds + WEIGHTS.novelty < LEAST_ODDS ? 0 : noveltyOf(encounter);
  return 1 / (1 + Math.exp(-odds - novelty));
}

/**
 * Of k destinations that are met at once, each is as likely to be the one that is called in a harmless way: who looks at so
 * many finds an even pace among them by chance (the look-elsewhere effect).
 */
function noveltyOf(encounter: Encounter): number {
  if (!encounter.wasMetLate) return 0;
  const times = encounter.metAboutThen / WEIGHTS.metAtOnce;
  return Math.max(0, WEIGHTS.novelty - Math.log(Math.max(1, times)));
}

/** Requests of one check-in differ from each other: there sizes say nothing against. */
function sizesOf(sizes: Rhythm['sizes'], { areCheckIns }: Pace): number {
  if (sizes.length < LEAST_SIZES) return WEIGHTS.unknownSizes;
  return areCheckIns ? Math.max(0, sameness(sizes)) : sameness(sizes);
}

/** What goes on for long without a change of pace is no person. */
function persistenceOf(intervals: number): number {
  return WEIGHTS.persistence * Math.min(WEIGHTS.mostDoublings, Math.log2(intervals / LEAST_INTERVALS));
}

function rarityOf(prevalence: number, fleet: number): number {
  // Where there is nobody to compare with, little is said.
  if (fleet < LEAST_FLEET) return 0.5;
  const known = Math.max(1, prevalence, fleet * WEIGHTS.rareShare);
  const halvings = Math.log2(known / Math.max(1, fleet * WEIGHTS.rareShare));
  return Math.max(WEIGHTS.leastRarity, WEIGHTS.rarity - (WEIGHTS.rarity / 2) * halvings);
}

function confidenceIn(probability: number): number {
  return Math.min(MOST_CONFIDENCE, Math.round(probability * 100) / 100);
}

function describe(
  contact: Contact,
  { count, failed }: Rhythm,
  { intervals }: Pace,
  probability: number,
): Detection {
  const every = inWords(quantile(ascending(intervals), 0.5));
  const unanswered = failed > count / 2 ? ', mostly without an answer' : '';
  const text = `Device calls one destination that it has not known for long about every ${every}, ${count} times so far${unanswered}`;
  return {
    type: 'beaconing',
    at: contact.time,
    severity: 'medium',
    confidence: confidenceIn(probability),
    description: text,
    technique: 'T1071',
    expected: 'no new destination that is called at a steady pace',
    observed: `${count} calls, about every ${every}`,
    evidence: [evidenceOf(contact, text, count, contact.display)],
  };
}

/** Multicast and broadcast: nobody in particular is called. A name is no such address, whatever it looks like. */
function isGroupAddress(peer: string): boolean {
  if (peer.includes(':')) return peer.startsWith('ff');
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(peer)) return false;
  const first = Number(peer.slice(0, peer.indexOf('.')));
  return (first >= 224 && first <= 239) || peer === '255.255.255.255';
}

function inWords(seconds: number): string {
  if (seconds < 1.5) return 'second';
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 360) / 10} hours`;
}
