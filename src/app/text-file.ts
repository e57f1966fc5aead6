import { readFile, stat } from 'node:fs/promises';
import { decodedText } from './decoded-text.ts';
import { OperationError } from './operations.ts';
import { unpackedWithin } from './unpacked.ts';

/** A whole text file, plain or gzip by its bytes, of no more than so many bytes as it reads. */
export async function readTextFile(path: string, what: string, limitBytes: number): Promise<string> {
  return decodedText(await readWholeFile(path, what, limitBytes));
}

/** The same, not decoded. */
export async function readWholeFile(path: string, what: string, limitBytes: number): Promise<Buffer> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size === null) {
    throw new OperationError(
      'unreadable_file',
      `The ${what} file ${path} cannot be read: there is no such file`,
    );
  }
  const tooLarge = () =>
    new OperationError('file_too_large', `The ${what} file ${path} is larger than ${limitBytes} bytes`);
  if (size > limitBytes) throw tooLarge();
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new OperationError('unreadable_file', `The ${what} file ${path} cannot be read`, { cause });
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = await unpackedWithin(bytes, limitBytes).catch((cause: unknown) => {
    throw new OperationError('unreadable_file', `The ${what} file ${path} is damaged gzip`, { cause });
  });
  if (unpacked === null) throw tooLarge();
  return unpacked;
}
