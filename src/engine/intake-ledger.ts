import {
  type Connections,
  dropOldest,
  type EventOrigin,
  type EventsRecord,
  LIMITS,
  type ProducerMark,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

const NONE: ReadonlySet<number> = new Set();

/**
 * What has been taken in, so that a second delivery changes nothing: per producer everything before
 * its mark, single positions beyond it, and the sources' own record ids.
 */
export class IntakeLedger implements Stateful {
  readonly #marks = new Map<string, number>();
  readonly #beyond = new Map<string, Set<number>>();
  /** How many producers each sender has; it follows from the marks. */
  readonly #producersOf = new Map<string, number>();
  readonly #uids = new Set<string>();

  note(record: EventsRecord): void {
    const { producers, origins, uids } = record;
    for (const { producer } of producers) this.#meet(producer);
    for (let index = 0; index < origins.length; index++) {
      const { producer, at } = origins[index] as EventOrigin;
      this.#noteOne(producers[producer], at);
      const uid = uids[index];
      if (uid !== undefined && uid !== '') this.#rememberUid(uid);
    }
    if (record.connections !== undefined) this.#noteRows(record, record.connections.rows);
    for (const { producer, upTo } of record.producers) this.#advance(producer, upTo);
  }

  /** How far the producer's stream has been taken in. */
  takenIn(producer: string): { readonly upTo: number; readonly beyond: readonly number[] } {
    return { upTo: this.mark(producer), beyond: [...this.beyond(producer)] };
  }

  /** Single positions behind the producer's mark that are done. */
  beyond(producer: string): ReadonlySet<number> {
    return this.#beyond.get(producer) ?? NONE;
  }

  #noteRows({ producers }: EventsRecord, rows: Connections): void {
    for (let row = 0; row < rows.count; row++) {
      this.#noteOne(producers[rows.producer[row] as number], rows.position[row] as number);
    }
  }

  /** What the record's own mark says is done needs no entry. */
  #noteOne(mark: ProducerMark | undefined, position: number): void {
    if (mark !== undefined && position >= mark.upTo) this.#positions(mark.producer).add(position);
  }

  /**
   * Whether there is room for one more producer of its sender, or it is known already. What a sender sends without a name
   * is one producer, which always has room.
   */
  mayBegin(producer: string): boolean {
    if (producer.endsWith('/') || this.#isKnown(producer)) return true;
    return (this.#producersOf.get(senderOf(producer)) ?? 0) < LIMITS.producersPerSender;
  }

  /** Senders who have named as many producers as they may, e.g. `http:shipper`. */
  fullSenders(): string[] {
    const full = [...this.#producersOf].filter(([, count]) => count >= LIMITS.producersPerSender);
    return full.map(([sender]) => sender).sort();
  }

  /** Everything before this position of the producer is done. */
  mark(producer: string): number {
    return this.#marks.get(producer) ?? 0;
  }

  isDone(producer: string, position: number): boolean {
    return position < this.mark(producer) || (this.#beyond.get(producer)?.has(position) ?? false);
  }

  hasUid(uid: string): boolean {
    return this.#uids.has(uid);
  }

  /** In an order of its own: that in which producers first came depends on how records were cut. */
  save(to: StateWriter): void {
    to.records('marks', sorted(this.#marks));
    to.records(
      'beyond',
      sorted(this.#beyond).map(([producer, positions]) => [producer, [...positions].sort((a, b) => a - b)]),
    );
    to.texts('uids', this.#uids);
  }

  load(from: StateReader): void {
    for (const [producer, mark] of from.records('marks') as Iterable<[string, number]>) {
      this.#marks.set(producer, mark);
    }
    for (const [producer, positions] of from.records('beyond') as Iterable<[string, number[]]>) {
      this.#beyond.set(producer, new Set(positions));
    }
    for (const uid of from.texts('uids')) this.#uids.add(uid);
    for (const producer of new Set([...this.#marks.keys(), ...this.#beyond.keys()])) this.#count(producer);
  }

  #isKnown(producer: string): boolean {
    return this.#marks.has(producer) || this.#beyond.has(producer);
  }

  #meet(producer: string): void {
    if (!this.#isKnown(producer)) this.#count(producer);
  }

  #count(producer: string): void {
    const sender = senderOf(producer);
    this.#producersOf.set(sender, (this.#producersOf.get(sender) ?? 0) + 1);
  }

  #positions(producer: string): Set<number> {
    let positions = this.#beyond.get(producer);
    if (positions === undefined) this.#beyond.set(producer, (positions = new Set()));
    return positions;
  }

  #advance(producer: string, upTo: number): void {
    if (upTo > this.mark(producer)) this.#marks.set(producer, upTo);
    const positions = this.#beyond.get(producer);
    if (positions === undefined) return;
    const mark = this.mark(producer);
    for (const position of positions) {
      if (position < mark) positions.delete(position);
    }
    if (positions.size === 0) this.#beyond.delete(producer);
  }

  #rememberUid(uid: string): void {
    if (this.#uids.has(uid)) return;
    if (this.#uids.size >= LIMITS.rememberedUids) dropOldest(this.#uids);
    this.#uids.add(uid);
  }
}

/** Whose a producer is: `http:<token>` of `http:<token>/<name>`; all files are the owner's. */
export function senderOf(producer: string): string {
  const slash = producer.indexOf('/');
  return slash < 0 ? 'file' : producer.slice(0, slash);
}

function sorted<V>(byProducer: ReadonlyMap<string, V>): (readonly [string, V])[] {
  return [...byProducer].sort(([a], [b]) => (a < b ? -1 : 1));
}
