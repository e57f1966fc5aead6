import { Table } from '../columns/index.ts';
import type { EntityId, StateReader, Stateful, StateWriter } from '../model/index.ts';

/** The entities of a partition, each with a row; what is known of them lies in columns of `table`. */
export class EntityRows implements Stateful {
  readonly table = new Table();
  /** By row; the empty text where a row is free. */
  readonly #ids: (EntityId | '')[] = [];
  readonly #rows = new Map<EntityId, number>();

  /** -1 where it has none. */
  find(id: EntityId): number {
    return this.#rows.get(id) ?? -1;
  }

  /** Its row, made where it has none. */
  of(id: EntityId): number {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = this.table.add();
    this.#ids[row] = id;
    this.#rows.set(id, row);
    return row;
  }

  /** The entity of a row in use. */
  id(row: number): EntityId {
    return this.#ids[row] as EntityId;
  }

  remove(row: number): void {
    this.#rows.delete(this.id(row));
    this.#ids[row] = '';
    this.table.remove(row);
  }

  /** Rows in use, in order. */
  *all(): Iterable<number> {
    for (let row = 0; row < this.#ids.length; row++) if (this.#ids[row] !== '') yield row;
  }

  save(to: StateWriter): void {
    this.table.save(to.part('columns'));
    to.texts('ids', this.#ids);
  }

  load(from: StateReader): void {
    this.table.load(from.part('columns'));
    for (const id of from.texts('ids')) {
      if (id !== '') this.#rows.set(id as EntityId, this.#ids.length);
      this.#ids.push(id as EntityId | '');
    }
  }
}
