import { setTimeout as pause } from 'node:timers/promises';
import type { FeedConfig, FetchedFeedConfig } from '../config/index.ts';
import type { Effects } from '../effects/index.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../model/index.ts';
import { pauseAfter } from '../outputs/index.ts';
import { fetchedAs } from './fetching.ts';
import type { IntelIntake } from './intake.ts';
import { shownUrl } from './source.ts';
import { WatchedFolder } from './watched-folder.ts';

export interface FeedPace {
  /** A folder is looked at so often. */
  readonly lookEveryMs: number;
  readonly settledMs: number;
  /** After the first failure; doubled with each, up to the feed's own `every`. */
  readonly retryMs: number;
}

const PACE: FeedPace = { lookEveryMs: 5 * SECOND_MS, settledMs: 5 * SECOND_MS, retryMs: MINUTE_MS };
const ACTOR = 'feed schedule';
/** Of `every`, so much is by chance: many that were set up alike do not come at once. */
const JITTER = 0.2;
/** Fetches at once; each may hold a whole feed in memory. */
const AT_ONCE = 2;
/** A timer holds no more. */
const LONGEST_PAUSE_MS = 2 ** 31 - 1;

/** Fetches the feeds of the configuration again and again, and watches its folders, for as long as the server runs. */
export class FeedSchedule {
  readonly #intake: IntelIntake;
  readonly #effects: Effects;
  readonly #pace: FeedPace;
  readonly #closing = new AbortController();
  readonly #next = new Map<string, EpochMs>();
  readonly #running: readonly Promise<void>[];
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  constructor(feeds: readonly FeedConfig[], intake: IntelIntake, effects: Effects, pace: FeedPace = PACE) {
    this.#intake = intake;
    this.#effects = effects;
    this.#pace = pace;
    this.#running = feeds.flatMap((feed) => {
      if (feed.kind === 'fetched') return [this.#again(feed.id, () => this.#fetch(feed))];
      if (feed.kind === 'path') return [];
      const { now } = effects;
      const folder = new WatchedFolder(feed, { intake, now, settledMs: pace.settledMs });
      return [this.#again(feed.id, () => this.#watch(folder))];
    });
  }

  /** When a feed is fetched again. */
  readonly nextLook = (id: string): EpochMs | null => this.#next.get(id) ?? null;

  /** What is on its way is given up. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all(this.#running);
  }

  /** Does something until it is closed; it says how long to wait for the next time. */
  async #again(id: string, work: () => Promise<number>): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const wait = await work().catch((cause: unknown) => {
        if (!signal.aborted) this.#effects.reportFault(`feed ${id}`, cause);
        return this.#pace.retryMs;
      });
      await pause(Math.min(wait, LONGEST_PAUSE_MS), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #watch(folder: WatchedFolder): Promise<number> {
    await folder.look();
    return this.#pace.lookEveryMs;
  }

  /** Fetches it where it is due: also after a restart not more often than it says. */
  async #fetch(feed: FetchedFeedConfig): Promise<number> {
    const { id, origin, words, fetching } = feed;
    const { now } = this.#effects;
    const due = this.#dueAt(feed);
    if (due > now()) {
      this.#next.set(id, due);
      return due - now();
    }
    await this.#place();
    const { signal } = this.#closing;
    if (signal.aborted) return 0;
    try {
      const source = { path: shownUrl(origin.url), id, origin, isNamed: true };
      const before = this.#intake.fetches.of(id)?.failures ?? 0;
      const { files } = await this.#intake.each([source], {
        words,
        fetching,
        isConfigured: true,
        actor: ACTOR,
        signal,
      });
      const message = files[0]?.state === 'broken' ? files[0].message : null;
      // The log hears of the first failure in a row; the list of feeds tells of the last.
      if (message !== null && before === 0 && !signal.aborted)
        this.#effects.reportFault(`feed ${id}`, new Error(message));
    } finally {
      this.#leave();
    }
    const next = this.#dueAt(feed);
    this.#next.set(id, next);
    return Math.max(next - now(), 1);
  }

  /** After what happened last. */
  #dueAt({ id, everyMs, origin, words }: FetchedFeedConfig): EpochMs {
    const fetch = this.#intake.fetches.of(id);
    // Never tried, or from elsewhere.
    if (fetch === null || fetch.as !== fetchedAs(origin, words)) return 0;
    const { tried, failures } = fetch;
    // A clock that was set back must not put it off for ever.
    const since = Math.min(tried, this.#effects.now());
    const { random } = this.#effects;
    const known = this.#due.get(id);
    if (known?.tried === tried) return known.at;
    const wait =
      failures > 0
        ? pauseAfter(failures, { firstMs: this.#pace.retryMs, mostMs: everyMs }, random)
        : everyMs * (1 - JITTER / 2 + JITTER * chance(random));
    const at = since + Math.round(wait);
    this.#due.set(id, { tried, at });
    return at;
  }

  /** Chance is drawn once for each time. */
  readonly #due = new Map<string, { readonly tried: EpochMs; readonly at: EpochMs }>();

  async #place(): Promise<void> {
    while (this.#free === 0 && !this.#closing.signal.aborted)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free--;
  }

  #leave(): void {
    this.#free++;
    this.#waiting.shift()?.();
  }
}

function chance(random: Effects['random']): number {
  const [high = 0, low = 0] = random(2);
  return (high * 256 + low) / 65_536;
}
