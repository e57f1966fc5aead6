import { basename, join } from 'node:path';
import type { Progress } from '../effects/index.ts';
import type { SealingKeys } from '../privacy/index.ts';
import { OperationError } from '../refusals/index.ts';
import { listSnapshots, openSnapshot, SnapshotError, type SnapshotFile } from '../snapshot/index.ts';
import { DerivedState, STATE_VERSION } from './derived-state.ts';

export const SNAPSHOTS = 'snapshots';

/** A state to go on from. */
export interface From {
  readonly state: DerivedState;
  /** It stands after records 0 to `records` − 1; the rest is to be replayed. */
  readonly records: number;
  /** It was read from a snapshot of an older form: a replay of the same records may give another hash. */
  readonly isOfOlderForm: boolean;
  /** What the history lacks before that can not be told again: it has to begin there. */
  readonly isHistoryLost: boolean;
  /** The snapshots that could not be used. */
  readonly damaged: readonly SnapshotError[];
}

type Loaded = Pick<From, 'state' | 'records' | 'isOfOlderForm'>;

/** The records that a journal holds: `first` to `length` − 1. */
export interface JournalExtent {
  readonly first: number;
  readonly length: number;
}

/**
 * The state of the newest whole snapshot that stands no later than record `upTo`, or of no record at all where the
 * journal reaches back to its beginning. Where it does not, a later snapshot is better than none.
 * @param upTo what the history holds: later records are to be replayed, so that they are told to it
 * @throws OperationError `records_missing`, `records_lost`, `keys_changed`; SnapshotError `newer_format`
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
  const load = (each: SnapshotFile): Loaded => loaded(each, keys, progress);
  const told = newestWhole(
    usable.filter(({ records }) => records <= upTo),
    load,
    damaged,
  );
  if (told !== null) return { ...told, isHistoryLost: false, damaged };
  if (journal.first === 0)
    return {
      state: new DerivedState(keys),
      records: 0,
      isOfOlderForm: false,
      isHistoryLost: false,
      damaged,
    };
  const later = newestWhole(
    usable.filter(({ records }) => records > upTo),
    load,
    damaged,
  );
  if (later !== null) return { ...later, isHistoryLost: true, damaged };
  return refuseGap(journal, all, damaged);
}

/** After how many records the newest snapshot of before a record stands, from which the journal still leads there. */
export function snapshotBefore(dir: string, record: number, firstKept: number): number | null {
  const before = listSnapshots(join(dir, SNAPSHOTS)).find(({ records }) => records <= record);
  return before !== undefined && before.records >= firstKept ? before.records : null;
}

function newestWhole(
  newestFirst: readonly SnapshotFile[],
  load: (snapshot: SnapshotFile) => Loaded,
  damaged: SnapshotError[],
): Loaded | null {
  for (const snapshot of newestFirst) {
    try {
      return load(snapshot);
    } catch (cause) {
      // It is whole, for all that is known: what to do about it is the operator's.
      if (!(cause instanceof SnapshotError) || cause.code === 'newer_format' || cause.code === 'unreadable')
        throw cause;
      damaged.push(cause);
    }
  }
  return null;
}

function loaded({ path, records }: SnapshotFile, keys: SealingKeys, progress: Progress): Loaded {
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
    return { state, records, isOfOlderForm: snapshot.stateVersion < STATE_VERSION };
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
