import { isNoRoom, isSystemError } from '../files/index.ts';

/**
 * - `damaged`: the disk gave back other bytes than were written, or only some of them.
 * - `newer_format`: written by a later release.
 * - `other_form`: whole, but something is missing or of another kind than the state asks for.
 * - `unreadable`: the system does not let this user read it.
 * - `disk_full`: no space, quota or file size left; nothing was written under the snapshot's name.
 * - `failed`: it could not be put on disk; there is nothing under the snapshot's name, or, where only its directory could
 *   not be synced, a whole snapshot whose name may not outlast a power cut.
 */
export type SnapshotErrorCode =
  | 'damaged'
  | 'newer_format'
  | 'other_form'
  | 'unreadable'
  | 'disk_full'
  | 'failed';

export class SnapshotError extends Error {
  override readonly name: string = 'SnapshotError';
  readonly code: SnapshotErrorCode;

  constructor(code: SnapshotErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Where the damage is: the file's name and the byte offset of what is not as written. */
export class SnapshotDamaged extends SnapshotError {
  override readonly name = 'SnapshotDamaged';
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, what: string) {
    super('damaged', `snapshot ${file} is damaged at byte ${offset}: ${what}`);
    this.file = file;
    this.offset = offset;
  }
}

/** What the system refused while a snapshot was written, in our words. */
export function writeFailure(file: string, cause: unknown): SnapshotError {
  if (isNoRoom(cause)) {
    const message = `no room left for the snapshot ${file}: free space on its disk; the older ones are kept`;
    return new SnapshotError('disk_full', message, { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SnapshotError('failed', `the snapshot ${file} was not written: ${reason}`, { cause });
}

/** Another user wrote it, as where a backup was restored by root. */
export function unreadable(path: string, cause: unknown): unknown {
  if (!isSystemError(cause, 'EACCES', 'EPERM')) return cause;
  const message = `${path} is not readable for the user that runs Stance: give the whole data directory to that user (chown -R), then try again`;
  return new SnapshotError('unreadable', message, { cause });
}
