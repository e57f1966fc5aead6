import type { EntityId, FactorName } from '../model/index.ts';
import { FleetAggregate } from '../scoring/index.ts';
import type { Standing } from './entity-state.ts';

/**
 * The fleet's sums over the entities of one partition, kept as each of them changes: what was added is taken
 * out again exactly, and partitions merge exactly.
 */
export class PartitionSums {
  readonly enrolled = new FleetAggregate();
  readonly discovered = new FleetAggregate();
  /** Σ weight × confidence (per mille). */
  readonly confidence = { enrolled: 0, discovered: 0 };
  readonly devices = { enrolled: 0, discovered: 0 };
  /** Entities per factor. */
  readonly having = new Map<FactorName, number>();
  /** Devices, users and workloads of risk medium or worse. */
  readonly atRisk = new Map<EntityId, Standing>();

  add(id: EntityId, standing: Standing): void {
    this.#count(standing, 1);
    this[basisOf(standing)].add(standing.share);
    if (standing.risk.level === 'low') this.atRisk.delete(id);
    else this.atRisk.set(id, standing);
  }

  remove(id: EntityId, standing: Standing): void {
    this.#count(standing, -1);
    this[basisOf(standing)].remove(standing.share);
    this.atRisk.delete(id);
  }

  #count(standing: Standing, sign: 1 | -1): void {
    const basis = basisOf(standing);
    this.confidence[basis] += sign * standing.share.weight * standing.confidence;
    if (standing.isDevice) this.devices[basis] += sign;
    for (const name of standing.factors.keys()) this.having.set(name, (this.having.get(name) ?? 0) + sign);
  }
}

function basisOf({ isEnrolled }: Standing): 'enrolled' | 'discovered' {
  return isEnrolled ? 'enrolled' : 'discovered';
}
