import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * - `missing_path`: there is nothing at the path.
 * - `unreadable_path`: it may not be read, or is neither a file, a folder nor a stream.
 */
export class LogPathError extends Error {
  readonly code: 'missing_path' | 'unreadable_path';
  readonly path: string;

  constructor(code: 'missing_path' | 'unreadable_path', path: string, reason: string) {
    super(
      code === 'missing_path'
        ? `path: there is no file or folder "${path}"; give log files, folders of them, or - for standard input. Nothing was read.`
        : `path: "${path}" cannot be read (${reason}); give log files, folders of them, or - for standard input. Nothing was read.`,
    );
    this.name = 'LogPathError';
    this.code = code;
    this.path = path;
  }
}

export interface LogPath {
  readonly path: string;
  /** `stream`: what can be read only once, such as standard input or a named pipe. */
  readonly kind: 'file' | 'stream';
}

/** A folder within a named one, of which nothing is listed. */
export interface UnreadFolder {
  readonly path: string;
  readonly kind: 'folder';
  readonly fault: string;
}

export const STANDARD_INPUT = '-';

/**
 * The files that these paths name, folders read to their depth in the order of their names (by code
 * unit, the same everywhere). Hidden entries are passed over, a folder that is reached twice (a
 * symbolic link to an ancestor) is read once, sockets and devices in folders are left alone, and so is `lost+found`: what
 * a repair of the disk leaves there is of no sensor, and only root reads it. What else within a folder cannot be read is
 * listed, so that it is told of.
 * @throws LogPathError where a named path is missing or may not be read
 */
export async function expandPaths(paths: readonly string[]): Promise<readonly (LogPath | UnreadFolder)[]> {
  const found: Found = [];
  const folders = new Set<string>();
  for (const path of paths) {
    if (path === STANDARD_INPUT) found.push({ path, kind: 'stream' });
    else await expandNamed(path, found, folders);
  }
  return found;
}

type Found = (LogPath | UnreadFolder)[];

async function expandNamed(path: string, found: Found, folders: Set<string>): Promise<void> {
  try {
    const entry = await stat(path);
    await access(path, constants.R_OK);
    if (entry.isDirectory()) await expandFolder(path, found, folders);
    else found.push({ path, kind: entry.isFile() ? 'file' : 'stream' });
  } catch (error) {
    if (error instanceof LogPathError) throw error;
    const code = codeOf(error);
    throw new LogPathError(
      code === 'ENOENT' || code === 'ENOTDIR' ? 'missing_path' : 'unreadable_path',
      path,
      code,
    );
  }
}

async function expandFolder(folder: string, found: Found, folders: Set<string>): Promise<void> {
  const real = await realpath(folder);
  if (folders.has(real)) return;
  folders.add(real);
  const names = (await readdir(folder)).filter((name) => !isPassedOver(name)).sort(byCodeUnit);
  for (const name of names) {
    const path = join(folder, name);
    const entry = await stat(path).catch(() => null);
    if (entry?.isDirectory() === true) await expandInner(path, found, folders);
    // A link that leads nowhere is listed, so that the summary names it.
    else if (entry === null || entry.isFile()) found.push({ path, kind: 'file' });
  }
}

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'lost+found';
}

/** One that cannot be read must not keep all others from being read. */
async function expandInner(path: string, found: Found, folders: Set<string>): Promise<void> {
  try {
    await expandFolder(path, found, folders);
  } catch (error) {
    const code = codeOf(error);
    // It is gone since it was listed.
    if (code === 'ENOENT' || code === 'ENOTDIR') return;
    found.push({ path, kind: 'folder', fault: `the folder cannot be read (${code})` });
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
