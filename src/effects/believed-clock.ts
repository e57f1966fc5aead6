import { type EpochMs, HOUR_MS, LIMITS, MINUTE_MS } from '../model/index.ts';
import type { Effects } from './effects.ts';

/** A machine's clock is corrected by so much at once, and is believed. */
const CORRECTION_MS = MINUTE_MS;
/** What sensors' events need another's word for, too: see the engine's watermark. */
const LEAP_MS = HOUR_MS;

/** The clock was set to what it says, less what has passed, at some instant of the clock that nobody sets. */
interface Setting {
  readonly offset: number;
  readonly since: number;
}

/**
 * What time it is, for what cannot be taken back. A machine's clock leaps where somebody sets it, where a time server is
 * wrong, and where the machine slept; the last of them is true. Which it is shows with time: a leap is believed once it
 * has lasted. Until then time goes on as it passes.
 */
export class BelievedClock {
  readonly #effects: Pick<Effects, 'now' | 'elapsed'>;
  #believed: Setting;
  #doubted: Setting | null = null;

  constructor(effects: Pick<Effects, 'now' | 'elapsed'>) {
    this.#effects = effects;
    this.#believed = { offset: this.#offset(), since: effects.elapsed() };
  }

  now(): EpochMs {
    this.#look();
    return Math.round(this.#effects.elapsed() + this.#believed.offset);
  }

  /**
   * What may be told to a fleet of that time; `null` for nothing yet: a process that begins long after cannot know whether
   * its clock is right, and waits whether it is set. A fleet whose sensors are of the same time needs no waiting.
   */
  nowFor(fleet: EpochMs | null): EpochMs | null {
    if (fleet !== null && this.#isAgreed(fleet))
      this.#believe({ offset: this.#offset(), since: this.#believed.since });
    const now = this.now();
    const isNear = fleet === null || now - fleet <= LEAP_MS;
    const isSure = this.#doubted === null && this.#hasLasted(this.#believed);
    return isNear || isSure ? now : null;
  }

  #look(): void {
    const offset = this.#offset();
    if (isClose(offset, this.#believed.offset)) return this.#believe({ ...this.#believed, offset });
    if (this.#doubted === null || !isClose(offset, this.#doubted.offset)) {
      this.#doubted = { offset, since: this.#effects.elapsed() };
    } else if (this.#hasLasted(this.#doubted)) {
      this.#believe(this.#doubted);
    }
  }

  #believe(setting: Setting): void {
    this.#believed = setting;
    this.#doubted = null;
  }

  #hasLasted({ since }: Setting): boolean {
    return this.#effects.elapsed() - since >= LIMITS.clockDoubtMs;
  }

  #isAgreed(fleet: EpochMs): boolean {
    return Math.abs(this.#effects.now() - fleet) <= CORRECTION_MS;
  }

  #offset(): number {
    return this.#effects.now() - this.#effects.elapsed();
  }
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= CORRECTION_MS;
}
