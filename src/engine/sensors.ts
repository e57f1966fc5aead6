import { type EpochMs, HOUR_MS, type Provenance, type SensorId, type SiteId } from '../model/index.ts';

export interface SensorState {
  readonly sensor: SensorId;
  readonly site: SiteId;
  lastEvent: EpochMs;
  /** It writes a record per connection; other records then only add names. */
  hasConnections: boolean;
  events: number;
}

/** A sensor that has said nothing for so long is silent: what it covers is not known, rather than gone. */
const SILENT_AFTER_MS = HOUR_MS;

/** The sensors heard, and when. A silent one freezes the deadlines of absence for what it covers. */
export class Sensors {
  readonly #sensors = new Map<string, SensorState>();

  hear({ site, sensor }: Provenance, time: EpochMs, isConnection: boolean): SensorState {
    const key = `${site} ${sensor}`;
    let state = this.#sensors.get(key);
    if (state === undefined) {
      state = { sensor, site, lastEvent: time, hasConnections: false, events: 0 };
      this.#sensors.set(key, state);
    }
    state.events++;
    if (isConnection) state.hasConnections = true;
    if (time > state.lastEvent) state.lastEvent = time;
    return state;
  }

  isSilent(state: SensorState, now: EpochMs): boolean {
    return now - state.lastEvent > SILENT_AFTER_MS;
  }

  /** Whether some sensor of the site is still heard at `now`. */
  isSiteHeard(site: SiteId, now: EpochMs): boolean {
    return this.all().some((each) => each.site === site && !this.isSilent(each, now));
  }

  all(): readonly SensorState[] {
    return [...this.#sensors.values()];
  }

  snapshot(): unknown {
    return [...this.#sensors.values()];
  }
}
