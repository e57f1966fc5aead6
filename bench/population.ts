import { engineKeys } from '../src/data-directory/index.ts';
import { createEngineView, Engine } from '../src/engine/index.ts';
import { readFeed } from '../src/exposure/index.ts';
import {
  type Address,
  type DeviceId,
  type EpochMs,
  type FeedId,
  type InventoryEntry,
  type Observation,
  type PostureReader,
  SECOND_MS,
  type SensorId,
  type SiteId,
} from '../src/model/index.ts';
import { createPostureReader, presentOnly } from '../src/posture/index.ts';
import { createNameGate, createSealer, deriveKeys, type Sealer } from '../src/privacy/index.ts';

export interface Population {
  readonly reader: PostureReader;
  readonly devices: readonly DeviceId[];
}

const SITE = 'bench' as SiteId;
export const BEGIN = Date.UTC(2026, 4, 20, 6);
const LISTED = '203.0.113.66' as Address;
const KINDS = ['workstation', 'ip_camera', 'printer', 'badge_reader'] as const;
/** One device in so many meets a listed address, and so is at risk. */
const AT_RISK_ONE_IN = 100;
const EVENTS_PER_RECORD = 1_000;

/**
 * An engine that knows so many enrolled devices, each with two connections: the same mix at every size,
 * so that what a question costs can be compared between sizes.
 */
export function populate(size: number): Population {
  const { engine, take, devices } = enrolled(size);
  for (let from = 0; from < size; from += EVENTS_PER_RECORD) {
    const some = devices.slice(from, from + EVENTS_PER_RECORD);
    take(some.flatMap((_, offset) => connections(from + offset, size)));
  }
  engine.apply({ kind: 'history_end' });
  const reader = createPostureReader(presentOnly(createEngineView(engine)), () => BEGIN);
  return { reader, devices };
}

export interface Enrolled {
  readonly engine: Engine;
  readonly devices: readonly DeviceId[];
  /** Has them sealed and applied as one record. */
  readonly take: (observations: readonly Observation[]) => void;
}

/** An engine that knows nothing, under the keys of all engines here. */
export function blank(): { readonly engine: Engine; readonly sealer: Sealer } {
  const sealer = createSealer({
    keys: deriveKeys(new Uint8Array(32), 1),
    gate: createNameGate(),
    domains: {},
  });
  return { engine: new Engine(engineKeys(() => sealer)), sealer };
}

/** An engine that knows so many enrolled devices, of which nothing was seen yet. */
export function enrolled(size: number): Enrolled {
  const { engine, sealer } = blank();
  const entries = Array.from({ length: size }, (_, index) => entry(index));
  const site = { id: SITE, networks: ['10.0.0.0/8'], timeZone: 'UTC', shared: [] };
  const workWeek = { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 };
  const fleet = { tenant: 'bench', sites: [{ ...site, workWeek }], domains: {} };
  engine.apply({ kind: 'configuration', actor: 'bench', fleet });
  engine.apply({ kind: 'inventory', at: BEGIN, entries, actor: 'bench' });
  engine.apply({ kind: 'feed', at: BEGIN, feed: feed(), actor: 'bench' });
  const take = (observations: readonly Observation[]) => {
    const events = observations.map((each) => sealer.seal(each));
    engine.apply({ kind: 'events', producers: [], events, origins: [], uids: [] });
  };
  return { engine, devices: entries.map(({ id }) => id as DeviceId), take };
}

function entry(index: number): InventoryEntry {
  return {
    id: `dev_bench_${index}`,
    site: SITE,
    kind: KINDS[index % KINDS.length] ?? 'workstation',
    name: null,
    manufacturer: 'Maker',
    model: null,
    firmware: null,
    addresses: [addressOf(index)],
    macs: [],
    hostNames: [],
    owner: null,
    criticality: 'normal',
    roles: [],
    tags: [],
    supportEnds: null,
    workloads: [],
  };
}

function connections(index: number, size: number): readonly Observation[] {
  // Within an hour whatever the size: neighbours in the same millisecond.
  const time = BEGIN + Math.floor((index / size) * 3_000) * SECOND_MS;
  const isAtRisk = index % AT_RISK_ONE_IN === 0;
  const outside = isAtRisk ? LISTED : (`198.51.100.${index % 200}` as Address);
  return [addressOf((index + 1) % size), outside].map((to) => connection(addressOf(index), to, time));
}

export function connection(from: Address, to: Address, time: EpochMs): Observation {
  return {
    kind: 'connection',
    time,
    provenance: { site: SITE, sensor: 'bench' as SensorId, uid: null, communityId: null },
    from: { address: from, port: 50_000, local: null },
    to: { address: to, port: 443, local: null },
    protocol: 'tcp',
    service: 'ssl',
    durationMs: 100,
    bytesOut: 1_000,
    bytesIn: 5_000,
    outcome: 'established',
  };
}

/** From 10.0.0.1 on. */
export function addressOf(index: number): Address {
  const host = index + 1;
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}` as Address;
}

function feed() {
  const reading = readFeed({
    bytes: Buffer.from(`${LISTED}\n`),
    format: 'plain',
    id: 'bench' as FeedId,
    defaultConfidence: 0.9,
    defaultCategory: 'c2_server',
    now: BEGIN,
  });
  if (!reading.ok) throw new Error(`bench: ${reading.message}`);
  return reading.feed;
}
