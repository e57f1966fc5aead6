import { BEFORE_ALL, type EpochMs, isBefore, type Origin } from '../model/index.ts';
import type { Reader } from './history.ts';
import { evidenceIn, packEvidence, pictureOf } from './picture.ts';
import type { PictureRow, PublishedSlice, Tables } from './tables.ts';
import type { Words } from './words.ts';

/** The name under which all that was to be told and is forgotten is counted. */
export const ANYBODY = '';

export interface PruningStep {
  readonly upTo: number;
  readonly horizon: EpochMs;
  /** That are told no more, taken at most. */
  readonly changes: number;
  /** Visited at most. */
  readonly entities: number;
  readonly readers: readonly Reader[];
}

/** Up to where all is forgotten: said by its first step, as the day may change before its last. */
interface Round {
  readonly upTo: number;
  readonly horizon: EpochMs;
  /** The last that may have to go of what is told. */
  readonly end: Origin;
}

/**
 * Forgets in steps: some of what is told no more at a time, then some entities, and when all were visited what is the
 * fleet's.
 */
export class Pruning {
  readonly #tables: Tables;
  readonly #words: Words;
  #round: Round | null = null;
  /** Up to there nothing is left of what is told no more. */
  #taken = BEFORE_ALL;
  #visited = 0;

  constructor(tables: Tables, words: Words) {
    this.#tables = tables;
    this.#words = words;
  }

  /** `false` when everything before was visited; the next step begins anew. */
  step({ upTo, horizon, changes, entities, readers }: PruningStep): boolean {
    const end = (): Origin => this.#tables.lastPublished(upTo) ?? BEFORE_ALL;
    const round = (this.#round ??= { upTo, horizon, end: end() });
    if (isBefore(this.#taken, round.end)) this.#takePublished(round, changes, readers);
    if (isBefore(this.#taken, round.end) || this.#visitNext(round, entities)) return true;
    this.#round = null;
    this.#taken = BEFORE_ALL;
    this.#visited = 0;
    return false;
  }

  /** Counted in the transaction in which it goes: whatever happens, what a reader did not get is counted once. */
  #takePublished({ upTo, horizon, end }: Round, changes: number, readers: readonly Reader[]): void {
    const after = this.#taken;
    const further = this.#tables.publishedFurther(after, changes);
    const until = further === null || isBefore(end, further) ? end : further;
    this.#tables.transaction(() => {
      for (const { name, cursor } of [{ name: ANYBODY, cursor: BEFORE_ALL }, ...readers])
        this.#note(name, { upTo, after: isBefore(after, cursor) ? cursor : after, until }, horizon);
      this.#tables.prunePublished({ upTo, after, until });
    });
    this.#taken = until;
  }

  /** @param slice what goes of what the reader did not get */
  #note(reader: string, slice: PublishedSlice, at: EpochMs): void {
    const gone = this.#tables.toldNoMore(slice);
    if (gone === null) return;
    const before = this.#tables.forgotten(reader);
    // What is kept of anomalies that went on goes later than what was told after it.
    const { record, ordinal } = before !== null && isBefore(gone, before) ? before : gone;
    const changes = (before?.changes ?? 0) + gone.changes;
    this.#tables.setForgotten(reader, { changes, record, ordinal, at });
  }

  /** `false` when it was the last of them. */
  #visitNext({ upTo, horizon }: Round, entities: number): boolean {
    const newest = this.#tables.newestEntity();
    const last = Math.min(newest, this.#visited + entities);
    this.#tables.transaction(() => {
      if (this.#visited === 0) this.#tables.pruneAnomalies(upTo);
      for (let entity = this.#visited + 1; entity <= last; entity++) {
        this.#tables.pruneEntity(entity, this.#base(entity, upTo), upTo);
      }
      if (last === newest) this.#tables.pruneFleet(upTo, horizon);
    });
    this.#visited = last;
    return last < newest;
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
