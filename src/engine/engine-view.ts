import { indicatorKey, normaliseIndicator } from '../exposure/index.ts';
import {
  type Anomaly,
  DAY_MS,
  type Dimension,
  type EntityId,
  isEntityId,
  type IncidentId,
  parseAddress,
  rank,
  RISK_LEVELS,
} from '../model/index.ts';
import type { Engine } from './engine.ts';
import type { Standing } from './entity-state.ts';
import { entityView } from './entity-view.ts';
import { checkpoint, fleetSums } from './fleet-sums.ts';
import { isSilent } from './sensors.ts';
import { threatView } from './threat-view.ts';
import type { EngineView, EntityView, FleetView } from './view.ts';

const STRANGER_LEAVES_MS = 7 * DAY_MS;

/** The engine for readers: they see it between two records and cannot change it. */
export function createEngineView(engine: Engine): EngineView {
  return {
    get now() {
      return engine.time.now ?? engine.newestEvent;
    },
    get newestEvent() {
      return engine.newestEvent;
    },
    get profileVersion() {
      return engine.scoring.version;
    },
    get sites() {
      return engine.sites.map((id) => engine.directory.siteOf(id));
    },
    get policies() {
      return engine.decider.policies;
    },
    get feeds() {
      return [...engine.feeds.values()];
    },
    get sensors() {
      const now = engine.time.now ?? 0;
      return engine.sensors.all().map((each) => ({
        sensor: each.sensor,
        site: each.site,
        lastEvent: each.lastEvent,
        silent: isSilent(each, now),
      }));
    },
    get dimensionsAssessed() {
      return dimensionsAssessed(engine);
    },
    fleet: () => fleetView(engine),
    entity: (id) => (isEntityId(id) ? entityView(engine, id) : null),
    userByAccount: (account) => userByAccount(engine, account),
    nearest: (id, limit) => nearest(engine, id, limit),
    entities: () => entities(engine),
    anomalies: () => anomalies(engine),
    anomalyCountOpen: () => openAnomalies(engine).length,
    threat: (indicator) => threatView(engine, indicator),
    contacted: (destination) => contacted(engine, destination),
  };
}

function fleetView(engine: Engine): FleetView {
  const sums = fleetSums(engine.partitions);
  const now = engine.time.now ?? 0;
  const open = openAnomalies(engine);
  const incidents = new Set(
    open.flatMap(({ incidentId }): IncidentId[] => (incidentId === null ? [] : [incidentId])),
  );
  return {
    basis: sums.basis,
    value: sums.value,
    yesterday: engine.history.dayBefore(now),
    today: sums.basis === 'none' ? null : checkpoint(engine.partitions, now),
    deviceCount: countDevices(engine),
    unenrolledCount: sums.discoveredEntities,
    violations24h: engine.partitions.reduce((sum, { violations }) => sum + violations.count(now), 0),
    activeIncidents: incidents.size,
    openAnomalies: open.length,
    devicesAtRiskTotal: standingsAtRisk(engine).length,
    devicesAtRisk: (limit) => devicesAtRisk(engine, limit),
    confidence: sums.confidence * shareOfSensorsHeard(engine, now),
  };
}

/** Enrolled devices; while nothing is enrolled, the discovered. Counted as they come and go: reading visits no entity. */
function countDevices({ partitions }: Engine): number {
  const enrolled = partitions.reduce((sum, { sums }) => sum + sums.devices.enrolled, 0);
  return enrolled > 0 ? enrolled : partitions.reduce((sum, { sums }) => sum + sums.devices.discovered, 0);
}

/** Silent sensors make every statement about the fleet less sure. */
function shareOfSensorsHeard(engine: Engine, now: number): number {
  const sensors = engine.sensors.all();
  if (sensors.length === 0) return 1;
  return sensors.filter((each) => !isSilent(each, now)).length / sensors.length;
}

type AtRisk = readonly [EntityId, Standing];

function standingsAtRisk(engine: Engine): AtRisk[] {
  return engine.partitions
    .flatMap(({ sums }) => [...sums.atRisk])
    .filter(([id, { isDevice, isEnrolled }]) => isDevice && (isEnrolled || !hasLeft(engine, id)));
}

/** A stranger that has not been heard for a week is gone; a device of the fleet never is. */
function hasLeft({ directory, time }: Engine, stranger: EntityId): boolean {
  const lastSeen = directory.profile(stranger)?.lastSeen ?? null;
  return lastSeen !== null && (time.now ?? 0) - lastSeen > STRANGER_LEAVES_MS;
}

/** Views are made of those shown only: a fleet may have thousands at risk. */
function devicesAtRisk(engine: Engine, limit: number): readonly EntityView[] {
  const worst = standingsAtRisk(engine).sort(byRisk).slice(0, limit);
  return worst.flatMap(([id]) => entityView(engine, id) ?? []);
}

/** Worst first; of equal risk the fleet's own devices stand before strangers that passed by. */
function byRisk([idA, a]: AtRisk, [idB, b]: AtRisk): number {
  return (
    rank(RISK_LEVELS, b.risk.level) - rank(RISK_LEVELS, a.risk.level) ||
    Number(b.isEnrolled) - Number(a.isEnrolled) ||
    a.assessment.scoreExact - b.assessment.scoreExact ||
    (idA < idB ? -1 : 1)
  );
}

/** Ids like a mistyped one; for an address, the devices that hold it. */
function nearest(engine: Engine, id: string, limit: number): readonly string[] {
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

function openAnomalies(engine: Engine): readonly Anomaly[] {
  return [...anomalies(engine)].filter(({ status }) => status !== 'closed');
}

function userByAccount(engine: Engine, account: string): EntityView | null {
  const fingerprint = engine.keys.accountFingerprint(account);
  const id = fingerprint === null ? null : engine.directory.userByFingerprint(fingerprint);
  return id === null ? null : entityView(engine, id);
}

function contacted(engine: Engine, destination: string): readonly EntityId[] | null {
  const normalised = normaliseIndicator(destination);
  if (!normalised.ok) return null;
  return engine.destinations.seen(indicatorKey(normalised, engine.keys.fingerprint)).entities;
}

/** A dimension is assessed where some source speaks about it. No source proves identity yet. */
function dimensionsAssessed(engine: Engine): readonly Dimension[] {
  const dimensions: Dimension[] = [];
  if (engine.newestEvent !== null) dimensions.push('behavior');
  if (engine.decider.policies.length > 0) dimensions.push('policy');
  if (engine.feeds.size > 0) dimensions.push('threat');
  return dimensions;
}
