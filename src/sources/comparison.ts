import { crc32 } from 'node:zlib';
import { type Checkpoint, isLasting, nextLasting } from './checkpoints.ts';
import type { ProducerProgress } from './producer.ts';

/** Where a log turned out to be another than the one whose it was taken for. */
export interface Difference {
  /** Up to here it is the same. */
  readonly from: number;
  /** Before here it differs. */
  readonly before: number;
}

/** A log ends before the place up to which it was taken in, and its last bytes could not be compared. */
export interface EarlyEnd {
  readonly from: number;
  readonly to: number;
  readonly takenTo: number;
}

const NOTHING = Buffer.alloc(0);

/**
 * Sums up a log's bytes as they are read: holds them against the checkpoints of its producer, and behind these sets new
 * ones. A chunk is compared before a line of it is read.
 */
export class Comparison {
  readonly #progress: ProducerProgress;
  #chunk: Buffer = NOTHING;
  #chunkAt: number;
  /** Of all bytes before `#at`. */
  #at: number;
  #sum: number;
  #line: Checkpoint;
  /** Places that were passed, ascending: they become checkpoints once their records are read. */
  readonly #passed: Checkpoint[] = [];

  constructor(progress: ProducerProgress, from: Checkpoint) {
    this.#progress = progress;
    this.#chunkAt = from.at;
    this.#at = from.at;
    this.#sum = from.sum;
    this.#line = from;
  }

  /** Where the line begins that is to be read next. */
  get line(): Checkpoint {
    return this.#line;
  }

  /** Looks through the next chunk. @returns where it differs; such a chunk is not to be read */
  begin(chunk: Buffer): Difference | null {
    const { checkpoints } = this.#progress;
    this.#chunk = chunk;
    this.#chunkAt = this.#at;
    let from = this.#at;
    let sum = this.#sum;
    for (let next = checkpoints.after(from); next !== null; next = checkpoints.after(from)) {
      if (next.at > this.#chunkAt + chunk.length) return null;
      sum = this.#sumOf(from, next.at, sum);
      if (sum !== next.sum) return { from: checkpoints.upTo(from).at(-1)?.at ?? 0, before: next.at };
      from = next.at;
    }
    return null;
  }

  /** The next line to be read begins at `offset`, in this chunk or before it. */
  readTo(offset: number): void {
    const { checkpoints, done, resumeAt } = this.#progress;
    if (done <= offset) this.#advance(done);
    if (done === this.#at) this.#passed.push({ at: done, sum: this.#sum });
    this.#advance(offset);
    if (offset === this.#at) this.#line = { at: offset, sum: this.#sum };
    // What stands behind the last record may be something else by the next time.
    for (let first = this.#passed[0]; first !== undefined && first.at <= done; first = this.#passed[0]) {
      checkpoints.add(first);
      this.#progress.confirm(resumeAt);
      this.#passed.shift();
    }
  }

  /** All lines of the chunk were read, but for a last one that goes on in the next. */
  endChunk(): void {
    this.#advance(this.#chunkAt + this.#chunk.length);
    this.#chunk = NOTHING;
  }

  /** At the log's end; `null` where all of it was compared, or is new. */
  earlyEnd(): EarlyEnd | null {
    const { checkpoints } = this.#progress;
    const to = this.#at;
    const from = checkpoints.upTo(to).at(-1)?.at ?? 0;
    const takenTo = checkpoints.upTo(Number.POSITIVE_INFINITY).at(-1)?.at ?? 0;
    return takenTo > to && from < to ? { from, to, takenTo } : null;
  }

  #advance(to: number): void {
    const { resumeAt } = this.#progress;
    while (this.#at < to) {
      const stop = Math.min(to, nextLasting(this.#at), resumeAt > this.#at ? resumeAt : to);
      this.#sum = this.#sumOf(this.#at, stop, this.#sum);
      this.#at = stop;
      if (isLasting(stop) || stop === resumeAt) this.#passed.push({ at: stop, sum: this.#sum });
    }
  }

  /** Goes on from `sum` with what stands between two places of the chunk. */
  #sumOf(from: number, to: number, sum: number): number {
    return crc32(this.#chunk.subarray(from - this.#chunkAt, to - this.#chunkAt), sum);
  }
}
