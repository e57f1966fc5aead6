import { type EpochMs, FACTOR_NAMES, type FactorName } from '../model/index.ts';
import { FleetAggregate, type FleetValue } from '../scoring/index.ts';
import type { FleetCheckpoint } from './fleet-history.ts';
import type { Partition } from './partition.ts';

type FleetBasis = 'enrolled' | 'discovered' | 'none';

export interface FleetSums {
  readonly basis: FleetBasis;
  readonly value: FleetValue;
  /** 0…1, the weighted mean over the basis. */
  readonly confidence: number;
  readonly enrolledEntities: number;
  readonly discoveredEntities: number;
}

/** The fleet's values: integers summed per partition and merged. While nothing is enrolled, the discovered count. */
export function fleetSums(partitions: readonly Partition[]): FleetSums {
  const enrolled = read(partitions, 'enrolled');
  const discovered = read(partitions, 'discovered');
  const basis = enrolled.entities > 0 ? 'enrolled' : discovered.entities > 0 ? 'discovered' : 'none';
  const value = basis === 'discovered' ? discovered : enrolled;
  const sum = partitions.reduce(
    (total, { sums }) => total + (basis === 'none' ? 0 : sums.confidence[basis]),
    0,
  );
  return {
    basis,
    value,
    confidence: value.weight === 0 ? 0 : sum / value.weight / 1_000,
    enrolledEntities: enrolled.entities,
    discoveredEntities: discovered.entities,
  };
}

/** The fleet as it is remembered for trends. */
export function checkpoint(
  partitions: readonly Partition[],
  at: EpochMs,
  { value }: FleetSums = fleetSums(partitions),
): FleetCheckpoint {
  const points = new Map(value.factorContributions.map(({ name, milliPoints }) => [name, milliPoints]));
  const contributions = new Map<FactorName, { milliPoints: number; entities: number }>();
  for (const name of FACTOR_NAMES) {
    const entities = partitions.reduce((sum, { sums }) => sum + sums.having(name), 0);
    const milliPoints = points.get(name) ?? 0;
    if (entities > 0 || milliPoints > 0) contributions.set(name, { milliPoints, entities });
  }
  const { high, critical } = value.riskCounts;
  return { at, scoreExact: value.scoreExact, grave: high + critical, contributions };
}

/** A single partition's sums are the fleet's: every full hour, that saves a copy of them. */
function read(partitions: readonly Partition[], basis: 'enrolled' | 'discovered'): FleetValue {
  const [only] = partitions;
  return only !== undefined && partitions.length === 1
    ? only.sums[basis].read()
    : merged(partitions, basis).read();
}

/** The sums of all partitions, in a copy. */
export function merged(partitions: readonly Partition[], basis: 'enrolled' | 'discovered'): FleetAggregate {
  return partitions.reduce((sum, { sums }) => FleetAggregate.merge(sum, sums[basis]), new FleetAggregate());
}

/** While nothing is enrolled, the discovered count. */
export function valueOf(enrolled: FleetAggregate, discovered: FleetAggregate): FleetValue {
  const value = enrolled.read();
  return value.entities > 0 ? value : discovered.read();
}
