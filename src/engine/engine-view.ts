import { graveInAll } from '../compliance/index.ts';
import { normaliseIndicator } from '../exposure/index.ts';
import { type Anomaly, type DeviceId, isEntityId, parseAddress } from '../model/index.ts';
import { isConfining } from '../policy/index.ts';
import type { Engine } from './engine.ts';
import { glances } from './entity-glances.ts';
import { measures } from './entity-measures.ts';
import { entityView } from './entity-view.ts';
import { checkpoint, fleetSums } from './fleet-sums.ts';
import type { SensorView } from './fleet-circumstances.ts';
import type { Partition } from './partition.ts';
import type { PolicyReach } from './partition-sums.ts';
import { seenInFleet, threatView } from './threat-view.ts';
import type { EntityView, FleetView, LiveView } from './view.ts';
import { concernedBy, unknownIn, whatIf } from './what-if.ts';

/** The engine for readers: they see it between two records, or between two events of one, and cannot change it. */
export function createEngineView(engine: Engine): LiveView {
  return {
    asOf: null,
    get now() {
      return engine.time.now ?? engine.newestEvent;
    },
    get newestEvent() {
      return engine.newestEvent;
    },
    get scoring() {
      return engine.scoring;
    },
    get sites() {
      return engine.sites.map((id) => engine.directory.siteOf(id));
    },
    get policies() {
      return engine.decider.policies;
    },
    get feeds() {
      return [...engine.feeds.values()].map(({ id, asOf, listings }) => ({
        id,
        asOf,
        indicators: listings.length,
      }));
    },
    get sensors() {
      return engine.circumstances.sensors;
    },
    get dimensionsAssessed() {
      return engine.circumstances.dimensionsAssessed;
    },
    get isAdvised() {
      return !engine.weaknesses.book.isUninformed;
    },
    get complianceWords() {
      return engine.compliance.all;
    },
    fleet: () => fleetView(engine),
    entity: (id) => (isEntityId(id) ? entityView(engine, id) : null),
    userByAccount: (account) => userByAccount(engine, account),
    devicesByMac: (mac) => devicesByMac(engine, mac),
    nearest: (id, limit) => nearest(engine, id, limit),
    entities: () => entities(engine),
    glances: () => glances(engine),
    presences: () => glances(engine),
    measures: () => measures(engine),
    get fleetRelease() {
      return engine.releases.newest;
    },
    anomalies: () => anomalies(engine),
    openAnomalies: () => openAnomalies(engine),
    graveAnomalies: () => graveInAll(engine.partitions.map(({ anomalies: { grave } }) => grave)),
    anomalyCountOpen: () => sum(engine, ({ anomalies: { openCount } }) => openCount),
    suppressedCount: () => engine.circumstances.suppressed,
    threat: (indicator, then) => threatView(engine, indicator, then),
    contacted: (destination) => contacted(engine, destination),
    whatIf: (suppositions, limit, concerned) => whatIf(engine, suppositions, limit, concerned),
    concernedBy: (suppositions) => concernedBy(engine, suppositions),
    get confining() {
      return new Set(engine.decider.policies.filter(isConfining).map(({ id }) => id));
    },
    unknownIn: (suppositions) => unknownIn(engine, suppositions),
  };
}

function fleetView(engine: Engine): FleetView {
  const sums = fleetSums(engine.partitions);
  const { basis } = sums;
  const now = engine.time.now ?? 0;
  const { violations24h, sensors } = engine.circumstances;
  return {
    basis,
    value: sums.value,
    yesterday: engine.history.dayBefore(now),
    today: sums.basis === 'none' ? null : checkpoint(engine.partitions, now, sums),
    having: (factor) => (basis === 'none' ? 0 : sum(engine, (each) => each.sums.havingIn(basis, factor))),
    reach: reachOf(engine),
    deviceCount: countDevices(engine),
    unenrolledCount: sums.discoveredEntities,
    violations24h,
    activeIncidents: countIncidents(engine),
    openAnomalies: sum(engine, ({ anomalies: { openCount } }) => openCount),
    devicesAtRiskTotal: sum(engine, ({ sums: { atRisk } }) => atRisk.size),
    devicesAtRisk: (limit) => devicesAtRisk(engine, limit),
    confidence: sums.confidence * shareOfSensorsHeard(sensors),
  };
}

