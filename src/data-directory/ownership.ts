import { lstat, mkdir, open, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { isNoRoom } from '../files/index.ts';

/**
 * A data directory has one owner: the process that holds an exclusive transaction on `DIR/owner.db`. The
 * kernel releases that lock when the process dies, however it dies, so there is no stale lock to judge.
 * `DIR/owner.json` tells the others where the owner listens; it counts only while the lock is held.
 *
 * Nobody else in the owner's process may open `owner.db` as a plain file: closing it would drop the lock
 * (POSIX record locks belong to the process, fcntl(2)).
 */
export type Ownership =
  | { readonly owned: true; readonly socketPath: string; release(): Promise<void> }
  | { readonly owned: false; readonly socketPath: string };

/**
 * - `missing_directory`: not there, or not a directory.
 * - `unusable_directory`: its files cannot be created or written.
 * - `disk_full`: no room for its files, small as they are.
 * - `owner_silent`: another process owns it but did not say in time where it listens.
 * - `unsafe_socket_directory`: someone else made the directory in which the socket would stand.
 */
export type OwnershipErrorCode =
  | 'missing_directory'
  | 'unusable_directory'
  | 'disk_full'
  | 'owner_silent'
  | 'unsafe_socket_directory';

export class OwnershipError extends Error {
  override readonly name = 'OwnershipError';
  readonly code: OwnershipErrorCode;

  constructor(code: OwnershipErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What an owner says of itself in `owner.json`. */
interface Owner {
  readonly pid: number;
  readonly socket: string;
  /** When its process started, ISO 8601. */
  readonly started: string;
}

/** A Unix socket's path has 104 to 108 bytes, by system; the rest is for a final zero and caution. */
const SOCKET_PATH_BYTES = 100;
/** An owner writes `owner.json` in the instant after it took the lock; this is for a machine under load. */
const OWNER_WAIT_MS = 10_000;
const POLL_MS = 25;
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

/**
 * Takes the directory, or says where its owner listens. The owner creates the socket at `socketPath`;
 * a client may find it not yet listening and should try again for a moment.
 * @throws OwnershipError
 */
export async function takeOwnership(dir: string, waitMs: number = OWNER_WAIT_MS): Promise<Ownership> {
  const status = await stat(dir).catch(() => null);
  if (status?.isDirectory() !== true) {
    throw new OwnershipError(
      'missing_directory',
      `the data directory ${dir} does not exist or is no directory`,
    );
  }
  const place = resolve(dir);
  for (let waited = 0; ; waited += POLL_MS) {
    const lock = tryLock(place);
    if (lock !== null) return becomeOwner(place, lock);
    const owner = await readOwner(place);
    if (owner !== null && (isAlive(owner.pid) || waited >= waitMs)) {
      return { owned: false, socketPath: owner.socket };
    }
    if (waited >= waitMs) {
      const advice = 'it may still be starting: try again, or end it';
      throw new OwnershipError(
        'owner_silent',
        `another process owns ${dir} but says nothing of itself; ${advice}`,
      );
    }
    await pause(POLL_MS);
  }
}

/** Where the owner listens, or the last one did that was killed; takes nothing. @throws OwnershipError */
export async function socketOfOwner(dir: string): Promise<string | null> {
  return (await readOwner(resolve(dir)))?.socket ?? null;
}

/** The owner as a person would look for it, e.g. `process 4711, running since 2026-05-21T09:00:00.000Z`. */
export async function describeOwner(dir: string): Promise<string> {
  const owner = await readOwner(resolve(dir));
  return owner === null ? 'another process' : `process ${owner.pid}, running since ${owner.started},`;
}

/** `null` while another process holds the lock. */
function tryLock(dir: string): DatabaseSync | null {
  let database: DatabaseSync | null = null;
  // Whoever can read the file can hold a lock on it.
  const umask = process.umask(0o077);
  try {
    database = new DatabaseSync(join(dir, 'owner.db'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (errcodeOf(error) === SQLITE_BUSY) return null;
    throw unusable(dir, error);
  } finally {
    process.umask(umask);
  }
}

async function becomeOwner(dir: string, lock: DatabaseSync): Promise<Ownership> {
  try {
    // What a killed owner left behind must not speak for us.
    await rm(join(dir, 'owner.json'), { force: true });
    const socketPath = await prepareSocket(dir);
    await writeOwner(dir, {
      pid: process.pid,
      socket: socketPath,
      started: new Date(performance.timeOrigin).toISOString(),
    });
    return { owned: true, socketPath, release: () => release(dir, lock, socketPath) };
  } catch (error) {
    lock.close();
    throw error instanceof OwnershipError ? error : unusable(dir, error);
  }
}

async function release(dir: string, lock: DatabaseSync, socketPath: string): Promise<void> {
  if (!lock.isOpen) return;
  try {
    await rm(join(dir, 'owner.json'), { force: true });
    await rm(socketPath, { force: true });
    if (dirname(socketPath) !== dir) await rmdir(dirname(socketPath));
  } finally {
    if (lock.isOpen) lock.close();
  }
}

/** The free path of the owner's socket: in the directory, or where its path is too long in one of our own. */
async function prepareSocket(dir: string): Promise<string> {
  const near = join(dir, 'owner.sock');
  const path =
    Buffer.byteLength(near) < SOCKET_PATH_BYTES ? near : join(await socketDirectory(dir), 'owner.sock');
  await rm(path, { force: true });
  return path;
}

/** Named after the data directory, so that a killed owner leaves nothing that the next would not find. */
async function socketDirectory(dir: string): Promise<string> {
  const path = join(tmpdir(), `stance-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`);
  await mkdir(path, { mode: 0o700, recursive: true });
  const status = await lstat(path);
  if (!status.isDirectory() || status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0) {
    const advice = 'remove it, or choose a data directory with a shorter path';
    throw new OwnershipError('unsafe_socket_directory', `others can use the directory ${path}: ${advice}`);
  }
  return path;
}

/** Whole or not at all: written beside its place and renamed. */
async function writeOwner(dir: string, owner: Owner): Promise<void> {
  const draft = join(dir, 'owner.json.new');
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(owner)}\n`);
  } finally {
    await file.close();
  }
  await rename(draft, join(dir, 'owner.json'));
}

async function readOwner(dir: string): Promise<Owner | null> {
  try {
    const content: unknown = JSON.parse(await readFile(join(dir, 'owner.json'), 'utf8'));
    return isOwner(content) ? content : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw unusable(dir, error);
  }
}

function isOwner(content: unknown): content is Owner {
  if (typeof content !== 'object' || content === null) return false;
  return (
    'pid' in content &&
    Number.isSafeInteger(content.pid) &&
    'socket' in content &&
    typeof content.socket === 'string' &&
    'started' in content &&
    typeof content.started === 'string'
  );
}

function errcodeOf(cause: unknown): unknown {
  return cause instanceof Error && 'errcode' in cause ? cause.errcode : null;
}

/** Signal 0 only asks (kill(2)); a process of another user answers with a refusal and is alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function unusable(dir: string, cause: unknown): OwnershipError {
  if (isNoRoom(cause) || errcodeOf(cause) === SQLITE_FULL)
    return new OwnershipError(
      'disk_full',
      `no room left for ${dir}: free space on its disk, then try again`,
      {
        cause,
      },
    );
  const message = `the data directory ${dir} cannot be used: its files must be readable and writable by this user`;
  return new OwnershipError('unusable_directory', message, { cause });
}
