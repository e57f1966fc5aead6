import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type History, openHistory } from '../store/index.ts';
import { OperationError } from './operations.ts';

export const HISTORY = 'history.db';
/** SQLite's result codes for a file that holds other bytes than it wrote: SQLITE_CORRUPT, SQLITE_NOTADB. */
const DAMAGE: ReadonlySet<unknown> = new Set([11, 26]);

/**
 * The history beside a journal. It is written only of what is on disk: one that knows more than its journal shows that
 * the journal has lost records, or that it is not there (an unmounted disk). Nothing is begun anew in its place.
 * @throws OperationError `records_lost`
 */
export function openHistoryOf(dir: string, journal: { readonly length: number }): History {
  const history = openHistory(join(dir, HISTORY));
  const { records } = history.mark;
  if (records <= journal.length) return history;
  history.close();
  throw new OperationError(
    'records_lost',
    `The journal ends before record ${journal.length}, but ${HISTORY} tells what records up to ${records - 1} published: ` +
      `records ${journal.length} to ${records - 1} were lost. Restore the journal from a backup; ` +
      `if the history is another journal's, move ${HISTORY} away.`,
  );
}

/** What SQLite says of a damaged file names neither the file nor a way out. */
export function historyFault(dir: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'errcode' in cause ? cause.errcode : null;
  const path = join(dir, HISTORY);
  if (!DAMAGE.has(code) || !existsSync(path)) return cause;
  const said = cause instanceof Error ? cause.message : '';
  return new OperationError(
    'history_damaged',
    `${path} is damaged (${said}). Restore a backup; or move it away (with its -wal and -shm), ` +
      'and the next start tells it anew, where the journal still reaches back to its beginning.',
    { cause },
  );
}
