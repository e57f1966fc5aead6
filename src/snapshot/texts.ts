/**
 * A batch of texts, little-endian:
 *
 *     0  u32  how many
 *     4  u32  bytes per UTF-16 unit: 1 where all of them are Latin-1, else 2
 *     8  u32  units in all
 *    12       u32 per text: its units
 *             the units, one text after the other
 *
 * Never UTF-8: a text may hold half a surrogate pair, and must come back as it was.
 */
export const TEXTS_PER_BATCH = 4_096;
export const BATCH_HEADER_BYTES = 12;

const BEYOND_LATIN1 = /[\u0100-\uffff]/;

export function encodeTexts(texts: readonly string[]): Buffer {
  const all = texts.join('');
  const width = BEYOND_LATIN1.test(all) ? 2 : 1;
  const start = BATCH_HEADER_BYTES + 4 * texts.length;
  const bytes = Buffer.allocUnsafe(start + width * all.length);
  bytes.writeUInt32LE(texts.length, 0);
  bytes.writeUInt32LE(width, 4);
  bytes.writeUInt32LE(all.length, 8);
  for (const [index, text] of texts.entries()) {
    bytes.writeUInt32LE(text.length, BATCH_HEADER_BYTES + 4 * index);
  }
  bytes.write(all, start, width === 1 ? 'latin1' : 'utf16le');
  return bytes;
}

/** How many bytes follow this header of a batch. */
export function batchBytes(header: Buffer): number {
  return 4 * header.readUInt32LE(0) + header.readUInt32LE(4) * header.readUInt32LE(8);
}

/** @param rest what follows the header, {@link batchBytes} long */
export function decodeTexts(header: Buffer, rest: Buffer): string[] {
  const count = header.readUInt32LE(0);
  const width = header.readUInt32LE(4);
  const encoding = width === 1 ? 'latin1' : 'utf16le';
  const texts: string[] = [];
  let at = 4 * count;
  for (let index = 0; index < count; index++) {
    const end = at + width * rest.readUInt32LE(4 * index);
    texts.push(rest.toString(encoding, at, end));
    at = end;
  }
  return texts;
}
