import type { Line } from './line.ts';

/**
 * How records stand in a file: one a line, or as values of JSON that take as many lines as they like, in an array or one
 * behind the other.
 */
export type Framing = 'lines' | 'values';

/** Where in the uncompressed file the first chunk stands: not at 0 when a followed file is resumed. */
export interface Position {
  readonly offset: number;
  readonly number: number;
  /** Of values: the next is an element of the outermost array. */
  readonly isInArray?: boolean;
}

export const FILE_START: Position = { offset: 0, number: 1 };

/** Cuts the chunks of a log into its records. */
export interface RecordSplitter {
  /** The records that this chunk completes. Their bytes may be views into it. */
  push(chunk: Buffer): readonly Line[];
  /** What the input broke off in (`complete: false`), `null` where it ended with a whole record. */
  finish(): Line | null;
  /** Where the next record begins, or the one of which there is a part already. */
  readonly at: Position;
  /** After the end: why it came too early, beyond what `finish` gave; `null` where it did not. */
  readonly fault: string | null;
}
