import { open } from 'node:fs/promises';
import { fingerprint, HEAD_BYTES, longerFingerprints } from './fingerprint.ts';
import { gunzip, type OpeningFault } from './gunzip.ts';

export interface OpenedLog {
  /** As it was named; `-` for standard input. */
  readonly path: string;
  /** By its first bytes, not by its name. */
  readonly compressed: boolean;
  /** See `fingerprint`; `null` where the file holds no data line. */
  readonly fingerprint: string | null;
  /** All bytes from the start, each chunk for as long as no other is asked for. To be read once: see `close`. */
  chunks(): AsyncGenerator<Buffer>;
  /** After the chunks have ended: why they ended early; `null` where they did not. */
  fault(): OpeningFault | null;
  /** Gives the file back without reading on. */
  close(): Promise<void>;
}

/** Opens a finished log: plain, or gzip of one or more members. A file that cannot be opened has a `fault`. */
export function openLog(path: string): Promise<OpenedLog> {
  return openStream(path, bytesOf(path));
}

/** See `longerFingerprints`. */
export async function longerFingerprintsOf(path: string): Promise<readonly string[]> {
  const log = await openLog(path);
  const head = await log.chunks().next();
  await log.close();
  return head.done === true ? [] : longerFingerprints(head.value);
}

const CHUNK_BYTES = 262_144;
const LF = 0x0a;

/**
 * All chunks in the same memory: it stays in the processor's cache, and leaves nothing to collect. A chunk ends with a
 * whole line where it can: one in two pieces is put together and read by itself, which costs as much as many others.
 */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const memory = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let kept = 0; ; ) {
      const { bytesRead } = await file.read(memory, kept, CHUNK_BYTES - kept, null);
      const length = kept + bytesRead;
      const end = bytesRead === 0 ? length : memory.lastIndexOf(LF, length - 1) + 1 || length;
      if (end > 0) yield memory.subarray(0, end);
      if (bytesRead === 0) return;
      memory.copyWithin(0, end, length);
      kept = length - end;
    }
  } finally {
    await file.close();
  }
}

/** The same for bytes that are already flowing, such as standard input. */
export async function openStream(path: string, bytes: AsyncIterable<Buffer>): Promise<OpenedLog> {
  let fault: OpeningFault | null = null;
  const report = (found: OpeningFault): void => {
    fault ??= found;
  };
  const raw = untilFault(bytes, report);
  const start = await take(raw, 2);
  const compressed = start[0] === 0x1f && start[1] === 0x8b;
  const whole = resume(start, raw);
  const plain = compressed ? gunzip(whole, report) : whole;
  const head = await take(plain, HEAD_BYTES);
  const rest = resume(head, plain);
  return {
    path,
    compressed,
    fingerprint: fingerprint(head, true),
    chunks: () => rest,
    fault: () => fault,
    async close() {
      // Closing the generators from the outermost in ends the file stream below them.
      await rest.return(undefined);
      await plain.return(undefined);
      await raw.return(undefined);
    },
  };
}

async function* untilFault(
  bytes: AsyncIterable<Buffer>,
  report: (fault: OpeningFault) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    report({ code: 'unreadable', message: `the file could not be read (${code})` });
  }
}

/** At least `size` bytes from the front of a sequence, or all it has. */
async function take(chunks: AsyncGenerator<Buffer>, size: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let length = 0; length < size; ) {
    const next = await chunks.next();
    if (next.done === true) break;
    // A copy: it outlives its chunk.
    pieces.push(Buffer.from(next.value));
    length += next.value.length;
  }
  return Buffer.concat(pieces);
}

async function* resume(taken: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (taken.length > 0) yield taken;
  yield* rest;
}
