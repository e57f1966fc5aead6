import type { ProducerMark } from '../model/index.ts';
import type { IntakePort, TakenIn } from './intake-port.ts';

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
  /** Everything before it was taken in when this reading began. */
  readonly resumeAt: number;
  readonly #beyond: ReadonlySet<number>;
  /** Nothing at or after it was. */
  readonly #reach: number;
  #readTo = 0;
  /** Offsets on their way, ascending, and whether each has left; those in front of the first that waits are dropped. */
  #offsets: number[] = [];
  #left: boolean[] = [];
  #front = 0;
  /** Tickets of offsets that were dropped. */
  #dropped = 0;

  constructor(producer: string, { upTo, beyond }: TakenIn) {
    this.producer = producer;
    this.resumeAt = upTo;
    this.#beyond = new Set(beyond);
    this.#reach = beyond.reduce((reach, position) => Math.max(reach, position + 1), upTo);
  }

  /** Whether the line at this offset is taken in, or on its way. */
  isKnown(offset: number): boolean {
    return offset < this.#readTo || offset < this.resumeAt || this.#beyond.has(offset);
  }

  /** Whether nothing at this offset, or after it, is taken in or on its way. */
  isUntouched(offset: number): boolean {
    return offset >= this.#readTo && offset >= this.#reach;
  }

  /** Everything before `end` has been looked at. */
  readTo(end: number): void {
    if (end > this.#readTo) this.#readTo = end;
  }

  /** A line waits; gives the ticket with which it leaves. */
  wait(offset: number): number {
    this.#left.push(false);
    return this.#dropped + this.#offsets.push(offset) - 1;
  }

  /** The line goes into the next record. */
  leave(ticket: number): void {
    this.#left[ticket - this.#dropped] = true;
    while (this.#left[this.#front] === true) this.#front++;
    if (this.#front < 65_536 || this.#front * 2 < this.#offsets.length) return;
    this.#offsets = this.#offsets.slice(this.#front);
    this.#left = this.#left.slice(this.#front);
    this.#dropped += this.#front;
    this.#front = 0;
  }

  /** True once the next record is durable. Never behind what is known of earlier intakes. */
  mark(): ProducerMark {
    const upTo = this.#offsets[this.#front] ?? this.#readTo;
    return { producer: this.producer, upTo: Math.max(upTo, this.resumeAt) };
  }
}

/** The progress of each producer, shared by all logs that are its. */
export class Producers {
  readonly #port: IntakePort;
  readonly #progress = new Map<string, ProducerProgress>();

  constructor(port: IntakePort) {
    this.#port = port;
  }

  async of(producer: string): Promise<ProducerProgress> {
    const known = this.#progress.get(producer);
    if (known !== undefined) return known;
    const progress = new ProducerProgress(producer, await this.#port.takenIn(producer));
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
