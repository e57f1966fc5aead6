import { type FileHandle, open } from 'node:fs/promises';
import type { EpochMs } from '../model/index.ts';
import { fingerprint, HEAD_BYTES, longerFingerprints } from './fingerprint.ts';
import type { Framing } from './record-splitter.ts';
import { type CursorSource, LOG_START, type ReadPosition, type Reception } from './log-cursor.ts';
import type { LogReader } from './log-reader.ts';
import type { ProducerProgress } from './producer.ts';
import type { Tally } from './tally.ts';

/** A file by its device and inode: the same after a rename. */
export type FileId = string;

/** An open file and what it is at this moment. */
export interface HeldFile {
  readonly id: FileId;
  readonly size: number;
  readonly handle: FileHandle;
}

/** @throws whatever the file system says; the caller takes a vanished file as gone */
export async function holdFile(path: string): Promise<HeldFile> {
  const handle = await open(path, 'r');
  const { dev, ino, size } = await handle.stat();
  return { id: fileId(dev, ino), size, handle };
}

export function fileId(device: number, inode: number): FileId {
  return `${device}:${inode}`;
}

/** The fingerprint of a file that is still being written; `null` until its first data line is whole. */
export async function fingerprintOf(handle: FileHandle): Promise<string | null> {
  return fingerprint(await headOf(handle), false);
}

async function headOf(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

export interface TailParts {
  /** Its place among all files, for ties. */
  readonly file: number;
  readonly id: FileId;
  readonly fingerprint: string;
  readonly seenBy: Reception['seenBy'];
  readonly readerOf: () => LogReader;
  /** Of the producer by its fingerprint. */
  readonly progress: ProducerProgress;
  readonly tally: Tally;
  readonly firstTime: EpochMs;
  readonly framing: Framing;
}

/**
 * A log that is still being written, followed by its inode, so a rename does not matter. Its file is held
 * open while it grows: what is written to it up to its deletion can still be read.
 */
export class Tail {
  readonly parts: TailParts;
  /** Where it is now. */
  path: string;
  /** When its next record begins, as far as is known. */
  firstTime: EpochMs;
  /** The round in which it last grew. */
  lastGrew = 0;
  isBeingRead = false;
  /** Whether it was found begun anew while it waited to be read, or was read. */
  isStale = false;
  #progress: ProducerProgress;
  #reader: LogReader;
  #handle: FileHandle | null;
  #state = '';
  #position: ReadPosition = LOG_START;
  /** The size up to which it has been read; a half-written last line is not yet. */
  #readTo = 0;

  constructor(parts: TailParts, path: string, handle: FileHandle) {
    this.parts = parts;
    this.path = path;
    this.firstTime = parts.firstTime;
    this.#progress = parts.progress;
    this.#reader = parts.readerOf();
    this.#handle = handle;
  }

  /** Of the one as whose it is read. */
  get progress(): ProducerProgress {
    return this.#progress;
  }

  get reader(): LogReader {
    return this.#reader;
  }

  /** From its start, where it was read as another's so far. */
  readAs(progress: ProducerProgress): void {
    if (progress === this.#progress) return;
    this.#progress = progress;
    this.#reader = this.parts.readerOf();
    this.#position = LOG_START;
  }

  async longerFingerprints(): Promise<readonly string[]> {
    return this.#handle === null ? [] : longerFingerprints(await headOf(this.#handle));
  }

  get isHeld(): boolean {
    return this.#handle !== null;
  }

  /** `null` where the file is not held open. */
  async size(): Promise<number | null> {
    return this.#handle === null ? null : (await this.#handle.stat()).size;
  }

  isReadTo(size: number): boolean {
    return size === this.#readTo;
  }

  /** Whether the file's state is another than at the last call. */
  isChanged(state: string): boolean {
    const isChanged = state !== this.#state;
    this.#state = state;
    return isChanged;
  }

  /** Opens the file again; `false` where it is no longer at its path. */
  async takeUp(): Promise<boolean> {
    if (this.#handle !== null) return true;
    const held = await holdFile(this.path).catch(() => null);
    if (held?.id === this.parts.id) {
      this.#handle = held.handle;
      return true;
    }
    await held?.handle.close();
    return false;
  }

  async letGo(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  /** Whether the file was emptied and begun anew (as `copytruncate` of logrotate does). */
  async isBegunAnew(size: number): Promise<boolean> {
    return this.isStale || size < this.#readTo || (await this.#beginsOtherwise());
  }

  /** What was written since, up to `size`; whole records only. */
  async source(size: number): Promise<CursorSource> {
    this.isBeingRead = await this.takeUp();
    return {
      framing: this.parts.framing,
      from: this.#position,
      resumeAt: this.#progress.resumeAt,
      isGrowing: true,
      chunks: () => this.#newBytes(size),
      ended: (position) => {
        this.#position = position;
        this.#readTo = size;
        this.firstTime = -Infinity;
      },
      fault: () => null,
      close: async () => {
        this.isBeingRead = false;
      },
    };
  }

  /** Looks at the beginning after each chunk: what was read before a file is emptied is of the log that it was. */
  async *#newBytes(size: number): AsyncGenerator<Buffer> {
    if (this.#handle === null) return;
    let at = this.#position.offset;
    for await (const chunk of chunksOf(this.#handle, at, size)) {
      at += chunk.length;
      this.isStale = await this.#beginsOtherwise();
      if (this.isStale) return;
      yield chunk;
    }
    this.isStale = at < size;
  }

  async #beginsOtherwise(): Promise<boolean> {
    return this.#handle !== null && (await fingerprintOf(this.#handle)) !== this.parts.fingerprint;
  }
}

const CHUNK_BYTES = 262_144;

/** The bytes of an open file from `start` to `end`, or to where it ends if it was cut off meanwhile; see `OpenedLog.chunks`. */
async function* chunksOf(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  const memory = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(end - start, 0)));
  for (let at = start; at < end; ) {
    const { bytesRead } = await handle.read(memory, 0, Math.min(memory.length, end - at), at);
    if (bytesRead === 0) return;
    yield memory.subarray(0, bytesRead);
    at += bytesRead;
  }
}
