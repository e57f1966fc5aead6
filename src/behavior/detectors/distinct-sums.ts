import { type Float32Column, Runs, type Uint32Column } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';

const REGISTERS = 64;
/** The bits of a mark that choose its register, and those of which the rank is taken. */
const CHOOSING_BITS = 6;

/** What has columns: a table or runs. */
interface Columns {
  u32(name: string): Uint32Column;
  f32(name: string): Float32Column;
}

/**
 * How many distinct things were met, and sums over them, each counted once however often it came, in 64 bytes.
 *
 * A HyperLogLog sketch (Flajolet et al. 2007) read by the historic inverse probability (Ting 2014, Cohen 2015): what
 * changes the sketch is surely new, and stands for as many new ones as the inverse of the probability with which a
 * new one changes it. The sums so gathered are unbiased; their standard error is about 0.1. Of one thing only its
 * mark is kept; the registers come with the second.
 */
export class DistinctSums implements Stateful {
  /** The first mark; 0 for none. */
  readonly #first: Uint32Column;
  /** One more than where the registers begin; 0 for none. */
  readonly #begin: Uint32Column;
  readonly #count: Float32Column;
  readonly #sums: readonly Float32Column[];
  readonly #runs = new Runs();
  readonly #registers = this.#runs.u8('registers');

  /** @param sums names of what is summed beside the count */
  constructor(rows: Columns, sums: readonly string[]) {
    this.#first = rows.u32('first');
    this.#begin = rows.u32('registers');
    this.#count = rows.f32('count');
    this.#sums = sums.map((name) => rows.f32(name));
  }

  /**
   * @param mark 32 bits evenly spread and hard to foresee, never 0: part of a keyed fingerprint
   * @param values of it, one for each sum
   * @returns whether it was new for sure
   */
  add(row: number, mark: number, values: readonly number[]): boolean {
    const first = this.#first.at(row);
    if (first === 0) {
      this.#first.set(row, mark);
      this.#weigh(row, 1, values);
      return true;
    }
    if (mark === first) return false;
    if (this.#begin.at(row) === 0) {
      this.#begin.set(row, this.#runs.add(REGISTERS) + 1);
      this.#raise(row, first);
    }
    const chance = this.#chanceOfChange(row);
    if (!this.#raise(row, mark)) return false;
    this.#weigh(row, 1 / chance, values);
    return true;
  }

  /** Distinct things, about. */
  count(row: number): number {
    return this.#count.at(row);
  }

  /** The sum of the nth value over the distinct things, about. */
  sum(row: number, nth: number): number {
    return this.#sums[nth]?.at(row) ?? 0;
  }

  /** Gives back what it holds, and begins with nothing. */
  clear(row: number): void {
    const begin = this.#begin.at(row);
    if (begin > 0) this.#runs.remove(begin - 1, REGISTERS);
    this.forgetMoved(row);
  }

  /** Begins with nothing: what it held is another row's now. */
  forgetMoved(row: number): void {
    this.#begin.set(row, 0);
    this.#first.set(row, 0);
    this.#count.set(row, 0);
    for (const sum of this.#sums) sum.set(row, 0);
  }

  /** Into a row of another one to which the columns were copied already. */
  moveTo(other: DistinctSums, row: number, otherRow: number): void {
    const begin = this.#begin.at(row);
    if (begin === 0) return;
    const moved = other.#runs.add(REGISTERS);
    for (let i = 0; i < REGISTERS; i++) this.#runs.copyTo(other.#runs, begin - 1 + i, moved + i);
    other.#begin.set(otherRow, moved + 1);
  }

  save(to: StateWriter): void {
    this.#runs.save(to);
  }

  load(from: StateReader): void {
    this.#runs.load(from);
  }

  #weigh(row: number, weight: number, values: readonly number[]): void {
    this.#count.set(row, this.#count.at(row) + weight);
    for (const [nth, sum] of this.#sums.entries()) sum.set(row, sum.at(row) + weight * (values[nth] ?? 0));
  }

  /** True when it was higher than what its register had. */
  #raise(row: number, mark: number): boolean {
    const register = this.#begin.at(row) - 1 + (mark >>> (32 - CHOOSING_BITS));
    const rank = Math.min(Math.clz32(mark << CHOOSING_BITS), 32 - CHOOSING_BITS) + 1;
    if (rank <= this.#registers.at(register)) return false;
    this.#registers.set(register, rank);
    return true;
  }

  /** The probability with which a new mark changes some register. */
  #chanceOfChange(row: number): number {
    const begin = this.#begin.at(row) - 1;
    let chance = 0;
    for (let i = begin; i < begin + REGISTERS; i++) chance += 2 ** -this.#registers.at(i);
    return chance / REGISTERS;
  }
}
