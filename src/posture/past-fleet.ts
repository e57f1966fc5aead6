import type { EntityView, FleetCheckpoint, FleetView, SensorView } from '../engine/index.ts';
import { DAY_MS, type EntityId, FACTOR_NAMES, type FactorName } from '../model/index.ts';
import type { AtRisk, FleetStanding, HourOfFleet, Past } from '../store/index.ts';

/** The fleet as it stood, for the same reader as the present one. */
export function pastFleet(
  past: Past,
  sensors: readonly SensorView[],
  viewOf: (id: EntityId) => EntityView | null,
): FleetView {
  const { fleet } = past;
  const { basis, value } = fleet;
  const atRisk = [...fleet.devicesAtRisk];
  const yesterday = past.hour(past.at - DAY_MS);
  return {
    basis,
    value,
    yesterday: yesterday === null ? null : checkpointOf(yesterday),
    today: basis === 'none' ? null : today(fleet, past.at),
    having: (factor) => fleet.havingInMean(factor),
    reach: fleet.reach,
    deviceCount: fleet.devices,
    unenrolledCount: fleet.discoveredEntities,
    violations24h: past.circumstance('violations') ?? 0,
    activeIncidents: fleet.incidents,
    openAnomalies: fleet.openAnomalies,
    devicesAtRiskTotal: atRisk.length,
    devicesAtRisk: (limit) => worst(atRisk, limit, past).flatMap((id) => viewOf(id) ?? []),
    confidence: fleet.confidence * shareHeard(sensors),
  };
}

/** The worst so many. Ids decide between equals: of as many as are alike, the first are looked up at once. */
function worst(atRisk: readonly AtRisk[], limit: number, past: Past): readonly EntityId[] {
  const sorted = atRisk.toSorted(byUrgency);
  const last = sorted[limit - 1] ?? sorted.at(-1);
  if (last === undefined || limit <= 0) return [];
  const before = sorted
    .filter((each) => byUrgency(each, last) < 0)
    .map((each) => ({ ...each, id: past.idOf(each.entity) }))
    .sort((a, b) => byUrgency(a, b) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
  const alike = sorted.filter((each) => byUrgency(each, last) === 0).map(({ entity }) => entity);
  return [...before, ...past.firstIds(alike, limit - before.length)];
}

/** Worst first; of equal risk the fleet's own devices stand before strangers that passed by. */
function byUrgency(a: AtRisk, b: AtRisk): number {
  return b.level - a.level || Number(b.isEnrolled) - Number(a.isEnrolled) || a.scoreExact - b.scoreExact;
}

function shareHeard(sensors: readonly SensorView[]): number {
  return sensors.length === 0 ? 1 : sensors.filter(({ silent }) => !silent).length / sensors.length;
}

function today({ value, having }: FleetStanding, at: number): FleetCheckpoint {
  const points = new Map(value.factorContributions.map(({ name, milliPoints }) => [name, milliPoints]));
  const contributions = new Map<FactorName, { milliPoints: number; entities: number }>();
  for (const name of FACTOR_NAMES) {
    const [milliPoints, entities] = [points.get(name) ?? 0, having.get(name) ?? 0];
    if (entities > 0 || milliPoints > 0) contributions.set(name, { milliPoints, entities });
  }
  const { high, critical } = value.riskCounts;
  return { at, scoreExact: value.scoreExact, grave: high + critical, contributions };
}

function checkpointOf({ contributions, ...hour }: HourOfFleet): FleetCheckpoint {
  return { ...hour, contributions: new Map(contributions) };
}
