import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Effects } from '../effects/index.ts';
import { OperationError } from '../refusals/index.ts';
import { type History, isDamagedHistory, openHistory } from '../store/index.ts';

export const HISTORY = 'history.db';
/** What SQLite keeps beside a file that was not closed. */
const BESIDE = ['-wal', '-shm'];

/** How many records a history knows of; none where there is no history, or one that cannot be asked. */
export function historyMark(dir: string): number {
  const path = join(dir, HISTORY);
  if (!existsSync(path)) return 0;
  try {
    const history = openHistory(path);
    try {
      return history.mark.records;
    } finally {
      history.close();
    }
  } catch (cause) {
    if (isDamagedHistory(cause)) return 0;
    throw cause;
  }
}

/**
 * The history beside a journal. It is written only of what is on disk: one that knows more than its journal shows that
 * the journal has lost records, or that it is not there (an unmounted disk). Nothing is begun anew in its place.
 * @param keyCheck whose history it must be, where it says so
 * @throws OperationError `keys_changed`, `records_lost`
 */
export function openHistoryOf(dir: string, journal: { readonly length: number }, keyCheck: string): History {
  const history = openHistory(join(dir, HISTORY));
  try {
    touch(history);
    refuseAnothers(history, keyCheck);
    refuseLostRecords(history, journal);
    return history;
  } catch (cause) {
    history.close();
    throw cause;
  }
}

/** Damage at the root of a table shows here, where it can be made up for, and not where somebody asks. */
function touch(history: History): void {
  const { span, newestPublished, newestPoint } = history;
  void [span, newestPublished, newestPoint, history.forgotten(null)];
}

/** Keys are made once for each directory, and what was restored from a backup of it has the same. */
function refuseAnothers({ owner }: History, keyCheck: string): void {
  if (owner === null || owner === keyCheck) return;
  throw new OperationError(
    'keys_changed',
    `${HISTORY} was written beside other keys than those in keys/: one of the two is another directory's. ` +
      `Restore the keys that belong to this journal from a backup; if these do, move ${HISTORY} away: ` +
      'it is told again as far as the journal reaches.',
  );
}

function refuseLostRecords({ mark: { records } }: History, journal: { readonly length: number }): void {
  if (records <= journal.length) return;
  throw new OperationError(
    'records_lost',
    `The journal ends before record ${journal.length}, but ${HISTORY} tells what records up to ${records - 1} published: ` +
      `records ${journal.length} to ${records - 1} were lost. Restore the journal from a backup; ` +
      `if the history is another journal's, move ${HISTORY} away.`,
  );
}

/** An empty history in place of one that can never be told what it lacks. */
export function replaceHistory(dir: string, history: History, effects: Effects): History {
  const { records } = history.mark;
  history.close();
  // Without a mark it holds nothing whole.
  if (records === 0) remove(dir);
  else setHistoryAside(dir, 'does not go on from what the journal holds', effects);
  return openHistory(join(dir, HISTORY));
}

/** Keeps the file under another name: somebody may still want to read it. */
export function setHistoryAside(
  dir: string,
  what: string,
  { now, reportFault }: Effects,
  cause?: unknown,
): void {
  const path = join(dir, HISTORY);
  const aside = `${path}.aside-${new Date(now()).toISOString().replaceAll(/[-:.]/g, '')}`;
  for (const end of ['', ...BESIDE]) {
    if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${aside}${end}`);
  }
  reportFault('history', new Error(`${path} ${what}; it is kept as ${basename(aside)}`, { cause }));
}

/** Those that were set aside hold what must be forgotten, and nothing asks for them any more. */
export function removeHistoriesAside(dir: string): void {
  for (const name of readdirSync(dir)) if (name.startsWith(`${HISTORY}.aside-`)) rmSync(join(dir, name));
}

function remove(dir: string): void {
  for (const end of ['', ...BESIDE]) rmSync(`${join(dir, HISTORY)}${end}`, { force: true });
}
