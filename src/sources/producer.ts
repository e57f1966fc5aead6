import type { ProducerMark } from '../model/index.ts';
import { type Checkpoint, Checkpoints } from './checkpoints.ts';
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
  /** Of what was taken in, and of what was read since. */
  readonly checkpoints: Checkpoints;
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
  /** Those before the mark, and how far they reached when they were last told. */
  #confirmed: readonly Checkpoint[] = [];
  #told: number;

  constructor(producer: string, { upTo, beyond, checkpoints }: TakenIn) {
    this.producer = producer;
    this.resumeAt = upTo;
    // Where a journal was restored, they may be ahead of it.
    const sound = checkpoints.filter(({ at }) => at <= upTo);
    this.checkpoints = new Checkpoints(sound);
    this.#told = sound.at(-1)?.at ?? 0;
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

  /** Whether anything of it is taken in, or on its way. */
  get isBegun(): boolean {
    return this.#reach > 0 || this.#readTo > 0;
  }

  /** Everything before it is taken in, or has been looked at. */
  get done(): number {
    return Math.max(this.#readTo, this.resumeAt);
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
    const mark = { producer: this.producer, upTo: Math.max(upTo, this.resumeAt) };
    this.confirm(mark.upTo);
    return mark;
  }

  /** Everything before `upTo` is taken in, or will be with the next record. */
  confirm(upTo: number): void {
    const checkpoints = this.checkpoints.upTo(upTo);
    if (reachOf(checkpoints) > reachOf(this.#confirmed)) this.#confirmed = checkpoints;
  }

  /** What is to be remembered of it once the last mark is durable; `null` where nothing came to it since. */
  newCheckpoints(): readonly Checkpoint[] | null {
    const reach = reachOf(this.#confirmed);
    if (reach <= this.#told) return null;
    this.#told = reach;
    return this.#confirmed;
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

function reachOf(checkpoints: readonly Checkpoint[]): number {
  return checkpoints.at(-1)?.at ?? 0;
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

  /** The same of one of which something is taken in, or on its way; `null` of any other. */
  async begun(producer: string): Promise<ProducerProgress | null> {
    const progress =
      this.#progress.get(producer) ?? new ProducerProgress(producer, await this.#port.takenIn(producer));
    if (!progress.isBegun) return null;
    this.#progress.set(producer, progress);
    return progress;
  }

  /** All that was read of them is taken: what is to be remembered of each is told. */
  remember(): void {
    for (const progress of this.#progress.values()) {
      const checkpoints = progress.newCheckpoints();
      if (checkpoints !== null) this.#port.remember(progress.producer, checkpoints);
    }
  }

  /** Forgets those that no log is read of any more; what they have taken in, the port knows. */
  keepOnly(producers: ReadonlySet<string>): void {
    for (const producer of this.#progress.keys()) {
      if (!producers.has(producer)) this.#progress.delete(producer);
    }
  }
}
