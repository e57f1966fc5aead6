import { PackedTexts, Table } from '../columns/index.ts';
import type { EntityId, StateReader, Stateful, StateWriter } from '../model/index.ts';

/** The entities of a partition, each with a row; what is known of them lies in columns of `table`. */
export class EntityRows implements Stateful {
  readonly table = new Table();
  /** An entity's row is the number of its id, from 1. */
  readonly #ids = new PackedTexts();

  /** -1 where it has none. */
  find(id: EntityId): number {
    return this.#ids.find(id) - 1;
  }

  /** Its row, made where it has none. */
  of(id: EntityId): number {
    const known = this.find(id);
    if (known !== -1) return known;
    const row = this.table.add();
    // Both give the number freed last, else the next one: they never part.
    if (this.#ids.hold(id) !== row + 1) throw new Error(`entities: ${id} is not in row ${row}`);
    return row;
  }

  /** The entity of a row in use. */
  id(row: number): EntityId {
    return this.#ids.at(row + 1) as EntityId;
  }

  /** As their ids are ordered. */
  compare(a: number, b: number): number {
    return this.#ids.compare(a + 1, b + 1);
  }

  remove(row: number): void {
    this.#ids.release(row + 1);
    this.table.remove(row);
  }

  /** Rows in use, in order. */
  *all(): Iterable<number> {
    for (let row = 0; row < this.table.end; row++) if (this.#ids.isHeld(row + 1)) yield row;
  }

  save(to: StateWriter): void {
    this.table.save(to.part('columns'));
    this.#ids.save(to.part('names'));
  }

  load(from: StateReader): void {
    this.table.load(from.part('columns'));
    if (from.has('names')) this.#ids.load(from.part('names'));
    else this.#loadFirstForm(from);
  }

  /** A state of version 1: a text for each row, the empty one where a row is free. */
  #loadFirstForm(from: StateReader): void {
    const { free } = from.part('columns').plain('rows') as { readonly free: readonly number[] };
    this.#ids.restore([...from.texts('ids')], free);
  }
}
