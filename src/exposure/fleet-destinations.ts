import {
  type Float64Column,
  PackedTexts,
  Table,
  type Uint32Column,
  type Uint8Column,
} from '../columns/index.ts';
import {
  type EntityId,
  type EpochMs,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { EntityLists, type LastContacts } from './entity-lists.ts';
import { flowMark } from './flow-mark.ts';
import { OldestFirst } from './oldest-first.ts';
import type { ContactOutcome } from './sighting.ts';

/** Who of the fleet was in touch with a destination. */
export interface SeenInFleet {
  readonly entities: readonly EntityId[];
  /** There may have been more: `entities` are the first of them, or the destination was forgotten once. */
  readonly approximate: boolean;
  readonly first: EpochMs | null;
  readonly last: EpochMs | null;
  readonly count: number;
  readonly blocked: number;
}

/** What became of a contact that one of ours began. */
export type OwnOutcome = Exclude<ContactOutcome, 'inbound'>;

/** A destination as remembered now, never 0. When it is forgotten, no other one ever has the same handle. */
export type DestinationHandle = number;

const APPROXIMATE = 1;
const FLOW_BLOCKED = 2;
/** A handle is a row and the number of its making: 20 bits for a million rows, 32 for the making. */
const ROWS = 2 ** 20;
const MAKINGS = 2 ** 32 - 1;

/**
 * The reverse index: destination key (`destinationKeys`) → entities. A destination's number is that of its text
 * and of its row. Beyond the bound the destination seen longest ago is forgotten first.
 */
export class FleetDestinations implements Stateful {
  readonly #capacity: number;
  readonly #keys = new PackedTexts();
  readonly #rows = new Table();
  readonly #first: Float64Column = this.#rows.f64('first');
  readonly #last: Float64Column = this.#rows.f64('last');
  readonly #count: Float64Column = this.#rows.f64('count');
  readonly #blocked: Float64Column = this.#rows.f64('blocked');
  /** The last connection by a mark of its Community ID, in two halves; 0: none. */
  readonly #flowHigh: Uint32Column = this.#rows.u32('flowHigh');
  readonly #flowLow: Uint32Column = this.#rows.u32('flowLow');
  /** Which making of a destination it was, from 1: rows are used again, makings are not. */
  readonly #making: Uint32Column = this.#rows.u32('making');
  readonly #flags: Uint8Column = this.#rows.u8('flags');
  readonly #entities = new EntityLists(this.#rows, LIMITS.entitiesPerDestination);
  readonly #order = new OldestFirst(this.#rows);
  #made = 0;
  /** Destinations were forgotten: of one that is not known nobody can tell whether it was ever seen. */
  #hasForgotten = false;

  constructor(capacity: number = LIMITS.fleetDestinations) {
    this.#capacity = capacity;
    // Row 0 stays empty, as text 0 is none.
    this.#rows.add();
  }

  /**
   * @param flow its Community ID: what several sensors or logs say of one connection in a row counts once
   * @returns by which to tell of it again without its text
   */
  observe(
    key: string,
    entity: EntityId,
    time: EpochMs,
    outcome: OwnOutcome,
    flow: string | null = null,
  ): DestinationHandle {
    let row = this.#keys.find(key);
    if (row === 0) row = this.#add(key, time);
    else this.#see(row, time);
    this.#tally(row, outcome === 'blocked', flow);
    this.#remember(row, entity, time, outcome);
    return this.#making.at(row) * ROWS + row;
  }

  /** The same again. `false`, and nothing is noted, where the destination was forgotten: observe it by its key. */
  observeAgain(
    handle: DestinationHandle,
    entity: EntityId,
    time: EpochMs,
    outcome: OwnOutcome,
    flow: string | null = null,
  ): boolean {
    const row = handle % ROWS;
    if (row >= this.#rows.end || this.#making.at(row) !== (handle - row) / ROWS || row === 0) return false;
    this.#see(row, time);
    this.#tally(row, outcome === 'blocked', flow);
    this.#remember(row, entity, time, outcome);
    return true;
  }

  seen(key: string): SeenInFleet {
    const row = this.#keys.find(key);
    if (row === 0) {
      const approximate = this.#hasForgotten;
      return { entities: [], approximate, first: null, last: null, count: 0, blocked: 0 };
    }
    return {
      entities: this.#entities.of(row),
      approximate: (this.#flags.at(row) & APPROXIMATE) !== 0,
      first: this.#first.at(row),
      last: this.#last.at(row),
      count: this.#count.at(row),
      blocked: this.#blocked.at(row),
    };
  }

  /** Entities remembered of a destination, without saying which. */
  prevalence(key: string): number {
    const row = this.#keys.find(key);
    return row === 0 ? 0 : this.#entities.size(row);
  }

  /** Of all destinations that are remembered. */
  *keys(): Iterable<string> {
    for (let row = 1; row < this.#rows.end; row++) if (this.#keys.isHeld(row)) yield this.#keys.at(row);
  }

  /** How many were ever made: what is remembered from now on is told by it. */
  get mark(): number {
    return this.#made;
  }

  /** Of all destinations that are remembered, those that are forgotten or made meanwhile aside. */
  *handles(): Iterable<DestinationHandle> {
    for (let row = 1; row < this.#rows.end; row++) {
      if (this.#keys.isHeld(row)) yield this.#making.at(row) * ROWS + row;
    }
  }

  /** The key of one that {@link handles} gave just now. */
  keyOf(handle: DestinationHandle): string {
    return this.#keys.at(handle % ROWS);
  }

  /** In the order of all: those of these handles that are still remembered, and all that were made since a mark. */
  *keysAmong(handles: ReadonlySet<DestinationHandle>, mark: number): Iterable<string> {
    const made = (this.#made - mark + MAKINGS) % MAKINGS;
    const rows = new Set(Array.from(handles, (handle) => handle % ROWS));
    for (let row = 1; row < this.#rows.end; row++) {
      const making = this.#making.at(row);
      const isNew = (making - mark - 1 + MAKINGS) % MAKINGS < made;
      if (!isNew && !(rows.has(row) && handles.has(making * ROWS + row))) continue;
      if (this.#keys.isHeld(row)) yield this.#keys.at(row);
    }
  }

  /** Who was in touch with a destination, and when last. */
  contacts(key: string): readonly LastContacts[] {
    const row = this.#keys.find(key);
    return row === 0 ? [] : this.#entities.contacts(row);
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** In the order of dropping, which is state too. */
  snapshot(): unknown {
    return Array.from(this.#order.all(), (row) => {
      const key = this.#keys.at(row);
      return [
        key,
        this.seen(key),
        this.contacts(key),
        this.#flowHigh.at(row),
        this.#flowLow.at(row),
        this.#flags.at(row),
      ];
    });
  }

  save(to: StateWriter): void {
    to.plain('fleet', { made: this.#made, hasForgotten: this.#hasForgotten });
    this.#order.save(to.part('order'));
    this.#keys.save(to.part('keys'));
    this.#entities.save(to.part('entities'));
    this.#rows.save(to.part('rows'));
  }

  load(from: StateReader): void {
    const { made, hasForgotten } = from.plain('fleet') as { made: number; hasForgotten: boolean };
    this.#made = made;
    this.#hasForgotten = hasForgotten;
    this.#order.load(from.part('order'));
    this.#keys.load(from.part('keys'));
    this.#entities.load(from.part('entities'));
    this.#rows.load(from.part('rows'));
  }

  #add(key: string, time: EpochMs): number {
    if (this.#keys.size >= this.#capacity) this.#forget(this.#order.oldest);
    const row = this.#rows.add();
    // Both give the number freed last, else the next one: they never part.
    if (this.#keys.hold(key) !== row) throw new Error(`fleet destinations: ${key} is not in row ${row}`);
    this.#made = (this.#made % MAKINGS) + 1;
    this.#making.set(row, this.#made);
    this.#first.set(row, time);
    this.#last.set(row, time);
    if (this.#hasForgotten) this.#flags.set(row, APPROXIMATE);
    this.#order.append(row);
    return row;
  }

  #see(row: number, time: EpochMs): void {
    if (time < this.#first.at(row)) this.#first.set(row, time);
    if (time < this.#last.at(row)) return;
    this.#last.set(row, time);
    this.#order.renew(row);
  }

  #tally(row: number, blocked: boolean, flow: string | null): void {
    const high = flow === null ? 0 : flowMark(flow, 0);
    const low = flow === null ? 0 : flowMark(flow, 1);
    const flags = this.#flags.at(row);
    if (high !== 0 && high === this.#flowHigh.at(row) && low === this.#flowLow.at(row)) {
      if (!blocked || (flags & FLOW_BLOCKED) !== 0) return;
      this.#flags.set(row, flags | FLOW_BLOCKED);
    } else {
      this.#flowHigh.set(row, high);
      this.#flowLow.set(row, low);
      this.#flags.set(row, blocked && high !== 0 ? flags | FLOW_BLOCKED : flags & ~FLOW_BLOCKED);
      this.#count.set(row, this.#count.at(row) + 1);
    }
    if (blocked) this.#blocked.set(row, this.#blocked.at(row) + 1);
  }

  #remember(row: number, entity: EntityId, time: EpochMs, outcome: OwnOutcome): void {
    const isHeld = this.#entities.add(row, entity, time, outcome === 'reached');
    if (!isHeld) this.#flags.set(row, this.#flags.at(row) | APPROXIMATE);
  }

  #forget(row: number): void {
    this.#hasForgotten = true;
    this.#order.remove(row);
    this.#entities.clear(row);
    this.#keys.release(row);
    this.#rows.remove(row);
  }
}
