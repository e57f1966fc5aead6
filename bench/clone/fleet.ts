import { join } from 'node:path';
import { engineKeys } from '../../src/app/index.ts';
import { Engine } from '../../src/engine/index.ts';
import type { EntityId, StateReader, Stateful, StateWriter } from '../../src/model/index.ts';
import { createNameGate, createSealer, loadKeys, type Sealer } from '../../src/privacy/index.ts';
import { listSnapshots, openSnapshot, type SnapshotHead } from '../../src/snapshot/index.ts';
import { CopiedState, Copying } from './copied-state.ts';
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

  private constructor(sealer: Sealer, head: SnapshotHead, copies: number) {
    this.engine = new Engine(engineKeys(() => sealer));
    this.head = head;
    this.copies = copies;
    this.#renaming = new Renaming(copies);
  }

  /** @param dir a data directory that nobody owns, and that holds a snapshot */
  static async of(dir: string, copies: number): Promise<CopiedFleet> {
    const keys = await loadKeys(join(dir, 'keys'), () => {
      throw new Error(`bench: ${dir} has no keys`);
    });
    const sealer = createSealer({ keys, gate: createNameGate(), domains: {} });
    const [file] = listSnapshots(join(dir, 'snapshots'));
    if (file === undefined) throw new Error(`bench: ${dir} has no snapshot; its fleet is too small`);
    const snapshot = openSnapshot(file.path);
    const { records, stateVersion } = snapshot;
    const fleet = new CopiedFleet(sealer, { records, stateVersion }, copies);
    snapshot.load(fleet);
    snapshot.close();
    return fleet;
  }

  /** The copy's id of an entity of the model. */
  idOf(model: EntityId, copy: number): EntityId {
    return this.#renaming.text(model, copy) as EntityId;
  }

  load(from: StateReader): void {
    this.#keyCheck = from.plain('key_check');
    this.#taken = from.plain('taken');
    this.#gate.load(from.part('name_gate'));
    const engine = from.part('engine');
    this.models = [...engine.part('partition 0').part('entities').texts('ids')] as EntityId[];
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
    for (const key of [...from.part('keys').texts('texts')].filter((text) => text !== '')) {
      const { entities, last, blocked } = destinations.seen(key);
      for (let copy = 0; copy < this.copies; copy++) {
        const own = this.#renaming.text(key, copy);
        for (const model of entities) {
          destinations.observe(own, this.idOf(model, copy), last ?? 0, blocked > 0);
        }
        // Who comes later finds no more room, and only makes it count.
        if (own === key && destinations.seen(key).approximate) break;
      }
    }
  }
}
