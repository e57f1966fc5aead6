import { NO_ROW, type PackedTexts, Runs, SideLists, type Table } from '../../columns/index.ts';
import type { EpochMs, StateReader, Stateful, StateWriter } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { areInStep } from './in-step.ts';
import { inSteps, outOfSteps } from '../logarithm.ts';
import { BURST_MS, gapOf, inBytes, intervalOf, RETRY_MS } from './stream.ts';

/** A count that is not exceeded. */
const MANY = 65_535;
const FAILED = 1;
/** As many as have room beside it: more than are kept. */
const MANY_SINGLY = 127;
/** Destinations of an entity whose rhythm is kept. */
export const MOST_DESTINATIONS = 6;
/** Of each the last so many attempts. */
const SAMPLES = 16;
/** What is merged comes sooner after the first. */
const MERGED_MS = 16_384;
const UNKNOWN = 65_535;
/** What has not called for more than so many of its intervals has stopped, or never had a pace; calls are missed, too. */
const MOST_MISSED = 4;
/** Of whatever pace: what comes within a minute is no pace that is over yet. */
const LEAST_PACE_MS = 60_000;

/** What was seen of the attempts of an entity at one destination. */
export interface Rhythm {
  /** Attempts so far. */
  readonly count: number;
  /** Of them: nobody answered, or refused. */
  readonly failed: number;
  /** Seconds between the last attempts, oldest first. */
  readonly intervals: readonly number[];
  /** Of each of them, what had no call within it: less than all of it where several calls were merged into one. */
  readonly silences: readonly number[];
  /** Payload bytes that each of them sent; where the sensor says. */
  readonly sizes: readonly number[];
  /** Attempts when it was told last; 0 for never. */
  readonly told: number;
  /** Attempts in a row, the last ones, with nothing between them that was merged into one: they came singly. */
  readonly singly: number;
  /** When the attempt before this one was made. */
  readonly before: EpochMs;
}

/**
 * The attempts of entities at a few destinations each: when, and how much was sent. Full, the destination that is the most
 * overdue by its own pace gives way; where none is, the one with the fewest attempts, and unseen longest among equals.
 * So what keeps calling stays, however seldom, beside all that people come back to in fits and starts.
 */
export class Attempts implements Stateful {
  readonly #texts: PackedTexts;
  readonly #called: SideLists;
  readonly #peer;
  readonly #port;
  /** When the last attempt began, in whole milliseconds; and as a part of one, how long after that its last call came. */
  readonly #lastAt;
  readonly #count;
  readonly #failed;
  /** Of the last attempt: 1 where it failed, and twice the attempts that came singly. One byte has room for both. */
  readonly #last;
  readonly #told;
  /** Where its samples begin, from 1; 0 before the second attempt. */
  readonly #samples;
  readonly #rings = new Runs();
  /** In steps of the logarithm: exact enough for a rhythm. */
  readonly #interval = this.#rings.u16('interval_ms');
  readonly #sent = this.#rings.u16('sent');

  constructor(rows: Table, name: string, texts: PackedTexts) {
    this.#texts = texts;
    this.#called = new SideLists(rows, name, MOST_DESTINATIONS);
    const { places } = this.#called;
    this.#peer = places.u32('peer');
    this.#port = places.u16('port');
    this.#lastAt = places.f64('last_at');
    this.#count = places.u16('count');
    this.#failed = places.u16('failed');
    this.#last = places.u8('last_failed');
    this.#told = places.u16('told');
    this.#samples = places.u32('samples');
  }

  /** Takes a contact in; the rhythm where it was a further attempt, `null` where it belongs to the one before. */
  see(row: number, { peer, port, time, outcome, bytesSent }: Contact): Rhythm | null {
    const hasFailed = outcome === 'unanswered' || outcome === 'rejected';
    const known = this.#find(row, peer, port ?? 0);
    if (known === NO_ROW) {
      this.#open(row, peer, port ?? 0, time, hasFailed);
      return null;
    }
    const before = this.#begunAt(known);
    const gap = time - before;
    const lastFailed = (this.#last.at(known) & FAILED) === FAILED;
    if (lastFailed ? gap <= RETRY_MS : gap < BURST_MS) {
      // A record that came late changes nothing of what came after it.
      this.#setLast(known, lastFailed && (gap < 0 || hasFailed), 0);
      this.#lastAt.set(known, before + Math.max(gap, this.#within(known)) / MERGED_MS);
      return null;
    }
    this.#add(known, inBytes(gap, this.#within(known)), bytesSent);
    this.#lastAt.set(known, Math.floor(time));
    this.#setLast(known, hasFailed, this.#singly(known) + 1);
    if (hasFailed) this.#failed.set(known, Math.min(MANY, this.#failed.at(known) + 1));
    return this.#rhythm(known, before);
  }

  /** What was said of a destination. */
  tell(row: number, { peer, port }: Contact, count: number): void {
    const place = this.#find(row, peer, port ?? 0);
    if (place !== NO_ROW) this.#told.set(place, count);
  }

  /** What was said of a row's destinations was not raised. */
  askAgain(row: number): void {
    this.#called.each(row, (place) => this.#told.set(place, 0));
  }

  /** Whether another destination was called each time together with this one. */
  isInStep(row: number, { peer, port }: Contact): boolean {
    const own = this.#find(row, peer, port ?? 0);
    if (own === NO_ROW) return false;
    // The others may still be about to be called: the last time is left out.
    const times = this.#times(own).slice(1);
    const isOther = (place: number) => place !== own && this.#peer.at(place) !== this.#peer.at(own);
    return (
      this.#called.find(row, (place) => isOther(place) && areInStep(times, this.#times(place))) !== NO_ROW
    );
  }

  /** Gives back what was not seen since. */
  forget(row: number, since: EpochMs): void {
    if (this.#called.find(row, (place) => this.#lastAt.at(place) > since) === NO_ROW) this.end(row);
  }

  end(row: number): void {
    this.#called.end(row, (place) => this.#drop(place));
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Attempts, row: number, otherRow: number): void {
    this.#called.moveTo(other.#called, row, otherRow, (from, to) => {
      other.#peer.set(to, other.#texts.hold(this.#texts.at(this.#peer.at(from))));
      const samples = this.#samples.at(from);
      if (samples === 0) return;
      const ring = other.#rings.add(SAMPLES);
      for (let k = 0; k < SAMPLES; k++) this.#rings.copyTo(other.#rings, samples - 1 + k, ring + k);
      other.#samples.set(to, ring + 1);
    });
  }

