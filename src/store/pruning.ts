import type { EpochMs } from '../model/index.ts';
import { evidenceIn, packEvidence, pictureOf } from './picture.ts';
import type { PictureRow, Tables } from './tables.ts';
import type { Words } from './words.ts';

/** Forgets in steps: some entities at a time, and when all were visited what is the fleet's. */
export class Pruning {
  readonly #tables: Tables;
  readonly #words: Words;
  #visited = 0;

  constructor(tables: Tables, words: Words) {
    this.#tables = tables;
    this.#words = words;
  }

  /** `false` when everything before was visited; the next step begins anew. */
  step(upTo: number, horizon: EpochMs, entities: number): boolean {
    const newest = this.#tables.newestEntity();
    const last = Math.min(newest, this.#visited + entities);
    this.#tables.transaction(() => {
      if (this.#visited === 0) this.#tables.cutPublished(upTo);
      for (let entity = this.#visited + 1; entity <= last; entity++) {
        this.#tables.pruneEntity(entity, this.#base(entity, upTo), upTo);
      }
      if (last === newest) this.#tables.pruneFleet(upTo, horizon);
    });
    this.#visited = last === newest ? 0 : last;
    return this.#visited !== 0;
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
