import type { EmbeddedJournal } from '../journal/index.ts';
import type { JournalRecord } from '../model/index.ts';
import type { WrittenSnapshot } from '../snapshot/index.ts';
import type { DerivedState } from './derived-state.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import type { SetAside } from './set-aside.ts';

/** A state as whoever changes more than one record of it sees it: within `inOrder` it stands still but for what they do. */
export interface BetweenRecords {
  readonly dir: string;
  readonly journal: EmbeddedJournal;
  readonly past: HistoryKeeper;
  readonly derived: DerivedState;
  readonly setAside: SetAside;
  inOrder<T>(step: () => Promise<T>): Promise<T>;
  /** Journals a record and applies it. */
  commit(record: JournalRecord): Promise<void>;
  /** The snapshot of this moment. @throws SnapshotError */
  writeSnapshot(): Promise<WrittenSnapshot>;
}
