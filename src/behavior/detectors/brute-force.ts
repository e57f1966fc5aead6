import type { PackedTexts, Table } from '../../columns/index.ts';
import {
  DAY_MS,
  type Detection,
  type EpochMs,
  type StateReader,
  type StateWriter,
} from '../../model/index.ts';
import { guessed, guessing, noise } from '../sign-ins/guessing.ts';
import type { SignIn } from '../sign-ins/sign-in.ts';
import {
  expect,
  GUESSING_BELOW,
  innocence,
  isConvicted,
  isHabit,
  isNews,
  tell,
  type Trial,
  tried,
} from '../sign-ins/trial.ts';
import { Trials } from '../sign-ins/trials.ts';
import { distinct } from '../sign-ins/distinct-bits.ts';
import type { SignInDetector } from './detector.ts';

/** All who come from outside, or all that it goes to, as one. */
const ALL = '';
/** Many strangers who fail a few times each (a botnet) are noise too, though none of them is convicted. */
const NOISY_SOURCES = 20;
const NOISY_TRIES = 100;
/** A machine at whose door the Internet knocked that early stands there on purpose: being knocked at is no departure of its own. */
const DOOR_IS_NEW_AFTER_MS = 3 * DAY_MS;
/** After a grave story the noise is not told on top of it. */
const QUIET_AFTER_GRAVE_MS = 7 * DAY_MS;

/**
 * Passwords that are guessed at a machine of ours, or by one. ATT&CK T1110 (Brute Force), T1110.003 (Password
 * Spraying), and the success after it, T1078 (Valid Accounts). The Internet's guessing at an exposed door is one story.
 */
export class BruteForce implements SignInDetector<BruteForce> {
  readonly #trials: Trials;
  readonly #graveAt;

  constructor(rows: Table, texts: PackedTexts) {
    this.#trials = new Trials(rows, 'brute_force', texts);
    this.#graveAt = rows.f64('brute_force_grave_at');
  }

  observe(row: number, signIn: SignIn, ageMs: number): Detection | null {
    if (signIn.peer === null) return null;
    const detection =
      signIn.direction === 'inbound' ? this.#reached(row, signIn, ageMs) : this.#reaching(row, signIn);
    const isGrave =
      detection !== null && (detection.severity === 'high' || detection.severity === 'critical');
    if (isGrave) this.#graveAt.set(row, signIn.time);
    return detection;
  }

  /** For tests: what is remembered of a row. */
  remembered(row: number): number {
    return this.#trials.count(row);
  }

  forget(row: number, now: EpochMs): void {
    this.#trials.forget(row, now);
  }

  end(row: number): void {
    this.#trials.end(row);
  }

  askAgain(row: number): void {
    this.#trials.askAgain(row);
    this.#graveAt.set(row, 0);
  }

  moveTo(other: BruteForce, row: number, otherRow: number): void {
    this.#trials.moveTo(other.#trials, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#trials.save(to);
  }

  load(from: StateReader): void {
    this.#trials.load(from);
  }

  /** Somebody tries to sign in to it. */
  #reached(row: number, signIn: SignIn, ageMs: number): Detection | null {
    const trial = this.#trials.get(row, signIn.peer as string, false, signIn.time);
    const success = this.#try(trial, signIn, 'Device was signed in to by guessing');
    if (signIn.internal) {
      // Where no outcome is known, it is told of the machine that does it, once, and not of every one that it reaches.
      const told = isConvicted(trial)
        ? this.#told(trial, signIn, 'Device is tried from within by guessing passwords', row)
        : null;
      const found = success ?? told;
      this.#trials.put(row, trial);
      return found;
    }
    this.#trials.put(row, trial);
    return success ?? this.#noise(row, signIn, trial, ageMs);
  }

  /** It tries to sign in elsewhere: each target by itself, and all of them together. */
  #reaching(row: number, signIn: SignIn): Detection | null {
    const trial = this.#trials.get(row, signIn.peer as string, true, signIn.time);
    const success = this.#try(trial, signIn, 'Device signed in elsewhere by guessing');
    const all = this.#trials.get(row, ALL, true, signIn.time);
    tried(all, signIn);
    const wide = distinct(all.peers) > 1 && innocence(all) < innocence(trial);
    const told = wide ? all : trial;
    const where = wide
      ? `Device may be guessing passwords of at least ${distinct(all.peers)} machines`
      : 'Device may be guessing passwords of another machine';
    const found = success ?? this.#told(told, signIn, where, row);
    // The same tries are one story, whichever of the two tells it.
    if (found !== null) {
      tell(all, signIn.time);
      tell(trial, signIn.time);
    }
    this.#trials.put(row, trial);
    this.#trials.put(row, all);
    return found;
  }

  /** The success after the guessing, where there was any. */
  #try(trial: Trial, signIn: SignIn, subject: string): Detection | null {
    const before = { ...trial };
    tried(trial, signIn);
    if (signIn.outcome !== 'success' || !isConvicted(before)) return null;
    return guessed(before, signIn, subject);
  }

  #told(trial: Trial, signIn: SignIn, subject: string, row: number): Detection | null {
    if (signIn.outcome === 'success' || innocence(trial) > GUESSING_BELOW) return null;
    if (!isNews(trial, signIn.time)) return null;
    const detection = guessing(trial, signIn, { subject, severity: 'high', isOfMachine: true });
    tell(trial, signIn.time);
    return this.#isDrowned(row, detection) ? null : detection;
  }

  /** A door that was not open to the Internet is, and the Internet has found it; who succeeds there is told in any case. */
  #noise(row: number, signIn: SignIn, trial: Trial, ageMs: number): Detection | null {
    if (signIn.outcome === 'success') return null;
    const all = this.#trials.get(row, ALL, false, signIn.time);
    if (ageMs < DOOR_IS_NEW_AFTER_MS) expect(all);
    tried(all, signIn);
    const isNoisy = distinct(all.peers) >= NOISY_SOURCES && all.failures >= NOISY_TRIES;
    const isGuessing = isNoisy || innocence(trial) <= GUESSING_BELOW;
    const isFound = isGuessing && !isHabit(all) && isNews(all, signIn.time);
    if (isFound) tell(all, signIn.time);
    // A source that is told of teaches no habit.
    if (isConvicted(trial) && trial.told === 0) {
      tell(trial, signIn.time);
      this.#trials.put(row, trial);
    }
    this.#trials.put(row, all);
    const detection = isFound ? noise(all, signIn) : null;
    return detection !== null && this.#isDrowned(row, detection) ? null : detection;
  }

  #isDrowned(row: number, { severity, at }: Detection): boolean {
    const isLesser = severity === 'low' || severity === 'medium';
    return isLesser && at - this.#graveAt.at(row) < QUIET_AFTER_GRAVE_MS && this.#graveAt.at(row) > 0;
  }
}
