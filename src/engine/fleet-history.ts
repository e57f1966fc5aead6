import {
  DAY_MS,
  type EpochMs,
  type FactorName,
  HOUR_MS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

/** The fleet's values at a full hour: what a trend compares with. */
export interface FleetCheckpoint {
  readonly at: EpochMs;
  readonly scoreExact: number;
  /** Entities at high or critical. */
  readonly grave: number;
  /** Milli-points of the fleet's loss per factor, and the entities that have it. */
  readonly contributions: ReadonlyMap<
    FactorName,
    { readonly milliPoints: number; readonly entities: number }
  >;
}

/** Two an hour at most: enough for yesterday. */
const KEPT = 96;

/** No time passed for so long that a checkpoint of the hour before would miss all that came after it in that hour. */
export function isSilence(before: EpochMs, now: EpochMs): boolean {
  return now - before >= HOUR_MS;
}

/** Checkpoints of the fleet in event time, at every full hour and before every silence. */
export class FleetHistory implements Stateful {
  #checkpoints: FleetCheckpoint[] = [];
  #next: EpochMs | null = null;

  /** Whether a full hour has passed since the last checkpoint. */
  isDue(now: EpochMs): boolean {
    return this.#next === null || now >= this.#next;
  }

  /** The fleet as it stands when a silence is over: what holds from `at` until now. */
  recordEnd(checkpoint: FleetCheckpoint): void {
    const last = this.#checkpoints.at(-1);
    if (last === undefined || !isSameFleet(last, checkpoint)) this.#keep(checkpoint);
  }

  record(checkpoint: FleetCheckpoint): void {
    this.#keep(checkpoint);
    this.#next = (Math.floor(checkpoint.at / HOUR_MS) + 1) * HOUR_MS;
  }

  /** The last checkpoint at least 24 hours before `now`; `null` without so much history. */
  dayBefore(now: EpochMs): FleetCheckpoint | null {
    return this.#checkpoints.findLast((each) => each.at <= now - DAY_MS) ?? null;
  }

  /** The checkpoints from an instant on, the oldest first; of one instant there may be two. */
  from(at: EpochMs): readonly FleetCheckpoint[] {
    const last = this.#checkpoints.at(-1);
    return last === undefined || last.at < at ? [] : this.#checkpoints.filter((each) => each.at >= at);
  }

  #keep(checkpoint: FleetCheckpoint): void {
    this.#checkpoints.push(checkpoint);
    if (this.#checkpoints.length > KEPT) this.#checkpoints.shift();
  }

  snapshot(): unknown {
    return this.#checkpoints.map(written);
  }

  save(to: StateWriter): void {
    to.records('checkpoints', this.#checkpoints.map(written));
    to.plain('next', this.#next);
  }

  load(from: StateReader): void {
    const checkpoints = from.records('checkpoints') as Iterable<ReturnType<typeof written>>;
    this.#checkpoints = Array.from(checkpoints, (each) => ({
      ...each,
      contributions: new Map(each.contributions),
    }));
    this.#next = from.plain('next') as EpochMs | null;
  }
}

function isSameFleet(a: FleetCheckpoint, b: FleetCheckpoint): boolean {
  return JSON.stringify(written({ ...a, at: 0 })) === JSON.stringify(written({ ...b, at: 0 }));
}

function written(checkpoint: FleetCheckpoint) {
  return { ...checkpoint, contributions: [...checkpoint.contributions] };
}
