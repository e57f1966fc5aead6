import type { ProducerMark } from '../model/index.ts';
import type { IntakePort } from './intake-port.ts';

/** The producer of a file with this fingerprint, whatever its name and compression. */
export function fileProducer(fingerprint: string): string {
  return `file:${fingerprint}`;
}

/**
 * How far one producer has been read, and what of it is still on its way to the journal. Lines come in
 * order of their offset but leave in order of time, so the mark stands at the first line that waits:
 * everything before it is journalled, refused or passed over, and a crash now loses nothing.
 */
export class ProducerProgress {
  readonly producer: string;
  readonly #port: IntakePort;
  #readTo = 0;
  /** Offsets on their way, ascending; those that have left are cleared from the front only. */
  #waiting: number[] = [];
  #front = 0;
  readonly #left = new Set<number>();

  constructor(producer: string, port: IntakePort) {
    this.producer = producer;
    this.#port = port;
  }

  /** Whether the line at this offset is taken in, or on its way. */
  isKnown(offset: number): boolean {
    return offset < this.#readTo || this.#port.isDone(this.producer, offset);
  }

  /** Everything before `end` has been looked at. */
  readTo(end: number): void {
    this.#readTo = Math.max(this.#readTo, end);
  }

  wait(offset: number): void {
    this.#waiting.push(offset);
  }

  /** The line goes into the next record. */
  leave(offset: number): void {
    this.#left.add(offset);
    for (let next = this.#waiting[this.#front]; next !== undefined; next = this.#waiting[this.#front]) {
      if (!this.#left.delete(next)) break;
      this.#front++;
    }
    if (this.#front > 4_096 && this.#front * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#front);
      this.#front = 0;
    }
  }

  /** True once the next record is durable. Never behind what is known of earlier intakes. */
  mark(): ProducerMark {
    const upTo = this.#waiting[this.#front] ?? this.#readTo;
    return { producer: this.producer, upTo: Math.max(upTo, this.#port.mark(this.producer)) };
  }
}

/** The progress of each producer, shared by all logs that are its. */
export class Producers {
  readonly #port: IntakePort;
  readonly #progress = new Map<string, ProducerProgress>();

  constructor(port: IntakePort) {
    this.#port = port;
  }

  of(producer: string): ProducerProgress {
    const known = this.#progress.get(producer);
    if (known !== undefined) return known;
    const progress = new ProducerProgress(producer, this.#port);
    this.#progress.set(producer, progress);
    return progress;
  }

  /** Forgets those that no log is read of any more; what they have taken in, the port knows. */
  keepOnly(producers: ReadonlySet<string>): void {
    for (const producer of this.#progress.keys()) {
      if (!producers.has(producer)) this.#progress.delete(producer);
    }
  }
}
