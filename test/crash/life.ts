import { setTimeout as pause } from 'node:timers/promises';
import { difference, eventsIn, historyIn } from './evidence.ts';
import { Owner, OwnerDied, Refused } from './owner.ts';
import type { Tally } from './tally.ts';
import type { Trial } from './trials.ts';
import type { Uncrashed } from './uncrashed.ts';

/** So many steps a trial may wait for its call. */
const PATIENCE = 25;
/** So long a process that writes a snapshot may take to begin, on a busy machine, and how often it is looked at. */
const FOLLOWER_MS = 8_000;
const LOOK_MS = 50;
/** A client sends again so often before it asks its operator. */
const SENT_AGAIN = 2;

/**
 * A data directory that takes in the feed of the uncrashed run while things are done to its owner. After each of them
 * the owner is started again, the step under way is sent again, and state and counts are held to the uncrashed run.
 */
export class Life {
  readonly #dir: string;
  readonly #uncrashed: Uncrashed;
  #owner: Owner | null = null;
  /** The step that is next. */
  #at = 0;

  constructor(dir: string, uncrashed: Uncrashed) {
    this.#dir = dir;
    this.#uncrashed = uncrashed;
  }

  get isOver(): boolean {
    return this.#at >= this.#uncrashed.steps.length;
  }

  /** Goes on until the trial has come about; `false` where the feed ended before. */
  async endure(trial: Trial, tally: Tally): Promise<boolean> {
    if (trial.begins === 'erasure') await this.#goOnToErasure(tally);
    if (this.isOver) return false;
    const owner = await this.#begin(trial);
    const cameAbout = owner === null || (await this.#until(owner, trial, tally));
    if (owner !== null) {
      for (const { where, message } of owner.faults) tally.told.add(`${where}: ${message}`);
      await owner.kill();
    }
    this.#owner = null;
    if (!cameAbout) return false;
    tally.trials++;
    await this.#recover(tally);
    return true;
  }

  /** The rest of the feed, undisturbed; then all that is kept is held to the uncrashed run. */
  async finish(tally: Tally): Promise<void> {
    const owner = this.#owner ?? (await Owner.start(this.#dir));
    for (; !this.isOver; this.#at++) await owner.take(this.#step());
    await this.#holdTo(owner, this.#at - 1, tally);
    await owner.close();
    // What is missing of the journal may have been dropped: the count of the events tells of what is lost.
    const { extra } = difference(this.#uncrashed.events, await eventsIn(this.#dir));
    const history = difference(this.#uncrashed.history, historyIn(this.#dir));
    tally.lost += history.missing;
    tally.twice += extra + history.extra;
    if (extra > 0) tally.told.add(`${extra} events stand twice in the journal`);
    if (history.missing + history.extra > 0) {
      tally.told.add(`history: ${history.missing} rows missing, ${history.extra} too many`);
    }
  }

  /** Undisturbed until somebody is to be forgotten next. */
  async #goOnToErasure(tally: Tally): Promise<void> {
    const owner = this.#owner ?? (await Owner.start(this.#dir));
    this.#owner = owner;
    for (; !this.isOver && this.#step().kind !== 'erasure'; this.#at++) {
      tally.acknowledged += await owner.take(this.#step());
    }
  }

  /** The owner with the trial before it; `null` where it did not survive its start. */
  async #begin({ plan, killAfterMs, begins }: Trial): Promise<Owner | null> {
    if (begins !== 'start') {
      const owner = this.#owner ?? (await Owner.start(this.#dir));
      this.#owner = owner;
      // What it told of its start, e.g. of a cut end, is not of this trial.
      owner.faults.length = 0;
      if (plan !== null) owner.arm(plan);
      if (killAfterMs !== null) setTimeout(() => void owner.kill(), killAfterMs);
      return owner;
    }
    await this.#owner?.kill();
    return Owner.start(this.#dir, plan, killAfterMs).catch((cause: unknown) => {
      if (cause instanceof OwnerDied) return null;
      throw cause;
    });
  }

  /** Feeds the owner until it dies or its disk has failed it. */
  async #until(owner: Owner, { plan }: Trial, tally: Tally): Promise<boolean> {
    const fails = plan !== null && 'fail' in plan.what;
    for (let patience = PATIENCE; !this.isOver && patience > 0; patience--) {
      try {
        tally.acknowledged += await owner.take(this.#step());
        this.#at++;
      } catch (cause) {
        if (cause instanceof OwnerDied) return true;
        if (!(cause instanceof Refused) || !fails) throw cause;
        tally.told.add(`client: ${cause.code}`);
        await this.#sendAgain(owner, tally);
        return true;
      }
      if (owner.faults.length > 0) return true;
    }
    // What a snapshot's process does comes later: it has to start.
    const isOver = (): boolean => owner.isGone || owner.faults.length > 0;
    const patienceMs = plan?.process === 'follower' ? FOLLOWER_MS : 0;
    for (let waited = 0; !isOver() && waited < patienceMs; waited += LOOK_MS) await pause(LOOK_MS);
    return isOver();
  }

  /** As a client would; where the disk goes on refusing, the operator starts the owner again. */
  async #sendAgain(owner: Owner, tally: Tally): Promise<void> {
    for (let times = SENT_AGAIN; times > 0; times--) {
      try {
        tally.acknowledged += await owner.take(this.#step());
        this.#at++;
        return;
      } catch (cause) {
        if (cause instanceof OwnerDied) return;
        if (!(cause instanceof Refused)) throw cause;
        tally.told.add(`client: ${cause.code}`);
      }
    }
  }

  /** Starts again, sends the step under way again, and one before it, which is then known. */
  async #recover(tally: Tally): Promise<void> {
    const owner = await Owner.start(this.#dir);
    this.#owner = owner;
    const { events } = await owner.status();
    const before = this.#eventsAfter(this.#at - 1);
    tally.lost += Math.max(0, before - events);
    tally.twice += Math.max(0, events - this.#eventsAfter(Math.min(this.#at, this.#lastStep)));
    if (!this.isOver) {
      await owner.take(this.#step());
      this.#at++;
    }
    const known = this.#uncrashed.steps[this.#at - 1];
    if (known !== undefined) tally.twice += await owner.take(known);
    await this.#holdTo(owner, this.#at - 1, tally);
  }

  async #holdTo(owner: Owner, step: number, tally: Tally): Promise<void> {
    const { events, stateHash } = await owner.status();
    const expected = this.#uncrashed.standings[step];
    if (expected === undefined) return;
    tally.lost += Math.max(0, expected.events - events);
    tally.twice += Math.max(0, events - expected.events);
    if (stateHash === expected.stateHash) tally.hashesEqual++;
    else tally.hashesDiffer++;
  }

  get #lastStep(): number {
    return this.#uncrashed.steps.length - 1;
  }

  #eventsAfter(step: number): number {
    return this.#uncrashed.standings[step]?.events ?? 0;
  }

  #step() {
    const step = this.#uncrashed.steps[this.#at];
    if (step === undefined) throw new RangeError('the feed is over');
    return step;
  }
}
