import type { Refusal } from '../model/index.ts';

/** One line of a log file, as bytes: nothing has been decoded yet. */
export interface Line {
  /** Position of its first byte in the uncompressed file. */
  readonly offset: number;
  /** Position after its line break: where the next line starts. A reader that resumes here misses nothing. */
  readonly end: number;
  /** 1-based. */
  readonly number: number;
  /** Without the line break; empty where `fault` is `line_too_long`. */
  readonly bytes: Buffer;
  /** Why the line cannot be read whatever its format is; `null` for a sound line. */
  readonly fault: Refusal | null;
  /** Whether its line break has been written; a followed file waits for it. */
  readonly complete: boolean;
}
