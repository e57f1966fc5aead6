import { FACTOR_NAMES, type FactorName, type StateReader, type StateWriter } from '../model/index.ts';
import { FleetAggregate } from '../scoring/index.ts';
import { AtRisk } from './at-risk.ts';
import type { EntityRows } from './entity-rows.ts';
import type { Standing } from './standing.ts';
import type { Standings } from './standings.ts';

/** Of how many entities policies speak, in which way. */
export interface PolicyReach {
  /** Policies can be about them. */
  readonly ruled: number;
  /** Some denying policy is. */
  readonly denied: number;
  /** They are known well enough to be confined. */
  readonly confinable: number;
}

/** The small sums, written down. */
interface Counts {
  readonly confidence: PartitionSums['confidence'];
  readonly devices: PartitionSums['devices'];
  readonly having: readonly (readonly [FactorName, number])[];
}

/**
 * The fleet's sums over the entities of one partition, kept as each of them changes: what was added is taken
 * out again exactly, and partitions merge exactly. They follow from the standings, and are written down all the same: to
 * add up a large fleet anew would hold up its start.
 */
export class PartitionSums {
  readonly enrolled = new FleetAggregate();
  readonly discovered = new FleetAggregate();
  /** Σ weight × confidence (per mille). */
  readonly confidence = { enrolled: 0, discovered: 0 };
  readonly devices = { enrolled: 0, discovered: 0 };
  readonly reach = { ruled: 0, denied: 0, confinable: 0 };
  readonly atRisk: AtRisk;
  readonly #having = new Map<FactorName, number>(FACTOR_NAMES.map((name) => [name, 0]));

  readonly #havingEnrolled = new Map<FactorName, number>();

  constructor(rows: EntityRows) {
    this.atRisk = new AtRisk(rows);
  }

  /** Entities that have a factor. */
  having(name: FactorName): number {
    return this.#having.get(name) ?? 0;
  }

  /** Those of them over whom a mean is taken. */
  havingIn(basis: 'enrolled' | 'discovered', name: FactorName): number {
    const enrolled = this.#havingEnrolled.get(name) ?? 0;
    return basis === 'enrolled' ? enrolled : this.having(name) - enrolled;
  }

  add(standing: Standing): void {
    this.#count(standing, 1);
    this[basisOf(standing)].add(standing);
  }

  remove(standing: Standing): void {
    this.#count(standing, -1);
    this[basisOf(standing)].remove(standing);
  }

  save(to: StateWriter): void {
    this.enrolled.save(to.part('enrolled'));
    this.discovered.save(to.part('discovered'));
    const { confidence, devices } = this;
    to.plain('counts', { confidence, devices, having: [...this.#having] } satisfies Counts);
  }

  /** After the rows and the standings. */
  load(from: StateReader, rows: EntityRows, standings: Standings): void {
    this.enrolled.load(from.part('enrolled'));
    this.discovered.load(from.part('discovered'));
    const { confidence, devices, having } = from.plain('counts') as Counts;
    Object.assign(this.confidence, confidence);
    Object.assign(this.devices, devices);
    for (const [name, count] of having) this.#having.set(name, count);
    // Of the fleet alone they are not written down, and a look over two columns gives them.
    const isEnrolled = (row: number) => standings.has(row) && standings.flags.has(row, 'enrolled');
    for (const [name, count] of standings.countFactors(rows.all(), isEnrolled))
      this.#havingEnrolled.set(name, count);
    // Nor is this: older releases did not know it.
    for (const row of rows.all()) {
      if (!standings.has(row)) continue;
      for (const way of REACHES) if (standings.flags.has(row, way)) this.reach[way]++;
    }
    this.atRisk.restore();
  }

  /** Of a state of version 1, which does not say them; after the standings. */
  addUp(rows: EntityRows, standings: Standings): void {
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
    if (standing.isRuled) this.reach.ruled += sign;
    if (standing.isDenied) this.reach.denied += sign;
    if (standing.isConfinable) this.reach.confinable += sign;
    for (const { name } of standing.factors) {
      this.#having.set(name, this.having(name) + sign);
      if (standing.isEnrolled) this.#havingEnrolled.set(name, this.havingIn('enrolled', name) + sign);
    }
  }
}

const REACHES = ['ruled', 'denied', 'confinable'] as const;

function basisOf({ isEnrolled }: Standing): 'enrolled' | 'discovered' {
  return isEnrolled ? 'enrolled' : 'discovered';
}
