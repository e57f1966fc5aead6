import type { Reading } from '../model/index.ts';
import type { ConnectionScanner } from './connection-scanner.ts';
import type { Line } from './line.ts';

/**
 * Reads the lines of one file, in order. It has the file's state (a header, the kind of its clock), so
 * each file gets its own; a resumed file's header lines are given to it again before its new lines.
 *
 * Most lines give one reading. None says that the line is no record (header, comment, blank) and is not
 * counted as read; several, that one record states several things (an OCSF vulnerability finding lists
 * many). A refusal or a skip always stands alone: a record enters whole or not at all. A reader never
 * throws: whatever the bytes are, the answer is readings.
 */
export interface LogReader {
  /** The format's name in summaries: `zeek_tsv`, `zeek_json`, `suricata_eve`, `ocsf`. */
  readonly format: string;
  read(line: Line): readonly Reading[];
  /** The fast way for the lines of a log of connections; `null` where, or while, it is none. */
  readonly connections?: ConnectionScanner | null;
}
