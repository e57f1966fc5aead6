import { type EventOrigin, LIMITS, type Observation, type ProducerMark } from '../model/index.ts';
import type { Checkpoint } from './checkpoints.ts';
import { ConnectionColumns } from './connection-columns.ts';
import type { IntakeBatch, IntakePort, Taken } from './intake-port.ts';
import type { ProducerProgress } from './producer.ts';
import type { RecordKeys } from './record-keys.ts';
import { NO_ROW, type Stretch } from './stretch.ts';
import type { Tally } from './tally.ts';

/**
 * Gathers records into journal records of at most `LIMITS.eventsPerRecord` events, and hands them on: one or more
 * (`IntakePort.ahead`) are on their way while the next is gathered.
 */
export class Batcher {
  late = 0;
  readonly #reading = {};
  readonly #port: IntakePort;
  readonly #keys: RecordKeys;
  /** One for all records: a record is finished before the next is begun. */
  readonly #connections = new ConnectionColumns(LIMITS.eventsPerRecord);
  #batch = new Gathering(this.#connections);
  /** What is being taken, the oldest first. */
  readonly #underway: Promise<void>[] = [];
  readonly #ahead: number;
  /** A record could not be handed on: those after it would say that it was taken. */
  #broken: { readonly cause: unknown } | null = null;

  constructor(port: IntakePort, keys: RecordKeys) {
    this.#port = port;
    this.#keys = keys;
    this.#ahead = port.ahead ?? 1;
  }

  /** A promise only where a record is full and is being handed on: then it must be awaited. */
  add(stretch: Stretch, at: number): Promise<void> | null {
    const weight = stretch.weightOf(at);
    const isFull = this.#batch.size > 0 && this.#batch.size + weight > LIMITS.eventsPerRecord;
    const handedOn = isFull ? this.#handOn() : null;
    this.#batch.add(stretch, at);
    return handedOn;
  }

  /** Resolves when all that was added is taken. */
  async flush(): Promise<void> {
    if (this.#batch.size > 0) await this.#handOn();
    await Promise.all(this.#underway);
  }

  /** Resolves when there is room for the next record. */
  async #handOn(): Promise<void> {
    const gathered = this.#batch;
    // At once: the marks in it must not know of what leaves after it.
    const batch = gathered.finished();
    const checkpoints = gathered.newCheckpoints();
    this.#batch = new Gathering(this.#connections);
    const room = this.#underway.length < this.#ahead ? null : this.#underway.shift();
    const taken = Promise.resolve(room).then(() => this.#take(batch, gathered, checkpoints));
    // Whoever hands on a later record, or flushes, is told.
    taken.catch(() => undefined);
    this.#underway.push(taken);
    await room;
  }

  async #take(
    batch: IntakeBatch,
    { keys, tallies, rowTallies }: Gathering,
    checkpoints: ReadonlyMap<string, readonly Checkpoint[]>,
  ): Promise<void> {
    const { late, known, knownRows } = await this.#handedOver(batch);
    this.late += late;
    for (const index of known) tallies.get(index)?.wereKnown(1);
    for (const [producer, count] of knownRows.entries()) rowTallies[producer]?.wereKnown(count);
    for (const key of keys) if (key !== '') this.#keys.taken(key);
    for (const [producer, each] of checkpoints) this.#port.remember(producer, each);
  }

  /** At once broken where it fails: the next is handed over in the same turn. */
  async #handedOver(batch: IntakeBatch): Promise<Taken> {
    if (this.#broken !== null) throw this.#broken.cause;
    try {
      return await this.#port.take({ ...batch, reading: this.#reading });
    } catch (cause) {
      this.#broken ??= { cause };
      throw cause;
    }
  }
}

/** One journal record in the making. */
class Gathering {
  readonly keys: string[] = [];
  /** By the first observation of each line. */
  readonly tallies = new Map<number, Tally>();
  /** Of the rows, by producer. */
  readonly rowTallies: Tally[] = [];
  readonly #producers = new Map<ProducerProgress, number>();
  readonly #observations: Observation[] = [];
  readonly #origins: EventOrigin[] = [];
  /** Where each observation stands in the whole. */
  readonly #places: number[] = [];
  readonly #connections: ConnectionColumns;
  #progress: ProducerProgress | null = null;
  #producer = 0;

  constructor(connections: ConnectionColumns) {
    this.#connections = connections;
  }

  get size(): number {
    return this.#observations.length + this.#connections.count;
  }

  add(stretch: Stretch, at: number): void {
    const { progress, rows } = stretch;
    progress.leave(stretch.ticket[at] as number);
    if (progress !== this.#progress) this.#turnTo(progress, stretch.tally);
    const row = stretch.row[at] as number;
    if (row === NO_ROW || rows === null) this.#addLine(stretch, at);
    else this.#connections.add(stretch, rows, row, this.#producer);
  }

  finished(): IntakeBatch {
    const hasConnections = this.#connections.count > 0;
    return {
      observations: this.#observations,
      origins: this.#origins,
      producers: [...this.#producers.keys()].map((progress): ProducerMark => progress.mark()),
      uids: this.keys.every((key) => key === '') ? [] : this.keys,
      ...(hasConnections
        ? { connections: { ...this.#connections.finished(), places: Uint32Array.from(this.#places) } }
        : {}),
    };
  }

  /** By producer; as of the marks, once these are made. */
  newCheckpoints(): ReadonlyMap<string, readonly Checkpoint[]> {
    const found = new Map<string, readonly Checkpoint[]>();
    for (const progress of this.#producers.keys()) {
      const checkpoints = progress.newCheckpoints();
      if (checkpoints !== null) found.set(progress.producer, checkpoints);
    }
    return found;
  }

  #addLine(stretch: Stretch, at: number): void {
    const { observations, offset, key, tally } = stretch.lineAt(at);
    this.tallies.set(this.#observations.length, tally);
    for (const observation of observations) {
      this.#places.push(this.size);
      this.#observations.push(observation);
      this.#origins.push({ producer: this.#producer, at: offset });
      this.keys.push(key ?? '');
    }
    stretch.letGo(1);
  }

  #turnTo(progress: ProducerProgress, tally: Tally): void {
    this.#progress = progress;
    this.#producer = this.#producers.get(progress) ?? this.#producers.size;
    this.#producers.set(progress, this.#producer);
    this.rowTallies[this.#producer] = tally;
  }
}
