import { join } from 'node:path';
import { MINUTE_MS } from '../model/index.ts';
import { keepSnapshots, SnapshotError } from '../snapshot/index.ts';
import type { Effects } from './effects.ts';
import { droppableBefore, type JournalRetention } from './journal-retention.ts';
import type { FleetState, TailRule } from './fleet-state.ts';
import { SNAPSHOTS } from './recovery.ts';
import { type RunningFollower, startFollower } from './follower-process.ts';

/** When snapshots are written. */
export interface SnapshotPace {
  /** While the owner runs. */
  readonly whileRunning: TailRule;
  /** When it ends: nothing else runs then, and the next start is soon. */
  readonly whenClosing: TailRule;
  readonly leastBetweenMs: number;
  readonly lookEveryMs: number;
}

const PACE: SnapshotPace = {
  // Replaying so much takes a few seconds: what a restart may cost.
  whileRunning: { events: 500_000, segments: 1 },
  whenClosing: { events: 50_000, segments: 1 },
  // A snapshot costs a replay and a write of the whole state: the same again at once would gain little.
  leastBetweenMs: 10 * MINUTE_MS,
  lookEveryMs: 15_000,
};

export interface KeeperOptions {
  readonly dir: string;
  readonly retention: JournalRetention;
  readonly pace?: SnapshotPace;
}

/** Sees to it that a start need not replay much, and that the journal does not grow for ever. */
export class SnapshotKeeper {
  readonly #state: FleetState;
  readonly #options: KeeperOptions;
  readonly #effects: Effects;
  readonly #pace: SnapshotPace;
  #timer: NodeJS.Timeout | undefined;
  #running: RunningFollower | null = null;
  #nextAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #isHeld = false;

  constructor(state: FleetState, options: KeeperOptions, effects: Effects) {
    this.#state = state;
    this.#options = options;
    this.#effects = effects;
    this.#pace = options.pace ?? PACE;
  }

  /** From now on by itself, until it is closed. */
  start(): this {
    this.#timer = setInterval(() => void this.look(), this.#pace.lookEveryMs);
    this.#timer.unref();
    return this;
  }

  /** Starts a follower where the tail has grown long; resolves when it is done, or there is nothing to do. */
  async look(): Promise<void> {
    const now = this.#effects.now();
    if (this.#isClosed || this.#running !== null || now < this.#nextAt) return;
    if (!this.#state.isTailLong(this.#pace.whileRunning)) return;
    this.#nextAt = now + this.#pace.leastBetweenMs;
    await this.write();
  }

  /** Has a follower write the snapshot of this moment, whatever the rule. */
  async write(): Promise<void> {
    const { dir } = this.#options;
    const upTo = this.#state.settled();
    if (this.#isHeld || this.#running !== null || upTo <= this.#state.snapshot.records) return;
    this.#running = startFollower(dir, upTo);
    try {
      const { records, events, base } = await this.#running.done;
      this.#state.noteSnapshot({ records, events });
      this.#keep(records, base);
      await this.#dropCovered(base);
    } catch (cause) {
      if (!this.#isClosed && !this.#isHeld) this.#effects.reportFault('snapshot', cause);
    } finally {
      this.#running = null;
    }
  }

  /** Does something with the snapshots while no follower writes any: one under way is stopped, and its work is left. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#running;
    this.#isHeld = true;
    try {
      running?.stop();
      await running?.done.catch(() => undefined);
      return await work();
    } finally {
      this.#isHeld = false;
    }
  }

  /** No record comes any more: what a follower has begun is left, and a long tail is written here and now. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    const running = this.#running;
    running?.stop();
    await running?.done.catch(() => undefined);
    const { journal, snapshot } = this.#state;
    if (!this.#state.isTailLong(this.#pace.whenClosing) || this.#state.settled() < journal.length) return;
    try {
      const { records } = await this.#state.writeSnapshot();
      this.#keep(records, snapshot.records);
    } catch (cause) {
      // The journal has it all: the next start replays it.
      if (!(cause instanceof SnapshotError)) throw cause;
      this.#effects.reportFault('snapshot', cause);
    }
  }

  /** The newest snapshot, and the one from which it was made: that one was whole when it was read. */
  #keep(newest: number, base: number): void {
    keepSnapshots(join(this.#options.dir, SNAPSHOTS), [newest, base]);
  }

  /** What comes before the older of the two may go, if it is time. */
  async #dropCovered(base: number): Promise<void> {
    const { journal } = this.#state;
    const { retention } = this.#options;
    const before = droppableBefore(await journal.closed(), base, retention, this.#effects.now());
    await journal.dropBefore(before);
  }
}
