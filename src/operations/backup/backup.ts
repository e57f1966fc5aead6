import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import {
  buildWhole,
  copyDurably,
  copyFolder,
  digestOf,
  type FleetState,
  KNOWN_LOGS,
} from '../../data-directory/index.ts';
import { type Effects, type Progress, VERSION } from '../../effects/index.ts';
import { AUTHORITY } from '../../identity/index.ts';
import { FEED_PLACES } from '../../intel/index.ts';
import { iso } from '../../model/index.ts';
import { invalid, OperationError } from '../../refusals/index.ts';
import type { BackupResult } from '../operations.ts';
import { OUTPUTS } from '../outputs/outputs.ts';
import { type BackupFile, writeManifest } from './manifest.ts';

/** What is backed up beside the journal. */
export interface BackupPlace {
  readonly dir: string;
  /** The configuration file in force, wherever it stands; `null` for none. */
  readonly configFile: string | null;
}

/**
 * Makes a backup of one moment: the newest snapshot, and from there the journal, as of then, the history, the keys that
 * sealed it, the tokens, the configuration file, and the hash of the state that follows. Records go on coming in while files are copied; the
 * state stands still only while it is hashed.
 * @throws OperationError `backup_exists`, `missing_directory`, `invalid_arguments`, `unwritable`; JournalCorrupt
 */
export async function backUp(
  state: FleetState,
  place: BackupPlace,
  to: string,
  effects: Effects,
  progress: Progress,
): Promise<BackupResult> {
  await refuseTarget(to, place);
  const { now, random } = effects;
  return buildWhole(to, random, async (draft) => {
    const createdAt = iso(now());
    // Before the history: a cursor may be behind what it points into, never ahead.
    await copyFolder(join(place.dir, OUTPUTS), join(draft, OUTPUTS));
    const point = await state.copyTo(draft, progress);
    await state.setAside.copyTo(draft);
    await state.knownLogs.keep();
    await copyBesides(place, draft);
    const files = await filesOf(draft, progress);
    const { records, entities, stateHash } = point;
    await writeManifest(draft, {
      stance: VERSION,
      created_at: createdAt,
      records,
      state_hash: stateHash,
      files,
    });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { path: to, records, entities, stateHash, createdAt, files: files.length, bytes };
  });
}

async function refuseTarget(to: string, { dir }: BackupPlace): Promise<void> {
  if (await isThere(to)) {
    throw new OperationError('backup_exists', `${to} is there already: give a name that is free.`);
  }
  if (!(await isThere(dirname(to))))
    throw new OperationError(
      'missing_directory',
      `The directory ${dirname(to)} does not exist: make it, or mount it, first.`,
    );
  // It would go with the disk that it is for, and an erasure would not reach what it holds.
  const place = join(await realpath(dirname(to)), basename(to));
  const own = await realpath(dir);
  if (`${place}${sep}`.startsWith(`${own}${sep}`))
    throw invalid('to', to, `a place outside the data directory ${dir}`);
}

async function copyBesides({ dir, configFile }: BackupPlace, draft: string): Promise<void> {
  await copyFolder(join(dir, AUTHORITY), join(draft, AUTHORITY));
  for (const name of ['tokens.json', FEED_PLACES, KNOWN_LOGS])
    if (await isThere(join(dir, name))) await copyDurably(join(dir, name), join(draft, name));
  if (configFile !== null) await copyDurably(configFile, join(draft, 'stance.yaml'));
}

/** What stands in the backup, read again from there. */
async function filesOf(draft: string, progress: Progress): Promise<BackupFile[]> {
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(draft.length + 1))
    .sort();
  const files: BackupFile[] = [];
  for (const [index, path] of paths.entries()) {
    progress({ what: 'Summing the files', share: index / paths.length });
    files.push({ path, ...(await digestOf(join(draft, path))) });
  }
  return files;
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}
