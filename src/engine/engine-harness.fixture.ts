import { createHash } from 'node:crypto';
import {
  type Address,
  base32,
  DAY_MS,
  type DeviceId,
  type EntityId,
  type EpochMs,
  type Event,
  type EventsRecord,
  type FeedId,
  type Fingerprint,
  type Fleet,
  type InventoryEntry,
  type JournalRecord,
  type Listing,
  type Observation,
  type Policy,
  type WarningEffect,
  type Advisory,
  type AdvisoriesRecord,
  type ComponentsRecord,
  type VulnerabilityKnowledge,
} from '../model/index.ts';
import { createNameGate, createSealer, deriveKeys, type Sealer } from '../privacy/index.ts';
import { createEngineView } from './engine-view.ts';
import { Engine } from './engine.ts';
import type { EngineKeys } from './engine-state.ts';
import { dns, HQ } from './observations.fixture.ts';
import type { EntityView, LiveView } from './view.ts';

/** A small fleet for tests: records as the journal holds them, events sealed by the real privacy door. */
export {
  certificate,
  connection,
  dns,
  elsewhere,
  everyHour,
  HQ,
  signIn,
  tls,
  vulnerability,
} from './observations.fixture.ts';

/** A Monday. */
export const START: EpochMs = Date.UTC(2026, 2, 2);

const fleet: Fleet = {
  tenant: 'acme',
  sites: [
    {
      id: HQ,
      networks: ['10.0.0.0/8'],
      timeZone: 'UTC',
      workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
      shared: ['10.9.0.0/24'],
    },
  ],
  domains: {},
};

const SEALING_KEYS = deriveKeys(new Uint8Array(32).fill(7), 1);

function newSealer(): Sealer {
  return createSealer({ keys: SEALING_KEYS, gate: createNameGate(), domains: fleet.domains });
}

const sealer = newSealer();

/** As an inventory's record holds it. */
export function macFingerprint(mac: string): Fingerprint | null {
  return sealer.sealMac(mac)?.fingerprint ?? null;
}

const keys: EngineKeys = {
  deviceIdFrom: (kind, site, key) => sealer.deviceIdFrom(kind, site, key),
  userIdFrom: (ordinal) => `usr_${base32(digest(`user ${ordinal}`), 10)}`,
  fingerprint: (name) => sealer.nameFingerprint(name) ?? sealer.recordFingerprint(name),
  sealName: (name) => nameIn(newSealer().seal(dns(0, '10.0.0.1', { query: name }))),
  macFingerprint,
  accountFingerprint: (account) => sealer.accountFingerprint(account)?.fingerprint ?? null,
  anomaly: (entity, type, at) => `ano_${base32(digest(`${entity} ${type} ${at}`), 10)}`,
  incident: (anomaly) => `inc_${anomaly.slice(4)}`,
};

export function engineWith({ partitions = 1 } = {}): Engine {
  return new Engine(keys, partitions);
}

export function replayed(records: readonly JournalRecord[], partitions = 1): Engine {
  const engine = engineWith({ partitions });
  for (const record of records) engine.apply(record);
  return engine;
}

export function viewOf(engine: Engine): LiveView {
  return createEngineView(engine);
}

/** @throws Error where the engine knows no such entity. */
export function entityIn(engine: Engine, id: EntityId): EntityView {
  const view = viewOf(engine).entity(id);
  if (view === null) throw new Error(`no posture of ${id}`);
  return view;
}

/** The device of an address, as a discovered one is called. */
export function discoveredId(address: string): DeviceId {
  return sealer.deviceIdFrom('address', HQ, address);
}

function byTime(observations: readonly Observation[]): Observation[] {
  return [...observations].sort((a, b) => a.time - b.time);
}

// Records

export function sealed(observations: readonly Observation[]): Event[] {
  const door = newSealer();
  return observations.map((observation) => door.seal(observation));
}

/** One record of these events, or several of at most `size`. */
export function eventRecords(events: readonly Event[], size = 1_000): EventsRecord[] {
  const records: EventsRecord[] = [];
  for (let i = 0; i < events.length; i += size) {
    const some = events.slice(i, i + size);
    records.push({
      kind: 'events',
      producers: [{ producer: 'file:test', upTo: i + some.length }],
      events: some,
      origins: some.map((_, index) => ({ producer: 0, at: i + index })),
      uids: [],
    });
  }
  return records;
}

