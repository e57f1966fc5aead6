import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../engine/index.ts';
import {
  type AnomalyChange,
  type AtRiskChange,
  type ChangeListener,
  type EntityId,
  type EpochMs,
  type FaultReporter,
  type JournalRecord,
  type Origin,
  type PostureChange,
} from '../model/index.ts';
import type { FeedImports } from '../posture/index.ts';
import { type Entry, type History, isDamagedHistory, type Reader, type Span } from '../store/index.ts';
import { CircumstanceSampler } from './circumstances.ts';
import { HistoryPruning } from './history-pruning.ts';

/** What is not written yet is lost in a crash and told again by the replay. */
const WRITE_EVERY_MS = 250;
/** Entries of one transaction: nothing else runs meanwhile, for some three milliseconds. */
const WRITE_AT = 100;
/** What waits while the disk refuses; beyond it history stands still until the next start replays the journal. */
const WAITING_AT_MOST = 50_000;
/** Records after which facts may have changed without any posture changing. */
const OPERATORS_WORDS: ReadonlySet<JournalRecord['kind']> = new Set([
  'configuration',
  'inventory',
  'enrol',
  'merge',
  'split',
]);

/** What keeps history from going on, the last two until a start; `null` where nothing does. */
export type HistoryTrouble = 'waiting' | 'stopped' | 'damaged' | null;

export interface KeeperSettings {
  /** The record of the journal that is applied first. */
  readonly firstRecord: number;
  /** For so long history is kept. */
  readonly keptDays: number;
  /** What time it is, as far as it is believed. */
  readonly now: () => EpochMs;
}

/**
 * Writes down what the engine tells, exactly once: a replay tells the same changes again, and those that the file has
 * are passed over. History follows from the journal, so that a failing disk never stops the fleet's data.
 */
export class HistoryKeeper implements ChangeListener {
  readonly #engine: Engine;
  readonly #history: History;
  readonly #reportFault: FaultReporter;
  readonly #sampler: CircumstanceSampler;
  /** The record of the journal that is applied next, or now. */
  #record: number;
  /** Changes told of it so far. */
  #told = 0;
  #waiting: Entry[] = [];
  readonly #factsWaiting = new Map<EntityId, string>();
  /** Whom the records so far forget, and the file does not yet: its mark does not pass before they are out of it. */
  readonly #forgotten = new Set<EntityId>();
  #isErasing = false;
  /** Records whose changes are on the disk for good; of what a process before this one wrote nobody knows. */
  #synced = 0;
  #timer: NodeJS.Timeout | null = null;
  #trouble: HistoryTrouble = null;
  #damage: Error | null = null;
  #isCopied = false;
  readonly #pruning: HistoryPruning;

  constructor(
    engine: Engine,
    history: History,
    { firstRecord, keptDays, now }: KeeperSettings,
    reportFault: FaultReporter,
  ) {
    this.#engine = engine;
    this.#history = history;
    this.#record = firstRecord;
    this.#reportFault = reportFault;
    this.#pruning = new HistoryPruning(history, { keptDays, now }, reportFault);
    this.#sampler = new CircumstanceSampler(engine, history);
    this.#attend();
  }

  get trouble(): HistoryTrouble {
    return this.#trouble;
  }

  /** How the file was found to hold other bytes than were written; `null` as long as it was not. */
  get damage(): Error | null {
    return this.#damage;
  }

