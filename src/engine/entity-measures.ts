import type { EntityId } from '../model/index.ts';
import { dimensionsOf } from '../scoring/index.ts';
import type { Engine } from './engine.ts';
import { inPortions } from './entity-glances.ts';
import type { Partition } from './partition.ts';
import type { BehaviorMeasures, EntityMeasures } from './view.ts';

/** Read in about half a millisecond. */
const PORTION = 64;

/** All that have a posture, in numbers and in portions; the engine may go on between two. */
export function measures(engine: Engine): Iterable<readonly EntityMeasures[]> {
  return inPortions(engine.directory.entities(), PORTION, (id) => measuresOf(engine, id));
}

function measuresOf(engine: Engine, entity: EntityId): EntityMeasures | null {
  const gist = engine.directory.gist(entity);
  if (gist === null) return null;
  const partition = engine.partitionOf(entity);
  const { rows, standings, anomalies } = partition;
  const row = rows.find(entity);
  if (row === -1 || !standings.has(row)) return null;
  const { type, kind, site, criticality } = gist;
  return {
    type,
    kind,
    site,
    criticality,
    isEnrolled: standings.flags.has(row, 'enrolled'),
    isDevice: standings.flags.has(row, 'device'),
    weight: standings.weight(row),
    riskLevel: standings.level(row),
    scoreExact: standings.score(row),
    dimensions: dimensionsOf(standings.factors(row)),
    openAnomalies: anomalies.open(entity).length,
    behavior: behaviorOf(partition, row),
  };
}

function behaviorOf({ histories }: Partition, row: number): BehaviorMeasures | null {
  const behavior = histories.behavior(row);
  if (behavior === null) return null;
  const baseline = histories.behaviors.baseline(behavior);
  return {
    connections: baseline.connectionsPerHour,
    bytes: baseline.usualSent,
    destinations: baseline.destinationCount,
  };
}
