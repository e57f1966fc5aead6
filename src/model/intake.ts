import type { Observation } from './event.ts';

/** Why a record was not taken. Counted and shown with file and line; never with its content. */
export const REFUSALS = [
  'malformed_json',
  'not_an_object',
  'missing_header',
  'wrong_column_count',
  'missing_field',
  'wrong_type',
  'invalid_address',
  'invalid_time',
  'time_out_of_range',
  'line_too_long',
  'nul_byte',
  'invalid_utf8',
  'invalid_value',
  'half_written_line',
  'too_many_producers',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Why a record was passed over by name: it is well-formed, but not of a kind that we read. */
export type Skip = { readonly kind: 'skip'; readonly what: string };

/** What an adapter made of one record: an observation, a refusal naming the field, or a skip. */
export type Reading =
  | { readonly kind: 'observation'; readonly observation: Observation; readonly uid?: string }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly field: string | null }
  | Skip;

/** One refused record: never its content. */
export interface RefusedRecord {
  /** From 1; in a JSON array the element. */
  readonly line: number;
  readonly reason: Refusal;
  readonly field: string | null;
}

export interface FileSummary {
  readonly path: string;
  readonly format: string;
  /** Of JSON that is not one record a line: an array, or records over several lines. */
  readonly framing?: 'values';
  readonly read: number;
  readonly accepted: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly skipped: number;
  /** The first few. */
  readonly refusals: readonly RefusedRecord[];
  /** Reason → count. */
  readonly reasons: Readonly<Partial<Record<Refusal, number>>>;
  /** Kinds passed over, by name → count. */
  readonly skips: Readonly<Record<string, number>>;
  /** Why the file could not be read to its end; absent where it was. */
  readonly fault?: string;
  /** It begins like a log that was taken in, and is another: nothing of it was taken. */
  readonly isAnother?: true;
  /** What else is to be known of what was counted. */
  readonly note?: string;
}

export interface IngestSummary {
  readonly read: number;
  readonly accepted: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly skipped: number;
  readonly late: number;
  readonly entities: number;
  readonly seconds: number;
  readonly files: readonly FileSummary[];
}
