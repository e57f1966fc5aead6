import { type EpochMs, isBefore, type Origin } from '../model/index.ts';
import type { Reader } from './history.ts';
import { evidenceIn, packEvidence, pictureOf } from './picture.ts';
import type { PictureRow, Tables } from './tables.ts';
import type { Words } from './words.ts';

/** The name under which all that was to be told and is forgotten is counted. */
export const ANYBODY = '';

export interface PruningStep {
  readonly upTo: number;
  readonly horizon: EpochMs;
  /** Visited at most. */
  readonly entities: number;
  readonly readers: readonly Reader[];
}

/** Forgets in steps: what is told no more, then some entities at a time, and when all were visited what is the fleet's. */
export class Pruning {
  readonly #tables: Tables;
  readonly #words: Words;
  #visited = 0;

  constructor(tables: Tables, words: Words) {
    this.#tables = tables;
    this.#words = words;
  }

  /** `false` when everything before was visited; the next step begins anew. */
  step({ upTo, horizon, entities, readers }: PruningStep): boolean {
    const newest = this.#tables.newestEntity();
    const last = Math.min(newest, this.#visited + entities);
    this.#tables.transaction(() => {
      if (this.#visited === 0) this.#count(this.#tables.prunePublished(upTo), horizon, readers);
      for (let entity = this.#visited + 1; entity <= last; entity++) {
        this.#tables.pruneEntity(entity, this.#base(entity, upTo), upTo);
      }
      if (last === newest) this.#tables.pruneFleet(upTo, horizon);
    });
    this.#visited = last === newest ? 0 : last;
    return this.#visited !== 0;
  }

  /** With them in one transaction: whatever happens, what a reader did not get is counted once. */
  #count(gone: readonly Origin[], at: EpochMs, readers: readonly Reader[]): void {
    this.#note(ANYBODY, gone, at);
    for (const { name, cursor } of readers)
      this.#note(
        name,
        gone.filter((origin) => isBefore(cursor, origin)),
        at,
      );
  }

  #note(reader: string, gone: readonly Origin[], at: EpochMs): void {
    if (gone.length === 0) return;
    const before = this.#tables.forgotten(reader);
    const { record, ordinal } = gone.reduce((last, each) => (isBefore(last, each) ? each : last));
    this.#tables.setForgotten(reader, { changes: (before?.changes ?? 0) + gone.length, record, ordinal, at });
  }

  /** Its last picture up to then, made whole: it has to do without those before it. */
  #base(entity: number, upTo: number): PictureRow | null {
    const row = this.#tables.lastPicture(entity, upTo);
    if (row === null) return null;
    const factors = pictureOf(row, this.#words)?.factors ?? [];
    const evidence = evidenceIn(this.#tables.pictures(entity, upTo), factors, this.#words);
    return { ...row, evidence: packEvidence(evidence, this.#words) };
  }
}
