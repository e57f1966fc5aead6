import { link, rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createDurably, isSystemError, readIfThere } from '../../files/index.ts';
import { FolderError } from '../private-folder.ts';

const LOOK_EVERY_MS = 20;

/** Those of this process: after a restart another may have had its id. */
const held = new Set<string>();

/**
 * Does something while a file is there that says which process does it. Others wait; what a process that is gone has
 * left is taken away.
 * @throws FolderError where it takes too long
 */
export async function alone<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  for (let waited = 0; !(await isTaken(path)); waited += LOOK_EVERY_MS) {
    if (waited >= waitMs)
      throw new FolderError(
        `process ${(await readIfThere(path))?.toString() ?? ''} has ${path}: wait until it is done, or remove the file where that is no process of Stance`,
      );
    await pause(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    held.delete(path);
    await rm(path, { force: true });
  }
}

async function isTaken(path: string): Promise<boolean> {
  if (held.has(path)) return false;
  // Before anything is awaited: two at once in this process.
  held.add(path);
  let isOurs = false;
  try {
    isOurs = await createDurably(path, `${process.pid}`);
    if (!isOurs) await takeAway(path);
  } finally {
    if (!isOurs) held.delete(path);
  }
  return isOurs;
}

/** Where its process is gone. What is moved is looked at again: another may have taken it away, and the place, before. */
async function takeAway(path: string): Promise<void> {
  const owner = (await readIfThere(path))?.toString();
  if (owner === undefined || isRunning(Number(owner))) return;
  const aside = `${path}.${process.pid}.gone`;
  await rename(path, aside).catch(() => undefined);
  const moved = (await readIfThere(aside))?.toString();
  if (moved !== undefined && moved !== owner) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function isRunning(pid: number): boolean {
  // It is not held by this one, or it would not be asked for.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // Of another user.
    return isSystemError(cause, 'EPERM');
  }
}