export function telemetry(observations: readonly Observation[]): EventsRecord[] {
  return eventRecords(sealed(byTime(observations)));
}

export const configured: JournalRecord = { kind: 'configuration', fleet, actor: 'test' };
export const historyEnd: JournalRecord = { kind: 'history_end' };

export function clock(at: EpochMs): JournalRecord {
  return { kind: 'clock', at };
}

export function inventoried(at: EpochMs, ...entries: readonly InventoryEntry[]): JournalRecord {
  return { kind: 'inventory', at, entries, actor: 'test' };
}

export function entry(
  id: InventoryEntry['id'],
  address: string,
  facts: Partial<InventoryEntry> = {},
): InventoryEntry {
  return {
    id,
    site: HQ,
    kind: 'workstation',
    name: null,
    manufacturer: null,
    model: null,
    firmware: null,
    addresses: [address as Address],
    macs: [],
    hostNames: [],
    owner: null,
    criticality: 'normal',
    roles: [],
    tags: [],
    supportEnds: null,
    workloads: [],
    ...facts,
  };
}

export function listing(value: string, facts: Partial<Listing> = {}): Listing {
  return {
    value,
    type: 'ip',
    categories: ['c2_server'],
    confidence: 0.95,
    firstSeen: null,
    lastSeen: null,
    actors: [],
    ...facts,
  };
}

export function fed(at: EpochMs, ...listings: readonly Listing[]): JournalRecord {
  const feed = { id: 'local' as FeedId, asOf: at, format: 'plain', lineage: 'local', listings } as const;
  return { kind: 'feed', at, feed, actor: 'test' };
}

export function warned(at: EpochMs, effect: WarningEffect, ...blocks: readonly string[]): JournalRecord {
  const list = {
    id: 'shared',
    name: 'Shared',
    effect,
    matching: 'cidr',
    entries: blocks,
    asOf: null,
  } as const;
  return { kind: 'warning_lists', at, lists: [list], actor: 'test' };
}

/** An advisory on the package `thing`, mended in a version. */
export function advised(at: EpochMs, before: string, facts: Partial<Advisory> = {}): AdvisoriesRecord {
  const intervals = [{ from: null, before, upTo: null }];
  const advisory: Advisory = {
    source: 'osv',
    id: 'GHSA-thing',
    aliases: ['CVE-2026-0009'],
    modified: at,
    withdrawn: false,
    cvss: 9.8,
    products: [{ key: 'npm/thing', naming: 'purl', order: 'npm', intervals }],
    ...facts,
  };
  return told(at, { advisories: [advisory] });
}

export function told(at: EpochMs, facts: Partial<VulnerabilityKnowledge>): AdvisoriesRecord {
  const knowledge = {
    advisories: [],
    statements: [],
    exploited: null,
    forecast: null,
    lifecycles: [],
    ...facts,
  };
  return { kind: 'advisories', at, source: 'test', knowledge, actor: 'test' };
}

/** A bill of materials with the package `thing` alone. */
export function installed(at: EpochMs, entity: EntityId, version: string): ComponentsRecord {
  const component = { name: 'thing', version, keys: ['npm/thing'], order: 'npm' as const };
  const bill = { id: 'bill', format: 'cyclonedx' as const, created: null, components: [component] };
  return { kind: 'components', at, entity, bill, actor: 'test' };
}

export function ruled(at: EpochMs, ...policies: readonly Policy[]): JournalRecord {
  return { kind: 'policies', at, policies, actor: 'test' };
}

export function policy(id: Policy['id'], facts: Partial<Policy> = {}): Policy {
  return {
    id,
    description: null,
    priority: 100,
    action: 'allow',
    mode: 'enforce',
    subject: {},
    destination: {},
    ...facts,
  };
}

/** Two and a half weeks: enough for every baseline here to be established. */
export const LEARNT: EpochMs = START + 17 * DAY_MS;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function nameIn(event: Event): ReturnType<EngineKeys['sealName']> {
  return event.kind === 'dns' ? event.query : null;
}
