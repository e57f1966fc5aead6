import { ByColumns } from '../../src/columns/index.ts';
import type { Engine } from '../../src/engine/index.ts';
import type { EntityId, StateReader, Stateful, StateWriter } from '../../src/model/index.ts';
import { createNameGate } from '../../src/privacy/index.ts';
import type { SnapshotHead } from '../../src/snapshot/index.ts';
import { CopiedState } from './copied-state.ts';
import { Copying } from './copying.ts';
import type { Model } from './model.ts';
import { heldTexts } from './packed-texts.ts';
import { Renaming } from './renaming.ts';

/** An engine that holds a simulated fleet so many times; written down, it is a snapshot of the same data directory. */
export class CopiedFleet implements Stateful {
  readonly engine: Engine;
  /** Of the snapshot that was copied. */
  readonly head: SnapshotHead;
  readonly copies: number;
  /** The entities of the model, by its own ids. */
  models: readonly EntityId[] = [];
  readonly #gate = createNameGate();
  readonly #renaming: Renaming;
  #keyCheck: unknown = null;
  #taken: unknown = null;

  constructor(model: Model, copies: number) {
    this.engine = model.newEngine();
    this.head = model.head;
    this.copies = copies;
    this.#renaming = new Renaming(copies);
    model.load(this);
  }

  /** The copy's id of an entity of the model. */
  idOf(model: EntityId, copy: number): EntityId {
    return this.#renaming.text(model, copy) as EntityId;
  }

  /** What is said of the model, as it is said of the copy. */
  saidOf<T>(said: T, copy: number): T {
    return this.#renaming.value(JSON.stringify(said), copy) as T;
  }

  load(from: StateReader): void {
    this.#keyCheck = from.plain('key_check');
    this.#taken = from.plain('taken');
    this.#gate.load(from.part('name_gate'));
    const engine = new ByColumns(from.part('engine'));
    this.models = heldTexts(engine.part('partition 0').part('entities').part('names')) as EntityId[];
    this.engine.load(new CopiedState(new Copying(engine, this.copies, this.#renaming)));
    this.#meetDestinations(engine.part('destinations'));
  }

  save(to: StateWriter): void {
    to.plain('key_check', this.#keyCheck);
    to.plain('taken', this.#taken);
    this.#gate.save(to.part('name_gate'));
    this.engine.save(to.part('engine'));
  }

  /** The reverse index is bounded, so each copy meets its destinations through the index's own door. */
  #meetDestinations(from: StateReader): void {
    const { destinations } = this.engine;
    for (const key of heldTexts(from.part('keys'))) {
      const { entities, last, blocked } = destinations.seen(key);
      for (let copy = 0; copy < this.copies; copy++) {
        const own = this.#renaming.text(key, copy);
        for (const model of entities) {
          destinations.observe(own, this.idOf(model, copy), last ?? 0, blocked > 0 ? 'blocked' : 'reached');
        }
        // Who comes later finds no more room, and only makes it count.
        if (own === key && destinations.seen(key).approximate) break;
      }
    }
  }
}
