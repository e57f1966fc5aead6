import { NO_ROW, type PackedTexts, SideLists, type Table } from '../../columns/index.ts';
import {
  DAY_MS,
  type EpochMs,
  SECOND_MS,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../../model/index.ts';
import { Charges } from './charges.ts';
import { isCharged, newTrial, type Trial } from './trial.ts';
import { headsOf, trialsOf } from './trials-older-form.ts';

/** At one machine at most: 16 bytes each, and some 60 more where there is something against it. */
const CAPACITY = 32;
/** What was silent for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 35 * DAY_MS;
/** In 2149 and 2106: what is later is not told from it. */
const LAST_DAY = 65_535;
const LAST_SECOND = 4_294_967_295;
const OUTBOUND = 1;
const SUCCEEDED = 2;

/** The trials of each row that has any: who tried to sign in there, or where it tried. Bounded: the least suspicious gives way. */
export class Trials implements Stateful {
  readonly #texts: PackedTexts;
  readonly #lists: SideLists;
  readonly #charges = new Charges();
  readonly #peer;
  readonly #flags;
  readonly #days;
  readonly #lastDay;
  readonly #lastSecond;
  /** Where what there is against it stands, from 1; 0 for nothing. */
  readonly #charge;

  /** @param rows each an entity */
  constructor(rows: Table, name: string, texts: PackedTexts) {
    this.#texts = texts;
    this.#lists = new SideLists(rows, name, CAPACITY);
    const { places } = this.#lists;
    this.#peer = places.u32('peer');
    this.#flags = places.u8('flags');
    this.#days = places.u8('habit_days');
    this.#lastDay = places.u16('habit_day');
    this.#lastSecond = places.u32('last_second');
    this.#charge = places.u32('charge');
  }

  /** As it stands, or a new one. A change of it is kept by {@link put} only. */
  get(row: number, peer: string, outbound: boolean, time: EpochMs): Trial {
    const place = this.#find(row, peer, outbound);
    return place === NO_ROW ? newTrial(peer, outbound, time) : this.#read(place);
  }

  put(row: number, trial: Trial): void {
    const known = this.#find(row, trial.peer, trial.outbound);
    this.#write(known === NO_ROW ? this.#open(row, trial.peer) : known, trial);
  }

  /** How many there are of a row. */
  count(row: number): number {
    let count = 0;
    this.#lists.find(row, () => {
      count++;
      return false;
    });
    return count;
  }

  forget(row: number, now: EpochMs): void {
    const since = (now - FORGOTTEN_AFTER_MS) / SECOND_MS;
    if (this.#lists.find(row, (place) => this.#lastSecond.at(place) > since) === NO_ROW) this.end(row);
  }

  end(row: number): void {
    this.#lists.end(row, (place) => this.#drop(place));
  }

  /** What was told of a row was not raised: it counts as told long ago. */
  askAgain(row: number): void {
    this.#lists.each(row, (place) => this.#write(place, { ...this.#read(place), toldAt: 0 }));
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Trials, row: number, otherRow: number): void {
    this.#lists.moveTo(other.#lists, row, otherRow, (from, to) => {
      const peer = this.#peer.at(from);
      if (peer !== 0) other.#peer.set(to, other.#texts.hold(this.#texts.at(peer)));
      const charge = this.#charge.at(from);
      if (charge !== 0) other.#charge.set(to, this.#charges.moveTo(other.#charges, charge - 1) + 1);
    });
  }

  save(to: StateWriter): void {
    this.#lists.save(to);
    this.#charges.save(to.part('charges'));
  }

  load(from: StateReader): void {
    const isOlder = !from.has('charges');
    this.#lists.load(isOlder ? headsOf(from) : from);
    if (!isOlder) return this.#charges.load(from.part('charges'));
    for (const [place, trial] of trialsOf(from.part('places'))) this.#write(place, trial);
  }

  #find(row: number, peer: string, outbound: boolean): number {
    const number = peer === '' ? 0 : this.#texts.find(peer);
    if (number === 0 && peer !== '') return NO_ROW;
    const way = outbound ? OUTBOUND : 0;
    return this.#lists.find(
      row,
      (place) => this.#peer.at(place) === number && (this.#flags.at(place) & OUTBOUND) === way,
    );
  }

  /** A place for one more, or that of the least suspicious. */
  #open(row: number, peer: string): number {
    const isLess = (a: number, b: number) => this.#worth(a) < this.#worth(b);
    const place = this.#lists.add(row, isLess, (least) => this.#drop(least));
    this.#peer.set(place, peer === '' ? 0 : this.#texts.hold(peer));
    this.#charge.set(place, 0);
    return place;
  }

  #drop(place: number): void {
    this.#texts.release(this.#peer.at(place));
    const charge = this.#charge.at(place);
    if (charge !== 0) this.#charges.remove(charge - 1);
  }

  /**
   * In days: the last sign of it, and what there is against or for it. Habits stay longer than strangers, and who is told
   * of longer than both; that of all together always stays.
   */
  #worth(place: number): number {
    if (this.#peer.at(place) === 0) return Number.POSITIVE_INFINITY;
    const kept = Math.min(3, this.#days.at(place)) + this.#charges.worth(this.#charge.at(place) - 1);
    return (this.#lastSecond.at(place) * SECOND_MS) / DAY_MS + kept;
  }

  #read(place: number): Trial {
    const [peer, flags, charge] = [this.#peer.at(place), this.#flags.at(place), this.#charge.at(place) - 1];
    return {
      peer: peer === 0 ? '' : this.#texts.at(peer),
      outbound: (flags & OUTBOUND) !== 0,
      hasSucceeded: (flags & SUCCEEDED) !== 0,
      last: this.#lastSecond.at(place) * SECOND_MS + this.#charges.lastMs(charge),
      days: this.#days.at(place),
      lastDay: this.#lastDay.at(place),
      ...this.#charges.at(charge),
    };
  }

  #write(place: number, trial: Trial): void {
    this.#flags.set(place, (trial.outbound ? OUTBOUND : 0) | (trial.hasSucceeded ? SUCCEEDED : 0));
    this.#days.set(place, trial.days);
    this.#lastDay.set(place, Math.min(LAST_DAY, trial.lastDay));
    const last = Math.max(0, Math.floor(trial.last));
    this.#lastSecond.set(place, Math.min(LAST_SECOND, Math.floor(last / SECOND_MS)));
    const charge = this.#charge.at(place);
    if (isCharged(trial)) {
      const own = charge === 0 ? this.#charges.add() : charge - 1;
      this.#charge.set(place, own + 1);
      this.#charges.set(own, trial, last % SECOND_MS);
    } else if (charge !== 0) {
      this.#charges.remove(charge - 1);
      this.#charge.set(place, 0);
    }
  }
}
