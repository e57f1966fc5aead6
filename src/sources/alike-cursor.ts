import type { Difference } from './comparison.ts';
import type { LogCursor } from './log-cursor.ts';
import type { StretchSource } from './merge.ts';
import { fileProducer, type ProducerProgress, type Producers } from './producer.ts';
import type { Stretch } from './stretch.ts';
import type { Tally } from './tally.ts';

/** A log, whose it may be, and how it is read. */
export interface AlikeLog {
  readonly tally: Tally;
  /** Reads it on; from its start where it was read as another's so far. */
  readonly readAs: (progress: ProducerProgress) => Promise<LogCursor>;
  /** See `longerFingerprints`; `null` where it can be read only once. */
  readonly longerFingerprints: (() => Promise<readonly string[]>) | null;
  /** Where it is none of the logs that are known, it is one of its own. */
  readonly asNew: boolean;
}

/**
 * Reads a log as that one of the logs that begin alike which it is. Where it turns out to be another, nothing of it was
 * taken so far: what was compared had been taken before. It is then read again, as the next of them.
 */
export class AlikeCursor implements StretchSource {
  readonly #log: AlikeLog;
  readonly #others: AsyncGenerator<ProducerProgress>;
  #cursor: LogCursor;
  /** From the one to which it is most alike. */
  #difference: Difference | null = null;

  private constructor(log: AlikeLog, producers: Producers, cursor: LogCursor) {
    this.#log = log;
    this.#others = othersOf(log, producers);
    this.#cursor = cursor;
  }

  /** @param progress of the producer by its fingerprint, or whose it turned out to be */
  static async open(log: AlikeLog, progress: ProducerProgress, producers: Producers): Promise<AlikeCursor> {
    return new AlikeCursor(log, producers, await log.readAs(progress));
  }

  async next(): Promise<Stretch | null> {
    for (;;) {
      const stretch = await this.#cursor.next();
      const { difference } = this.#cursor;
      if (difference === null) return stretch;
      if (this.#difference === null || difference.from > this.#difference.from) this.#difference = difference;
      const other = await this.#others.next();
      if (other.done === true) {
        this.#log.tally.isAnotherFrom(this.#difference);
        return null;
      }
      await this.#cursor.close();
      this.#log.tally.beginAnew();
      this.#cursor = await this.#log.readAs(other.value);
    }
  }

  close(): Promise<void> {
    return this.#cursor.close();
  }
}

/** Those that are known and begin like it, but for the first; then, where it is to be one, a new one. */
async function* othersOf(
  { longerFingerprints, asNew, tally }: AlikeLog,
  producers: Producers,
): AsyncGenerator<ProducerProgress> {
  let free: string | null = null;
  for (const fingerprint of (await longerFingerprints?.()) ?? []) {
    const producer = fileProducer(fingerprint);
    const begun = await producers.begun(producer);
    if (begun !== null) yield begun;
    else free ??= producer;
  }
  if (!asNew || free === null) return;
  tally.isOfItsOwn = true;
  yield producers.of(free);
}
