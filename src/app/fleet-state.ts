import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../engine/index.ts';
import { type EmbeddedJournal, type JournalOptions, openJournal } from '../journal/index.ts';
import type { EventsRecord, Fleet, JournalRecord } from '../model/index.ts';
import { loadKeys, type Sealer } from '../privacy/index.ts';
import { hashOf, type SnapshotError, writeSnapshot, type WrittenSnapshot } from '../snapshot/index.ts';
import type { IntakeBatch, Taken } from '../sources/index.ts';
import type { History } from '../store/index.ts';
import { copySnapshot } from './backup-snapshot.ts';
import { type DerivedState, STATE_VERSION } from './derived-state.ts';
import type { Effects } from './effects.ts';
import { freshOf } from './fresh.ts';
import { HISTORY, historyFault, openHistoryOf } from './history-file.ts';
import { HistoryKeeper } from './history-keeper.ts';
import { OperationError, type Progress } from './operations.ts';
import { type From, recover, SNAPSHOTS } from './recovery.ts';

const KEYS = 'keys';
/** Unless the configuration says otherwise. */
const HISTORY_DAYS = 400;

/** What makes the records since the newest snapshot many. */
export interface TailRule {
  readonly events: number;
  /** Whole segments of the journal (64 MB). */
  readonly segments: number;
}

/** Where a snapshot stands, and what had been taken in by then. */
export interface SnapshotMark {
  /** It stands after records 0 to `records` − 1. */
  readonly records: number;
  readonly events: number;
}

/** Replaying goes on for so long before others have their turn: who asks for health is answered during a start. */
const REPLAY_TURN_MS = 8;

/** The state after so many records. */
export interface StatePoint {
  readonly records: number;
  readonly events: number;
  readonly entities: number;
  readonly stateHash: string;
}

/**
 * The journal and the engine behind it: a record is on disk before it is applied, and applied in the
 * order in which it is on disk.
 */
