import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { runLength } from './run-length.ts';
import { Runs } from './runs.ts';
import { NO_ROW, SideRows } from './side-rows.ts';
import type { Table } from './table.ts';

/**
 * Lists of places that only some rows of a table have: each as long as it needs and no longer than allowed, made by need
 * and given back. What a place holds is said by the columns of `places`.
 */
export class SideLists implements Stateful {
  readonly places = new Runs();
  readonly #most: number;
  readonly #heads: SideRows;
  readonly #begin;
  readonly #size;

  /** @param most places of a row, up to 255 */
  constructor(rows: Table, name: string, most: number) {
    this.#most = most;
    this.#heads = new SideRows(rows, name);
    this.#begin = this.#heads.table.u32('begin');
    this.#size = this.#heads.table.u8('size');
  }

  /** The first of a row's places that is so; `NO_ROW` for none. */
  find(row: number, isSo: (place: number) => boolean): number {
    const head = this.#heads.at(row);
    if (head === NO_ROW) return NO_ROW;
    const begin = this.#begin.at(head);
    for (let place = begin; place < begin + this.#size.at(head); place++) if (isSo(place)) return place;
    return NO_ROW;
  }

  /** Visits a row's places. */
  each(row: number, visit: (place: number) => void): void {
    const head = this.#heads.at(row);
    if (head === NO_ROW) return;
    const begin = this.#begin.at(head);
    for (let place = begin; place < begin + this.#size.at(head); place++) visit(place);
  }

  /** Places that a row has. */
  size(row: number): number {
    const head = this.#heads.at(row);
    return head === NO_ROW ? 0 : this.#size.at(head);
  }

  /** A place for one more; of a full list the least of all, once `drop` gave back what it held. */
  add(row: number, isLess: (a: number, b: number) => boolean, drop: (place: number) => void): number {
    const head = this.#heads.make(row);
    const [begin, size] = [this.#begin.at(head), this.#size.at(head)];
    if (size >= this.#most) {
      let least = begin;
      for (let place = begin + 1; place < begin + size; place++) if (isLess(place, least)) least = place;
      drop(least);
      return least;
    }
    this.#size.set(head, size + 1);
    if (size === 0) this.#begin.set(head, this.places.add(1));
    else if (runLength(size) === size) {
      this.#begin.set(head, this.places.resize(begin, size, runLength(size + 1)));
    }
    return this.#begin.at(head) + size;
  }

  /** @param drop gives back what a place held */
  end(row: number, drop: (place: number) => void): void {
    const head = this.#heads.at(row);
    if (head === NO_ROW) return;
    const [begin, size] = [this.#begin.at(head), this.#size.at(head)];
    for (let place = begin; place < begin + size; place++) drop(place);
    if (size > 0) this.places.remove(begin, runLength(size));
    this.#heads.end(row);
  }

  /**
   * Into a row of another table that has the same columns.
   * @param moved is told of each place, whose columns were copied
   */
  moveTo(other: SideLists, row: number, otherRow: number, moved: (from: number, to: number) => void): void {
    const heads = this.#heads.moveTo(other.#heads, row, otherRow);
    if (heads === null) return;
    const [begin, size] = [this.#begin.at(heads.from), this.#size.at(heads.from)];
    if (size === 0) return;
    const first = other.places.add(runLength(size));
    other.#begin.set(heads.to, first);
    for (let i = 0; i < size; i++) {
      this.places.copyTo(other.places, begin + i, first + i);
      moved(begin + i, first + i);
    }
  }

  save(to: StateWriter): void {
    this.#heads.save(to.part('heads'));
    this.places.save(to.part('places'));
  }

  load(from: StateReader): void {
    this.#heads.load(from.part('heads'));
    this.places.load(from.part('places'));
  }
}
