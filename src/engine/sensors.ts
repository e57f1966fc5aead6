import {
  DAY_MS,
  type EpochMs,
  HOUR_MS,
  LIMITS,
  type Provenance,
  type SensorId,
  type SensorRetiredRecord,
  type SiteId,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

export interface SensorState {
  /** Site and sensor in one: two sites may name theirs alike. */
  readonly key: string;
  readonly sensor: SensorId;
  readonly site: SiteId;
  lastEvent: EpochMs;
  /** Since when it has been heard without a break. */
  steadySince: EpochMs;
  /** A time far ahead of the last event that no second event supports yet: perhaps a broken clock's. */
  ahead: EpochMs | null;
  /** The longest it ordinarily says nothing: a gateway that reports denials only may do so for hours. */
  longestGapMs: number;
  /** It writes a record per connection; its other records then only add to them. */
  hasConnections: boolean;
  /** Whether its silence was taken note of: what it covers is known the less for it. */
  isMissed: boolean;
}

/** Silent for so long at least, and for so many of its ordinary gaps: what it covers is then not known, rather than gone. */
const SHORTEST_SILENCE_MS = HOUR_MS;
const GAPS = 3;
/** After a day without a word every sensor is silent. */
const LONGEST_SILENCE_MS = DAY_MS;
/** Per event; halves in some 700: an outage does not excuse the next one for ever. */
const GAP_FADES = 0.999;

const NONE: readonly string[] = [];

/** The sensors heard, and when. A silent one freezes the deadlines of absence for what it covers. */
export class Sensors implements Stateful {
  readonly #sensors = new Map<string, SensorState>();
  /** The last one heard, most often the next one too: it is found without a search. */
  #last: SensorState | null = null;
  /** None falls silent, or was heard again, before that. Follows from the rest, and so is not saved. */
  #nextTurn: EpochMs = -Infinity;
  /** When all were looked at last: one that was silent even then is missed already. */
  #lookedAt: EpochMs = -Infinity;

  hear(
    { site, sensor }: Pick<Provenance, 'site' | 'sensor'>,
    time: EpochMs,
    isConnection: boolean,
  ): SensorState {
    const last = this.#last;
    const isLast = last !== null && last.sensor === sensor && last.site === site;
    const state = heardAt(isLast ? last : this.#find(site, sensor, time), time, isConnection);
    // A gap that fades may make it silent earlier than it would have been.
    const after = silentAfter(state);
    if (!state.isMissed) this.#nextTurn = Math.min(this.#nextTurn, after);
    // One that is heard of long ago stays missed.
    else if (after >= this.#lookedAt) this.#nextTurn = -Infinity;
    return state;
  }

  /** The keys of those that fell silent by now, and of those that were missed and are heard again: each once. */
  turned(now: EpochMs): readonly string[] {
    if (now <= this.#nextTurn) return NONE;
    const turned: string[] = [];
    this.#lookedAt = now;
    this.#nextTurn = Infinity;
    for (const state of this.#sensors.values()) {
      const isMissed = isSilent(state, now);
      if (isMissed !== state.isMissed) turned.push(state.key);
      state.isMissed = isMissed;
      if (!isMissed) this.#nextTurn = Math.min(this.#nextTurn, silentAfter(state));
    }
    return turned;
  }

  #find(site: SiteId, sensor: SensorId, time: EpochMs): SensorState {
    const key = keyOf(site, sensor);
    let state = this.#sensors.get(key);
    if (state === undefined) {
      if (this.#sensors.size >= LIMITS.sensors) this.#drop(this.#longestSilent());
      state = newSensor(key, site, sensor, time);
      this.#sensors.set(key, state);
    }
    this.#last = state;
    return state;
  }

  /** It was taken down. If it is heard again, it begins anew. Gives its key. */
  retire({ site, sensor }: Pick<SensorRetiredRecord, 'site' | 'sensor'>): string {
    const key = keyOf(site, sensor);
    this.#drop(key);
    return key;
  }

  #drop(key: string): void {
    this.#sensors.delete(key);
    this.#last = null;
  }

  #longestSilent(): string {
    let [longest, since] = ['', Infinity];
    for (const { key, lastEvent } of this.#sensors.values())
      if (lastEvent < since) [longest, since] = [key, lastEvent];
    return longest;
  }

  /** `null` for one that is not remembered. */
  of(key: string): SensorState | null {
    return this.#sensors.get(key) ?? null;
  }

  all(): readonly SensorState[] {
    return [...this.#sensors.values()];
  }

  snapshot(): unknown {
    return this.all().map((each) => ({ ...each }));
  }

  /** In the order in which they were first heard, which is state too. What is not missed is as an older release has it. */
  save(to: StateWriter): void {
    const states = this.all().map(({ isMissed, ...state }) => (isMissed ? { ...state, isMissed } : state));
    to.records('sensors', states);
  }

  load(from: StateReader): void {
    for (const state of from.records('sensors') as Iterable<SensorState>) {
      // An older release took no note of silence.
      this.#sensors.set(state.key, { ...state, isMissed: state.isMissed ?? false });
    }
  }
}

function keyOf(site: string, sensor: string): string {
  return `${site} ${sensor}`;
}

export function newSensor(key: string, site: SiteId, sensor: SensorId, time: EpochMs): SensorState {
  return {
    key,
    sensor,
    site,
    lastEvent: time,
    steadySince: time,
    ahead: null,
    longestGapMs: 0,
    hasConnections: false,
    isMissed: false,
  };
}

/** What a sensor's state is once it was heard at a time. */
export function heardAt(state: SensorState, time: EpochMs, isConnection: boolean): SensorState {
  if (isConnection) state.hasConnections = true;
  advance(state, supported(state, time));
  if (time - state.lastEvent <= SHORTEST_SILENCE_MS) advance(state, time);
  return state;
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

export function isSilent(state: SensorState, now: EpochMs): boolean {
  return now > silentAfter(state);
}

/** The last instant at which it is not silent, if nothing more is heard of it. */
function silentAfter({ lastEvent, longestGapMs }: SensorState): EpochMs {
  const silence = Math.max(SHORTEST_SILENCE_MS, GAPS * longestGapMs);
  return lastEvent + Math.min(silence, LONGEST_SILENCE_MS);
}
