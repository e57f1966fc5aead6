import type { Position } from './record-splitter.ts';
import type { ConnectionRows } from './connection-rows.ts';

/** Reads the lines of a log of connections straight into rows. */
export interface ConnectionScanner {
  /**
   * Reads whole lines of `chunk` from byte `at` on, which stands at `position` in the file. Ends where the rows are
   * full, where no whole line is left, or before a line that only the log's reader can judge.
   * @returns how many bytes and lines were read
   */
  scan(chunk: Buffer, at: number, position: Position, rows: ConnectionRows): Scanned;
}

export interface Scanned {
  readonly bytes: number;
  readonly lines: number;
}
