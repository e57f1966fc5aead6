import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BelievedClock, type Effects, inTurns, type Progress, WaitingLine } from '../effects/index.ts';
import type { Engine } from '../engine/index.ts';
import type { FeedChange } from '../exposure/index.ts';
import {
  type EmbeddedJournal,
  isLarge,
  JournalError,
  type JournalOptions,
  type LargeRecord,
  packing,
  rememberPayload,
} from '../journal/index.ts';
import { isWorthAThread, madeInThread } from '../knowledge/index.ts';
import {
  type AdvisoriesRecord,
  atOnce,
  type ConfigurationRecord,
  type EventsRecord,
  type Fleet,
  type JournalRecord,
} from '../model/index.ts';
import type { Sealer } from '../privacy/index.ts';
import { hashOf, SnapshotError, writeSnapshot, type WrittenSnapshot } from '../snapshot/index.ts';
import type { IntakeBatch, Taken } from '../sources/index.ts';
import { AccountKeys } from './account-keys.ts';
import { copySnapshot } from './backup-snapshot.ts';
import type { BetweenRecords } from './between-records.ts';
import { CommitOrder, type OnItsWay } from './commit-order.ts';
import { type DerivedState, STATE_VERSION } from './derived-state.ts';
import { copyFolder } from './durable-files.ts';
import { Forgetting } from './forgetting.ts';
import { findingFresh } from './fresh.ts';
import { HISTORY } from './history-file.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import { KnownLogs } from './known-logs.ts';
import { KEYS, openDirectory, type Opened, type OpeningWatch } from './opening.ts';
import { hasOwnInstant, nextInstant } from './own-instant.ts';
import { SNAPSHOTS } from './recovery.ts';
import { accountsIn, asksNoGate, noteNumbers, sealing, sealingIds } from './sealed-record.ts';
import type { SetAside } from './set-aside.ts';
import type { SnapshotMark, TailRule } from './journal-tail.ts';
import { announceHash, type StatePoint, statePoint } from './state-point.ts';

/** What somebody's word comes to: the record of it, `null` where it changes nothing, and the answer once it is in force. */
export interface Change<T> {
  readonly record: Word | null;
  readonly answer: () => T;
}

/** What depends on what was said before. Telemetry does not; feeds and other large files are prepared first. */
type Word = Exclude<JournalRecord, FeedChange | LargeRecord | EventsRecord | ConfigurationRecord> | Removal;

/** What takes advisories back is as small as a word, and is one. */
type Removal = AdvisoriesRecord & { readonly removes: readonly string[] };

/** A record that the journal has been given. */
interface HandedOn extends OnItsWay {
  readonly record: EventsRecord;
  readonly known: Pick<Taken, 'known' | 'knownRows'>;
}

/**
 * The journal and the engine behind it: a record is on disk before it is applied, and applied in the
 * order in which it is on disk.
 */
export class FleetState {
  readonly journal: EmbeddedJournal;
  /** What was published, kept for questions about earlier instants. */
  readonly past: HistoryKeeper;
  /** What this process takes for the time, wherever something cannot be taken back. */
  readonly clock: BelievedClock;
  /** Snapshots that could not be used when the directory was opened. */
  readonly damaged: readonly SnapshotError[];
  /** The records that every start passes over. */
  readonly setAside: SetAside;
  readonly forgetting: Forgetting;
  readonly accountKeys: AccountKeys;
  readonly knownLogs: KnownLogs;
  readonly #dir: string;
  readonly #derived: DerivedState;
  #snapshot: SnapshotMark;
  readonly #order = new CommitOrder();
  readonly #feedChanges = new WaitingLine();
  #closing: Promise<void> | null = null;

  private constructor(dir: string, opened: Opened, { reportFault }: Effects) {
    const { journal, derived, past, clock, snapshot, damaged, setAside } = opened;
    this.#dir = dir;
    this.knownLogs = new KnownLogs(dir, reportFault);
    this.journal = journal;
    this.#derived = derived;
    this.past = past;
    this.clock = clock;
    this.#snapshot = snapshot;
    this.damaged = damaged;
    this.setAside = setAside;
    const between: BetweenRecords = {
      dir,
      journal,
      past,
      derived,
      setAside,
      inOrder: (step) => this.#order.next(step),
      commit: (record) => this.#commit(record),
      writeSnapshot: () => this.#writeSnapshot(),
    };
    this.forgetting = new Forgetting(between);
    this.accountKeys = new AccountKeys(between);
  }

  /** Opens a data directory that this process owns. Who only looks leaves undone what a start would finish. */
  static async open(
    dir: string,
    effects: Effects,
    watch: OpeningWatch,
    options: JournalOptions = {},
  ): Promise<FleetState> {
    const opened = await openDirectory(dir, effects, watch, options);
    const state = new FleetState(dir, opened, effects);
    if (options.isLookedAt === true) {
      state.forgetting.rememberOwed(effects);
      return state;
    }
    if (opened.isOfOlderForm) await state.#writeInThisForm(effects);
    await state.forgetting.finishAtStart(effects, watch.progress);
    await state.accountKeys.destroyAtStart(effects);
    return state;
  }

