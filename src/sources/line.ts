import type { Refusal } from '../model/index.ts';

/** One line of a log file, or one value of JSON over several, as bytes: nothing has been decoded yet. */
export interface Line {
  /** Position of its first byte in the uncompressed file. */
  readonly offset: number;
  /** Position after its line break, or behind the value. A reader that resumes here misses nothing. */
  readonly end: number;
  /** From 1; of values their place among them. */
  readonly number: number;
  /** Without the line break; empty where `fault` is `line_too_long`. */
  readonly bytes: Buffer;
  /** Why the line cannot be read whatever its format is; `null` for a sound line. */
  readonly fault: Refusal | null;
  /** Whether its line break has been written, or what ends a value; a followed file waits for it. */
  readonly complete: boolean;
}
