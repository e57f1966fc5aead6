import { NO_ROW, type PackedTexts, Runs, runLength, SideRows, type Table } from '../../columns/index.ts';
import {
  DAY_MS,
  type EpochMs,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../../model/index.ts';
import { newTrial, type Trial } from './trial.ts';

/** At one machine at most; a place is some 100 bytes. */
const CAPACITY = 32;
/** What was silent for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 35 * DAY_MS;

/** The trials of each row that has any: who tried to sign in there, or where it tried. Bounded: the least suspicious gives way. */
export class Trials implements Stateful {
  readonly #texts: PackedTexts;
  readonly #lists: SideRows;
  readonly #begin;
  readonly #length;
  readonly #size;
  readonly #places = new Runs();
  readonly #peer = this.#places.u32('peer');
  /** 1 for one that goes out. */
  readonly #outbound = this.#places.u8('outbound');
  readonly #told = this.#places.u8('told');
  readonly #failures = this.#places.u32('failures');
  readonly #unknownSeen = this.#places.u32('unknown_seen');
  readonly #successes = this.#places.u16('successes');
  readonly #gaps = this.#places.u16('gaps');
  readonly #days = this.#places.u16('days');
  readonly #lastDay = this.#places.u32('last_day');
  readonly #accountsLow = this.#places.u32('accounts_low');
  readonly #accountsHigh = this.#places.u32('accounts_high');
  readonly #peersLow = this.#places.u32('peers_low');
  readonly #peersHigh = this.#places.u32('peers_high');
  readonly #score = this.#places.f32('score');
  readonly #unknown = this.#places.f32('unknown');
  readonly #burst = this.#places.f32('burst');
  readonly #gap = this.#places.f32('gap');
  readonly #gapSquare = this.#places.f32('gap_square');
  readonly #first = this.#places.f64('first');
  readonly #last = this.#places.f64('last');
  readonly #toldAt = this.#places.f64('told_at');

  /** @param rows each an entity */
  constructor(rows: Table, name: string, texts: PackedTexts) {
    this.#texts = texts;
    this.#lists = new SideRows(rows, name);
    this.#begin = this.#lists.table.u32('begin');
    this.#length = this.#lists.table.u8('length');
    this.#size = this.#lists.table.u8('size');
  }

  /** As it stands, or a new one. A change of it is kept by {@link put} only. */
  get(row: number, peer: string, outbound: boolean, time: EpochMs): Trial {
    const place = this.#find(row, peer, outbound);
    return place === NO_ROW ? newTrial(peer, outbound, time) : this.#read(place);
  }

  put(row: number, trial: Trial): void {
    const known = this.#find(row, trial.peer, trial.outbound);
    this.#write(known === NO_ROW ? this.#place(row, trial) : known, trial);
  }

  /** How many there are of a row. */
  count(row: number): number {
    const list = this.#lists.at(row);
    return list === NO_ROW ? 0 : this.#size.at(list);
  }

  forget(row: number, now: EpochMs): void {
    const list = this.#lists.at(row);
    if (list === NO_ROW) return;
    for (let i = 0; i < this.#size.at(list); i++) {
      if (this.#last.at(this.#begin.at(list) + i) > now - FORGOTTEN_AFTER_MS) return;
    }
    this.end(row);
  }

  end(row: number): void {
    const list = this.#lists.at(row);
    if (list === NO_ROW) return;
    for (let i = 0; i < this.#size.at(list); i++)
      this.#texts.release(this.#peer.at(this.#begin.at(list) + i));
    if (this.#length.at(list) > 0) this.#places.remove(this.#begin.at(list), this.#length.at(list));
    this.#lists.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Trials, row: number, otherRow: number): void {
    const moved = this.#lists.moveTo(other.#lists, row, otherRow);
    if (moved === null) return;
    other.#begin.set(moved.to, 0);
    other.#length.set(moved.to, 0);
    other.#size.set(moved.to, 0);
    for (let i = 0; i < this.#size.at(moved.from); i++) {
      other.put(otherRow, this.#read(this.#begin.at(moved.from) + i));
    }
  }

  save(to: StateWriter): void {
    this.#lists.save(to.part('lists'));
    this.#places.save(to.part('places'));
  }

  load(from: StateReader): void {
    this.#lists.load(from.part('lists'));
    this.#places.load(from.part('places'));
  }

  #find(row: number, peer: string, outbound: boolean): number {
    const list = this.#lists.at(row);
    if (list === NO_ROW) return NO_ROW;
    const number = peer === '' ? 0 : this.#texts.find(peer);
    if (number === 0 && peer !== '') return NO_ROW;
    for (let i = 0; i < this.#size.at(list); i++) {
      const place = this.#begin.at(list) + i;
      if (this.#peer.at(place) === number && (this.#outbound.at(place) === 1) === outbound) return place;
    }
    return NO_ROW;
  }

  /** For a new trial: a free place, or that of the least suspicious. */
  #place(row: number, trial: Trial): number {
    const list = this.#lists.make(row);
    const size = this.#size.at(list);
    const place = size < CAPACITY ? this.#append(list, size) : this.#leastSuspicious(list);
    this.#peer.set(place, trial.peer === '' ? 0 : this.#texts.hold(trial.peer));
    return place;
  }

  #append(list: number, size: number): number {
    const length = this.#length.at(list);
    if (size === length) {
      const longer = runLength(length + 1);
      const begin =
        length === 0 ? this.#places.add(longer) : this.#places.resize(this.#begin.at(list), length, longer);
      this.#begin.set(list, begin);
      this.#length.set(list, longer);
    }
    this.#size.set(list, size + 1);
    return this.#begin.at(list) + size;
  }

  /** Never that of all together. Habits stay longer than strangers, and who is told of longer than both. */
  #leastSuspicious(list: number): number {
    let least = NO_ROW;
    for (let i = 0; i < this.#size.at(list); i++) {
      const place = this.#begin.at(list) + i;
      if (this.#peer.at(place) !== 0 && (least === NO_ROW || this.#worth(place) < this.#worth(least)))
        least = place;
    }
    this.#texts.release(this.#peer.at(least));
    return least;
  }

  /** In days: the last sign of it, and what there is against or for it. */
  #worth(place: number): number {
    const kept = Math.min(3, this.#days.at(place)) + this.#told.at(place) + this.#score.at(place) / 4;
    return this.#last.at(place) / DAY_MS + kept;
  }

  #read(place: number): Trial {
    const peer = this.#peer.at(place);
    return {
      peer: peer === 0 ? '' : this.#texts.at(peer),
      outbound: this.#outbound.at(place) === 1,
      score: this.#score.at(place),
      failures: this.#failures.at(place),
      first: this.#first.at(place),
      last: this.#last.at(place),
      unknown: this.#unknown.at(place),
      burst: this.#burst.at(place),
      unknownSeen: this.#unknownSeen.at(place),
      successes: this.#successes.at(place),
      accounts: { low: this.#accountsLow.at(place), high: this.#accountsHigh.at(place) },
      peers: { low: this.#peersLow.at(place), high: this.#peersHigh.at(place) },
      gap: this.#gap.at(place),
      gapSquare: this.#gapSquare.at(place),
      gaps: this.#gaps.at(place),
      days: this.#days.at(place),
      lastDay: this.#lastDay.at(place),
      told: this.#told.at(place),
      toldAt: this.#toldAt.at(place),
    };
  }

  #write(place: number, trial: Trial): void {
    this.#outbound.set(place, trial.outbound ? 1 : 0);
    this.#told.set(place, trial.told);
    this.#failures.set(place, trial.failures);
    this.#unknownSeen.set(place, trial.unknownSeen);
    this.#successes.set(place, trial.successes);
    this.#gaps.set(place, trial.gaps);
    this.#days.set(place, trial.days);
    this.#lastDay.set(place, trial.lastDay);
    this.#accountsLow.set(place, trial.accounts.low);
    this.#accountsHigh.set(place, trial.accounts.high);
    this.#peersLow.set(place, trial.peers.low);
    this.#peersHigh.set(place, trial.peers.high);
    this.#score.set(place, trial.score);
    this.#unknown.set(place, trial.unknown);
    this.#burst.set(place, trial.burst);
    this.#gap.set(place, trial.gap);
    this.#gapSquare.set(place, trial.gapSquare);
    this.#first.set(place, trial.first);
    this.#last.set(place, trial.last);
    this.#toldAt.set(place, trial.toldAt);
  }
}
