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

const KEPT_HOURS = 48;

/** Hourly checkpoints of the fleet in event time, enough for yesterday. */
export class FleetHistory implements Stateful {
  #checkpoints: FleetCheckpoint[] = [];
  #next: EpochMs | null = null;

  /** Whether a full hour has passed since the last checkpoint. */
  isDue(now: EpochMs): boolean {
    return this.#next === null || now >= this.#next;
  }

  record(checkpoint: FleetCheckpoint): void {
    this.#checkpoints.push(checkpoint);
    if (this.#checkpoints.length > KEPT_HOURS) this.#checkpoints.shift();
    this.#next = (Math.floor(checkpoint.at / HOUR_MS) + 1) * HOUR_MS;
  }

  /** The last checkpoint at least 24 hours before `now`; `null` without so much history. */
  dayBefore(now: EpochMs): FleetCheckpoint | null {
    return this.#checkpoints.findLast((each) => each.at <= now - DAY_MS) ?? null;
  }

  /** The checkpoints after an instant, the oldest first. */
  since(at: EpochMs): readonly FleetCheckpoint[] {
    const last = this.#checkpoints.at(-1);
    return last === undefined || last.at <= at ? [] : this.#checkpoints.filter((each) => each.at > at);
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

function written(checkpoint: FleetCheckpoint) {
  return { ...checkpoint, contributions: [...checkpoint.contributions] };
}
