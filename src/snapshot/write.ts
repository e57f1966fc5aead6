import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Stateful } from '../model/index.ts';
import { REAL_DISK, type SnapshotDisk } from './disk.ts';
import { StateEncoder } from './encoder.ts';
import { SnapshotError, writeFailure } from './errors.ts';
import { FileSink } from './file-sink.ts';
import type { SnapshotHead } from './format.ts';
import type { SectionKind, SectionMemory, SectionSink } from './section.ts';
import { snapshotName } from './shelf.ts';
import { HashSink } from './state-hash.ts';

export interface WrittenSnapshot extends SnapshotHead {
  readonly path: string;
  readonly bytes: number;
  readonly stateHash: string;
}

/** Begun by this process. */
let drafts = 0;

/** One walk over the state gives both: so the hash is of what the file holds. */
class Both implements SectionSink {
  /** What follows from the rest is in no hash. */
  readonly ofDerived: FileSink;
  readonly #sinks: readonly SectionSink[];

  constructor(file: FileSink, hash: HashSink) {
    this.ofDerived = file;
    this.#sinks = [file, hash];
  }

  begin(kind: SectionKind, name: string, memory: SectionMemory): void {
    for (const sink of this.#sinks) sink.begin(kind, name, memory);
  }

  value(value: unknown): void {
    for (const sink of this.#sinks) sink.value(value);
  }

  write(bytes: Uint8Array): void {
    for (const sink of this.#sinks) sink.write(bytes);
  }

  end(count: number): void {
    for (const sink of this.#sinks) sink.end(count);
  }
}

/**
 * Writes a state into the directory `dir`, which exists: beside its place first, and under its name only when all of
 * it is on disk. A crash leaves a draft that nobody reads; a failure leaves nothing.
 * @throws SnapshotError `disk_full`, `failed`
 */
export function writeSnapshot(
  dir: string,
  head: SnapshotHead,
  state: Stateful,
  disk: SnapshotDisk = REAL_DISK,
): WrittenSnapshot {
  const name = snapshotName(head.records);
  const path = join(dir, name);
  // A draft of its own: the follower of an owner that was killed may still be writing the same snapshot.
  const draft = `${path}.${process.pid}-${++drafts}.tmp`;
  try {
    const written = writeDraft(draft, head, state, disk);
    disk.rename(draft, path);
    disk.syncDirectory(dir);
    return { ...head, path, ...written };
  } catch (cause) {
    rmSync(draft, { force: true });
    // What the system refused; a defect of the state's own is nobody else's.
    if (cause instanceof SnapshotError || !(cause instanceof Error && 'code' in cause)) throw cause;
    throw writeFailure(name, cause);
  }
}

function writeDraft(
  draft: string,
  head: SnapshotHead,
  state: Stateful,
  disk: SnapshotDisk,
): { readonly bytes: number; readonly stateHash: string } {
  const file = openSync(draft, 'w', 0o600);
  try {
    const sink = new FileSink(disk, file, head);
    const hash = new HashSink();
    state.save(new StateEncoder(new Both(sink, hash)));
    const stateHash = hash.digest();
    const bytes = sink.finish(stateHash);
    disk.sync(file);
    return { bytes, stateHash };
  } finally {
    closeSync(file);
  }
}
