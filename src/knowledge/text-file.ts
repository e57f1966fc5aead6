import { readFile, stat } from 'node:fs/promises';
import { OperationError } from '../refusals/index.ts';
import { decodedText } from './decoded-text.ts';
import { unpackedWithin } from './unpacked.ts';

/** Archives and packed files, by their first bytes. */
const PACKED: readonly { readonly sign: Buffer; readonly as: string }[] = [
  { sign: Buffer.from('PK\x03\x04', 'latin1'), as: 'ZIP' },
  { sign: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), as: 'zstd' },
  { sign: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), as: 'xz' },
  { sign: Buffer.from('BZh', 'latin1'), as: 'bzip2' },
  { sign: Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), as: '7z' },
];

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
  const packed = PACKED.find(({ sign }) => bytes.subarray(0, sign.length).equals(sign))?.as;
  if (packed !== undefined) {
    throw new OperationError(
      'unreadable_file',
      `The ${what} file ${path} is packed as ${packed}: unpack it first; only gzip is read as it is`,
    );
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = await unpackedWithin(bytes, limitBytes).catch((cause: unknown) => {
    throw new OperationError('unreadable_file', `The ${what} file ${path} is damaged gzip`, { cause });
  });
  if (unpacked === null) throw tooLarge();
  return unpacked;
}
