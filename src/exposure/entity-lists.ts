import { PackedTexts, Runs, type Table, type Uint32Column, type Uint8Column } from '../columns/index.ts';
import type { EntityId, Stateful, StateReader, StateWriter } from '../model/index.ts';

/** Per row of a table the first few entities, in the order in which they came: as long a run as they need. */
export class EntityLists implements Stateful {
  readonly #most: number;
  readonly #entities = new PackedTexts();
  readonly #runs = new Runs();
  readonly #member: Uint32Column = this.#runs.u32('entity');
  readonly #first: Uint32Column;
  readonly #count: Uint8Column;

  /** @param most entities per row, a power of two up to 128 */
  constructor(rows: Table, most: number) {
    this.#most = most;
    this.#first = rows.u32('run');
    this.#count = rows.u8('entities');
  }

  /** `false` where it is not in the list, and there is no more room. */
  add(row: number, entity: EntityId): boolean {
    const count = this.#count.at(row);
    if (this.#has(row, count, this.#entities.find(entity))) return true;
    if (count === this.#most) return false;
    const first = this.#withRoom(row, count);
    this.#member.set(first + count, this.#entities.hold(entity));
    this.#count.set(row, count + 1);
    return true;
  }

  size(row: number): number {
    return this.#count.at(row);
  }

  of(row: number): EntityId[] {
    const first = this.#first.at(row);
    const numbers = Array.from({ length: this.#count.at(row) }, (_, i) => this.#member.at(first + i));
    return numbers.map((number) => this.#entities.at(number) as EntityId);
  }

  /** Empties the list of a row that is given up. */
  clear(row: number): void {
    const first = this.#first.at(row);
    const count = this.#count.at(row);
    for (let i = 0; i < count; i++) this.#entities.release(this.#member.at(first + i));
    if (count > 0) this.#runs.remove(first, lengthFor(count));
    this.#count.set(row, 0);
  }

  /** Without the columns of the table. */
  save(to: StateWriter): void {
    this.#entities.save(to.part('entities'));
    this.#runs.save(to.part('members'));
  }

  load(from: StateReader): void {
    this.#entities.load(from.part('entities'));
    this.#runs.load(from.part('members'));
  }

  #has(row: number, count: number, number: number): boolean {
    if (number === 0) return false;
    const first = this.#first.at(row);
    for (let i = 0; i < count; i++) if (this.#member.at(first + i) === number) return true;
    return false;
  }

  /** The row's run, with room for one more. */
  #withRoom(row: number, count: number): number {
    const first = this.#first.at(row);
    const length = lengthFor(count + 1);
    if (count > 0 && length === lengthFor(count)) return first;
    const moved = count === 0 ? this.#runs.add(length) : this.#runs.resize(first, lengthFor(count), length);
    this.#first.set(row, moved);
    return moved;
  }
}

/** The next power of two. */
function lengthFor(count: number): number {
  return 2 ** (32 - Math.clz32(count - 1));
}
