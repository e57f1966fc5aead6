import type * as Pki from '../pki/index.ts';
import { OperationError } from '../refusals/index.ts';

/** Certificates are read only where they are met: no other start pays for it. */
export function loadPki(): Promise<typeof Pki> {
  return import('../pki/index.ts');
}

export function isPkiError(cause: unknown): cause is Pki.PkiError {
  return cause instanceof Error && cause.name === 'PkiError';
}

/** What a file has that is no certificate, in words for the operator. */
export async function inFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isPkiError(cause)) throw new OperationError('invalid_file', `${path}: ${cause.message}.`, { cause });
    throw cause;
  }
}
