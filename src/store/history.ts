import type {
  AnomalyChange,
  AtRiskChange,
  Cause,
  EntityId,
  EpochMs,
  FactorName,
  Origin,
  PostureChange,
  Publication,
} from '../model/index.ts';
import type { CircumstanceKey, Circumstances, EntityFacts } from './circumstances.ts';
import type { Past } from './past.ts';

/** One thing to be kept, in the order in which the engine told of it. */
export type Entry =
  | {
      readonly kind: 'posture';
      readonly change: PostureChange;
      /** The identity that it turned out to be, where `after` is `null`. */
      readonly into: EntityId | null;
      /** Absent where it is no news: then it does not leave the house. */
      readonly origin?: Origin;
    }
  | { readonly kind: 'anomaly'; readonly change: AnomalyChange; readonly origin?: Origin }
  | { readonly kind: 'at_risk'; readonly change: AtRiskChange }
  | { readonly kind: 'facts'; readonly at: EpochMs; readonly facts: EntityFacts }
  /** All that is told after it is of this record of the journal and of later ones, and can be taken back. */
  | { readonly kind: 'point'; readonly record: number }
  | { readonly [K in CircumstanceKey]: Circumstance<K> }[CircumstanceKey];

export interface Circumstance<K extends CircumstanceKey = CircumstanceKey> {
  readonly kind: 'circumstance';
  readonly at: EpochMs;
  readonly key: K;
  readonly value: Circumstances[K];
}

/** A published change: the factors that it moved, and by what it came. */
export interface Move {
  readonly at: EpochMs;
  readonly cause: Cause;
  readonly factors: readonly FactorName[];
}

/** How far the journal is in here: a replay tells the same changes again, and those up to here are skipped. */
export interface Mark {
  /** Records of the journal whose changes are all kept. */
  readonly records: number;
  /** Changes of the record after them that are kept, too. */
  readonly changes: number;
}

/** The instants that can be asked about, both included. */
export interface Span {
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** Who is told what left the house, in order: the last that it got. */
export interface Reader {
  readonly name: string;
  readonly cursor: Origin;
}

/** Changes that are not to be told any more. */
export interface Forgotten {
  readonly changes: number;
  readonly last: Origin;
  /** They are older than that. */
  readonly before: EpochMs;
}

/**
 * The time machine's memory: what was published, when, and why. It follows from the journal, so that it can be
 * rebuilt as far as the journal reaches; a batch is kept whole, with the mark it leads to, or not at all.
 */
export interface History {
  readonly mark: Mark;
  /** Whose history it is; `null` where nobody has said. */
  readonly owner: string | null;
  belongTo(owner: string): void;
  /** `null` before the first change. */
  readonly span: Span | null;
  /** Kept whole when it returns, whatever becomes of the process; on the disk for good after `sync`. */
  write(entries: readonly Entry[], mark: Mark): void;
  /** Puts on the disk for good what was written. */
  sync(): void;
  /** The newest {@link EntityFacts} of an entity, in JSON; `null` for none. */
  factsOf(entity: EntityId): string | null;
  /** The newest of a circumstance; `null` before the first. */
  circumstance<K extends CircumstanceKey>(key: K): Circumstances[K] | null;
  /** The fleet after everything that happened up to `at`. @throws RangeError outside of `span` */
  asOf(at: EpochMs): Past;
  /** What was published of an entity after `from` and up to `until`, the oldest first; of very many the latest. */
  changes(entity: EntityId, from: EpochMs, until: EpochMs): readonly Move[];
  /**
   * What left the house after `after`, in the order in which it was told; at most so many. Nobody sees half a record: of
   * what a record changed several times, the last is told, and a record that is not kept whole yet is not told at all.
   */
  published(after: Origin, limit: number): readonly Publication[];
  /** How many of them there are, counted up to `limit`, and when the first of them was told. */
  publishedCount(after: Origin, limit: number): { readonly count: number; readonly oldest: EpochMs | null };
  /** The origin just before the first that was told at `at` or later; `null` where none was. */
  publishedSince(at: EpochMs): Origin | null;
  /** The newest; `null` before the first. */
  readonly newestPublished: Origin | null;
  /**
   * Forgets what is older than `horizon`, but for the last state of everything before it: so many changes that are told
   * no more, then some entities' worth per call. `false` when there is nothing left to forget. What readers had not got of
   * it is counted, and kept for good.
   */
  prune(horizon: EpochMs, entities: number, readers?: readonly Reader[], changes?: number): boolean;
  /** Whether `prune` came to its end for this horizon, in whichever process. */
  isPruned(horizon: EpochMs): boolean;
  /** What was forgotten before this reader got it, or at all; `null` for nothing. */
  forgotten(reader: Reader['name'] | null): Forgotten | null;
  /** Another reader of that name begins: it lost nothing. */
  readAnew(reader: Reader['name']): void;
  /**
   * Writes, and forgets entities as if they had never been: their pictures, anomalies, facts and what was said of them, and
   * their part in the fleet's sums of every instant. In short steps, all of it or nothing: nobody may write between them,
   * and until the last one the mark is as before.
   */
  writeErasing(entries: readonly Entry[], mark: Mark, erased: readonly EntityId[]): Generator<void, void>;
  /** The newest {@link Entry} `point`; `null` before the first. */
  readonly newestPoint: number | null;
  /** The last record, this one or one before it, from which on all that was published can be taken back; `null` for none. */
  pointBefore(record: number): number | null;
  /** Takes it back: the mark is before that record. */
  takeBack(point: number): void;
  /** Writes the file anew, so that no byte of what was forgotten is left in it. */
  scrub(): void;
  /** Copies all that is kept now into a new file, while questions are answered and whatever is written meanwhile. */
  copyTo(path: string): Promise<void>;
  close(): void;
}
