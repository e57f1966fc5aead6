import { createHash } from 'node:crypto';
import { engineKeys } from '../../../src/data-directory/index.ts';
import { createEngineView, Engine } from '../../../src/engine/index.ts';
import { readInventory, sealInventory } from '../../../src/entities/index.ts';
import { readFeed } from '../../../src/exposure/index.ts';
import {
  type Anomaly,
  type AnomalyId,
  DAY_MS,
  type EntityId,
  type EpochMs,
  type FeedId,
  HOUR_MS,
  type Observation,
  type SensorId,
} from '../../../src/model/index.ts';
import { readPolicies } from '../../../src/policy/index.ts';
import { createNameGate, createSealer, deriveKeys, type Sealer } from '../../../src/privacy/index.ts';
import { type LogChunk, type SimulatedFleet, simulateFleet } from '../../../src/simulator/index.ts';
import { createLogReader, type LogReader } from '../../../src/sources/index.ts';

const KEYS = deriveKeys(createHash('sha256').update('evaluation').digest(), 1);
const PER_RECORD = 1_000;
const ACTOR = 'evaluation';
/** A Thursday; the life ends with a whole day. */
const END = Date.UTC(2026, 4, 21);
/** The simulator tells its story in the last hours of its telemetry: that is simulated, and never read. */
const STORY_MS = 2 * DAY_MS;
/** As in `stance simulate`: by then a working week has shown everybody. */
const ADOPTED_AFTER_MS = 5 * DAY_MS;

export interface SimulatedLife {
  readonly begin: EpochMs;
  readonly end: EpochMs;
  readonly events: number;
  /** Devices and accounts known at the end. */
  readonly entities: number;
  /** Each anomaly once, in the order in which they opened. */
  readonly opened: readonly OpenedAnomaly[];
}

export interface OpenedAnomaly {
  /** When it was first told. */
  readonly at: EpochMs;
  readonly entity: EntityId;
  /** As it was last told. */
  readonly anomaly: Anomaly;
  /** All that it had at any time. */
  readonly severities: ReadonlySet<Anomaly['severity']>;
}

/** Lets a simulated fleet, which nobody attacks, live for some days in one process. */
export function liveSimulated({
  seed,
  devices,
  days,
}: {
  readonly seed: number;
  readonly devices: number;
  readonly days: number;
}): SimulatedLife {
  const begin = END - days * DAY_MS;
  const fleet = simulateFleet({
    seed,
    devices,
    until: END + STORY_MS,
    days: days + STORY_MS / DAY_MS,
  });
  const life = new FleetLife(fleet, begin);
  for (const chunk of fleet.logs()) {
    if (chunk.from >= END) break;
    life.take(chunk);
  }
  return life.end(END);
}

/** An engine, its operator's files, and its sensors' lines, hour by hour. */
class FleetLife {
  readonly #fleet: SimulatedFleet;
  readonly #begin: EpochMs;
  readonly #door: Sealer;
  readonly #engine: Engine;
  readonly #readers = new Map<string, LogReader>();
  readonly #opened = new Map<AnomalyId, OpenedAnomaly>();
  #hour: EpochMs;
  #feedDue: EpochMs;
  #isAdopted = false;
  #waiting: Observation[] = [];
  #events = 0;

