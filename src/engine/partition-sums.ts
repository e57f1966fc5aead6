import { FACTOR_NAMES, type FactorName } from '../model/index.ts';
import { FleetAggregate } from '../scoring/index.ts';
import { AtRisk } from './at-risk.ts';
import type { EntityRows } from './entity-rows.ts';
import type { Standing } from './standing.ts';
import type { Standings } from './standings.ts';

/**
 * The fleet's sums over the entities of one partition, kept as each of them changes: what was added is taken
 * out again exactly, and partitions merge exactly. They follow from the standings, and so are not saved.
 */
export class PartitionSums {
  readonly enrolled = new FleetAggregate();
  readonly discovered = new FleetAggregate();
  /** Σ weight × confidence (per mille). */
  readonly confidence = { enrolled: 0, discovered: 0 };
  readonly devices = { enrolled: 0, discovered: 0 };
  readonly atRisk: AtRisk;
  readonly #having = new Map<FactorName, number>(FACTOR_NAMES.map((name) => [name, 0]));

  constructor(rows: EntityRows) {
    this.atRisk = new AtRisk(rows);
  }

  /** Entities that have a factor. */
  having(name: FactorName): number {
    return this.#having.get(name) ?? 0;
  }

  add(standing: Standing): void {
    this.#count(standing, 1);
    this[basisOf(standing)].add(standing);
  }

  remove(standing: Standing): void {
    this.#count(standing, -1);
    this[basisOf(standing)].remove(standing);
  }

  /** After the standings were loaded. */
  restore(rows: EntityRows, standings: Standings): void {
    for (const row of rows.all()) {
      const standing = standings.at(row);
      if (standing !== null) this.add(standing);
    }
    this.atRisk.restore();
  }

  #count(standing: Standing, sign: 1 | -1): void {
    const basis = basisOf(standing);
    this.confidence[basis] += sign * standing.weight * standing.confidence;
    if (standing.isDevice) this.devices[basis] += sign;
    for (const { name } of standing.factors) this.#having.set(name, this.having(name) + sign);
  }
}

function basisOf({ isEnrolled }: Standing): 'enrolled' | 'discovered' {
  return isEnrolled ? 'enrolled' : 'discovered';
}
