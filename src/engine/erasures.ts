import {
  type Actor,
  type EpochMs,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

/** That people were forgotten, and how many: never who. */
export interface Erasure {
  readonly at: EpochMs;
  readonly actor: Actor;
  readonly users: number;
}

/** The proof that was asked for: an erasure leaves nothing else behind. */
export class Erasures implements Stateful {
  /** The oldest first. */
  #all: readonly Erasure[] = [];

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  get all(): readonly Erasure[] {
    return this.#all;
  }

  note(erasure: Erasure): void {
    this.#all = [...this.#all, erasure].slice(-LIMITS.erasures);
  }

  save(to: StateWriter): void {
    to.records('erasures', this.#all);
  }

  load(from: StateReader): void {
    this.#all = [...from.records('erasures')] as Erasure[];
  }
}
