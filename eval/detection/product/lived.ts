import { createHash } from 'node:crypto';
import type { Baseline } from '../../../src/behavior/index.ts';
import { engineKeys } from '../../../src/data-directory/index.ts';
import { Engine } from '../../../src/engine/index.ts';
import {
  type Address,
  type Anomaly,
  type AnomalyId,
  type Detection,
  type EntityId,
  type EpochMs,
  type Event,
  HOUR_MS,
  type JournalRecord,
  type Observation,
} from '../../../src/model/index.ts';
import { createNameGate, createSealer, deriveKeys } from '../../../src/privacy/index.ts';
import { SITE } from '../telemetry/read.ts';

/** The same in every run: what an evaluation says must not depend on chance. */
const KEYS = deriveKeys(createHash('sha256').update('evaluation').digest(), 1);
/** Events in one record, as an ingest makes them. */
const PER_RECORD = 1_000;

/** A detection, and whose: a host's address, or the entity's id where it is none of the judged hosts. */
export interface Said extends Detection {
  readonly who: string;
}

/** What an operator and the tap saw of one life. */
export interface Lived {
  readonly detections: readonly Said[];
  /** Each state of each anomaly, in order. */
  readonly anomalies: readonly AnomalyState[];
  /** Host → hour since the epoch → surprise of that hour when it was closed. */
  readonly hours: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Addresses outside that were told to scan, at the end. */
  readonly scanners: ReadonlySet<string>;
}

export interface AnomalyState {
  readonly at: EpochMs;
  readonly who: string;
  readonly anomaly: Anomaly;
}

export interface Living {
  readonly networks: readonly string[];
  readonly hosts: readonly string[];
  /** In order of time. */
  readonly events: readonly Event[];
}

/** Through the privacy door: what is sealed once is used in every life of a background. */
export function sealed(observations: readonly Observation[]): readonly Event[] {
  const door = createSealer({ keys: KEYS, gate: createNameGate(), domains: {} });
  return observations.map((each) => door.seal(each));
}

/** Lets an engine live through events in order, and writes down what it says. */
export function live({ networks, hosts, events }: Living): Lived {
  const door = createSealer({ keys: KEYS, gate: createNameGate(), domains: {} });
  const engine = new Engine(engineKeys(() => door));
  const detections: { readonly entity: EntityId; readonly detection: Detection }[] = [];
  const changes: { readonly at: EpochMs; readonly anomaly: Anomaly }[] = [];
  const hours = new HoursSeen();
  engine.listen({
    postureChanged: () => {},
    atRiskChanged: () => {},
    anomalyChanged: ({ at, anomaly }) => changes.push({ at, anomaly }),
  });
  engine.watchDetection({
    detected: (entity, detection) => detections.push({ entity, detection }),
    learnt: (entity, time, baseline) => hours.learnt(entity, time, baseline),
  });
  engine.apply(configuration(networks));
  for (let at = 0; at < events.length; at += PER_RECORD)
    engine.apply(record(events.slice(at, at + PER_RECORD)));
  engine.apply({ kind: 'history_end' });
  // The last hour is closed by time alone; not so much of it that a sensor's end looks like a silence.
  engine.apply({ kind: 'clock', at: (events.at(-1)?.time ?? 0) + HOUR_MS });
  const who = naming(engine, hosts, events.at(-1)?.time ?? 0);
  return {
    detections: detections.map(({ entity, detection }) => ({ ...detection, who: who(entity) })),
    anomalies: changes.map(({ at, anomaly }) => ({ at, who: who(anomaly.entity), anomaly })),
    hours: new Map([...hours.byEntity].map(([entity, seen]) => [who(entity), seen])),
    scanners: new Set(engine.probers.scanning()),
  };
}

/** The last state of each anomaly by an instant, in the order in which they opened. */
export function anomaliesAt({ anomalies }: Lived, at: EpochMs): readonly AnomalyState[] {
  const last = new Map<AnomalyId, AnomalyState>();
  for (const each of anomalies) if (each.at <= at) last.set(each.anomaly.id, each);
  return [...last.values()];
}

function configuration(networks: readonly string[]): JournalRecord {
  const workWeek = { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 };
  const site = { id: SITE, networks, timeZone: 'UTC', workWeek, shared: [] };
  return {
    kind: 'configuration',
    fleet: { tenant: 'evaluation', sites: [site], domains: {} },
    actor: 'evaluation',
  };
}

function record(events: readonly Event[]): JournalRecord {
  return { kind: 'events', producers: [], events, origins: [], uids: [] };
}

/** Which host an entity is. */
function naming(engine: Engine, hosts: readonly string[], time: EpochMs): (entity: EntityId) => string {
  const names = new Map<EntityId, string>();
  for (const host of hosts) {
    const endpoint = { address: host as Address, port: null, local: true };
    const id = engine.directory.find(SITE, endpoint, time);
    if (id !== null) names.set(id, host);
  }
  return (entity) => names.get(entity) ?? names.get(engine.directory.canonical(entity)) ?? entity;
}

/** An hour's surprise is read when the first contact after it, or time alone, has closed it. */
class HoursSeen {
  readonly byEntity = new Map<EntityId, Map<number, number>>();
  readonly #running = new Map<EntityId, number>();

  learnt(entity: EntityId, time: EpochMs, baseline: () => Baseline): void {
    const hour = Math.floor(time / HOUR_MS);
    const before = this.#running.get(entity);
    if (before !== undefined && hour <= before) return;
    this.#running.set(entity, hour);
    if (before === undefined) return;
    const seen = this.byEntity.get(entity) ?? new Map<number, number>();
    seen.set(before, baseline().hourSurprise);
    this.byEntity.set(entity, seen);
  }
}