export class FleetState {
  readonly journal: EmbeddedJournal;
  /** What was published, kept for questions about earlier instants. */
  readonly past: HistoryKeeper;
  /** Snapshots that could not be used when the directory was opened. */
  readonly damaged: readonly SnapshotError[];
  readonly #dir: string;
  readonly #derived: DerivedState;
  #snapshot: SnapshotMark;
  #queue: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  private constructor(dir: string, journal: EmbeddedJournal, history: History, from: From, effects: Effects) {
    this.#dir = dir;
    this.journal = journal;
    this.#derived = from.state;
    this.#snapshot = { records: from.records, events: from.state.events };
    this.damaged = from.damaged;
    const settings = { firstRecord: from.records, keptDays: HISTORY_DAYS };
    this.past = new HistoryKeeper(this.engine, history, settings, effects.reportFault);
  }

  /** Opens a data directory that this process owns: the newest snapshot, and the journal's records since then. */
  static async open(
    dir: string,
    effects: Effects,
    progress: Progress,
    options: JournalOptions = {},
  ): Promise<FleetState> {
    const journal = await openJournal(join(dir, 'journal'), options);
    try {
      return await FleetState.#remembering(dir, journal, effects, progress);
    } catch (cause) {
      await journal.close();
      throw historyFault(dir, cause);
    }
  }

  static async #remembering(
    dir: string,
    journal: EmbeddedJournal,
    effects: Effects,
    progress: Progress,
  ): Promise<FleetState> {
    const history = openHistoryOf(dir, journal);
    try {
      return await FleetState.#recovered(dir, journal, history, effects, progress);
    } catch (cause) {
      history.close();
      throw cause;
    }
  }

  static async #recovered(
    dir: string,
    journal: EmbeddedJournal,
    history: History,
    effects: Effects,
    progress: Progress,
  ): Promise<FleetState> {
    if (journal.length > 0) refuseLostKeys(dir);
    const keys = await loadKeys(join(dir, KEYS), effects.random);
    const from = recover(dir, keys, journal, history.mark.records, progress);
    for (const each of from.damaged) effects.reportFault('snapshot', each);
    const state = new FleetState(dir, journal, history, from, effects);
    const tail = Math.max(1, journal.length - from.records);
    let turnBegan = performance.now();
    for await (const records of journal.read(from.records)) {
      for (const { seq, record } of records) {
        state.#derived.replay(record);
        state.past.applied(record);
        if (performance.now() - turnBegan > REPLAY_TURN_MS) {
          await nextTurn();
          turnBegan = performance.now();
        }
        const share = (seq + 1 - from.records) / tail;
        if (seq % 50 === 0) progress({ what: 'Replaying the journal', share });
      }
    }
    return state;
  }

  get engine(): Engine {
    return this.#derived.engine;
  }

  /** Events taken in, ever. */
  get events(): number {
    return this.#derived.events;
  }

  /** The configuration as last journaled. */
  get fleet(): Fleet | null {
    return this.#derived.fleet;
  }

  get sealer(): Sealer {
    return this.#derived.sealer;
  }

  /** The newest snapshot, as far as this process knows; of no record where there is none. */
  get snapshot(): SnapshotMark {
    return this.#snapshot;
  }

  noteSnapshot(mark: SnapshotMark): void {
    this.#snapshot = mark;
  }

  /** Up to which record a snapshot may stand: what it covers must be on disk, in the journal and in the history. */
  settled(): number {
    return Math.min(this.journal.length, this.past.settle());
  }

  /** Whether so much came since the newest snapshot. */
  isTailLong({ events, segments }: TailRule): boolean {
    const { snapshot, journal } = this;
    return this.events - snapshot.events >= events || journal.closedSince(snapshot.records) >= segments;
  }

  /** Journals a record and applies it; resolves when both are done. */
  append(record: JournalRecord): Promise<void> {
    const signed = record.kind === 'configuration' ? { ...record, keyCheck: this.#derived.keyCheck } : record;
    return this.#inOrder(() => this.#commit(signed));
  }

  /** Seals, journals and applies a batch of observations. */
  take(batch: IntakeBatch): Promise<Taken> {
    return this.#inOrder(async () => {
      const before = this.engine.late;
      const uids = batch.uids.map((uid) => (uid === '' ? '' : this.sealer.recordFingerprint(uid)));
      const fresh = freshOf({ ...batch, uids }, this.engine.ledger);
      const { gate } = this.#derived;
      gate.mark();
      try {
        await this.#commit(this.#sealed(fresh.batch));
      } catch (cause) {
        gate.takeBack();
        throw cause;
      }
      return { late: this.engine.late - before, known: fresh.known };
    });
  }

  #sealed({ observations, origins, producers, uids, actor, connections }: IntakeBatch): EventsRecord {
    return {
      kind: 'events',
      producers,
      events: observations.map((each) => this.sealer.seal(each)),
      origins,
      uids,
      ...(actor === undefined ? {} : { actor }),
      ...(connections === undefined
        ? {}
        : {
            connections: {
              rows: this.sealer.sealConnections(connections.rows),
              places: connections.places,
            },
          }),
    };
  }

  /** A reading of history ended; nothing is written where nothing came since the last one. */
  endOfHistory(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#derived.hasNews) await this.#commit({ kind: 'history_end' });
    });
  }

  /** The state between two records; it stands still while it is hashed. */
  async point(progress: Progress): Promise<StatePoint> {
    await this.#announceHash(progress);
    return this.#inOrder(async () => this.#pointNow());
  }

  /** A hash of all that follows from the records. */
  stateHash(): string {
    return hashOf(this.#derived);
  }

  /** Writes the snapshot of this moment here and now; the state stands still meanwhile. @throws SnapshotError */
  writeSnapshot(): Promise<WrittenSnapshot> {
    return this.#inOrder(async () => {
      const place = join(this.#dir, SNAPSHOTS);
      await mkdir(place, { recursive: true, mode: 0o700 });
      const records = this.journal.length;
      const written = writeSnapshot(place, { records, stateVersion: STATE_VERSION }, this.#derived);
      this.noteSnapshot({ records, events: this.events });
      return written;
    });
  }

  /**
   * Copies the newest whole snapshot and the journal from there on, or all of it, and the history into the directory
   * `to` while records come in, and says what state the copy leads to.
   */
  async copyTo(to: string, progress: Progress): Promise<StatePoint> {
    const snapshot = await copySnapshot(join(this.#dir, SNAPSHOTS), join(to, SNAPSHOTS), progress);
    await this.#announceHash(progress);
    const { point, copying } = await this.#inOrder(async () => ({
      point: this.#pointNow(),
      copying: Promise.all([
        this.past.copyTo(join(to, HISTORY)),
        this.journal.copyTo(join(to, 'journal'), snapshot?.records ?? 0, (copied, total) =>
          progress({ what: 'Copying the journal', share: copied / total }),
        ),
      ]),
    }));
    await copying;
    return point;
  }

  #pointNow(): StatePoint {
    return {
      records: this.journal.length,
      events: this.events,
      entities: [...this.engine.directory.entities()].length,
      stateHash: this.stateHash(),
    };
  }

  /** Nothing else runs during the hash: what is said of it must be out before. */
  async #announceHash(progress: Progress): Promise<void> {
    progress({ what: 'Hashing the state', share: null });
    await nextTurn();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue;
    this.past.close();
    await this.journal.close();
  }

  async #commit(record: JournalRecord): Promise<void> {
    await this.journal.append(record);
    this.#derived.apply(record);
    this.past.applied(record);
  }

  /** One after the other; a failed one does not stop those behind it, the journal itself does where it must. */
  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(step);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** Without its keys a journal's identities would all become new ones, silently. */
function refuseLostKeys(dir: string): void {
  if (existsSync(join(dir, KEYS))) return;
  throw new OperationError(
    'keys_missing',
    `${dir} has a journal but not the keys that sealed it (${KEYS}/): restore the keys from a backup, or start with an empty directory.`,
  );
}

export function isSimulated({ sites }: Engine): boolean {
  return sites.some((site) => site === 'simulated');
}

/** Simulated and real telemetry in one directory would make every answer a lie. */
export function refuseMixing(engine: Engine, isForced: boolean): void {
  if (isForced || !isSimulated(engine)) return;
  throw new OperationError(
    'simulated_directory',
    'This directory holds a simulated fleet; real data would be mixed into it. Use another --data directory, or --force.',
  );
}
