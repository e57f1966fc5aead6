import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { REAL_DISK } from './disk.ts';
import { unreadable } from './errors.ts';

/** A snapshot by its name; whether it is whole is seen when it is opened. */
export interface SnapshotFile {
  readonly path: string;
  /** It stands after records 0 to `records` − 1. */
  readonly records: number;
}

const FILE_NAME = /^(\d{20})\.snap$/;
/** Releases up to 0.3.0 had one for each snapshot. */
const DRAFT_NAME = /^\d{20}\.snap(?:\.\d+-\d+)?\.tmp$/;

export function snapshotName(records: number): string {
  return `${String(records).padStart(20, '0')}.snap`;
}

/** The snapshots of a directory, the newest first; none where it is not there. Other files are none of our business. */
export function listSnapshots(dir: string): SnapshotFile[] {
  return namesIn(dir)
    .filter((name) => FILE_NAME.test(name))
    .sort((a, b) => (a < b ? 1 : -1))
    .map((name) => ({ path: join(dir, name), records: Number(name.slice(0, 20)) }));
}

/** Removes all snapshots but those named by their records, and the drafts of writers that died. */
export function keepSnapshots(dir: string, kept: readonly number[]): void {
  const drafts = namesIn(dir).filter((name) => DRAFT_NAME.test(name));
  const others = listSnapshots(dir).filter(({ records }) => !kept.includes(records));
  for (const path of [...drafts.map((name) => join(dir, name)), ...others.map((each) => each.path)]) {
    rmSync(path, { force: true });
  }
  if (drafts.length + others.length > 0) REAL_DISK.syncDirectory(dir);
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw unreadable(dir, cause);
  }
}
