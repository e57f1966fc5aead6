import { dropOldest, type EpochMs, LIMITS, type Provenance } from '../model/index.ts';
import { type Believed, believedAfter } from './leap.ts';
import { heardAt, newSensor, type SensorState } from './sensors.ts';

/** The watermark with a list of times per sensor, made anew for every event: what it has to equal. The rule of leaps is the same: it has tests of its own. */
export class ListedTimes {
  /** Per sensor its latest event times, ascending; the first of k is its front. */
  readonly #latest = new Map<string, EpochMs[]>();
  #believed: Believed = { now: null, leap: null };

  /** Takes the time of an event of a sensor. */
  observe(time: EpochMs, sensor: string): void {
    const front = this.#frontOf(sensor, time);
    this.#believed = believedAfter(this.#believed, sensor, time, front, this.#latest.size === 1);
  }

  snapshot(): unknown {
    const { leap, now } = this.#believed;
    return [[...this.#latest], leap, now];
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
}

/** Sensors searched by their key for every event: what they have to equal. */
export class SearchedSensors {
  readonly #sensors = new Map<string, SensorState>();

  hear({ site, sensor }: Provenance, time: EpochMs, isConnection: boolean): SensorState {
    const key = `${site} ${sensor}`;
    let state = this.#sensors.get(key);
    if (state === undefined) {
      if (this.#sensors.size >= LIMITS.sensors) this.#sensors.delete(longestSilent(this.#sensors));
      state = newSensor(key, site, sensor, time);
      this.#sensors.set(key, state);
    }
    return heardAt(state, time, isConnection);
  }

  snapshot(): unknown {
    return [...this.#sensors.values()];
  }
}

function longestSilent(sensors: ReadonlyMap<string, SensorState>): string {
  const [first] = [...sensors.values()].sort((a, b) => a.lastEvent - b.lastEvent);
  return first?.key ?? '';
}
