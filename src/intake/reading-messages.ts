import type { MessagePort } from 'node:worker_threads';
import type { EpochMs, SensorId, SiteId } from '../model/index.ts';
import type {
  Checkpoint,
  IngestProgress,
  IngestResult,
  IntakeBatch,
  Taken,
  TakenIn,
} from '../sources/index.ts';

/** What is to be read. */
export interface ReadingRequest {
  readonly paths: readonly string[];
  readonly site: SiteId;
  readonly sensor: SensorId | null;
  readonly now: EpochMs;
  readonly asNew: boolean;
}

/** The same, with the channel on which the thread speaks of it. */
export interface ReadingOrder extends ReadingRequest {
  readonly channel: MessagePort;
  /** See `IntakePort.ahead`. */
  readonly ahead: number;
}

/**
 * Which reading it is of, its channel says: what stands for that does not leave its thread. Of its addresses those are in it
 * that did not cross before.
 */
export type BatchOfReading = Omit<IntakeBatch, 'reading'>;

/** From the thread to the owner of the journal. A question carries a number that its answer gives back. */
export type FromReader =
  | { readonly kind: 'takenIn'; readonly id: number; readonly producer: string }
  | { readonly kind: 'take'; readonly id: number; readonly batch: BatchOfReading }
  | { readonly kind: 'endOfHistory'; readonly id: number }
  | { readonly kind: 'remember'; readonly producer: string; readonly checkpoints: readonly Checkpoint[] }
  | { readonly kind: 'progress'; readonly progress: IngestProgress }
  | { readonly kind: 'done'; readonly result: IngestResult }
  /** `path`: a `LogPathError`. */
  | { readonly kind: 'failed'; readonly path: PathFault | null; readonly cause: unknown };

interface PathFault {
  readonly code: string;
  readonly message: string;
}

/** Back to the thread; `null`: it failed, and the owner knows why. */
export interface ToReader {
  readonly id: number;
  readonly value: Taken | TakenIn | undefined | null;
}
