import { type FileHandle, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { JournalCorrupt, JournalError } from './errors.ts';
import { type Frame, parseFrame, parsingFrame, readSequence, writeSequence } from './frame.ts';
import { stepwise } from './stepwise.ts';

/**
 * A segment is a file named by its first sequence number: a header, then frames.
 *
 *     0  8 bytes  "STNCJRNL"
 *     8  u32      format
 *    12  u32      CRC-32 of the header's other bytes
 *    16  u64      first sequence number
 */
const MAGIC = Buffer.from('STNCJRNL', 'latin1');
const FORMAT = 1;
export const SEGMENT_HEADER_BYTES = 24;
const FILE_NAME = /^(\d{20})\.seg$/;

/** Read in pieces of this size, so that a reader never holds the event loop for long. */
export const CHUNK_BYTES = 1_048_576;

export interface Segment {
  readonly path: string;
  /** The file's name, for messages. */
  readonly name: string;
  readonly first: number;
}

export function segmentAt(dir: string, first: number): Segment {
  const name = `${String(first).padStart(20, '0')}.seg`;
  return { path: join(dir, name), name, first };
}

/** The segments of a directory in order; other files are none of our business. */
export async function listSegments(dir: string): Promise<Segment[]> {
  const names = (await readdir(dir)).filter((name) => FILE_NAME.test(name)).sort();
  return names.map((name) => ({ path: join(dir, name), name, first: Number(name.slice(0, 20)) }));
}

export function encodeHeader(first: number): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(FORMAT, 8);
  writeSequence(bytes, first, 16);
  bytes.writeUInt32LE(headerChecksum(bytes), 12);
  return bytes;
}

/** @throws JournalCorrupt, or JournalError `newer_format` for an intact header of a later release. */
function checkHeader(bytes: Buffer, segment: Segment): void {
  const damaged = (what: string): JournalCorrupt => new JournalCorrupt(segment.name, 0, what);
  if (bytes.length < SEGMENT_HEADER_BYTES) throw damaged('header is cut short');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged('not a journal segment');
  if (bytes.readUInt32LE(12) !== headerChecksum(bytes)) throw damaged('header checksum does not match');
  const format = bytes.readUInt32LE(8);
  if (format !== FORMAT) {
    throw new JournalError(
      'newer_format',
      `journal segment ${segment.name} has format ${format}; this release reads ${FORMAT}: use a newer release`,
    );
  }
  if (readSequence(bytes, 16) !== segment.first) throw damaged('header and file name disagree');
}

/** Where a scan ended: `end` is the first byte after the last good frame. */
export interface ScanEnd {
  readonly end: number;
  readonly next: number;
  /** What stands at `end` if not the end of the scanned bytes. */
  readonly damage: string | null;
}

/** Reads a segment's frames up to byte `limit`, verifying each; stops at the first that is not as written. */
export async function* scanFrames(
  file: FileHandle,
  segment: Segment,
  limit: number,
): AsyncGenerator<readonly Frame[], ScanEnd> {
  checkHeader(await readAt(file, 0, Math.min(SEGMENT_HEADER_BYTES, limit)), segment);
  let end = SEGMENT_HEADER_BYTES;
  let next = segment.first;
  let wanted = CHUNK_BYTES;
  let damage: string | null = null;
  while (end < limit && damage === null) {
    const bytes = await readAt(file, end, Math.min(wanted, limit - end));
    wanted = CHUNK_BYTES;
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      if (at === bytes.length) break;
      const parsed =
        bytes.length > CHUNK_BYTES ? await stepwise(parsingFrame(bytes, at)) : parseFrame(bytes, at);
      if (parsed.kind === 'short') {
        if (end + at + parsed.needs > limit) damage = 'frame is cut short';
        wanted = Math.max(CHUNK_BYTES, parsed.needs);
        break;
      }
      if (parsed.kind === 'damaged' || parsed.frame.seq !== next) {
        damage =
          parsed.kind === 'damaged' ? parsed.what : `record ${parsed.frame.seq} stands where ${next} should`;
        break;
      }
      frames.push(parsed.frame);
      at += parsed.size;
      next++;
    }
    end += at;
    if (frames.length > 0) yield frames;
  }
  return { end, next, damage };
}

/**
 * A segment that others follow, or that was acknowledged, holds every record before `next`.
 * @throws JournalCorrupt
 */
export function refuseDamage(segment: Segment, found: ScanEnd, next: number): void {
  const missing = found.next === next ? null : `it ends at record ${found.next}, ${next} was next`;
  const damage = found.damage ?? missing;
  if (damage !== null) throw new JournalCorrupt(segment.name, found.end, damage);
}

/** The bytes from `offset`; fewer than `length` only where the file ends. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function headerChecksum(bytes: Buffer): number {
  return crc32(bytes.subarray(16, SEGMENT_HEADER_BYTES), crc32(bytes.subarray(0, 12)));
}
