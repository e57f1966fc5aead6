import { PackedTexts, Runs, type Table, type Uint32Column, type Uint8Column } from '../columns/index.ts';
import type { EntityId, EpochMs, Stateful, StateReader, StateWriter } from '../model/index.ts';

const SECOND_MS = 1_000;
const NOWHERE = -1;

/** When an entity was in touch last, to the second; `null`: not so, or kept by a release that did not note it. */
export interface LastContacts {
  readonly entity: EntityId;
  readonly reached: EpochMs | null;
  /** Blocked, or attempted in vain. */
  readonly stopped: EpochMs | null;
}

/**
 * Per row of a table the first few entities, in the order in which they came, and when each was in touch last: as long
 * a run as they need.
 */
export class EntityLists implements Stateful {
  readonly #most: number;
  readonly #entities = new PackedTexts();
  readonly #runs = new Runs();
  readonly #member: Uint32Column = this.#runs.u32('entity');
  /** In whole seconds, 0 for never: nobody asks for less. */
  readonly #reached: Uint32Column = this.#runs.u32('reached_s');
  readonly #stopped: Uint32Column = this.#runs.u32('stopped_s');
  readonly #first: Uint32Column;
  readonly #count: Uint8Column;

  /** @param most entities per row, a power of two up to 128 */
  constructor(rows: Table, most: number) {
    this.#most = most;
    this.#first = rows.u32('run');
    this.#count = rows.u8('entities');
  }

  /** `false` where it is not in the list, and there is no more room. */
  add(row: number, entity: EntityId, time: EpochMs, isReached: boolean): boolean {
    const count = this.#count.at(row);
    const known = this.#placeOf(row, count, this.#entities.find(entity));
    if (known === NOWHERE && count === this.#most) return false;
    const place = known === NOWHERE ? this.#append(row, count, entity) : known;
    const last = isReached ? this.#reached : this.#stopped;
    last.set(place, Math.max(last.at(place), Math.floor(time / SECOND_MS)));
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

  contacts(row: number): LastContacts[] {
    const first = this.#first.at(row);
    return this.of(row).map((entity, i) => ({
      entity,
      reached: instant(this.#reached.at(first + i)),
      stopped: instant(this.#stopped.at(first + i)),
    }));
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

  #placeOf(row: number, count: number, number: number): number {
    if (number === 0) return NOWHERE;
    const first = this.#first.at(row);
    for (let i = 0; i < count; i++) if (this.#member.at(first + i) === number) return first + i;
    return NOWHERE;
  }

  #append(row: number, count: number, entity: EntityId): number {
    const place = this.#withRoom(row, count) + count;
    this.#member.set(place, this.#entities.hold(entity));
    this.#count.set(row, count + 1);
    return place;
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

function instant(seconds: number): EpochMs | null {
  return seconds === 0 ? null : seconds * SECOND_MS;
}

/** The next power of two. */
function lengthFor(count: number): number {
  return 2 ** (32 - Math.clz32(count - 1));
}
