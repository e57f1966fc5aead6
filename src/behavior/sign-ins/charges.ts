import { NO_ROW, Table } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';
import { NONE_MET } from './distinct-bits.ts';
import type { Trial } from './trial.ts';

/** What a trial has while there is something against the one whom it is about. */
type Charge = Omit<Trial, 'peer' | 'outbound' | 'days' | 'lastDay' | 'hasSucceeded' | 'last'>;

const NONE: Charge = {
  score: 0,
  failures: 0,
  unknown: 0,
  burst: 0,
  unknownSeen: 0,
  accounts: NONE_MET,
  peers: NONE_MET,
  gap: 0,
  gapSquare: 0,
  gaps: 0,
  told: 0,
  toldAt: 0,
};

/** What there is against those who sign in: hardly any of them has a row. */
export class Charges implements Stateful {
  readonly #rows = new Table();
  readonly #told = this.#rows.u8('told');
  readonly #failures = this.#rows.u32('failures');
  readonly #unknownSeen = this.#rows.u32('unknown_seen');
  readonly #gaps = this.#rows.u16('gaps');
  readonly #accountsLow = this.#rows.u32('accounts_low');
  readonly #accountsHigh = this.#rows.u32('accounts_high');
  readonly #peersLow = this.#rows.u32('peers_low');
  readonly #peersHigh = this.#rows.u32('peers_high');
  readonly #score = this.#rows.f32('score');
  readonly #unknown = this.#rows.f32('unknown');
  readonly #burst = this.#rows.f32('burst');
  readonly #gap = this.#rows.f32('gap');
  readonly #gapSquare = this.#rows.f32('gap_square');
  readonly #toldAt = this.#rows.f64('told_at');
  /** What of its last sign is less than a second: gaps are counted in milliseconds. */
  readonly #lastMs = this.#rows.u16('last_ms');

  add(): number {
    return this.#rows.add();
  }

  remove(row: number): void {
    this.#rows.remove(row);
  }

  /** Into a row of another engine part. */
  moveTo(other: Charges, row: number): number {
    const moved = other.#rows.add();
    this.#rows.copyTo(other.#rows, row, moved);
    return moved;
  }

  /** @param row or `NO_ROW` */
  at(row: number): Charge {
    if (row === NO_ROW) return NONE;
    return {
      score: this.#score.at(row),
      failures: this.#failures.at(row),
      unknown: this.#unknown.at(row),
      burst: this.#burst.at(row),
      unknownSeen: this.#unknownSeen.at(row),
      accounts: { low: this.#accountsLow.at(row), high: this.#accountsHigh.at(row) },
      peers: { low: this.#peersLow.at(row), high: this.#peersHigh.at(row) },
      gap: this.#gap.at(row),
      gapSquare: this.#gapSquare.at(row),
      gaps: this.#gaps.at(row),
      told: this.#told.at(row),
      toldAt: this.#toldAt.at(row),
    };
  }

  set(row: number, charge: Charge, lastMs: number): void {
    this.#told.set(row, charge.told);
    this.#failures.set(row, charge.failures);
    this.#unknownSeen.set(row, charge.unknownSeen);
    this.#gaps.set(row, charge.gaps);
    this.#accountsLow.set(row, charge.accounts.low);
    this.#accountsHigh.set(row, charge.accounts.high);
    this.#peersLow.set(row, charge.peers.low);
    this.#peersHigh.set(row, charge.peers.high);
    this.#score.set(row, charge.score);
    this.#unknown.set(row, charge.unknown);
    this.#burst.set(row, charge.burst);
    this.#gap.set(row, charge.gap);
    this.#gapSquare.set(row, charge.gapSquare);
    this.#toldAt.set(row, charge.toldAt);
    this.#lastMs.set(row, lastMs);
  }

  /** @param row or `NO_ROW` */
  lastMs(row: number): number {
    return row === NO_ROW ? 0 : this.#lastMs.at(row);
  }

  /** How long it stays among others, in days: for what was told of it, and for what there is against it. */
  worth(row: number): number {
    return row === NO_ROW ? 0 : this.#told.at(row) + this.#score.at(row) / 4;
  }

  save(to: StateWriter): void {
    this.#rows.save(to);
  }

  load(from: StateReader): void {
    this.#rows.load(from);
  }
}
