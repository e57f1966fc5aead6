import { crc32 } from 'node:zlib';
import { SnapshotDamaged, SnapshotError } from './errors.ts';
import { SECTION_KINDS, type SectionKind } from './section.ts';

/**
 * A snapshot is one file, little-endian: a header, the sections' bytes one after the other, the contents (JSON: which
 * section is where, with its checksums), and a trailer that only a whole file has.
 *
 *     header    0  8 bytes  "STNCSNAP"
 *               8  u32      format
 *              12  u32      CRC-32 of the header's other bytes
 *              16  u64      records: it stands after records 0 to records − 1 of the journal
 *              24  u32      version of the engine's state
 *              28  u32      0
 *
 *     trailer   0  8 bytes  "STNCDONE"
 *               8  u64      where the contents begin
 *              16  u32      their length
 *              20  u32      their CRC-32
 *              24  u32      0
 *              28  u32      CRC-32 of the trailer's other bytes
 */
const MAGIC = Buffer.from('STNCSNAP', 'latin1');
const END_MAGIC = Buffer.from('STNCDONE', 'latin1');
const FORMAT = 1;
export const HEADER_BYTES = 32;
export const TRAILER_BYTES = 32;
/** One checksum vouches for so many bytes of a section: damage is found with its place. */
export const BLOCK_BYTES = 1_048_576;

export interface SnapshotHead {
  /** It stands after records 0 to `records` − 1 of the journal. */
  readonly records: number;
  /** The form of the engine's state, which is older than the file's where nothing but the engine changed. */
  readonly stateVersion: number;
}

export interface Section {
  readonly name: string;
  readonly kind: SectionKind;
  /** Its first byte in the file. */
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
  /** A CRC-32 per block. */
  readonly sums: readonly number[];
  /** A column that is read into memory which can be handed to other threads. */
  readonly shared?: true;
}

export interface Contents {
  readonly stateHash: string;
  readonly sections: readonly Section[];
}

export function encodeHeader({ records, stateVersion }: SnapshotHead): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(FORMAT, 8);
  bytes.writeBigUInt64LE(BigInt(records), 16);
  bytes.writeUInt32LE(stateVersion, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(16), crc32(bytes.subarray(0, 12))), 12);
  return bytes;
}

/** @throws SnapshotError `damaged`, `newer_format` */
export function decodeHeader(file: string, bytes: Buffer): SnapshotHead {
  if (bytes.length < HEADER_BYTES) throw new SnapshotDamaged(file, bytes.length, 'it is cut short');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new SnapshotDamaged(file, 0, 'it is no snapshot');
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16), crc32(bytes.subarray(0, 12)))) {
    throw new SnapshotDamaged(file, 0, 'header checksum does not match');
  }
  const format = bytes.readUInt32LE(8);
  if (format !== FORMAT) {
    throw new SnapshotError(
      'newer_format',
      `snapshot ${file} has format ${format}; this release reads ${FORMAT}: use a newer release`,
    );
  }
  return { records: Number(bytes.readBigUInt64LE(16)), stateVersion: bytes.readUInt32LE(24) };
}

/** The contents and the trailer, to stand at byte `at`. */
export function encodeEnd(contents: Contents, at: number): Buffer {
  const json = Buffer.from(JSON.stringify(contents));
  const trailer = Buffer.alloc(TRAILER_BYTES);
  END_MAGIC.copy(trailer);
  trailer.writeBigUInt64LE(BigInt(at), 8);
  trailer.writeUInt32LE(json.length, 16);
  trailer.writeUInt32LE(crc32(json), 20);
  trailer.writeUInt32LE(crc32(trailer.subarray(0, 28)), 28);
  return Buffer.concat([json, trailer]);
}

/** Where the contents are, for a file of `size` bytes. */
export function decodeTrailer(
  file: string,
  bytes: Buffer,
  size: number,
): { readonly at: number; readonly length: number; readonly sum: number } {
  const place = Math.max(0, size - TRAILER_BYTES);
  const isTrailer =
    bytes.length === TRAILER_BYTES &&
    bytes.subarray(0, END_MAGIC.length).equals(END_MAGIC) &&
    bytes.readUInt32LE(28) === crc32(bytes.subarray(0, 28));
  if (!isTrailer) throw new SnapshotDamaged(file, place, 'its end is missing');
  const at = Number(bytes.readBigUInt64LE(8));
  const length = bytes.readUInt32LE(16);
  if (at + length + TRAILER_BYTES !== size) throw new SnapshotDamaged(file, place, 'bytes are missing');
  return { at, length, sum: bytes.readUInt32LE(20) };
}

/** A kind that this release does not know was written by a later one. */
export function decodeContents(file: string, json: Buffer, at: number, sum: number): Contents {
  if (crc32(json) !== sum) throw new SnapshotDamaged(file, at, 'checksum of the contents does not match');
  const contents = JSON.parse(json.toString('utf8')) as Contents;
  const unknown = contents.sections.find(({ kind }) => !SECTION_KINDS.includes(kind));
  if (unknown === undefined) return contents;
  throw new SnapshotError(
    'newer_format',
    `snapshot ${file} holds a section of the kind "${unknown.kind}", which this release does not read: use a newer release`,
  );
}
