import type { EngineView, EntityMeasures } from '../engine/index.ts';
import {
  cohortsOf,
  DEVICE_COHORTS,
  DEVICE_FEATURES,
  type DeviceFeatures,
  FEATURE,
  featuresOf,
  type StatisticGroup,
  wholePoints,
} from '../model/index.ts';
import type { Turn } from './turns.ts';

const NOTHING_LEARNT = { connections: 0, bytes: 0, destinations: 0 } as const;

/** An entity as the sums over a fleet see it: in whole points, and with nothing where nothing was learnt of it. */
export function featuresIn(measures: EntityMeasures): Omit<DeviceFeatures, 'cohort'> {
  const { weight, scoreExact, dimensions, riskLevel, openAnomalies } = measures;
  const behavior = measures.behavior ?? NOTHING_LEARNT;
  return { weight, score: wholePoints(scoreExact), dimensions, riskLevel, openAnomalies, ...behavior };
}

/** Whether an entity is in the fleet's mean, and a device: what sites tell each other of. */
export function isReported(
  { isDevice, isEnrolled }: EntityMeasures,
  basis: 'enrolled' | 'discovered' | 'none',
) {
  return isDevice && isEnrolled === (basis === 'enrolled');
}

/** A group of this site: the same sums as its block has by cohort, and what no block tells. */
export interface OwnGroup {
  readonly sums: Float64Array;
  /** How many have each score in whole points, 0 to 100. */
  readonly points: Uint32Array;
}

const MOST_POINTS = 100;

/** By group. Others have their turn while a large fleet is read. */
export async function groupSums(
  view: EngineView,
  group: StatisticGroup,
  turn: Turn,
): Promise<ReadonlyMap<string, OwnGroup>> {
  const groups = new Map<string, OwnGroup>();
  const keyOf = keyBy(group);
  const { basis } = view.fleet();
  for (const portion of view.measures()) {
    for (const measures of portion) {
      const counts =
        group === 'type' ? measures.isEnrolled === (basis === 'enrolled') : isReported(measures, basis);
      if (counts) add(groups, keyOf(measures), partOf(measures), wholePoints(measures.scoreExact));
    }
    await turn();
  }
  return groups;
}

/** As a site reports a device. A user weighs as many devices, a workload its instances: they are in no report. */
function partOf(measures: EntityMeasures): Float64Array {
  const { weight, ...features } = featuresIn(measures);
  const part = featuresOf({ weight, ...features });
  part[FEATURE.weight] = weight;
  part[FEATURE.weighted_score] = weight * features.score;
  return part;
}

function keyBy(group: StatisticGroup): (measures: EntityMeasures) => string {
  const { names } = DEVICE_COHORTS;
  const cohortOf = cohortsOf(names);
  switch (group) {
    case 'all':
      return () => 'all';
    case 'cohort':
      return ({ kind }) => names[cohortOf(kind)] ?? names[0];
    case 'type':
      return ({ type }) => type;
    case 'site':
      return ({ site }) => site;
    case 'criticality':
      return ({ criticality }) => criticality;
  }
}

function add(groups: Map<string, OwnGroup>, key: string, features: Float64Array, score: number): void {
  let group = groups.get(key);
  if (group === undefined) {
    group = { sums: new Float64Array(DEVICE_FEATURES), points: new Uint32Array(MOST_POINTS + 1) };
    groups.set(key, group);
  }
  const { sums, points } = group;
  for (let at = 0; at < DEVICE_FEATURES; at++) sums[at] = (sums[at] ?? 0) + (features[at] ?? 0);
  points[score] = (points[score] ?? 0) + 1;
}
