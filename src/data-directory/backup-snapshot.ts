import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Progress } from '../effects/index.ts';
import { syncDirectory } from '../files/index.ts';
import { listSnapshots, openSnapshot, SnapshotError, type SnapshotFile } from '../snapshot/index.ts';
import { copyDurably } from './durable-files.ts';

/**
 * Copies the newest whole snapshot of the directory `from` into the new directory `to`, and verifies the copy: damage
 * would be found only when it is needed. `null`: there is none, and nothing was made.
 */
export async function copySnapshot(
  from: string,
  to: string,
  progress: Progress,
): Promise<SnapshotFile | null> {
  for (const snapshot of listSnapshots(from)) {
    progress({ what: 'Copying the snapshot', share: null });
    await mkdir(to, { mode: 0o700 });
    const copy = join(to, basename(snapshot.path));
    await copyDurably(snapshot.path, copy);
    if (await isWhole(copy)) {
      await syncDirectory(to);
      return snapshot;
    }
    await rm(to, { recursive: true });
  }
  return null;
}

/** Events go on being taken in between. */
async function isWhole(path: string): Promise<boolean> {
  try {
    const snapshot = openSnapshot(path);
    try {
      for (const _ of snapshot.verify()) await nextTurn();
    } finally {
      snapshot.close();
    }
    return true;
  } catch (cause) {
    if (cause instanceof SnapshotError && cause.code === 'damaged') return false;
    throw cause;
  }
}
