/**
 * - `closed`: used after `close()`.
 * - `failed`: a write could not be made durable or taken back; the process must restart and read the disk anew.
 * - `disk_full`: no space, quota or file size left; nothing acknowledged is lost, later appends may succeed.
 * - `record_too_large`: one record above `LIMITS.journalRecordBytes`.
 * - `corrupt`: the disk gave back other bytes than were written.
 * - `dropped`: records are asked for that the journal does not keep any more.
 * - `records_lost`: others know that there was a journal, and it is not there.
 * - `newer_format`: written by a later release.
 * - `unusable_directory`: cannot be created, read or written.
 */
export type JournalErrorCode =
  | 'closed'
  | 'failed'
  | 'disk_full'
  | 'record_too_large'
  | 'corrupt'
  | 'dropped'
  | 'records_lost'
  | 'newer_format'
  | 'unusable_directory';

export class JournalError extends Error {
  override readonly name: string = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Where the damage is: a segment's file name and the byte offset of the first frame that is not as written. */
export class JournalCorrupt extends JournalError {
  override readonly name = 'JournalCorrupt';
  readonly segment: string;
  readonly offset: number;

  constructor(segment: string, offset: number, what: string) {
    super(
      'corrupt',
      `journal segment ${segment} is damaged at byte ${offset}: ${what}; restore it from a backup`,
    );
    this.segment = segment;
    this.offset = offset;
  }
}

export function noRoom(cause: unknown): JournalError {
  return new JournalError(
    'disk_full',
    'no room left for the journal: free space on its disk, then try again',
    { cause },
  );
}
