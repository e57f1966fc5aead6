import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const GROUP_AND_OTHERS = 0o077;

/** In words for an operator: which file, what is wrong, what to do. Shows nothing of what is in it. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
  readonly code = 'unusable_folder';
}

/** For its owner alone. */
export async function makeFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
}

/** Written beside its place, synced, then moved there: nobody ever sees half a file. For its owner alone. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** A new name survives a power cut only once its folder is on disk. */
export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * A file with a secret in it.
 * @throws FolderError where it is missing, or others than its owner may read it
 */
export async function readSecret(path: string, whatToDo: string): Promise<Buffer> {
  const status = await stat(path).catch(() => null);
  if (status === null) throw new FolderError(`${path} is missing: ${whatToDo}`);
  if ((status.mode & GROUP_AND_OTHERS) !== 0)
    throw new FolderError(`other users can read ${path}: run chmod 600 ${path}`);
  return readFile(path);
}

/** `null` where there is none. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}
