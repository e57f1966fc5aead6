import { basename, join } from 'node:path';
import type { SealingKeys } from '../privacy/index.ts';
import { listSnapshots, openSnapshot, SnapshotError, type SnapshotFile } from '../snapshot/index.ts';
import { DerivedState, STATE_VERSION } from './derived-state.ts';
import { OperationError, type Progress } from './operations.ts';

export const SNAPSHOTS = 'snapshots';

/** A state to go on from. */
export interface From {
  readonly state: DerivedState;
  /** It stands after records 0 to `records` − 1; the rest is to be replayed. */
  readonly records: number;
  /** The snapshots that could not be used. */
  readonly damaged: readonly SnapshotError[];
}

/** The records that a journal holds: `first` to `length` − 1. */
export interface JournalExtent {
  readonly first: number;
  readonly length: number;
}

/**
 * The state of the newest whole snapshot that stands no later than record `upTo`, or of no record at all where the
 * journal reaches back to its beginning.
 * @param upTo what the history holds: later records are to be replayed, so that they are told to it
 * @throws OperationError `records_missing`, `history_missing`, `records_lost`, `keys_changed`; SnapshotError `newer_format`
 */
export function recover(
  dir: string,
  keys: SealingKeys,
  journal: JournalExtent,
  upTo: number,
  progress: Progress,
): From {
  const all = listSnapshots(join(dir, SNAPSHOTS));
  for (const each of all) refuseLostRecords(each, journal);
  const usable = all.filter(({ records }) => records >= journal.first);
  const damaged: SnapshotError[] = [];
  for (const snapshot of usable.filter(({ records }) => records <= upTo)) {
    try {
      return { state: loaded(snapshot, keys, progress), records: snapshot.records, damaged };
    } catch (cause) {
      if (!(cause instanceof SnapshotError) || cause.code === 'newer_format') throw cause;
      damaged.push(cause);
    }
  }
  if (journal.first > upTo && usable.length > 0) refuseHistory(journal, upTo);
  if (journal.first > 0) refuseGap(journal, all, damaged);
  return { state: new DerivedState(keys), records: 0, damaged };
}

function loaded({ path }: SnapshotFile, keys: SealingKeys, progress: Progress): DerivedState {
  const snapshot = openSnapshot(path);
  try {
    if (snapshot.stateVersion > STATE_VERSION) {
      const forms = `${snapshot.stateVersion}; this release reads up to ${STATE_VERSION}`;
      throw new SnapshotError(
        'newer_format',
        `snapshot ${basename(path)} holds a state of version ${forms}: use a newer release`,
      );
    }
    const state = new DerivedState(keys);
    snapshot.load(state, (share) => progress({ what: 'Loading the snapshot', share }));
    return state;
  } finally {
    snapshot.close();
  }
}

/** A snapshot is written only of what is on disk: a journal that is shorter has lost records. */
function refuseLostRecords({ path, records }: SnapshotFile, { length }: JournalExtent): void {
  if (records <= length) return;
  throw new OperationError(
    'records_lost',
    `The journal ends before record ${length}, but ${basename(path)} stands after record ${records - 1}: ` +
      `records ${length} to ${records - 1} were lost. Restore the journal from a backup.`,
  );
}

function refuseGap(
  { first }: JournalExtent,
  all: readonly SnapshotFile[],
  damaged: readonly SnapshotError[],
): never {
  const newest = all.find(({ records }) => records < first)?.records ?? 0;
  const reason =
    newest === 0 ? 'there is no usable snapshot' : `the next usable snapshot stands before record ${newest}`;
  const found = damaged.map(({ message }) => ` ${message}.`).join('');
  throw new OperationError(
    'records_missing',
    `The journal begins with record ${first}, and ${reason}: records ${newest} to ${first - 1} are missing. ` +
      `Restore the directory from a backup.${found}`,
  );
}

/** History is told by applying records; what it lacks and the journal has dropped could never be told. */
function refuseHistory({ first }: JournalExtent, upTo: number): never {
  const holds = upTo === 0 ? 'nothing' : `records 0 to ${upTo - 1}`;
  throw new OperationError(
    'history_missing',
    `The journal begins with record ${first}, but the history (history.db) holds ${holds}: ` +
      `what records ${upTo} to ${first - 1} published is missing. Restore the directory from a backup.`,
  );
}
