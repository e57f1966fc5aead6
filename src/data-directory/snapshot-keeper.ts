import { join } from 'node:path';
import type { Effects } from '../effects/index.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../model/index.ts';
import { keepSnapshots, listSnapshots } from '../snapshot/index.ts';
import type { FleetState } from './fleet-state.ts';
import { type RunningFollower, startFollower } from './follower-process.ts';
import type { TailRule } from './journal-tail.ts';
import { droppableBefore, isLongGrowing, type JournalRetention } from './journal-retention.ts';
import { snapshotBefore, SNAPSHOTS } from './recovery.ts';

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
  whileRunning: { events: 500_000, segments: 1, listings: 2_000_000 },
  whenClosing: { events: 50_000, segments: 1, listings: 500_000 },
  // A snapshot costs a replay and a write of the whole state: the same again at once would gain little.
  leastBetweenMs: 10 * MINUTE_MS,
  lookEveryMs: 15_000,
};

/** Days are kept to the hour. */
const LOOK_AT_AGES_MS = HOUR_MS;

export interface KeeperOptions {
  readonly dir: string;
  readonly retention: JournalRetention;
  readonly pace?: SnapshotPace;
  /** Who writes while the owner runs; where nothing is said, a process of its own. */
  readonly follower?: typeof startFollower;
}

/** Sees to it that a start need not replay much, and that the journal does not grow for ever. */
export class SnapshotKeeper {
  readonly #state: FleetState;
  readonly #options: KeeperOptions;
  readonly #effects: Effects;
  readonly #pace: SnapshotPace;
  #timer: NodeJS.Timeout | undefined;
  #running: RunningFollower | null = null;
  #looking: Promise<void> | null = null;
  /** On the clock that nobody sets. */
  #nextAt = Number.NEGATIVE_INFINITY;
  #nextAgesAt = Number.NEGATIVE_INFINITY;
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

  /**
   * Starts a follower where the tail has grown long, or where what is too old could go behind another snapshot; resolves
   * when it is done, or there is nothing to do.
   */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<void> {
    const elapsed = this.#effects.elapsed();
    if (this.#isClosed || this.#isHeld || this.#running !== null || elapsed < this.#nextAt) return;
    try {
      const isDue =
        this.#state.isTailLong(this.#pace.whileRunning) || this.#isAlone() || (await this.#isHeldUp());
      if (!isDue || this.#isClosed) return;
      this.#nextAt = elapsed + this.#pace.leastBetweenMs;
      await this.write();
    } catch (cause) {
      this.#nextAt = elapsed + this.#pace.leastBetweenMs;
      this.#effects.reportFault('snapshot', cause);
    }
  }

  /** Drops what may go, once an hour; whether more could go if there were another snapshot. */
  async #isHeldUp(): Promise<boolean> {
    const elapsed = this.#effects.elapsed();
    if (elapsed < this.#nextAgesAt) return false;
    try {
      const now = this.#state.clock.now();
      await this.#cutOld(now);
      await this.#state.journal.dropTorn(now - this.#options.retention.journalDays * DAY_MS);
      await this.#dropCovered(now);
      const isHeldUp = (await this.#droppable(this.#state.settled(), now)) > this.#state.journal.first;
      if (!isHeldUp) this.#nextAgesAt = elapsed + LOOK_AT_AGES_MS;
      return isHeldUp;
    } catch (cause) {
      this.#nextAgesAt = elapsed + LOOK_AT_AGES_MS;
      this.#effects.reportFault('retention', cause);
      return false;
    }
  }

  /** Has a follower write the snapshot of this moment, whatever the rule. */
  async write(): Promise<void> {
    const { dir, follower = startFollower } = this.#options;
    const upTo = this.#state.settled();
    const { relisted } = this.#state;
    if (this.#isHeld || this.#running !== null || upTo <= this.#state.snapshot.records) return;
    this.#running = follower(dir, upTo);
    try {
      const { records, events, base } = await this.#running.done;
      this.#state.noteSnapshot({ records, events, relisted });
      this.#keep(records, base);
      await this.#dropCovered(this.#state.clock.now());
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
    await this.#looking;
    if (this.#state.settled() < this.#state.journal.length) return;
    try {
      if (this.#state.isTailLong(this.#pace.whenClosing) || this.#isAlone() || (await this.#isHeldUp())) {
        await this.#writeHere();
        await this.#dropCovered(this.#state.clock.now());
      }
    } catch (cause) {
      // The journal has it all: the next start replays it. What the system refuses keeps nobody from ending.
      if (!(cause instanceof Error && 'code' in cause)) throw cause;
      this.#effects.reportFault('snapshot', cause);
    }
  }

  async #writeHere(): Promise<void> {
    const { snapshot, journal } = this.#state;
    if (snapshot.records === journal.length) return;
    const { records } = await this.#state.writeSnapshot();
    this.#keep(records, snapshot.records);
  }

  /**
   * The newest snapshot, and the one from which it was made: that one was whole when it was read. And one from before what is
   * set aside, as long as the journal reaches back to it.
   */
  #keep(newest: number, base: number): void {
    const { dir } = this.#options;
    const { setAside, journal } = this.#state;
    const [before] = setAside.all.flatMap(({ record }) => snapshotBefore(dir, record, journal.first) ?? []);
    keepSnapshots(join(dir, SNAPSHOTS), before === undefined ? [newest, base] : [newest, base, before]);
  }

  /** One snapshot is all that leads to the state, as after an erasure: one damaged file would be the end of it. */
  #isAlone(): boolean {
    if (this.#state.journal.first === 0) return false;
    return listSnapshots(join(this.#options.dir, SNAPSHOTS)).length === 1;
  }

  /** What grew for too long grows no more: only what is closed can go. */
  async #cutOld(now: EpochMs): Promise<void> {
    const { journal } = this.#state;
    const since = await journal.growingSince();
    if (since !== null && isLongGrowing(since, this.#options.retention, now)) await journal.cut();
  }

  /** What comes before the older of the two snapshots may go, if it is time. */
  async #dropCovered(now: EpochMs): Promise<void> {
    const { journal, snapshot, setAside } = this.#state;
    const older = listSnapshots(join(this.#options.dir, SNAPSHOTS)).find(
      ({ records }) => records < snapshot.records,
    );
    if (older === undefined) return;
    await journal.dropBefore(await this.#droppable(older.records, now));
    await setAside.forgetBefore(journal.first);
  }

  /** Before which record the journal may go where a snapshot stands after record `covered` − 1. */
  async #droppable(covered: number, now: EpochMs): Promise<number> {
    return droppableBefore(await this.#state.journal.closed(), covered, this.#options.retention, now);
  }
}
