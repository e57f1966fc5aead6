import type { History } from './history.ts';
import { KeptHistory } from './kept-history.ts';
import { SqliteTables } from './sqlite-tables.ts';

/** The history in one file of its own. @throws HistoryTooNew for a file of a later release */
export function openHistory(path: string): History {
  const tables = new SqliteTables(path);
  try {
    return new KeptHistory(tables);
  } catch (cause) {
    tables.close();
    throw cause;
  }
}
