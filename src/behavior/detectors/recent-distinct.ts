import { Runs, type Table, type PackedTexts } from '../../columns/index.ts';
import type { EpochMs, StateReader, Stateful, StateWriter } from '../../model/index.ts';

/** What a window holds distinctly: a text, and a port where that matters. */
export interface Target {
  readonly text: string;
  readonly port: number;
}

/**
 * Distinct targets met within a sliding window, each at its latest time. Bounded: the oldest gives way.
 * They are kept in the order of their latest time, so that what is stale stands in front.
 *
 * A window is a ring of places: the front moves on as targets leave, and the ring grows with what is in it.
 */
export class RecentDistinct implements Stateful {
  readonly #texts: PackedTexts;
  readonly #windowMs: number;
  readonly #capacity: number;
  /** Where the ring begins, how long it is (0: there is none), and where its oldest target stands. */
  readonly #begin;
  readonly #length;
  readonly #front;
  readonly #size;
  readonly #places = new Runs();
  readonly #text = this.#places.u32('text');
  readonly #port = this.#places.u16('port');
  readonly #latest = this.#places.f64('latest');

  /** @param windows each row a window */
  constructor(windows: Table, texts: PackedTexts, windowMs: number, capacity: number) {
    this.#texts = texts;
    this.#windowMs = windowMs;
    this.#capacity = capacity;
    this.#begin = windows.u32('begin');
    this.#length = windows.u16('length');
    this.#front = windows.u16('front');
    this.#size = windows.u16('size');
  }

  /** A window with nothing in it, whatever its columns held. */
  begin(window: number): void {
    this.#begin.set(window, 0);
    this.#length.set(window, 0);
    this.#front.set(window, 0);
    this.#size.set(window, 0);
  }

  add(window: number, target: Target, time: EpochMs): void {
    this.#prune(window, time);
    this.#drop(window, target);
    if (this.#size.at(window) >= this.#capacity) this.#dropOldest(window);
    this.#append(window, this.#texts.hold(target.text), target.port, time);
  }

  /** A text once, whatever its port: 0 where it was met at several. */
  addText(window: number, { text, port }: Target, time: EpochMs): void {
    this.#prune(window, time);
    const known = this.portsSince(window, text, Number.NEGATIVE_INFINITY);
    for (const each of known) this.#drop(window, { text, port: each });
    const met = known.every((each) => each === port) ? port : 0;
    if (this.#size.at(window) >= this.#capacity) this.#dropOldest(window);
    this.#append(window, this.#texts.hold(text), met, time);
  }

  size(window: number): number {
    return this.#size.at(window);
  }

  /** The oldest first. */
  targets(window: number): readonly Target[] {
    return Array.from({ length: this.#size.at(window) }, (_, age) => {
      const place = this.#place(window, age);
      return { text: this.#texts.at(this.#text.at(place)), port: this.#port.at(place) };
    });
  }

  withPort(window: number, port: number): number {
    return this.#count(window, (place) => this.#port.at(place) === port);
  }

  /** Texts met with a port since. */
  withPortSince(window: number, port: number, since: EpochMs): number {
    return this.#count(window, (place) => this.#port.at(place) === port && this.#latest.at(place) > since);
  }

  withText(window: number, text: string): number {
    const number = this.#texts.find(text);
    return this.#count(window, (place) => this.#text.at(place) === number);
  }

  /** The ports with which a text was met since. */
  portsSince(window: number, text: string, since: EpochMs): readonly number[] {
    const number = this.#texts.find(text);
    const ports: number[] = [];
    if (number === 0) return ports;
    for (let i = 0; i < this.#size.at(window); i++) {
      const place = this.#place(window, i);
      if (this.#text.at(place) === number && this.#latest.at(place) > since) ports.push(this.#port.at(place));
    }
    return ports;
  }

  /** Whether all was met at or before `time`. */
  isFrom(window: number, time: EpochMs): boolean {
    return this.#count(window, (place) => this.#latest.at(place) > time) === 0;
  }

  end(window: number): void {
    while (this.#size.at(window) > 0) this.#dropOldest(window);
    this.#free(window);
  }

  /** Into an empty window of another one. */
  moveTo(other: RecentDistinct, window: number, otherWindow: number): void {
    for (let i = 0; i < this.#size.at(window); i++) {
      const place = this.#place(window, i);
      const text = other.#texts.hold(this.#texts.at(this.#text.at(place)));
      other.#append(otherWindow, text, this.#port.at(place), this.#latest.at(place));
    }
  }

  save(to: StateWriter): void {
    this.#places.save(to);
  }

  load(from: StateReader): void {
    this.#places.load(from);
  }

  /** What is stale leaves; so does what a broken clock put a whole window ahead. */
  #prune(window: number, now: EpochMs): void {
    while (this.#size.at(window) > 0) {
      if (Math.abs(now - this.#latest.at(this.#place(window, 0))) < this.#windowMs) return;
      this.#dropOldest(window);
    }
    this.#free(window);
  }

  /** Gives back the places of an empty window. */
  #free(window: number): void {
    const length = this.#length.at(window);
    if (length > 0) this.#places.remove(this.#begin.at(window), length);
    this.#length.set(window, 0);
    this.#front.set(window, 0);
  }

  /** The target leaves the window if it is in it; what came after it closes up. */
  #drop(window: number, { text, port }: Target): void {
    const number = this.#texts.find(text);
    const last = this.#size.at(window) - 1;
    let at = last;
    while (at >= 0 && !this.#isAt(this.#place(window, at), number, port)) at--;
    if (at < 0) return;
    this.#texts.release(number);
    for (; at < last; at++) this.#places.copy(this.#place(window, at + 1), this.#place(window, at));
    this.#size.set(window, last);
  }

  #dropOldest(window: number): void {
    this.#texts.release(this.#text.at(this.#place(window, 0)));
    this.#front.set(window, (this.#front.at(window) + 1) & (this.#length.at(window) - 1));
    this.#size.set(window, this.#size.at(window) - 1);
  }

  #append(window: number, text: number, port: number, time: EpochMs): void {
    const size = this.#size.at(window);
    if (size === this.#length.at(window)) this.#grow(window);
    const place = this.#place(window, size);
    this.#text.set(place, text);
    this.#port.set(place, port);
    this.#latest.set(place, time);
    this.#size.set(window, size + 1);
  }

  /** Twice as long, with the oldest at its beginning. */
  #grow(window: number): void {
    const length = this.#length.at(window);
    const grown = this.#places.add(Math.max(1, 2 * length));
    for (let i = 0; i < length; i++) this.#places.copy(this.#place(window, i), grown + i);
    if (length > 0) this.#places.remove(this.#begin.at(window), length);
    this.#begin.set(window, grown);
    this.#length.set(window, Math.max(1, 2 * length));
    this.#front.set(window, 0);
  }

  #isAt(place: number, text: number, port: number): boolean {
    return this.#text.at(place) === text && this.#port.at(place) === port;
  }

  #count(window: number, isCounted: (place: number) => boolean): number {
    let count = 0;
    for (let i = 0; i < this.#size.at(window); i++) if (isCounted(this.#place(window, i))) count++;
    return count;
  }

  /** Where the so many-eldest target stands, the oldest being 0. */
  #place(window: number, age: number): number {
    return this.#begin.at(window) + ((this.#front.at(window) + age) & (this.#length.at(window) - 1));
  }
}
