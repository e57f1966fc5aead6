import type { RefusedRecord } from '../model/index.ts';

/** How a producer numbers its batches, so that one sent twice is known: `Stance-Producer`, `Stance-Sequence`. */
export interface IntakeHeaders {
  /** The producer's own name; `null` when it does not number its batches. */
  readonly producer: string | null;
  /** Counts up from 0 for each producer; `null` exactly when `producer` is. */
  readonly sequence: number | null;
  /** `ndjson`: one JSON object per line. `json`: one object or one array of objects. */
  readonly format: 'ndjson' | 'json';
}

export interface IntakeSummary {
  readonly accepted: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly skipped: number;
  /** The first few. */
  readonly refusals: readonly RefusedRecord[];
  /** Kinds passed over, by name → count. */
  readonly skips: Readonly<Record<string, number>>;
}

export type IntakeOutcome =
  /** Durable: what is counted as accepted survives a crash. */
  | ({ readonly kind: 'taken' } & IntakeSummary)
  /** Nothing was taken; the same batch may come again. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  /** No room on the disk; nothing was taken, and it goes on when there is room again. */
  | { readonly kind: 'disk_full' }
  /** The disk failed: whether the batch is on it shows after a restart. */
  | { readonly kind: 'journal_failed' }
  /** Nobody knows any more whether the batch of this number was taken; nothing was taken now. */
  | { readonly kind: 'sequence_too_old' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'starting' }
  /** Real events are not mixed into an invented fleet. */
  | { readonly kind: 'simulated' };

/** Takes one batch from untrusted bytes to the journal. `actor` is the token's name, or `local`. */
export type Intake = (body: Buffer, headers: IntakeHeaders, actor: string) => Promise<IntakeOutcome>;
