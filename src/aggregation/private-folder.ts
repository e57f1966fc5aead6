import { mkdir, readFile, stat } from 'node:fs/promises';

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
