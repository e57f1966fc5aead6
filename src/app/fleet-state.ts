import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../engine/index.ts';
import { areColumnsOf, type EmbeddedJournal, JournalError, type JournalOptions } from '../journal/index.ts';
import type { EventsRecord, Fleet, JournalRecord, SideBySide } from '../model/index.ts';
import type { Sealer } from '../privacy/index.ts';
import { hashOf, type SnapshotError, writeSnapshot, type WrittenSnapshot } from '../snapshot/index.ts';
import type { IntakeBatch, Taken } from '../sources/index.ts';
import { copySnapshot } from './backup-snapshot.ts';
import { type DerivedState, STATE_VERSION } from './derived-state.ts';
import type { Effects } from './effects.ts';
import { freshOf } from './fresh.ts';
import { HISTORY } from './history-file.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import { type Opened, openDirectory } from './opening.ts';
import type { Progress } from './operations.ts';
import { SNAPSHOTS } from './recovery.ts';

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

/** The state after so many records. */
export interface StatePoint {
  readonly records: number;
  readonly events: number;
  readonly entities: number;
  readonly stateHash: string;
}

/** A record that the journal has been given. */
interface HandedOn {
  readonly record: EventsRecord;
  /** Once it is on disk. */
  readonly number: Promise<number>;
  readonly known: Taken['known'];
}

interface Ahead {
  readonly reading: object;
  readonly handedOn: Promise<HandedOn>;
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
  /** The last step of the queue, where it is a batch that further ones may go ahead behind. */
  #ahead: Ahead | null = null;
  /** Readings of which a batch was refused, and why: what they hand on after it would leave a hole. */
  readonly #broken = new WeakMap<object, { readonly cause: unknown }>();
  #closing: Promise<void> | null = null;
  /** The engine failed on a record: nothing is done on its half-applied state any more. */
  #fault: JournalError | null = null;

  private constructor(dir: string, { journal, derived, past, snapshot, damaged }: Opened) {
    this.#dir = dir;
    this.journal = journal;
    this.#derived = derived;
    this.past = past;
    this.#snapshot = snapshot;
    this.damaged = damaged;
  }

  /** Opens a data directory that this process owns. */
  static async open(
    dir: string,
    effects: Effects,
    progress: Progress,
    options: JournalOptions = {},
  ): Promise<FleetState> {
    return new FleetState(dir, await openDirectory(dir, effects, progress, options));
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

  /**
   * Seals, journals and applies a batch of observations.
   * @param reading whose batches hold each line once, and come in order: one may be on its way to the disk while those
   *   before it are applied; after one that is refused, so are all that follow
   */
  take(batch: IntakeBatch, reading: object | null = null): Promise<Taken> {
    const taken =
      reading !== null && asksNoGate(batch)
        ? this.#takeAhead(batch, reading)
        : this.#inOrder(() => this.#takeNow(batch, reading));
    if (reading !== null) taken.catch((cause: unknown) => this.#broken.set(reading, { cause }));
    return taken;
  }

  async #takeNow(batch: IntakeBatch, reading: object | null): Promise<Taken> {
    this.#refuseBroken(reading);
    const before = this.engine.late;
    const uids = batch.uids.map((uid) => (uid === '' ? '' : this.sealer.recordFingerprint(uid)));
    const fresh = freshOf({ ...batch, uids }, this.engine.ledger);
    const { gate } = this.#derived;
    gate.mark();
    try {
      await this.#commit(this.#sealed(fresh.batch));
    } catch (cause) {
      // What is on disk is never taken back.
      if (this.#fault === null) gate.takeBack();
      throw cause;
    }
    return { late: this.engine.late - before, known: fresh.known };
  }

  /**
   * Such a batch is journaled without waiting for those before it to be applied: they are of its own reading, and so hold
   * none of its lines.
   */
  #takeAhead(batch: IntakeBatch, reading: object): Promise<Taken> {
    const before = this.#queue;
    const start = this.#ahead?.reading === reading ? this.#ahead.handedOn : before;
    const handedOn = start.then(() => this.#handOn(batch, reading));
    // It is told where the batch's turn comes.
    handedOn.catch(() => undefined);
    const taken = before.then(async () => {
      const { record, number, known } = await handedOn;
      const seq = await number;
      // Others first: what comes next is on its way to the disk while this one is applied.
      await nextTurn();
      if (this.#fault !== null) throw this.#fault;
      const late = this.engine.late;
      this.#apply(record, seq);
      return { late: this.engine.late - late, known };
    });
    this.#queue = taken.catch(() => undefined);
    this.#ahead = { reading, handedOn };
    return taken;
  }

  /** Gives a batch of rows to the journal, which syncs what has come meanwhile at once. */
  async #handOn(batch: IntakeBatch, reading: object): Promise<HandedOn> {
    if (this.#fault !== null) throw this.#fault;
    this.#refuseBroken(reading);
    const { batch: fresh, known } = freshOf(batch, this.engine.ledger);
    const record = this.#sealed(fresh);
    const number = this.journal.append(record);
    // Whoever hands on a later batch must know before it is told.
    number.catch((cause: unknown) => this.#broken.set(reading, { cause }));
    return { record, number, known };
  }

  #refuseBroken(reading: object | null): void {
    const broken = reading === null ? undefined : this.#broken.get(reading);
    if (broken !== undefined) throw broken.cause;
  }

  #sealed({ observations, origins, producers, uids, actor, connections }: IntakeBatch): EventsRecord {
    return {
      kind: 'events',
      producers,
      events: observations.map((each) => this.sealer.seal(each)),
      origins,
      uids,
      ...(actor === undefined ? {} : { actor }),
      ...(connections === undefined ? {} : { connections: this.#sealedRows(connections) }),
    };
  }

  #sealedRows({ rows, places, packed }: NonNullable<IntakeBatch['connections']>): SideBySide {
    const sealed = this.sealer.sealConnections(rows);
    if (packed !== undefined) areColumnsOf(sealed, packed);
    return { rows: sealed, places };
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
    this.#apply(record, await this.journal.append(record));
  }

  #apply(record: JournalRecord, number: number): void {
    try {
      this.#derived.apply(record);
      this.past.applied(record);
    } catch (cause) {
      throw this.#stop(number, cause);
    }
  }

  /** A record that is on disk was taken in by half: whatever came after it would stand on a state that no replay gives. */
  #stop(number: number, cause: unknown): JournalError {
    const message = `record ${number} is on disk, but the engine failed on it: nothing more is taken in; restart, and if that fails too, report it`;
    this.#fault = new JournalError('failed', message, { cause });
    return this.#fault;
  }

  /** One after the other; a failed one does not stop those behind it, the journal itself does where it must. */
  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => {
      if (this.#fault !== null) throw this.#fault;
      return step();
    });
    this.#queue = result.catch(() => undefined);
    this.#ahead = null;
    return result;
  }
}

/** Connections without names: what is said of others changes nothing about them. */
function asksNoGate({ observations, uids }: IntakeBatch): boolean {
  return (
    uids.length === 0 && observations.every((each) => each.kind === 'connection' && each.name === undefined)
  );
}
