import { setTimeout as pause } from 'node:timers/promises';
import {
  type EpochMs,
  type FaultReporter,
  isBefore,
  type Origin,
  rank,
  SEVERITIES,
  type Severity,
} from '../model/index.ts';
import { type Backoff, pauseAfter } from './backoff.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { type Outbox, type OutboxEntry, type Sink, SinkError } from './sink.ts';

export interface CourierPace {
  readonly backoff: Backoff;
  /** How often the outbox is looked at while it is empty. */
  readonly lookEveryMs: number;
}

const PACE: CourierPace = { backoff: { firstMs: 1_000, mostMs: 300_000 }, lookEveryMs: 500 };
/** Changes read at a time; those below the minimum level are passed over without a word to disk until the end of them. */
const CHANGES_READ = 200;
/** What waits is counted up to here: a count is for a person. */
const WAITING_COUNTED = 100_000;

export interface CourierStatus {
  /** Changes that were not looked at yet, at most {@link WAITING_COUNTED}. */
  readonly waiting: number;
  /** When the first of them was told, in the time of the data. */
  readonly oldestWaiting: EpochMs | null;
  readonly cursor: Cursor;
  /** By the clock. */
  readonly lastSentAt: EpochMs | null;
  /** Failed tries since the last finding that was taken. */
  readonly failures: number;
  readonly lastError: { readonly at: EpochMs; readonly message: string } | null;
}

export interface CourierSettings {
  readonly name: string;
  readonly sink: Sink;
  readonly outbox: Outbox;
  readonly minLevel: Severity;
  readonly cursorPath: string;
  readonly cursor: Cursor;
  readonly pace?: CourierPace;
  readonly now: () => EpochMs;
  readonly random: (bytes: number) => Uint8Array;
  readonly reportFault: FaultReporter;
}

/**
 * Brings findings to one receiver: one at a time, in order, each until it is taken. The cursor is on disk after what it
 * covers was taken, never before; so a crash repeats and never loses.
 */
export class Courier {
  readonly #settings: CourierSettings;
  readonly #pace: CourierPace;
  readonly #closing = new AbortController();
  #cursor: Cursor;
  /** As it is on disk. */
  #kept: Cursor;
  #failures = 0;
  #lastSentAt: EpochMs | null = null;
  #lastError: CourierStatus['lastError'] = null;
  readonly #running: Promise<void>;

  constructor(settings: CourierSettings) {
    this.#settings = settings;
    this.#pace = settings.pace ?? PACE;
    this.#cursor = settings.cursor;
    this.#kept = settings.cursor;
    this.#running = this.#run();
  }

  get cursor(): Cursor {
    return this.#cursor;
  }

  get status(): CourierStatus {
    const { count, oldest } = this.#settings.outbox.waiting(this.#cursor, WAITING_COUNTED);
    return {
      waiting: count,
      oldestWaiting: oldest,
      cursor: this.#cursor,
      lastSentAt: this.#lastSentAt,
      failures: this.#failures,
      lastError: this.#lastError,
    };
  }

  /** What is on its way is given up; it is sent again after the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    this.#settings.sink.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const wasSomething = await this.#deliver();
        if (!wasSomething) await pause(this.#pace.lookEveryMs, undefined, { signal });
      } catch (cause) {
        if (signal.aborted) return;
        this.#note(cause);
        await pause(this.#pauseAfter(cause), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** As long as the receiver asked for, where that is longer; it cannot ask for more than the longest pause. */
  #pauseAfter(cause: unknown): number {
    const { backoff } = this.#pace;
    const asked = cause instanceof SinkError ? Math.min(cause.retryAfterMs, backoff.mostMs) : 0;
    return Math.max(asked, pauseAfter(this.#failures, backoff, this.#settings.random));
  }

  /** What waits, as far as it is read at once; whether there was anything. */
  async #deliver(): Promise<boolean> {
    const { outbox, sink } = this.#settings;
    const entries = await outbox.after(this.#cursor, CHANGES_READ);
    let unconfirmed = 0;
    for (const entry of entries) {
      if (await this.#send(entry)) unconfirmed++;
      else if (unconfirmed === 0) this.#cursor = entry.origin;
      if (unconfirmed < sink.changesAtOnce) continue;
      await this.#taken(entry.origin);
      unconfirmed = 0;
    }
    const last = entries.at(-1)?.origin;
    if (last === undefined) return false;
    if (unconfirmed > 0) await this.#taken(last);
    else if (isBefore(this.#kept, last)) await this.#keep(last);
    return true;
  }

  /** Whether any of it is severe enough for this receiver. */
  async #send({ messages }: OutboxEntry): Promise<boolean> {
    const { sink, minLevel } = this.#settings;
    const least = rank(SEVERITIES, minLevel);
    const wanted = messages.filter(({ level }) => rank(SEVERITIES, level) >= least);
    for (const message of wanted) await sink.send(message, this.#closing.signal);
    return wanted.length > 0;
  }

  /** Everything up to here was sent. */
  async #taken(cursor: Origin): Promise<void> {
    await this.#settings.sink.confirm(this.#closing.signal);
    await this.#keep(cursor);
    this.#failures = 0;
    this.#lastError = null;
    this.#lastSentAt = this.#settings.now();
  }

  async #keep(cursor: Origin): Promise<void> {
    await writeCursor(this.#settings.cursorPath, cursor);
    this.#cursor = cursor;
    this.#kept = cursor;
  }

  /** The operator's log hears of the first failure in a row; status and doctor of the last. */
  #note(cause: unknown): void {
    const { name, now, reportFault } = this.#settings;
    this.#failures++;
    const message = cause instanceof SinkError ? cause.message : 'an internal fault; see the log';
    this.#lastError = { at: now(), message };
    if (this.#failures === 1 || !(cause instanceof SinkError)) reportFault(`output ${name}`, cause);
  }
}
