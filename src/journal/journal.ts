import type { JournalRecord } from '../model/index.ts';

export interface NumberedRecord {
  /** Consecutive from 0, never given twice. */
  readonly seq: number;
  readonly record: JournalRecord;
}

/** Which records are read. */
export type RecordsRead = 'all' | 'events';

/** The durable ordered log: everything that changes posture, in the one order in which it did. */
export interface Journal {
  /**
   * Resolves with the record's sequence number once it is on disk; appends take effect in the order of the calls.
   * @throws JournalError `closed`, `failed`, `disk_full`, `record_too_large`: then the record is not in the journal.
   */
  append(record: JournalRecord): Promise<number>;
  /**
   * The records from `from` (default 0) that were on disk when the reading began, in order, in small batches.
   * @param only `events`: records of events, others are left out; feeds are not even unpacked
   * @throws JournalError `dropped` where it does not reach back so far
   * @throws JournalCorrupt where the disk does not give back what was written; nothing is ever skipped.
   */
  read(from?: number, only?: RecordsRead): AsyncIterable<readonly NumberedRecord[]>;
  /** How many records are on disk: the next sequence number. */
  readonly length: number;
  /** Waits for the appends under way, then refuses further ones. */
  close(): Promise<void>;
}