  /** Nothing more is written by this process. */
  get #isStill(): boolean {
    return this.#trouble === 'stopped' || this.#trouble === 'damaged';
  }

  /** Something that was told is not in the file. */
  get isBehind(): boolean {
    return this.#isStill || this.#waiting.length > 0 || this.#forgotten.size > 0;
  }

  get span(): Span | null {
    return this.#history.span;
  }

  get imports(): FeedImports {
    return this.#sampler.imports;
  }

  get history(): History {
    return this.#history;
  }

  /** For so long history is kept from now on. */
  keepDays(days: number): void {
    this.#pruning.keptDays = days;
  }

  get keptDays(): number {
    return this.#pruning.keptDays;
  }

  /** Whom to tell of, from now on, when what they did not get is forgotten. */
  readBy(readers: () => readonly Reader[]): void {
    this.#pruning.readBy(readers);
  }

  postureChanged(change: PostureChange): void {
    if (!this.#isNews()) return;
    const into = change.after === null ? this.#engine.directory.canonical(change.entity) : null;
    if (change.after !== null) this.#noteFacts(change.entity, change.at);
    const origin = this.#origin;
    this.#push({ kind: 'posture', change, into: into === change.entity ? null : into, origin });
  }

  anomalyChanged(change: AnomalyChange): void {
    if (this.#isNews()) this.#push({ kind: 'anomaly', change, origin: this.#origin });
  }

  atRiskChanged(change: AtRiskChange): void {
    if (this.#isNews()) this.#push({ kind: 'at_risk', change });
  }

  /** A record has been applied: looks at what is not told. */
  applied(record: JournalRecord): void {
    const isNews = this.#record >= this.#history.mark.records;
    const at = this.#engine.now;
    if (isNews && !this.#isStill) {
      if (OPERATORS_WORDS.has(record.kind)) this.#noteAllFacts(at);
      if (record.kind === 'certificate_issued' || record.kind === 'proof') this.#noteFacts(record.device, at);
      if (record.kind === 'feed') this.#sampler.noteFeed(record.feed.id, this.#record);
      for (const entry of this.#sampler.sample(at)) this.#waiting.push(entry);
      if (record.kind === 'erasure') for (const id of record.users) this.#forgotten.add(id);
    }
    this.#next(isNews);
  }

  /** The record is set aside: it tells nothing. A later start may apply it after all, and begins there. */
  passedOver(): void {
    const isNews = this.#record >= this.#history.mark.records;
    if (isNews && !this.#isStill) this.#waiting.push({ kind: 'point', record: this.#record });
    this.#next(isNews);
  }

  #next(isNews: boolean): void {
    this.#record++;
    this.#told = 0;
    if (isNews) this.#schedule();
    else this.#attend();
  }

  /** Writes what waits; a disk that refuses is told once, and asked again. */
  write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isStill || this.#isErasing) return;
    if (this.#waiting.length === 0 && this.#forgotten.size === 0 && !this.#isHalfKept) return;
    this.#write(this.#waiting);
  }

  /** The last record that was applied is kept in part, and nothing more is to be told of it: that must be known. */
  get #isHalfKept(): boolean {
    const { records, changes } = this.#history.mark;
    return changes > 0 && records < this.#record;
  }

  #write(entries: readonly Entry[]): void {
    try {
      const mark = { records: this.#record, changes: this.#told };
      if (this.#forgotten.size === 0) this.#history.write(entries, mark);
      else for (const _ of this.#history.writeErasing(entries, mark, [...this.#forgotten]));
      this.#written();
    } catch (cause) {
      this.#failed(cause);
    }
  }

  #written(): void {
    this.#forgetWaiting();
    this.#forgotten.clear();
    this.#trouble = null;
  }

  /** Between two records: writes what waits, puts it on the disk, and gives up to which record the file is complete. */
  settle(): number {
    this.write();
    const isQuiet = !this.isBehind && !this.#isErasing && this.#trouble === null;
    // A snapshot may stand here, and a start that goes back to it takes back what was told since.
    const mayBegin = this.#told === 0 && this.#record > 0 && !this.#isCopied;
    if (isQuiet && mayBegin && !this.#hasPoint()) this.#write([{ kind: 'point', record: this.#record }]);
    // Nothing was told of the last records: that too must be known, or their replay would be asked for.
    else if (isQuiet && this.#history.mark.records < this.#record) this.#write([]);
    this.#sync();
    return this.#synced;
  }

  #hasPoint(): boolean {
    return this.#read(() => this.#history.newestPoint) === this.#record;
  }

  /** Nobody may write while others are in the middle of a transaction or a copy. */
  #sync(): void {
    const { records } = this.#history.mark;
    if (records === this.#synced || this.#isErasing || this.#isCopied || this.#isStill) return;
    try {
      this.#history.sync();
      this.#synced = records;
      if (this.#waiting.length === 0) this.#trouble = null;
    } catch (cause) {
      this.#failed(cause);
    }
  }

  /**
   * Between two records: takes whom they forget, and these entities, out of the file, in turns.
   * @throws Error where it cannot be written
   */
  async erase(entities: readonly EntityId[], how: 'bytes' | 'rows'): Promise<void> {
    if (this.#isCopied || this.#isStill) throw new Error('the history cannot be written now');
    for (const id of entities) this.#forgotten.add(id);
    const mark = { records: this.#record, changes: this.#told };
    this.#isErasing = true;
    try {
      for (const _ of this.#history.writeErasing(this.#waiting, mark, [...this.#forgotten])) await nextTurn();
      this.#written();
    } catch (cause) {
      this.#failed(cause);
      throw cause;
    } finally {
      this.#isErasing = false;
    }
    if (how === 'bytes') this.#history.scrub();
  }

  /** As {@link erase} in a replay, of whom its records forget. What fails is told, and tried again. */
  async catchUp(): Promise<void> {
    if (this.#forgotten.size > 0) await this.erase([], 'rows').catch(() => undefined);
  }

  get isCopied(): boolean {
    return this.#isCopied;
  }

  /** Copies the history as it is after the last record, while further ones come in. */
  async copyTo(path: string): Promise<void> {
    this.write();
    this.#isCopied = true;
    try {
      await this.#history.copyTo(path);
    } finally {
      this.#isCopied = false;
    }
  }

  /** A snapshot of now is of use to the next start only if history is known to be complete up to here. */
  close(): void {
    this.settle();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#engine.listen(null);
    this.#history.close();
  }

  /** The opening goes another way, and closes the file: nothing more is heard or written. */
  giveUp(): void {
    this.#trouble = 'stopped';
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#engine.listen(null);
  }

  /** Listens from the first record on of which the file lacks something: what nobody hears costs nothing to tell. */
  #attend(): void {
    if (this.#record >= this.#history.mark.records) this.#engine.listen(this);
  }

  /** Whether the change that is being told now is not in the file yet. */
  #isNews(): boolean {
    if (this.#isStill) return false;
    this.#told++;
    const { records, changes } = this.#history.mark;
    return this.#record > records || (this.#record === records && this.#told > changes);
  }

  /** Of the change that is being told now. */
  get #origin(): Origin {
    return { record: this.#record, ordinal: this.#told };
  }

  #push(entry: Entry): void {
    this.#waiting.push(entry);
    if (this.#waiting.length >= WRITE_AT && this.#trouble === null) this.write();
    else if (this.#waiting.length >= WAITING_AT_MOST) this.#stop();
  }

  #noteFacts(id: EntityId, at: EpochMs): void {
    const profile = this.#engine.directory.profileNow(id);
    if (profile === null) return;
    const { lastSeen: _, ...facts } = profile;
    const text = JSON.stringify(facts);
    const known = this.#factsWaiting.get(profile.id) ?? this.#read(() => this.#history.factsOf(profile.id));
    if (known === text || this.#isStill) return;
    this.#factsWaiting.set(profile.id, text);
    this.#waiting.push({ kind: 'facts', at, facts });
  }

  #noteAllFacts(at: EpochMs): void {
    for (const id of this.#engine.directory.entities()) this.#noteFacts(id, at);
  }

  #schedule(): void {
    if (this.#waiting.length >= WRITE_AT && this.#trouble === null) return this.write();
    if (this.#timer !== null || this.#isStill) return;
    this.#timer = setTimeout(() => {
      this.write();
      const isMoreLeft = this.#prune();
      if (this.isBehind || isMoreLeft) this.#schedule();
    }, WRITE_EVERY_MS);
    this.#timer.unref();
  }

  /** What is asked while a record is applied, or between two; of what cannot be read nobody knows, and nothing else suffers. */
  #read<T>(ask: () => T): T | null {
    try {
      return ask();
    } catch (cause) {
      this.#failed(cause);
      return null;
    }
  }

  #failed(cause: unknown): void {
    if (isDamagedHistory(cause)) return this.#stopDamaged(cause);
    if (this.#trouble === null) this.#reportFault('history', cause);
    this.#trouble = 'waiting';
    if (this.#waiting.length >= WAITING_AT_MOST) this.#stop();
  }

  /** The next start meets the same damage where it goes on, and begins anew beside what is left. */
  #stopDamaged(cause: Error): void {
    if (this.#damage !== null) return;
    this.#damage = cause;
    this.#trouble = 'damaged';
    this.#engine.listen(null);
    this.#forgetWaiting();
    const why =
      'history.db is damaged, and history stands still; the next start keeps it aside and tells history again';
    this.#reportFault('history', new Error(why, { cause }));
  }

  /** The next start goes on from the last mark, by the journal's replay. */
  #stop(): void {
    this.#trouble = 'stopped';
    this.#engine.listen(null);
    this.#forgetWaiting();
    const why =
      'history stands still: its disk refused for too long; the next start rebuilds it from the journal';
    this.#reportFault('history', new Error(why));
  }

  #forgetWaiting(): void {
    this.#waiting = [];
    this.#factsWaiting.clear();
  }

  /** Forgets all that is too old, in turns: for whoever ends before it would be done by itself. */
  async forgetOld(): Promise<void> {
    this.write();
    while (this.#prune()) await nextTurn();
  }

  /** @returns whether more is left */
  #prune(): boolean {
    if (this.#trouble !== null || this.#isErasing) return false;
    try {
      return this.#pruning.prune(this.#engine.now);
    } catch (cause) {
      this.#failed(cause);
      return false;
    }
  }
}
