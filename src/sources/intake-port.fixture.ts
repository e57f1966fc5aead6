import { connectionAt, type EventOrigin, type Observation } from '../model/index.ts';
import type { Checkpoint } from './checkpoints.ts';
import type { BatchPort, IntakeBatch, IntakePort, Taken, TakenIn } from './intake-port.ts';

/** A port as the app implements it, over a journal in memory. */
export class RecordingPort implements IntakePort, BatchPort {
  readonly journal: IntakeBatch[] = [];
  histories = 0;
  /** For one more producer. */
  hasRoom = true;
  /** What happens to the files before the first batch is taken. */
  whenFirstTaken: (() => Promise<void>) | null = null;
  readonly #marks = new Map<string, number>();
  readonly #beyond = new Set<string>();
  readonly #uids = new Set<string>();
  readonly #checkpoints: Map<string, readonly Checkpoint[]>;
  #takesLeft = Infinity;

  constructor(checkpoints: ReadonlyMap<string, readonly Checkpoint[]> = new Map()) {
    this.#checkpoints = new Map(checkpoints);
  }

  /** Starts again from what a journal holds; beside it nothing is left. */
  static after(journal: readonly IntakeBatch[], port = new RecordingPort()): RecordingPort {
    for (const batch of journal) port.#apply(batch);
    return port;
  }

  /** The same after a restart: also what stands beside the journal is there. */
  restarted(): RecordingPort {
    return RecordingPort.after(this.journal, new RecordingPort(this.#checkpoints));
  }

  /** The process dies at the take after so many. */
  dieAfter(takes: number): this {
    this.#takesLeft = takes;
    return this;
  }

  isDone(producer: string, position: number): boolean {
    return position < this.mark(producer) || this.#beyond.has(`${producer} ${position}`);
  }

  mark(producer: string): number {
    return this.#marks.get(producer) ?? 0;
  }

  async takenIn(producer: string): Promise<TakenIn> {
    const beyond = [...this.#beyond].flatMap((each) => {
      const [of, position] = each.split(' ');
      return of === producer ? [Number(position)] : [];
    });
    return { upTo: this.mark(producer), beyond, checkpoints: this.#checkpoints.get(producer) ?? [] };
  }

  remember(producer: string, checkpoints: readonly Checkpoint[]): void {
    this.#checkpoints.set(producer, checkpoints);
  }

  mayBegin(): boolean {
    return this.hasRoom;
  }

  hasUid(uid: string): boolean {
    return this.#uids.has(uid);
  }

  async take(given: IntakeBatch): Promise<Taken> {
    const { whenFirstTaken } = this;
    this.whenFirstTaken = null;
    await whenFirstTaken?.();
    await Promise.resolve();
    if (this.#takesLeft-- <= 0) throw new Error('the process died');
    const batch = oneByOne(given);
    const isKnown = batch.origins.map((_, index) => !this.#isFresh(batch, index));
    this.#apply(this.#fresh(batch));
    // Rows stand before, between and behind the observations.
    const alone = new Set(given.observations);
    const isKnownRow = (index: number): boolean =>
      isKnown[index] === true && !alone.has(batch.observations[index] as Observation);
    return {
      late: 0,
      knownRows: given.producers.map(
        (_, producer) =>
          batch.origins.filter((origin, index) => origin.producer === producer && isKnownRow(index)).length,
      ),
      known: given.observations.flatMap((each, index) =>
        isKnown[batch.observations.indexOf(each)] ? [index] : [],
      ),
    };
  }

  /** Between two steps another batch would run, if it could. */
  async inTurns<T>(steps: Generator<void, T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await Promise.resolve();
    }
  }

  async endOfHistory(): Promise<void> {
    this.histories++;
  }

  /** The sensor's ids of all that was taken, in order. */
  get taken(): readonly string[] {
    return this.journal.flatMap(({ observations }) =>
      observations.map((each) => String(each.provenance.uid)),
    );
  }

  /** What stands at a place that is done was taken before; so was what has a known id. */
  #isFresh({ origins, producers, uids }: IntakeBatch, index: number): boolean {
    const origin = origins[index];
    if (this.hasUid(uids[index] ?? '')) return false;
    return origin === undefined || !this.isDone(producers[origin.producer]?.producer ?? '', origin.at);
  }

  #fresh(batch: IntakeBatch): IntakeBatch {
    const isFresh = (_: unknown, index: number): boolean => this.#isFresh(batch, index);
    const { observations, origins, uids } = batch;
    return {
      ...batch,
      observations: observations.filter(isFresh),
      origins: origins.filter(isFresh),
      uids: uids.filter(isFresh),
    };
  }

  #apply(batch: IntakeBatch): void {
    this.journal.push(batch);
    for (const [index, { producer, at }] of batch.origins.entries()) {
      this.#beyond.add(`${batch.producers[producer]?.producer} ${at}`);
      const uid = batch.uids[index];
      if (uid !== undefined && uid !== '') this.#uids.add(uid);
    }
    for (const { producer, upTo } of batch.producers) this.#marks.set(producer, upTo);
  }
}

/** Connections in columns as observations, each in its place. */
function oneByOne({ connections, ...batch }: IntakeBatch): IntakeBatch {
  if (connections === undefined) return batch;
  const { rows, places } = connections;
  const observations: Observation[] = [];
  const origins: EventOrigin[] = [];
  const uids: string[] = [];
  const isElsewhere = new Set(places);
  let [row, index] = [0, 0];
  for (let place = 0; place < rows.count + places.length; place++) {
    const isRow = !isElsewhere.has(place);
    const observation = isRow ? connectionAt(rows, row) : batch.observations[index];
    const origin = isRow
      ? { producer: rows.producer[row] ?? 0, at: rows.position[row] ?? 0 }
      : batch.origins[index];
    if (observation === undefined || origin === undefined) throw new Error('the batch is not whole');
    observations.push(observation);
    origins.push(origin);
    uids.push(isRow ? '' : (batch.uids[index] ?? ''));
    if (isRow) row++;
    else index++;
  }
  return { ...batch, observations, origins, uids: uids.every((uid) => uid === '') ? [] : uids };
}