  /**
   * A state that was read from an older form is another than its records give when they are replayed. It is kept as it is
   * now, so that the older snapshot is not all that leads to it.
   */
  async #writeInThisForm(effects: Effects): Promise<void> {
    if (this.settled() < this.journal.length) return;
    try {
      await this.writeSnapshot();
    } catch (cause) {
      if (!(cause instanceof SnapshotError)) throw cause;
      effects.reportFault('snapshot', cause);
    }
  }

  get engine(): Engine {
    return this.#derived.engine;
  }

  /** Why nothing is taken in any more, and what to do; `null` as long as all is well. */
  get fault(): string | null {
    return this.#order.fault?.message ?? null;
  }

  /** Events taken in, ever. */
  get events(): number {
    return this.#derived.events;
  }

  /** What replaying the changes of feeds costs that came since this process began. */
  get relisted(): number {
    return this.#derived.relisted;
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
  isTailLong({ events, segments, listings }: TailRule): boolean {
    const { snapshot, journal } = this;
    return (
      this.events - snapshot.events >= events ||
      journal.closedSince(snapshot.records) >= segments ||
      this.relisted - snapshot.relisted >= listings
    );
  }

  /** Journals a record and applies it; resolves when both are done. */
  append(record: JournalRecord): Promise<void> {
    if (record.kind === 'feed' || record.kind === 'feed_removed') return this.#changeFeeds(record);
    if (isLarge(record)) return this.#packAndSay(record);
    const signed = record.kind === 'configuration' ? { ...record, keyCheck: this.#derived.keyCheck } : record;
    return this.#order.next(() => this.#say(signed));
  }

  /** Its rows become bytes in turns, while telemetry is taken in. */
  async #packAndSay(record: LargeRecord): Promise<void> {
    await inTurns(this.#whileOpen(packing(record)));
    return this.#order.next(() => this.#say(record));
  }

  /** A record that depends on the state is made when its turn has come: what was asked for before is in the state by then. */
  change<T>(make: () => Change<T>): Promise<T> {
    return this.#order.next(async () => {
      const { record, answer } = make();
      if (record !== null) await this.#say(record);
      return answer();
    });
  }

  /** A feed may list a million: what it needs is made beside, while telemetry is taken in. One change at a time. */
  #changeFeeds(record: FeedChange): Promise<void> {
    return this.#feedChanges.next(async () => {
      try {
        await this.#prepare(record);
        return await this.#order.next(() => this.#say(record));
      } finally {
        this.engine.forgetPrepared();
      }
    });
  }

  /** Few listings are gone through here, in turns, many in a thread: but for what needs a key. */
  async #prepare(record: FeedChange): Promise<void> {
    const { engine } = this;
    const made = isWorthAThread(record, engine.activeFeeds)
      ? await madeInThread(record, engine.activeFeeds, () => this.#refuseClosing())
      : null;
    if (record.kind === 'feed' && made?.payload) rememberPayload(record, made.payload);
    else if (record.kind === 'feed') await inTurns(this.#whileOpen(packing(record)));
    await inTurns(this.#whileOpen(engine.preparing(record, made)));
  }

  *#whileOpen(steps: Generator<void, void>): Generator<void, void> {
    for (;;) {
      this.#refuseClosing();
      if (steps.next().done === true) return;
      yield;
    }
  }

  /** @throws JournalError `closed`: nobody waits for what is only prepared */
  #refuseClosing(): void {
    if (this.#closing !== null) throw new JournalError('closed', 'the journal is being closed');
  }

  /**
   * Seals, journals and applies a batch of observations.
   * @param reading whose batches hold each line once, and come in order: one may be on its way to the disk while those
   *   before it are applied; after one that is refused, so are all that follow
   */
  take(batch: IntakeBatch, reading: object | null = null): Promise<Taken> {
    if (reading === null) return this.#order.next(() => this.#takeNow(batch));
    if (!asksNoGate(batch)) return this.#order.nextOf(reading, () => this.#takeNow(batch));
    return this.#order.ahead(
      reading,
      () => this.#handOn(batch, reading),
      (handedOn, number) => this.#takeIn(handedOn, number),
    );
  }

  async #takeNow(batch: IntakeBatch): Promise<Taken> {
    const before = this.engine.late;
    const uids = await inTurns(sealingIds(batch, this.sealer));
    const fresh = await inTurns(findingFresh({ ...batch, uids }, this.engine.ledger));
    const pairs = this.#derived.rekeyed(accountsIn(fresh.batch));
    if (pairs.length > 0) await this.#commit({ kind: 'accounts_rekeyed', pairs });
    const { gate } = this.#derived;
    gate.mark();
    try {
      const record = await inTurns(sealing(fresh.batch, this.sealer));
      await inTurns(packing(record));
      await this.#commit(record);
    } catch (cause) {
      // What is on disk is never taken back.
      if (this.#order.fault === null) gate.takeBack();
      throw cause;
    }
    return { late: this.engine.late - before, known: fresh.known, knownRows: fresh.knownRows };
  }

  /** Gives a batch of rows to the journal, which syncs what has come meanwhile at once. */
  #handOn(batch: IntakeBatch, reading: object): HandedOn {
    const { batch: fresh, ...known } = atOnce(findingFresh(batch, this.engine.ledger));
    const record = atOnce(sealing(fresh, this.sealer));
    noteNumbers(record, fresh, reading);
    return { record, number: this.journal.append(record), known };
  }

  /** Applies such a batch when its turn has come. */
  async #takeIn({ record, known }: HandedOn, number: number): Promise<Taken> {
    const before = this.engine.late;
    await this.#applyInTurns(record, number);
    return { late: this.engine.late - before, ...known };
  }

  /** A reading of history ended; nothing is written where nothing came since the last one. */
  endOfHistory(): Promise<void> {
    return this.#order.next(async () => {
      if (this.#derived.hasNews) await this.#commit({ kind: 'history_end' });
    });
  }

  /** The state between two records; it stands still while it is hashed. */
  async point(progress: Progress): Promise<StatePoint> {
    await announceHash(progress);
    return this.#order.next(async () => this.#pointNow());
  }

  /** A hash of all that follows from the records. */
  stateHash(): string {
    return hashOf(this.#derived);
  }

  /** Writes the snapshot of this moment here and now; the state stands still meanwhile. @throws SnapshotError */
  writeSnapshot(): Promise<WrittenSnapshot> {
    return this.#order.next(() => this.#writeSnapshot());
  }

  async #writeSnapshot(): Promise<WrittenSnapshot> {
    const place = join(this.#dir, SNAPSHOTS);
    await mkdir(place, { recursive: true, mode: 0o700 });
    // A start that goes back to this snapshot goes back in the history too.
    this.past.settle();
    const records = this.journal.length;
    const written = writeSnapshot(place, { records, stateVersion: STATE_VERSION }, this.#derived);
    this.noteSnapshot({ records, events: this.events, relisted: this.relisted });
    return written;
  }

  /**
   * Copies the newest whole snapshot and the journal from there on, or all of it, the keys and the history into the directory
   * `to` while records come in, and says what state the copy leads to.
   */
  async copyTo(to: string, progress: Progress): Promise<StatePoint> {
    const snapshot = await copySnapshot(join(this.#dir, SNAPSHOTS), join(to, SNAPSHOTS), progress);
    await announceHash(progress);
    const { point, copying } = await this.#order.next(async () => {
      // Those that belong to this point: a change of keys may begin and end while the journal is copied.
      await copyFolder(join(this.#dir, KEYS), join(to, KEYS));
      return {
        point: this.#pointNow(),
        copying: Promise.all([
          this.past.copyTo(join(to, HISTORY)),
          this.journal.copyTo(join(to, 'journal'), snapshot?.records ?? 0, (copied, total) =>
            progress({ what: 'Copying the journal', share: copied / total }),
          ),
        ]),
      };
    });
    await copying;
    return point;
  }

  #pointNow(): StatePoint {
    return statePoint(this.journal.length, this.#derived);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#feedChanges.idle();
    await this.#order.idle();
    await this.knownLogs.keep();
    this.past.close();
    await this.journal.close();
  }

  /**
   * A word moves time on to an instant of its own (docs/adr/0027). The two come to the disk together, and nobody sees the
   * instant before the word is in it.
   */
  async #say(record: JournalRecord): Promise<void> {
    const at = nextInstant(this.engine);
    if (at === null || !hasOwnInstant(record)) return this.#commit(record);
    const both: readonly JournalRecord[] = [{ kind: 'clock', at }, record];
    const numbers = await Promise.allSettled(both.map((each) => this.journal.append(each)));
    for (const [index, number] of numbers.entries())
      if (number.status === 'fulfilled') this.#apply(both[index] as JournalRecord, number.value);
    for (const number of numbers) if (number.status === 'rejected') throw number.reason;
  }

  async #commit(record: JournalRecord): Promise<void> {
    const number = await this.journal.append(record);
    if (record.kind === 'events') await this.#applyInTurns(record, number);
    else this.#apply(record, number);
  }

  #apply(record: JournalRecord, number: number): void {
    atOnce(this.#applying(record, number));
  }

  /** Readers see a batch of events grow, event by event; whoever says something waits until all of it is applied (docs/adr/0029). */
  #applyInTurns(record: EventsRecord, number: number): Promise<void> {
    return inTurns(this.#applying(record, number));
  }

  *#applying(record: JournalRecord, number: number): Generator<void, void> {
    try {
      yield* this.#derived.applying(record);
      this.past.applied(record);
    } catch (cause) {
      throw this.#order.stop(number, cause);
    }
  }
}
