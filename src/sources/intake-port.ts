import type { ClearConnections, EventOrigin, Observation, ProducerMark } from '../model/index.ts';

/**
 * What a source needs of the engine and its journal; the app implements it. Positions are byte offsets
 * of lines in the uncompressed file, or an HTTP producer's sequence numbers.
 */
export interface IntakePort {
  /** Whether what stands at this position has been taken in. */
  isDone(producer: string, position: number): boolean;
  /** Everything before this position is done; 0 for a producer never seen. */
  mark(producer: string): number;
  /** Nothing at this position of the producer, or after it, has been taken in. */
  reach(producer: string): number;
  /** Whether a record with this id of its source's own has been taken in. In the clear: the port seals it. */
  hasUid(uid: string): boolean;
  /**
   * Seals, journals (durably) and applies the batch as one record: all of it or, where it throws, nothing.
   * Resolves when that is done; whoever waits for it cannot outrun the disk.
   */
  take(batch: IntakeBatch): Promise<{ readonly late: number }>;
  /** A reading of history ended: nothing older is expected from it. Changes nothing where nothing came since. */
  endOfHistory(): Promise<void>;
}

/** What becomes one `EventsRecord`. */
export interface IntakeBatch {
  readonly observations: readonly Observation[];
  /** One per observation, same order. */
  readonly origins: readonly EventOrigin[];
  readonly producers: readonly ProducerMark[];
  /** One per observation, in the clear, empty where it has none; or none at all where no observation has one. */
  readonly uids: readonly string[];
  /** Who sent it, for the record; nobody where files are read. */
  readonly actor?: string;
  /** Connections among them, side by side; `observations` holds the others, at their places (ascending) in the whole. */
  readonly connections?: { readonly rows: ClearConnections; readonly places: Uint32Array };
}
