import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { basename } from 'node:path';
import type { Stateful } from '../model/index.ts';
import { ColumnMemory } from './column-memory.ts';
import { StateDecoder } from './decoder.ts';
import { SnapshotDamaged, SnapshotError, unreadable } from './errors.ts';
import {
  BLOCK_BYTES,
  type Contents,
  decodeContents,
  decodeHeader,
  decodeTrailer,
  HEADER_BYTES,
  type Section,
  type SnapshotHead,
  TRAILER_BYTES,
} from './format.ts';
import { type OpenFile, SectionBytes } from './section-bytes.ts';
import { snapshotName } from './shelf.ts';

/** A snapshot whose ends are whole; its sections are verified as they are read. */
export interface OpenSnapshot extends SnapshotHead {
  /** Of the state that was written. */
  readonly stateHash: string;
  readonly bytes: number;
  /** Brings the state back into a new, empty one. @throws SnapshotError `damaged`, `other_form` */
  load(into: Pick<Stateful, 'load'>, onProgress?: (share: number) => void): void;
  /** Reads all of it, a block at a time, and keeps nothing. @throws SnapshotError `damaged` */
  verify(): Generator<void>;
  close(): void;
}

/** @throws SnapshotError `damaged`, `newer_format`, `unreadable` */
export function openSnapshot(path: string): OpenSnapshot {
  const file = basename(path);
  const handle = opened(path);
  try {
    if (endianness() !== 'LE')
      throw new SnapshotError('other_form', 'snapshots need a little-endian machine');
    const { size } = fstatSync(handle);
    const head = decodeHeader(file, readAt(handle, 0, HEADER_BYTES));
    if (snapshotName(head.records) !== file) throw new SnapshotDamaged(file, 16, 'name and header disagree');
    const { stateHash, sections } = readContents(file, handle, size);
    const byName = new Map(sections.map((section) => [section.name, section]));
    const load: OpenSnapshot['load'] = (into, onProgress = () => undefined) => {
      let read = 0;
      const onRead = (bytes: number) => onProgress((read += bytes) / size);
      const columns = {
        own: new ColumnMemory('own', sections),
        shared: new ColumnMemory('shared', sections),
      };
      into.load(new StateDecoder({ handle, name: file, onRead }, byName, columns));
    };
    const verify = () => verifySections({ handle, name: file, onRead: () => undefined }, sections);
    return { ...head, stateHash, bytes: size, load, verify, close: () => closeSync(handle) };
  } catch (cause) {
    closeSync(handle);
    throw cause;
  }
}

function* verifySections(file: OpenFile, sections: readonly Section[]): Generator<void> {
  const block = new Uint8Array(BLOCK_BYTES);
  for (const section of sections) {
    const bytes = new SectionBytes(file, section);
    while (bytes.left > 0) {
      bytes.read(block.subarray(0, Math.min(bytes.left, BLOCK_BYTES)));
      yield;
    }
  }
}

function readContents(file: string, handle: number, size: number): Contents {
  const trailer = readAt(handle, Math.max(0, size - TRAILER_BYTES), TRAILER_BYTES);
  const { at, length, sum } = decodeTrailer(file, trailer, size);
  return decodeContents(file, readAt(handle, at, length), at, sum);
}

/** The bytes from `offset`; fewer than `length` only where the file ends. */
function readAt(handle: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(handle, bytes, filled, length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
