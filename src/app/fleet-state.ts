import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Engine } from '../engine/index.ts';
import { type EmbeddedJournal, openJournal } from '../journal/index.ts';
import { eventCount, type EventsRecord, type Fleet, type JournalRecord } from '../model/index.ts';
import { createNameGate, createSealer, loadKeys, type Sealer } from '../privacy/index.ts';
import type { IntakeBatch, Taken } from '../sources/index.ts';
import type { Effects } from './effects.ts';
import { type History, openHistory } from '../store/index.ts';
import { engineKeys } from './engine-keys.ts';
import { freshOf } from './fresh.ts';
import { HistoryKeeper } from './history-keeper.ts';
import { OperationError, type Progress } from './operations.ts';

/** Engines are split so many ways; the result does not depend on it. */
const PARTITIONS = 1;
const KEYS = 'keys';
const HISTORY = 'history.db';
/** Unless the configuration says otherwise. */
const HISTORY_DAYS = 400;
/** What `ConfigurationRecord.keyCheck` is the fingerprint of. */
const KEY_CHECK = 'stance key check';

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
  readonly engine: Engine;
  readonly journal: EmbeddedJournal;
  /** What was published, kept for questions about earlier instants. */
  readonly past: HistoryKeeper;
  #events = 0;
  #hasNews = false;
  #fleet: Fleet | null = null;
  #sealer: Sealer;
  readonly #makeSealer: (domains: Fleet['domains']) => Sealer;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    journal: EmbeddedJournal,
    history: History,
    makeSealer: (domains: Fleet['domains']) => Sealer,
    { reportFault }: Effects,
  ) {
    this.journal = journal;
    this.#makeSealer = makeSealer;
    this.#sealer = makeSealer({});
    this.engine = new Engine(
      engineKeys(() => this.#sealer),
      PARTITIONS,
    );
    this.past = new HistoryKeeper(
      this.engine,
      history,
      { firstRecord: journal.first, keptDays: HISTORY_DAYS },
      reportFault,
    );
  }

  /** Opens a data directory that this process owns and replays its journal. */
  static async open(dir: string, effects: Effects, progress: Progress): Promise<FleetState> {
    const journal = await openJournal(join(dir, 'journal'));
    try {
      return await FleetState.#remembering(dir, journal, effects, progress);
    } catch (cause) {
      await journal.close();
      throw cause;
    }
  }

  static async #remembering(
    dir: string,
    journal: EmbeddedJournal,
    effects: Effects,
    progress: Progress,
  ): Promise<FleetState> {
    const history = openHistoryOf(dir, journal, effects);
    try {
      return await FleetState.#replayed(dir, journal, history, effects, progress);
    } catch (cause) {
      history.close();
      throw cause;
    }
  }

  static async #replayed(
    dir: string,
    journal: EmbeddedJournal,
    history: History,
    effects: Effects,
    progress: Progress,
  ): Promise<FleetState> {
    if (journal.length > 0) refuseLostKeys(dir);
    const keys = await loadKeys(join(dir, KEYS), effects.random);
    const gate = createNameGate();
    const sealer = (domains: Fleet['domains']) => createSealer({ keys, gate, domains });
    const state = new FleetState(journal, history, sealer, effects);
    for await (const records of journal.read()) {
      for (const { seq, record } of records) {
        if (record.kind === 'events') for (const event of record.events) gate.replay(event);
        state.#apply(record);
        if (seq % 50 === 0) progress({ what: 'Replaying the journal', share: (seq + 1) / journal.length });
      }
    }
    return state;
  }

  /** Events taken in, ever. */
  get events(): number {
    return this.#events;
  }

  /** The configuration as last journaled. */
  get fleet(): Fleet | null {
    return this.#fleet;
  }

  get sealer(): Sealer {
    return this.#sealer;
  }

  /** Journals a record and applies it; resolves when both are done. */
  append(record: JournalRecord): Promise<void> {
    const signed =
      record.kind === 'configuration'
        ? { ...record, keyCheck: this.#sealer.recordFingerprint(KEY_CHECK) }
        : record;
    return this.#inOrder(() => this.#commit(signed));
  }

  /** Seals, journals and applies a batch of observations. */
  take(batch: IntakeBatch): Promise<Taken> {
    return this.#inOrder(async () => {
      const before = this.engine.late;
      const uids = batch.uids.map((uid) => (uid === '' ? '' : this.#sealer.recordFingerprint(uid)));
      const fresh = freshOf({ ...batch, uids }, this.engine.ledger);
      await this.#commit(this.#sealed(fresh.batch));
      return { late: this.engine.late - before, known: fresh.known };
    });
  }

  #sealed({ observations, origins, producers, uids, actor, connections }: IntakeBatch): EventsRecord {
    return {
      kind: 'events',
      producers,
      events: observations.map((each) => this.#sealer.seal(each)),
      origins,
      uids,
      ...(actor === undefined ? {} : { actor }),
      ...(connections === undefined
        ? {}
        : {
            connections: {
              rows: this.#sealer.sealConnections(connections.rows),
              places: connections.places,
            },
          }),
    };
  }

  /** A reading of history ended; nothing is written where nothing came since the last one. */
  endOfHistory(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#hasNews) await this.#commit({ kind: 'history_end' });
    });
  }

  /** The state between two records; it stands still while it is hashed. */
  async point(progress: Progress): Promise<StatePoint> {
    await this.#announceHash(progress);
    return this.#inOrder(async () => this.#pointNow());
  }

  /** Copies journal and history into the directory `to`, while records come in, and says what state the copy leads to. */
  async copyTo(to: string, progress: Progress): Promise<StatePoint> {
    await this.#announceHash(progress);
    const { point, copying } = await this.#inOrder(async () => ({
      point: this.#pointNow(),
      copying: Promise.all([
        this.past.copyTo(join(to, HISTORY)),
        this.journal.copyTo(join(to, 'journal'), 0, (copied, total) =>
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
      events: this.#events,
      entities: [...this.engine.directory.entities()].length,
      stateHash: this.engine.stateHash(),
    };
  }

  /** Nothing else runs during the hash: what is said of it must be out before. */
  async #announceHash(progress: Progress): Promise<void> {
    progress({ what: 'Hashing the state', share: null });
    await nextTurn();
  }

  async close(): Promise<void> {
    await this.#queue;
    this.past.close();
    await this.journal.close();
  }

  async #commit(record: JournalRecord): Promise<void> {
    await this.journal.append(record);
    this.#apply(record);
  }

  #apply(record: JournalRecord): void {
    if (record.kind === 'configuration') {
      this.#fleet = record.fleet;
      if (record.keyCheck !== undefined && record.keyCheck !== this.#sealer.recordFingerprint(KEY_CHECK))
        refuseOtherKeys();
      this.#sealer = this.#makeSealer(record.fleet.domains);
    }
    if (record.kind === 'events') this.#events += eventCount(record);
    if (record.kind === 'events' || record.kind === 'history_end') this.#hasNews = record.kind === 'events';
    this.engine.apply(record);
    this.past.applied(record);
  }

  /** One after the other; a failed one does not stop those behind it, the journal itself does where it must. */
  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(step);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** A history that knows more than its journal is another journal's: it follows from the journal, so it is begun anew. */
function openHistoryOf(dir: string, journal: EmbeddedJournal, { reportFault }: Effects): History {
  const path = join(dir, HISTORY);
  const history = openHistory(path);
  if (history.mark.records <= journal.length) return history;
  reportFault('history', new Error(`${path} is ahead of the journal and is built anew from it`));
  history.close();
  rmSync(path);
  return openHistory(path);
}

/** Other keys would make every identity a new one, beside the old. */
function refuseOtherKeys(): never {
  throw new OperationError(
    'keys_changed',
    `The keys in ${KEYS}/ are not those that sealed this journal: restore the right keys from a backup.`,
  );
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
