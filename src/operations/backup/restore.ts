import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import {
  buildWhole,
  copyDurably,
  digestOf,
  type FileDigest,
  FleetState,
  type StatePoint,
} from '../../data-directory/index.ts';
import { type Effects, type Progress, VERSION } from '../../effects/index.ts';
import { isSystemError, syncDirectory } from '../../files/index.ts';
import { invalid, OperationError } from '../../refusals/index.ts';
import { type BackupFile, type BackupManifest, damaged, readManifest } from './manifest.ts';

export interface RestoreRequest {
  /** Absolute: what `stance backup` made. */
  readonly from: string;
  /** Absolute: a data directory that is missing or empty. */
  readonly dir: string;
}

export interface RestoreResult {
  readonly directory: string;
  readonly records: number;
  readonly events: number;
  readonly entities: number;
  readonly stateHash: string;
  /** `false` is possible only where another release made the backup: it may derive another state from the same records. */
  readonly isStateEqual: boolean;
  readonly createdAt: string;
  /** The release that made the backup. */
  readonly madeBy: string;
}

/**
 * Restores a backup, whole or not at all: every file is verified before anything is written, and the directory gets
 * its name only after the journal was replayed from it and gave the state that was backed up.
 * @throws OperationError `invalid_arguments`, `directory_not_empty`, `mount_point`, `not_a_backup`, `damaged_backup`, `newer_format`, `state_differs`, `unwritable`
 */
export async function restoreBackup(
  { from, dir }: RestoreRequest,
  effects: Effects,
  progress: Progress,
): Promise<RestoreResult> {
  await refuseInside(from, dir);
  await refuseOccupied(dir);
  const manifest = await readManifest(from);
  await verifyFiles(from, manifest.files, progress);
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 });
  return buildWhole(dir, effects.random, async (draft) => {
    await copyFiles(from, draft, manifest.files, progress);
    const point = await replayed(draft, effects, progress);
    const isStateEqual = compare(from, manifest, point);
    const { records, events, entities, stateHash } = point;
    const { created_at: createdAt, stance: madeBy } = manifest;
    return { directory: dir, records, events, entities, stateHash, isStateEqual, createdAt, madeBy };
  });
}

/** The backup would hold a directory that is no part of it, and go with it. */
async function refuseInside(from: string, dir: string): Promise<void> {
  const backup = await realpath(from).catch(() => from);
  if (`${await truePlace(dir)}${sep}`.startsWith(`${backup}${sep}`))
    throw invalid('data', dir, `a place outside the backup ${from}`);
}

/** Where a directory is, or will be made, without links. */
async function truePlace(dir: string): Promise<string> {
  const real = await realpath(dir).catch(() => null);
  if (real !== null || dirname(dir) === dir) return real ?? dir;
  return join(await truePlace(dirname(dir)), basename(dir));
}

async function refuseOccupied(dir: string): Promise<void> {
  const names = await readdir(dir).catch((cause: unknown) => {
    if (isSystemError(cause, 'ENOENT')) return [];
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperationError('unusable_directory', `${dir} cannot be used: ${reason}.`, { cause });
  });
  if (names.length > 0) {
    throw new OperationError(
      'directory_not_empty',
      `${dir} is not empty, and restoring would overwrite it: give an empty or a new directory.`,
    );
  }
  if (await isMountPoint(dir)) {
    throw new OperationError(
      'mount_point',
      `${dir} is a mount point and cannot be replaced by what is restored: give a new directory below it.`,
    );
  }
}

/** On another device than the directory around it. */
async function isMountPoint(dir: string): Promise<boolean> {
  const own = await stat(dir).catch(() => null);
  const around = await stat(dirname(dir)).catch(() => null);
  return own !== null && around !== null && own.dev !== around.dev;
}

async function verifyFiles(from: string, files: readonly BackupFile[], progress: Progress): Promise<void> {
  for (const [index, file] of files.entries()) {
    progress({ what: 'Verifying the backup', share: index / files.length });
    const path = join(from, file.path);
    const status = await stat(path).catch(() => null);
    if (status === null) throw damaged(path, 'it is missing or cannot be read');
    if (status.size !== file.bytes) throw damaged(path, `it has ${status.size} bytes, not ${file.bytes}`);
    refuseOther(path, file, await digestOf(path));
  }
}

async function copyFiles(
  from: string,
  draft: string,
  files: readonly BackupFile[],
  progress: Progress,
): Promise<void> {
  const folders = new Set(files.map(({ path }) => dirname(path)));
  for (const folder of folders) await mkdir(join(draft, folder), { recursive: true, mode: 0o700 });
  for (const [index, file] of files.entries()) {
    progress({ what: 'Copying the backup', share: index / files.length });
    const path = join(from, file.path);
    refuseOther(path, file, await copyDurably(path, join(draft, file.path)));
  }
  for (const folder of folders) await syncDirectory(join(draft, folder));
}

function refuseOther(path: string, expected: FileDigest, found: FileDigest): void {
  if (found.sha256 !== expected.sha256) throw damaged(path, 'its content is not what was backed up');
}

async function replayed(dir: string, effects: Effects, progress: Progress): Promise<StatePoint> {
  const state = await FleetState.open(dir, effects, { progress });
  try {
    return await state.point(progress);
  } finally {
    await state.close();
  }
}

/** Whether the state is the one that was backed up; by the release that made the backup it must be. */
function compare(from: string, { stance, records, state_hash }: BackupManifest, point: StatePoint): boolean {
  if (point.records !== records) {
    throw damaged(join(from, 'journal'), `it holds ${point.records} records, not ${records}`);
  }
  const isEqual = point.stateHash === state_hash;
  if (isEqual || stance !== VERSION) return isEqual;
  throw new OperationError(
    'state_differs',
    `The state that follows from ${from} has the hash ${point.stateHash}, not ${state_hash}. Nothing was restored; please report it.`,
  );
}