  constructor(fleet: SimulatedFleet, begin: EpochMs) {
    const { site, domains } = fleet;
    this.#fleet = fleet;
    this.#begin = begin;
    this.#hour = begin;
    this.#feedDue = begin + DAY_MS;
    this.#door = createSealer({ keys: KEYS, gate: createNameGate(), domains });
    this.#engine = new Engine(engineKeys(() => this.#door));
    this.#engine.listen({
      postureChanged: () => {},
      atRiskChanged: () => {},
      anomalyChanged: ({ at, anomaly }) => this.#tell(at, anomaly),
    });
    this.#engine.apply({
      kind: 'configuration',
      actor: ACTOR,
      fleet: { tenant: 'simulated', sites: [site], domains },
    });
    this.#setUp();
  }

  take(chunk: LogChunk): void {
    if (chunk.from !== this.#hour) this.#nextHour(chunk.from);
    const reader = this.#readerOf(chunk);
    for (const [index, text] of chunk.lines.entries()) {
      const bytes = Buffer.from(text);
      const line = { offset: 0, end: bytes.length, number: index + 1, bytes, fault: null, complete: true };
      for (const reading of reader.read(line)) {
        if (reading.kind === 'observation') this.#waiting.push(reading.observation);
      }
    }
  }

  end(at: EpochMs): SimulatedLife {
    this.#flush();
    this.#engine.apply({ kind: 'history_end' });
    return {
      begin: this.#begin,
      end: at,
      events: this.#events,
      entities: [...createEngineView(this.#engine).entities()].length,
      opened: [...this.#opened.values()],
    };
  }

  #tell(at: EpochMs, anomaly: Anomaly): void {
    const before = this.#opened.get(anomaly.id);
    const severities = new Set([...(before?.severities ?? []), anomaly.severity]);
    this.#opened.set(anomaly.id, { at: before?.at ?? at, entity: anomaly.entity, anomaly, severities });
  }

  #nextHour(from: EpochMs): void {
    this.#flush();
    this.#hour = from;
    if (from >= this.#feedDue) {
      this.#feedDue += DAY_MS;
      this.#fetchFeed(from);
    }
    if (!this.#isAdopted && from >= this.#begin + ADOPTED_AFTER_MS) {
      this.#isAdopted = true;
      this.#adoptPeople(from);
    }
  }

  #flush(): void {
    const sorted = this.#waiting.sort((a, b) => a.time - b.time);
    this.#waiting = [];
    this.#events += sorted.length;
    for (let from = 0; from < sorted.length; from += PER_RECORD) {
      const events = sorted.slice(from, from + PER_RECORD).map((each) => this.#door.seal(each));
      this.#engine.apply({ kind: 'events', producers: [], events, origins: [], uids: [] });
    }
  }

  #setUp(): void {
    const { site, inventory: text, policies: policyText } = this.#fleet;
    const inventory = readInventory(text, 'yaml', site.id);
    const policies = readPolicies(policyText);
    if (!inventory.ok || !policies.ok) throw new RangeError('simulated fleet: its files are not read');
    const entries = sealInventory(inventory.entries, {
      sealMac: (mac) => known(this.#door.sealMac(mac)).fingerprint,
      sealSerial: (serial) => this.#door.sealSerial(serial),
      sealHostName: (name) => known(this.#door.sealHostName(name)),
    });
    const at = this.#begin;
    this.#engine.apply({ kind: 'inventory', at, entries, actor: ACTOR });
    this.#engine.apply({ kind: 'policies', at, policies: policies.policies, actor: ACTOR });
    this.#fetchFeed(at);
  }

  #fetchFeed(at: EpochMs): void {
    const read = readFeed({
      bytes: Buffer.from(this.#fleet.feed),
      format: 'zeek_intel',
      id: 'simulated-c2' as FeedId,
      defaultConfidence: 0.9,
      defaultCategory: null,
      now: at,
    });
    if (!read.ok) throw new RangeError('simulated fleet: its feed is not read');
    this.#engine.apply({ kind: 'feed', at, feed: read.feed, actor: ACTOR });
  }

  #adoptPeople(at: EpochMs): void {
    const entities = [...createEngineView(this.#engine).entities()]
      .filter(({ id, profile }) => id.startsWith('usr_') && profile.enrolment.state === 'discovered')
      .map(({ id }) => id);
    if (entities.length > 0)
      this.#engine.apply({ kind: 'enrol', at, entities, actor: ACTOR, reason: 'accounts of the staff' });
  }

  #readerOf({ source, sensor, file }: LogChunk): LogReader {
    const key = `${sensor} ${file}`;
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      const context = { site: this.#fleet.site.id, sensor: sensor as SensorId, now: END + HOUR_MS };
      reader = createLogReader(source === 'zeek' ? 'zeek_json' : 'suricata_eve', file, context);
      this.#readers.set(key, reader);
    }
    return reader;
  }
}

function known<T>(value: T | null): T {
  if (value === null)
    throw new RangeError('simulated fleet: its inventory names something that identifies nothing');
  return value;
}
