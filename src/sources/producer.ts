import type { ProducerMark } from '../model/index.ts';
import type { IntakePort, TakenIn } from './intake-port.ts';

const FIRST_WAITING = 1_024;

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
  /** Offsets on their way, ascending, and whether each has left: in a ring, by the last bits of their tickets. */
  #offsets = new Float64Array(FIRST_WAITING);
  #left = new Uint8Array(FIRST_WAITING);
  /** The ticket of the first that waits, and the next to be given. */
  #front = 0;
  #next = 0;

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
    if (this.#next - this.#front === this.#offsets.length) this.#grow();
    const slot = this.#next & (this.#offsets.length - 1);
    this.#offsets[slot] = offset;
    this.#left[slot] = 0;
    return this.#next++;
  }

  /** The line goes into the next record. */
  leave(ticket: number): void {
    const left = this.#left;
    const mask = left.length - 1;
    left[ticket & mask] = 1;
    if (ticket !== this.#front) return;
    let front = ticket + 1;
    while (front < this.#next && left[front & mask] === 1) front++;
    this.#front = front;
  }

  /** True once the next record is durable. Never behind what is known of earlier intakes. */
  mark(): ProducerMark {
    const isAnyWaiting = this.#front < this.#next;
    const slot = this.#front & (this.#offsets.length - 1);
    const upTo = isAnyWaiting ? (this.#offsets[slot] as number) : this.#readTo;
    return { producer: this.producer, upTo: Math.max(upTo, this.resumeAt) };
  }

  #grow(): void {
    const { length } = this.#offsets;
    const offsets = new Float64Array(length * 2);
    const left = new Uint8Array(length * 2);
    for (let ticket = this.#front; ticket < this.#next; ticket++) {
      offsets[ticket & (length * 2 - 1)] = this.#offsets[ticket & (length - 1)] as number;
      left[ticket & (length * 2 - 1)] = this.#left[ticket & (length - 1)] as number;
    }
    [this.#offsets, this.#left] = [offsets, left];
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
