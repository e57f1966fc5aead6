import { dropOldest, type EpochMs, HOUR_MS, LIMITS, type Provenance } from '../model/index.ts';
import { isSilent, type SensorState } from './sensors.ts';

/** A sensor that moves time further than this at once makes a leap: a quiet night, or a wrong clock. */
const LEAP_MS = HOUR_MS;
/** So many of its records without another sensor's word against it make a leap true. */
const UNOPPOSED_RECORDS = 64;

/** One sensor says that much time has passed; the others have not said so yet. */
interface Leap {
  readonly sensor: string;
  readonly to: EpochMs;
  /** Its records since the last one of another sensor that still told the old time. */
  readonly unopposed: number;
}

/** The watermark with a list of times per sensor, made anew for every event: what it has to equal. */
export class ListedTimes {
  /** Per sensor its latest event times, ascending; the first of k is its front. */
  readonly #latest = new Map<string, EpochMs[]>();
  #leap: Leap | null = null;
  #now: EpochMs | null = null;

  /** Takes the time of an event of a sensor. */
  observe(time: EpochMs, sensor: string): void {
    const front = this.#frontOf(sensor, time);
    if (this.#now !== null && time - this.#now <= LEAP_MS) this.#oppose(sensor);
    if (front === null || (this.#now !== null && front <= this.#now)) return;
    if (this.#now === null || front - this.#now <= LEAP_MS || this.#latest.size === 1) this.#advance(front);
    else this.#claim(sensor, front);
  }

  snapshot(): unknown {
    return [[...this.#latest], this.#leap, this.#now];
  }

  /** The sensor's k-th latest time, this one included; `null` while there are fewer. */
  #frontOf(sensor: string, time: EpochMs): EpochMs | null {
    let latest = this.#latest.get(sensor);
    if (latest === undefined) {
      if (this.#latest.size >= LIMITS.sensors) dropOldest(this.#latest);
      this.#latest.set(sensor, (latest = []));
    }
    const isFull = latest.length === LIMITS.watermarkSupport;
    if (!isFull || time > (latest[0] ?? time)) {
      let at = latest.length;
      while (at > 0 && (latest[at - 1] ?? 0) > time) at--;
      latest.splice(at, 0, time);
      if (isFull) latest.shift();
    }
    return latest.length === LIMITS.watermarkSupport ? (latest[0] ?? null) : null;
  }

  /** Somebody still tells the old time. */
  #oppose(sensor: string): void {
    if (this.#leap !== null && this.#leap.sensor !== sensor) this.#leap = { ...this.#leap, unopposed: 0 };
  }

  #claim(sensor: string, to: EpochMs): void {
    const leap = this.#leap;
    if (leap !== null && leap.sensor !== sensor) {
      // Two sensors: time has come at least to the lesser of their fronts.
      this.#advance(Math.min(leap.to, to));
      if (to > leap.to) this.#leap = { sensor, to, unopposed: 1 };
      return;
    }
    const unopposed = (leap?.unopposed ?? 0) + 1;
    if (unopposed >= UNOPPOSED_RECORDS) this.#advance(to);
    else this.#leap = { sensor, to, unopposed };
  }

  #advance(time: EpochMs): void {
    if (this.#now === null || time > this.#now) this.#now = time;
    if (this.#leap !== null && this.#leap.to - this.#now <= LEAP_MS) this.#leap = null;
  }
}

const SHORTEST_SILENCE_MS = HOUR_MS;
const GAP_FADES = 0.999;

/** Sensors searched by their key for every event: what they have to equal. */
export class SearchedSensors {
  readonly #sensors = new Map<string, SensorState>();

  hear({ site, sensor }: Provenance, time: EpochMs, isConnection: boolean): SensorState {
    const key = `${site} ${sensor}`;
    let state = this.#sensors.get(key);
    if (state === undefined) {
      if (this.#sensors.size >= LIMITS.sensors) this.#sensors.delete(longestSilent(this.#sensors));
      state = {
        key,
        sensor,
        site,
        lastEvent: time,
        steadySince: time,
        ahead: null,
        longestGapMs: 0,
        hasConnections: false,
      };
      this.#sensors.set(key, state);
    }
    if (isConnection) state.hasConnections = true;
    advance(state, supported(state, time));
    if (time - state.lastEvent <= SHORTEST_SILENCE_MS) advance(state, time);
    return state;
  }

  snapshot(): unknown {
    return [...this.#sensors.values()];
  }
}

function longestSilent(sensors: ReadonlyMap<string, SensorState>): string {
  const [first] = [...sensors.values()].sort((a, b) => a.lastEvent - b.lastEvent);
  return first?.key ?? '';
}

function advance(state: SensorState, time: EpochMs): void {
  if (time <= state.lastEvent) return;
  if (isSilent(state, time)) state.steadySince = time;
  state.longestGapMs = Math.max(time - state.lastEvent, state.longestGapMs * GAP_FADES);
  state.lastEvent = time;
}

/** A leap ahead needs a second event at or beyond it: one broken clock must not make its sensor seem heard tomorrow. */
function supported(state: SensorState, time: EpochMs): EpochMs {
  if (time - state.lastEvent <= SHORTEST_SILENCE_MS) return time;
  const { ahead } = state;
  state.ahead = Math.max(time, ahead ?? time);
  return Math.min(time, ahead ?? state.lastEvent);
}
