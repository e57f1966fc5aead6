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
  type Fleet,
  HOUR_MS,
  type InventoryEntry,
  type JournalRecord,
  type Listing,
  MINUTE_MS,
  type Observation,
  type Policy,
  type SensorId,
  type SiteId,
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
import type { EntityView, LiveView } from './view.ts';

/** A small fleet for tests: records as the journal holds them, events sealed by the real privacy door. */
export const HQ = 'hq' as SiteId;
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

const keys: EngineKeys = {
  deviceIdFrom: (kind, site, key) => sealer.deviceIdFrom(kind, site, key),
  userIdFrom: (ordinal) => `usr_${base32(digest(`user ${ordinal}`), 10)}`,
  fingerprint: (name) => sealer.nameFingerprint(name) ?? sealer.recordFingerprint(name),
  sealName: (name) => nameIn(newSealer().seal(dns(0, '10.0.0.1', { query: name }))),
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

// Observations

function base(time: EpochMs, sensor = 'zeek') {
  return { time, provenance: { site: HQ, sensor: sensor as SensorId, uid: null, communityId: null } };
}

function end(address: string, port: number | null = null) {
  return { address: address as Address, port, local: null };
}

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;
type Facts<K extends Observation['kind']> = Partial<Of<K>> & { readonly sensor?: string };

export function connection(
  time: EpochMs,
  from: string,
  to: string,
  { port = 443, sensor, ...facts }: Facts<'connection'> & { readonly port?: number } = {},
): Of<'connection'> {
  return {
    kind: 'connection',
    ...base(time, sensor),
    from: end(from, 50_000),
    to: end(to, port),
    protocol: 'tcp',
    service: null,
    durationMs: 1_000,
    bytesOut: 800,
    bytesIn: 4_000,
    outcome: 'established',
    ...facts,
  };
}

export function dns(
  time: EpochMs,
  from: string,
  { query, addresses = [] }: { readonly query: string; readonly addresses?: readonly string[] },
): Of<'dns'> {
  return {
    kind: 'dns',
    ...base(time),
    from: end(from, 50_001),
    to: end('10.0.0.53', 53),
    query,
    queryType: 'A',
    outcome: 'answered',
    addresses: addresses as readonly Address[],
    answerCount: addresses.length,
  };
}

export function tls(time: EpochMs, server: string, key: string, port = 443): Of<'tls'> {
  return {
    kind: 'tls',
    ...base(time),
    from: end('10.0.0.99', 50_002),
    to: end(server, port),
    version: 'TLSv13',
    established: true,
    certificate: key,
    clientCertificate: null,
    validation: 'ok',
  };
}

export function certificate(
  time: EpochMs,
  key: string,
  facts: Pick<Of<'certificate'>, 'notBefore' | 'notAfter'> & Partial<Of<'certificate'>>,
): Of<'certificate'> {
  return {
    kind: 'certificate',
    ...base(time),
    keys: [key],
    subject: null,
    issuer: null,
    selfIssued: false,
    keyType: 'ecdsa',
    keyBits: 256,
    weakSignature: false,
    isAuthority: false,
    ...facts,
  };
}

export function signIn(
  time: EpochMs,
  from: string,
  account: string,
  outcome: 'success' | 'failure' = 'success',
): Of<'authentication'> {
  return {
    kind: 'authentication',
    ...base(time),
    from: end(from),
    to: end('10.0.0.10'),
    service: 'kerberos',
    account,
    outcome,
    attempts: 1,
    mfa: null,
  };
}

export function vulnerability(
  time: EpochMs,
  address: string,
  facts: Partial<Of<'vulnerability'>> = {},
): Of<'vulnerability'> {
  return {
    kind: 'vulnerability',
    ...base(time),
    address: address as Address,
    mac: null,
    hostName: null,
    cve: 'CVE-2026-0001',
    cvss: 7.5,
    epss: null,
    exploited: false,
    fixedVersion: null,
    resolved: false,
    ...facts,
  };
}

/** Somebody else at another sensor: moves the watermark to `time` and means nothing else. */
export function elsewhere(time: EpochMs): Observation[] {
  return Array.from({ length: 8 }, (_, i) => ({
    kind: 'host',
    ...base(time + i, 'other'),
    host: end('192.0.2.1'),
  }));
}

// Ordinary lives

/** `perHour` connections in every hour of `[from, until)`, spread evenly, to the same few destinations. */
export function everyHour(
  from: EpochMs,
  until: EpochMs,
  address: string,
  destinations: readonly string[],
  perHour = 2,
): Observation[] {
  const observations: Observation[] = [];
  for (let hour = from; hour < until; hour += HOUR_MS) {
    for (let i = 0; i < perHour; i++) {
      const to = destinations[(hour / HOUR_MS + i) % destinations.length] ?? '203.0.113.1';
      observations.push(connection(hour + (i * HOUR_MS) / perHour + 5 * MINUTE_MS, address, to));
    }
  }
  return observations;
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
