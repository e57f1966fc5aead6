import { crc32 } from 'node:zlib';
import { LIMITS } from '../model/index.ts';

/**
 * A frame is one record on disk, little-endian:
 *
 *     0  u32  CRC-32 of everything after it
 *     4  u32  payload length in bytes
 *     8  u32  place in its commit group: 0 for the first record of the group
 *    12  u64  sequence number
 *    20       payload
 *
 * A commit group is what one write and one fdatasync carried. A frame of a later group proves that the
 * groups before it were on disk, and so tells a torn tail from a damaged middle.
 */
export const FRAME_HEADER_BYTES = 20;

export interface Frame {
  readonly seq: number;
  /** Sequence number of the first record of its commit group. */
  readonly group: number;
  readonly payload: Buffer;
}

/** The frames of one commit group, one after the other. */
export function encodeGroup(group: number, payloads: readonly Buffer[]): Buffer {
  const length = payloads.reduce((sum, payload) => sum + FRAME_HEADER_BYTES + payload.length, 0);
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const [index, payload] of payloads.entries()) {
    const end = at + FRAME_HEADER_BYTES + payload.length;
    writeFrame(bytes.subarray(at, end), { seq: group + index, group, payload });
    at = end;
  }
  return bytes;
}

/** So much of a payload is summed up at a time. */
const SUMMED_BYTES = 1_048_576;

/** The header of a large frame, in small steps: its payload is written from where it lies. */
export function* headerOf({ seq, group, payload }: Frame): Generator<void, Buffer> {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(seq - group, 8);
  writeSequence(header, seq, 12);
  header.writeUInt32LE(yield* summing(payload, crc32(header.subarray(4))), 0);
  return header;
}

function* summing(bytes: Buffer, before = 0): Generator<void, number> {
  let sum = before;
  for (let at = 0; at < bytes.length; at += SUMMED_BYTES) {
    sum = crc32(bytes.subarray(at, at + SUMMED_BYTES), sum);
    yield;
  }
  return sum;
}

function writeFrame(bytes: Buffer, { seq, group, payload }: Frame): void {
  bytes.writeUInt32LE(payload.length, 4);
  bytes.writeUInt32LE(seq - group, 8);
  writeSequence(bytes, seq, 12);
  payload.copy(bytes, FRAME_HEADER_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
}

/** What stands at a place: a frame, not enough bytes to tell (`needs` in all), or no frame. */
export type Parsed =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly size: number }
  | { readonly kind: 'short'; readonly needs: number }
  | { readonly kind: 'damaged'; readonly what: string };

export function parseFrame(bytes: Buffer, at: number): Parsed {
  const size = sizeAt(bytes, at);
  return typeof size === 'number' ? frameAt(bytes, at, size, crc32(bytes.subarray(at + 4, at + size))) : size;
}

/** The same in small steps, of a large one. */
export function* parsingFrame(bytes: Buffer, at: number): Generator<void, Parsed> {
  const size = sizeAt(bytes, at);
  if (typeof size !== 'number') return size;
  return frameAt(bytes, at, size, yield* summing(bytes.subarray(at + 4, at + size)));
}

/** How many bytes the frame says that it has, where they are all there. */
function sizeAt(bytes: Buffer, at: number): number | Exclude<Parsed, { kind: 'frame' }> {
  const available = bytes.length - at;
  if (available < FRAME_HEADER_BYTES) return { kind: 'short', needs: FRAME_HEADER_BYTES };
  const length = bytes.readUInt32LE(at + 4);
  if (length > LIMITS.journalRecordBytes) return { kind: 'damaged', what: 'impossible length' };
  const size = FRAME_HEADER_BYTES + length;
  return available < size ? { kind: 'short', needs: size } : size;
}

function frameAt(bytes: Buffer, at: number, size: number, sum: number): Parsed {
  if (sum !== bytes.readUInt32LE(at)) return { kind: 'damaged', what: 'checksum does not match' };
  const seq = readSequence(bytes, at + 12);
  const group = seq - bytes.readUInt32LE(at + 8);
  const payload = bytes.subarray(at + FRAME_HEADER_BYTES, at + size);
  return { kind: 'frame', frame: { seq, group, payload }, size };
}

/** Whether a whole frame of a commit group after record `seq` stands anywhere behind `at`. */
export function laterGroupFollows(bytes: Buffer, at: number, seq: number): boolean {
  for (let place = at + 1; place + FRAME_HEADER_BYTES <= bytes.length; place++) {
    const candidate = readSequence(bytes, place + 12);
    if (candidate <= seq || candidate > seq + bytes.length) continue;
    const parsed = parseFrame(bytes, place);
    if (parsed.kind === 'frame' && parsed.frame.group > seq) return true;
  }
  return false;
}

export function writeSequence(bytes: Buffer, seq: number, at: number): void {
  bytes.writeUInt32LE(seq % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(seq / 2 ** 32), at + 4);
}

export function readSequence(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
