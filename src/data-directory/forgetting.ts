import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Effects, Progress } from '../effects/index.ts';
import { JournalError } from '../journal/index.ts';
import type { ErasureRecord, UserId } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { hashOf, keepSnapshots, openSnapshot, type WrittenSnapshot } from '../snapshot/index.ts';
import type { BetweenRecords } from './between-records.ts';
import type { DerivedState } from './derived-state.ts';
import { removeHistoriesAside } from './history-file.ts';
import { noteOwed, owedErasure } from './owed-erasure.ts';
import { SNAPSHOTS } from './recovery.ts';

/** Forgetting people: in the state, in the history, and in what was written before (docs/adr/0024). */
export class Forgetting {
  readonly #state: BetweenRecords;
  /** Whose erasure was begun: those of them that nobody knows any more are erased in part. */
  #owed: readonly UserId[] = [];
  #isNoteUnreadable = false;

  constructor(state: BetweenRecords) {
    this.#state = state;
  }

  /** Who is forgotten, but may be found in what was written before. */
  get unfinished(): readonly UserId[] {
    const { directory } = this.#state.derived.engine;
    return this.#owed.filter((id) => directory.profile(id) === null);
  }

  /** Somebody is forgotten, and nobody knows who: the note of it cannot be read. The next erasure finishes it. */
  get isNoteUnreadable(): boolean {
    return this.#isNoteUnreadable;
  }

  /**
   * Forgets people for good: with all that was written before, because what remains is the state of this moment alone. It
   * stands still meanwhile.
   * @throws OperationError `busy` where the journal or the history is being read for a copy; then nothing was done
   */
  erase(record: ErasureRecord, progress: Progress): Promise<void> {
    return this.#state.inOrder(async () => {
      this.#refuseWhileRead();
      const before = this.#owed;
      await this.#owe([...new Set([...before, ...record.users])]);
      try {
        await this.#state.commit(record);
      } catch (cause) {
        // What may be on disk after all is for the next start to see.
        if (!(cause instanceof JournalError && cause.code === 'failed')) await this.#owe(before);
        throw cause;
      }
      await this.#eraseTraces(progress);
    });
  }

  /**
   * Does what is left of an erasure that failed in the middle.
   * @throws OperationError `busy` as {@link erase}
   */
  finish(progress: Progress): Promise<void> {
    return this.#state.inOrder(async () => {
      if (this.#owed.length === 0) return;
      // The record of the others did not come to the disk: nobody was told that it was done.
      if (this.unfinished.length === 0) return this.#owe([]);
      this.#refuseWhileRead();
      await this.#eraseTraces(progress);
    });
  }

  /** Whom a process that ended in the middle of it had begun to erase: nothing is done about it. */
  rememberOwed({ reportFault }: Effects): void {
    try {
      this.#owed = owedErasure(this.#state.dir);
    } catch (cause) {
      this.#isNoteUnreadable = true;
      reportFault('privacy', cause);
    }
  }

  /** What a process that ended in the middle of it had begun. What fails is told, and tried again while this one runs. */
  async finishAtStart(effects: Effects, progress: Progress): Promise<void> {
    this.rememberOwed(effects);
    try {
      await this.finish(progress);
    } catch (cause) {
      effects.reportFault('privacy', cause);
    }
  }

  /**
   * Forgets people whom nobody has seen for so long that the journal does not hold them any more: in the state and the
   * history. Snapshots that hold them go as newer ones are written.
   */
  expire(record: ErasureRecord): Promise<void> {
    return this.#state.inOrder(async () => {
      if (this.#state.past.isCopied) throw beingRead();
      await this.#state.commit(record);
      await this.#state.past.erase(record.users, 'rows');
    });
  }

  /** A note that cannot be read stays until all of before is erased: it says at least that there is something to do. */
  async #owe(users: readonly UserId[]): Promise<void> {
    if (!this.#isNoteUnreadable) await noteOwed(this.#state.dir, users);
    this.#owed = users;
  }

  /** The history without them, one snapshot that was read back, and nothing of before it. */
  async #eraseTraces(progress: Progress): Promise<void> {
    const { dir, journal, past, derived, setAside } = this.#state;
    progress({ what: 'Erasing from the history', share: null });
    await nextTurn();
    await past.erase(this.unfinished, 'bytes');
    removeHistoriesAside(dir);
    await journal.dropTorn(Number.POSITIVE_INFINITY);
    progress({ what: 'Writing the state', share: null });
    await nextTurn();
    const records = journal.length;
    proveWhole(await this.#state.writeSnapshot(), derived.blank());
    keepSnapshots(join(dir, SNAPSHOTS), [records]);
    progress({ what: 'Dropping the journal up to here', share: null });
    await journal.cut();
    await journal.dropBefore(records);
    if (journal.first < records) throw beingRead();
    await setAside.forgetBefore(records);
    this.#isNoteUnreadable = false;
    await this.#owe([]);
  }

  #refuseWhileRead(): void {
    const { journal, past } = this.#state;
    if (journal.isRead || past.isCopied) throw beingRead();
  }
}

/** Nothing else will tell what the state was: it must be read back before the journal goes. */
function proveWhole({ path, stateHash }: WrittenSnapshot, blank: DerivedState): void {
  const snapshot = openSnapshot(path);
  try {
    snapshot.load(blank, () => undefined);
  } finally {
    snapshot.close();
  }
  if (hashOf(blank) !== stateHash)
    throw new Error(`the snapshot ${path} does not give the state of which it is`);
}

function beingRead(): OperationError {
  return new OperationError(
    'busy',
    'The journal or the history is being read, by a backup or a dry run: try again when that has ended; a start does what is left.',
  );
}
