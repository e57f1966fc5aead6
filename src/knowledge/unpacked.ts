import { createGunzip } from 'node:zlib';
import { gathered } from '../http/index.ts';

const UNPACKED_AT_ONCE = 1_048_576;

/** By its first bytes. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Unpacks a whole gzip off the main thread; `null` where it is of more bytes. @throws Error where it is damaged or cut off */
export async function unpackedWithin(bytes: Buffer, mostBytes: number): Promise<Buffer | null> {
  const stream = createGunzip({ chunkSize: UNPACKED_AT_ONCE });
  stream.end(bytes);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > mostBytes) return null;
    parts.push(part);
  }
  return gathered(parts);
}
