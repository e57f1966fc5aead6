import { type EventOrigin, LIMITS, type Observation, type ProducerMark } from '../model/index.ts';
import type { IntakeBatch, IntakePort } from './intake-port.ts';
import type { ProducerProgress } from './producer.ts';
import type { RecordKeys } from './record-keys.ts';

/** What one line stated. It enters the journal in one record or not at all. */
export interface LineRecord {
  readonly progress: ProducerProgress;
  readonly offset: number;
  readonly observations: readonly Observation[];
  /** See `recordKey`; `null` where the source gives its records no ids. */
  readonly key: string | null;
}

/** Gathers lines into journal records of at most `LIMITS.eventsPerRecord` events, and hands them on. */
export class Batcher {
  late = 0;
  readonly #port: IntakePort;
  readonly #keys: RecordKeys;
  #lines: LineRecord[] = [];
  #events = 0;

  constructor(port: IntakePort, keys: RecordKeys) {
    this.#port = port;
    this.#keys = keys;
  }

  /** A promise only where a record is full and is being handed on: then it must be awaited. */
  add(line: LineRecord): Promise<void> | null {
    const isFull = this.#events > 0 && this.#events + line.observations.length > LIMITS.eventsPerRecord;
    const flushed = isFull ? this.flush() : null;
    this.#lines.push(line);
    this.#events += line.observations.length;
    return flushed;
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#events = 0;
    const { late } = await this.#port.take(batchOf(lines));
    this.late += late;
    for (const { key } of lines) if (key !== null) this.#keys.taken(key);
  }
}

function batchOf(lines: readonly LineRecord[]): IntakeBatch {
  const indexes = new Map<ProducerProgress, number>();
  const observations: Observation[] = [];
  const origins: EventOrigin[] = [];
  const keys: string[] = [];
  for (const { progress, offset, observations: stated, key } of lines) {
    progress.leave(offset);
    const index = indexes.get(progress) ?? indexes.size;
    indexes.set(progress, index);
    for (const observation of stated) {
      observations.push(observation);
      origins.push({ producer: index, at: offset });
      keys.push(key ?? '');
    }
  }
  const producers: ProducerMark[] = [...indexes.keys()].map((progress) => progress.mark());
  return { observations, origins, producers, uids: keys.every((key) => key === '') ? [] : keys };
}
