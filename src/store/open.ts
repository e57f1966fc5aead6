import type { History } from './history.ts';
import { KeptHistory } from './kept-history.ts';
import { SqliteTables } from './sqlite-tables.ts';

/** The history in one file of its own. @throws HistoryTooNew for a file of a later release */
export function openHistory(path: string): History {
  return new KeptHistory(new SqliteTables(path));
}
