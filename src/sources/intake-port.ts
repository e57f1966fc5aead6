import type { ClearConnections, EventOrigin, Observation, ProducerMark } from '../model/index.ts';
import type { Checkpoint } from './checkpoints.ts';
import type { AddressNumbers } from './lasting-numbers.ts';

/** How far a producer's stream has been taken in: byte offsets of lines in the uncompressed file. */
export interface TakenIn {
  /** Everything before this position is done; 0 for a producer never seen. */
  readonly upTo: number;
  /** Single positions after it that are done too. */
  readonly beyond: readonly number[];
  /** What its bytes are, ascending; none of a producer of which that is not known. */
  readonly checkpoints: readonly Checkpoint[];
}

/** What became of a batch. */
export interface Taken {
  /** Events behind the engine's time. */
  readonly late: number;
  /** Which of the batch's `observations` were taken in before, by somebody else or under the same id: they changed nothing. */
  readonly known: readonly number[];
  /** The same of its connections: how many, by their producer's place in the batch. */
  readonly knownRows: readonly number[];
}

/** What a reader of logs needs of the journal and the engine behind it; the app implements it. */
export interface IntakePort {
  /** How many batches of one reading it is given before the first of them is done; 1 where it does not say. */
  readonly ahead?: number;
  takenIn(producer: string): Promise<TakenIn>;
  /**
   * Seals, journals (durably) and applies the batch as one record: all of it or, where it throws, nothing.
   * Resolves when that is done; whoever waits for it cannot outrun the disk.
   */
  take(batch: IntakeBatch): Promise<Taken>;
  /** What the bytes of a producer are, up to where it is taken in: in place of what was remembered of it so far. */
  remember(producer: string, checkpoints: readonly Checkpoint[]): void;
  /** A reading of history ended: nothing older is expected from it. Changes nothing where nothing came since. */
  endOfHistory(): Promise<void>;
}

/** What batches that come by HTTP need besides: they are judged one after the other, before they are taken. */
export interface BatchPort extends Pick<IntakePort, 'take'> {
  /** Whether what stands at this position (a sequence number) has been taken in. */
  isDone(producer: string, position: number): boolean;
  mark(producer: string): number;
  /** Whether its sender may have one more producer, where this one is new. */
  mayBegin(producer: string): boolean;
  /** Whether a record with this id of its source's own has been taken in. In the clear: the port seals it. */
  hasUid(uid: string): boolean;
  /** Does long work in its small steps; others have their turn between them. */
  inTurns<T>(steps: Generator<void, T>): Promise<T>;
}

/** Connections of a batch. */
interface RowsBetween {
  readonly rows: ClearConnections;
  /** Where the batch's observations stand between them. */
  readonly places: Uint32Array;
  /** What its addresses are called in all batches of its `reading`, where its reader says so. */
  readonly numbers?: AddressNumbers;
  /** As the journal writes them, where that was done already. */
  readonly packed?: PackedRows;
}

/** Bytes for the journal that were made before there was a record: of the columns, or of the whole record, where nothing in it is to be sealed. */
export interface PackedRows {
  readonly of: 'columns' | 'record';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What becomes one `EventsRecord`. */
export interface IntakeBatch {
  readonly observations: readonly Observation[];
  /** One per observation, same order. */
  readonly origins: readonly EventOrigin[];
  readonly producers: readonly ProducerMark[];
  /** One per observation, in the clear, empty where it has none; or none at all where no observation has one. */
  readonly uids: readonly string[];
  /**
   * The same for all batches of one reading, which hold each record once, come in order, and number addresses alike. Whoever
   * gathers them makes it: a port may serve several.
   */
  readonly reading?: object;
  /** Who sent it, for the record; nobody where files are read. */
  readonly actor?: string;
  /** Connections among them, side by side; `observations` holds the others, at their places (ascending) in the whole. */
  readonly connections?: RowsBetween;
}
