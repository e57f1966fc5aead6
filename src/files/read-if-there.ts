import { readFile } from 'node:fs/promises';
import { isSystemError } from './system-error.ts';

/** `null` where there is none. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch((cause: unknown) => {
    if (isSystemError(cause, 'ENOENT')) return null;
    throw cause;
  });
}