  save(to: StateWriter): void {
    this.#called.save(to);
    this.#rings.save(to.part('samples'));
  }

  load(from: StateReader): void {
    this.#called.load(from);
    this.#rings.load(from.part('samples'));
  }

  #find(row: number, peer: string, port: number): number {
    const text = this.#texts.find(peer);
    if (text === 0) return NO_ROW;
    return this.#called.find(row, (place) => this.#peer.at(place) === text && this.#port.at(place) === port);
  }

  #open(row: number, peer: string, port: number, time: EpochMs, hasFailed: boolean): void {
    const isLess = (a: number, b: number) => {
      const order =
        this.#overdue(b, time) - this.#overdue(a, time) ||
        this.#count.at(a) - this.#count.at(b) ||
        this.#lastAt.at(a) - this.#lastAt.at(b);
      return order < 0;
    };
    const place = this.#called.add(row, isLess, (least) => this.#drop(least));
    this.#peer.set(place, this.#texts.hold(peer));
    this.#port.set(place, port);
    this.#lastAt.set(place, Math.floor(time));
    this.#count.set(place, 1);
    this.#failed.set(place, hasFailed ? 1 : 0);
    this.#told.set(place, 0);
    this.#samples.set(place, 0);
    this.#setLast(place, hasFailed, 1);
  }

  /** The first call of the last attempt. */
  #begunAt(place: number): EpochMs {
    return Math.floor(this.#lastAt.at(place));
  }

  /** How long after it the last call came that was merged into it. */
  #within(place: number): number {
    return (this.#lastAt.at(place) - this.#begunAt(place)) * MERGED_MS;
  }

  #singly(place: number): number {
    return this.#last.at(place) >> 1;
  }

  #setLast(place: number, hasFailed: boolean, singly: number): void {
    this.#last.set(place, 2 * Math.min(MANY_SINGLY, singly) + (hasFailed ? FAILED : 0));
  }

  /** How many of its usual intervals have passed since; 0 where it may still be about to call. */
  #overdue(place: number, now: EpochMs): number {
    const samples = this.#samples.at(place);
    if (samples === 0) return 0;
    const intervals = (now - this.#begunAt(place)) / Math.max(LEAST_PACE_MS, this.#usualInterval(place));
    return intervals > MOST_MISSED ? intervals : 0;
  }

  /** The geometric mean of the last intervals: one short or long one of an uneven pace is not the pace. */
  #usualInterval(place: number): number {
    const begin = this.#samples.at(place) - 1;
    const kept = Math.min(this.#count.at(place) - 1, SAMPLES);
    let steps = 0;
    for (let at = begin; at < begin + kept; at++) steps += inSteps(intervalOf(this.#interval.at(at)));
    return outOfSteps(Math.round(steps / kept));
  }

  /** When it was called, the last time first, as exactly as intervals are kept. */
  #times(place: number): readonly number[] {
    const kept = Math.min(this.#count.at(place) - 1, SAMPLES);
    const [begin, count] = [this.#samples.at(place) - 1, this.#count.at(place)];
    let time = this.#begunAt(place);
    const earlier = Array.from({ length: kept }, (_, back) => {
      return (time -= intervalOf(this.#interval.at(begin + ((count - 2 - back) % SAMPLES))));
    });
    return [this.#begunAt(place), ...earlier];
  }

  #drop(place: number): void {
    this.#texts.release(this.#peer.at(place));
    const samples = this.#samples.at(place);
    if (samples > 0) this.#rings.remove(samples - 1, SAMPLES);
    this.#samples.set(place, 0);
  }

  #add(place: number, interval: number, sent: number | null): void {
    const count = this.#count.at(place);
    let samples = this.#samples.at(place);
    if (samples === 0) this.#samples.set(place, (samples = this.#rings.add(SAMPLES) + 1));
    const at = samples - 1 + ((count - 1) % SAMPLES);
    this.#interval.set(at, interval);
    this.#sent.set(at, sent === null ? UNKNOWN : inSteps(sent));
    // At the most it stays at a whole ring further, so that the ring goes on.
    this.#count.set(place, count < MANY ? count + 1 : count + 1 - SAMPLES);
  }

  #rhythm(place: number, before: EpochMs): Rhythm {
    const count = this.#count.at(place);
    const kept = Math.min(count - 1, SAMPLES);
    const begin = this.#samples.at(place) - 1;
    // The oldest of the ring stands where the next one will.
    const places = Array.from({ length: kept }, (_, i) => begin + ((count - 1 - kept + i) % SAMPLES));
    return {
      count,
      failed: this.#failed.at(place),
      intervals: places.map((at) => intervalOf(this.#interval.at(at)) / 1_000),
      silences: places.map((at) => gapOf(this.#interval.at(at)) / 1_000),
      sizes: places.flatMap((at) => (this.#sent.at(at) === UNKNOWN ? [] : [outOfSteps(this.#sent.at(at))])),
      told: this.#told.at(place),
      singly: this.#singly(place),
      before,
    };
  }
}
