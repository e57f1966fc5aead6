import type { EpochMs } from '../../model/index.ts';
import type { AggregatorNews } from './aggregator.ts';

/** A reason is told so often; what comes in between is counted. Who sends a million reports does not fill the log. */
const TELL_EVERY_MS = 10_000;

/** What happened, as lines for the aggregator's operator. Nobody else learns why something was refused. */
export class RefusalLog {
  readonly #now: () => EpochMs;
  readonly #write: (line: object) => void;
  readonly #counts = new Map<string, { count: number; toldAt: EpochMs }>();

  constructor(now: () => EpochMs, write: (line: object) => void) {
    this.#now = now;
    this.#write = write;
  }

  take(news: AggregatorNews): void {
    switch (news.what) {
      case 'refused':
        this.#tellNowAndThen(news.reason, {});
        break;
      case 'fault':
        this.#tellNowAndThen('fault', { message: news.cause instanceof Error ? news.cause.message : '' });
        break;
      case 'accepted':
      case 'closed':
      case 'lost':
        this.#write(news);
        break;
    }
  }

  #tellNowAndThen(reason: string, more: object): void {
    const known = this.#counts.get(reason) ?? { count: 0, toldAt: Number.NEGATIVE_INFINITY };
    known.count += 1;
    this.#counts.set(reason, known);
    if (this.#now() - known.toldAt < TELL_EVERY_MS) return;
    known.toldAt = this.#now();
    this.#write({ what: 'refused', reason, count: known.count, ...more });
  }
}