function sum({ partitions }: Engine, count: (partition: Partition) => number): number {
  return partitions.reduce((total, partition) => total + count(partition), 0);
}

function reachOf(engine: Engine): PolicyReach {
  return {
    ruled: sum(engine, ({ sums }) => sums.reach.ruled),
    denied: sum(engine, ({ sums }) => sums.reach.denied),
    confinable: sum(engine, ({ sums }) => sums.reach.confinable),
  };
}

/** Those with an open member, in whichever partitions its members are. */
function countIncidents({ partitions }: Engine): number {
  const [only, ...others] = partitions.map(({ anomalies: { openIncidents } }) => openIncidents);
  if (only === undefined || others.length === 0) return only?.size ?? 0;
  return others.reduce((all, each) => all.union(each), new Set(only.keys())).size;
}

/** Enrolled devices; while nothing is enrolled, the discovered. Counted as they come and go: reading visits no entity. */
function countDevices(engine: Engine): number {
  const enrolled = sum(engine, ({ sums }) => sums.devices.enrolled);
  return enrolled > 0 ? enrolled : sum(engine, ({ sums }) => sums.devices.discovered);
}

/** Silent sensors make every statement about the fleet less sure. */
function shareOfSensorsHeard(sensors: readonly SensorView[]): number {
  if (sensors.length === 0) return 1;
  return sensors.filter(({ silent }) => !silent).length / sensors.length;
}

/** The worst of every partition, worst first: of each no more are read than are shown. */
function devicesAtRisk(engine: Engine, limit: number): readonly EntityView[] {
  const worst = engine.partitions.flatMap(({ rows, sums: { atRisk } }) =>
    [...atRisk.worst(limit)].map((row) => ({ id: rows.id(row), urgency: atRisk.urgency(row) })),
  );
  worst.sort((a, b) => a.urgency - b.urgency || (a.id < b.id ? -1 : 1));
  return worst.slice(0, limit).flatMap(({ id }) => entityView(engine, id) ?? []);
}

function devicesByMac(engine: Engine, mac: string): readonly DeviceId[] {
  const fingerprint = engine.keys.macFingerprint(mac);
  return fingerprint === null ? [] : engine.directory.devicesByMac(fingerprint);
}

/** Ids like a mistyped one; for an address or a MAC, the devices that hold it. */
function nearest(engine: Engine, id: string, limit: number): readonly string[] {
  const byMac = devicesByMac(engine, id);
  if (byMac.length > 0) return byMac.slice(0, limit);
  const address = parseAddress(id.trim());
  if (address === null) return engine.directory.nearest(id, limit);
  return engine.directory.holdersOf(address, engine.time.now ?? 0).slice(0, limit);
}

function* entities(engine: Engine): Iterable<EntityView> {
  for (const id of engine.directory.entities()) {
    const view = entityView(engine, id);
    if (view !== null) yield view;
  }
}

function* anomalies(engine: Engine): Iterable<Anomaly> {
  for (const partition of engine.partitions) yield* partition.anomalies.all();
}

function* openAnomalies(engine: Engine): Iterable<Anomaly> {
  for (const partition of engine.partitions) yield* partition.anomalies.allOpen();
}

function userByAccount(engine: Engine, account: string): EntityView | null {
  const id = engine.userByAccount(account);
  return id === null ? null : entityView(engine, id);
}

function contacted(engine: Engine, destination: string): ReturnType<LiveView['contacted']> {
  const normalised = normaliseIndicator(destination);
  if (!normalised.ok) return { refused: normalised.message };
  const seen = seenInFleet(engine, normalised);
  return { entities: seen.entities, isApproximate: seen.approximate };
}
