import { type EpochMs, HOUR_MS, type Provenance, type SensorId, type SiteId } from '../model/index.ts';

export interface SensorState {
  readonly sensor: SensorId;
  readonly site: SiteId;
  lastEvent: EpochMs;
  /** Since when it has been heard without a break. */
  steadySince: EpochMs;
  /** It writes a record per connection; its other records then only add to them. */
  hasConnections: boolean;
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
      state = { sensor, site, lastEvent: time, steadySince: time, hasConnections: false };
      this.#sensors.set(key, state);
    }
    if (isConnection) state.hasConnections = true;
    if (time - state.lastEvent > SILENT_AFTER_MS) state.steadySince = time;
    state.lastEvent = Math.max(state.lastEvent, time);
    return state;
  }

  all(): readonly SensorState[] {
    return [...this.#sensors.values()];
  }

  snapshot(): unknown {
    return this.all().map((each) => ({ ...each }));
  }
}

export function isSilent(state: SensorState, now: EpochMs): boolean {
  return now - state.lastEvent > SILENT_AFTER_MS;
}
