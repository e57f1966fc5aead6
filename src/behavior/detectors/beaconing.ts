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
import { Attempts, MOST_DESTINATIONS, type Rhythm } from './attempts.ts';
import { evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { chanceOf, confidenceIn, LEAST_ODDS, probabilityOf } from './odds.ts';
import { presence } from './presence.ts';
import { ascending, quantile } from './quantiles.ts';
import { type Pace, paceOf, sameness } from './steadiness.ts';
import { portOdds, rarityOf, withPlace } from './strange-place.ts';

/** Below so many intervals a rhythm is chance. */
const LEAST_INTERVALS = 5;
/** Sizes of fewer calls say nothing. */
const LEAST_SIZES = 4;
/** A page, a list or a file in pieces is there within that, and is called as evenly as the line is; what goes on for longer has a pace. */
const LEAST_SPAN_S = 20;
/** What works all the time, one call after the other, is a task of many parts, and goes on for longer. */
const LEAST_WORKING_S = 60;
/** From that part of its pace on a call leaves no time to wait. */
const WORKING_SHARE = 0.5;
/** What was met once or twice has no rhythm yet: its place is for others. */
const LEAST_CONTACTS = 2;
/** What calls home so rarely is kept for so long. */
const FORGOTTEN_AFTER_MS = 3 * DAY_MS;
/** Until verdicts say how often it is right, no more is claimed. */
const MOST_CONFIDENCE = 0.95;
/** One address stands for many machines: whose pace it is cannot be said. Other roles have many targets, and no unknown place. */
const SPEAK_FOR_OTHERS: ReadonlySet<Role> = new Set<Role>(['nat', 'proxy']);
/** What it tries in vain is its work. */
const PROBE: ReadonlySet<Role> = new Set<Role>(['scanner']);

/**
 * Services that everybody asks at a steady pace by their nature: names, time, addresses, neighbours. Control over DNS is
 * `dns_tunnel`'s to find.
 */
const INFRASTRUCTURE_PORTS = new Set([53, 67, 68, 123, 137, 138, 546, 547, 1900, 3702, 5353, 5355]);
/**
 * What speaks for a beacon and by how much: the logarithm of the odds. Periodicity finds them, novelty and rarity keep
 * update checks and time services out: those call as regularly, but everybody knows them.
 */
const WEIGHTS = {
  /** With nothing else known: most regular pairs are harmless. */
  prior: -10,
  /** Evenness and sizes together say no more than that: they tell a machine from a person, not one program from another. */
  mostRhythm: 7.5,
  /** Being there at all hours says no more than that: some people come back to one place all day long. */
  mostPresence: 4.5,
  /** Of calls of which too few say their size. */
  unknownSizes: 0.75,
  /** Per doubling of the intervals beyond the least, of what is as steady as can be; three doublings at most. */
  persistence: 0.4,
  mostDoublings: 3,
  failure: 2,
  /** A long answer is a page or a file; who asks for orders is told that there are none. */
  longAnswer: -2,
  /** A page asks for its parts all at once, and does so again when it renews itself; control is called alone. */
  inStep: -4,
};
const LONG_ANSWER = 16_384;
/** Of machines, so many in ten call at an even pace; the others come back unevenly, at all hours. */
const EVEN_SHARE = 0.7;

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

  /** A destination of the world beyond that was met before, and is not one of the entity's own yet. */
  concerns(encounter: Encounter): boolean {
    const { contact } = encounter;
    if (contact.direction !== 'outbound' || contact.internal || contact.port === null) return false;
    // What a sensor joins in midstream is a piece of one long connection: its keep-alive is no call.
    if (contact.protocol === 'tcp' && contact.outcome === 'unknown') return false;
    if (INFRASTRUCTURE_PORTS.has(contact.port) || isGroupAddress(contact.peer)) return false;
    if (encounter.contactsBefore < LEAST_CONTACTS) return false;
    if (encounter.isItsOwn) return false;
    if (encounter.hasRole(SPEAK_FOR_OTHERS)) return false;
    if (contact.outcome !== 'established' && encounter.hasRole(PROBE)) return false;
    // What many know never is one, and takes no place from what may be.
    return rarityOf(contact.prevalence, contact.fleet) >= 0;
  }

  observe(encounter: Encounter): Detection | null {
    const { row, contact } = encounter;
    const rhythm = this.#attempts.see(row, contact);
    if (rhythm === null) return null;
    const isNews = isToBeWeighed(rhythm, contact);
    if (!isNews && !goesOnInThisHour(rhythm, contact.time)) return null;
    const pace = paceOf(rhythm.intervals, rhythm.silences);
    const alone = oddsOf(rhythm, pace, encounter);
    // What is called in step with others is looked for only where it would be told.
    if (alone < LEAST_ODDS) return null;
    const odds = alone + (this.#attempts.isInStep(row, contact) ? WEIGHTS.inStep : 0);
    if (odds < LEAST_ODDS) return null;
    const chance = chanceOf(odds - WEIGHTS.prior, MOST_DESTINATIONS);
    if (!isNews) {
      encounter.goesOn(chance);
      return null;
    }
    this.#attempts.tell(row, contact, rhythm.count);
    return describe(contact, rhythm, pace, odds, chance);
  }

  forget(row: number, now: EpochMs): void {
    this.#attempts.forget(row, now - FORGOTTEN_AFTER_MS);
  }

  end(row: number): void {
    this.#attempts.end(row);
  }

  askAgain(row: number): void {
    this.#attempts.askAgain(row);
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
function isToBeWeighed(rhythm: Rhythm, contact: Contact): boolean {
  const { count, told } = rhythm;
  const intervals = count - 1;
  if (intervals < LEAST_INTERVALS) return false;
  const isDue = told > 0 ? count >= 2 * told : intervals <= 16 || intervals % 4 === 0;
  return isDue && lasts(rhythm, leastSpanOf(rhythm, contact));
}

/** The last calls span so many seconds, or there were so many as span it at a second each: more than are kept. */
function lasts({ count, singly, intervals: kept }: Rhythm, seconds: number): boolean {
  const span = kept.reduce((sum, each) => sum + each, 0);
  // Of what comes in a stream one call a second is taken, whatever its pace: that looks even.
  return span >= seconds || (count - 1 >= seconds && singly > kept.length);
}

/** How long it has to go on before it is weighed, by what a call leaves of the time until the next. */
function leastSpanOf({ silences }: Rhythm, { durationMs }: Contact): number {
  const share = (durationMs ?? 0) / 1_000 / quantile(ascending(silences), 0.5);
  return share < WORKING_SHARE ? LEAST_SPAN_S : LEAST_WORKING_S;
}

/** The first call of an hour at a destination that was told. */
function goesOnInThisHour({ told, before }: Rhythm, time: EpochMs): boolean {
  return told > 0 && Math.floor(time / HOUR_MS) > Math.floor(before / HOUR_MS);
}

function oddsOf(seen: Rhythm, pace: Pace, encounter: Encounter): number {
  const { mostRhythm } = WEIGHTS;
  const { count, failed, sizes } = seen;
  const { prevalence, fleet, bytesReceived } = encounter.contact;
  const ofSizes = sizesOf(sizes, pace);
  const even = Math.max(-mostRhythm, Math.min(mostRhythm, pace.steadiness + ofSizes));
  const odds =
    WEIGHTS.prior +
    eitherOf(
      even,
      Math.min(WEIGHTS.mostPresence, presence(seen.intervals, encounter) + Math.max(0, ofSizes)),
    ) +
    rarityOf(prevalence, fleet) +
    (even === mostRhythm ? persistenceOf(count - 1) : 0) +
    WEIGHTS.failure * (failed / count) +
    portOdds(encounter) +
    ((bytesReceived ?? 0) >= LONG_ANSWER ? WEIGHTS.longAnswer : 0);
  return withPlace(odds, LEAST_ODDS, encounter);
}

/** A machine calls evenly, or it is there at all hours: the likelihood of the mixture of both. */
function eitherOf(even: number, present: number): number {
  return Math.max(even, Math.log(EVEN_SHARE * Math.exp(even) + (1 - EVEN_SHARE) * Math.exp(present)));
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

function describe(
  contact: Contact,
  { count, failed }: Rhythm,
  { intervals }: Pace,
  odds: number,
  chance: number,
): Detection {
  const every = inWords(quantile(ascending(intervals), 0.5));
  const unanswered = failed > count / 2 ? ', mostly without an answer' : '';
  const text = `Device calls one destination that it had hardly used before about every ${every}, ${count} times so far${unanswered}`;
  return {
    type: 'beaconing',
    at: contact.time,
    severity: 'medium',
    confidence: confidenceIn(probabilityOf(odds), MOST_CONFIDENCE),
    chance,
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
