import {
  FACTOR_NAMES,
  type FactorName,
  FULL_SCORE,
  type Millipoints,
  millipoints,
  RISK_LEVELS,
  type RiskLevel,
  type Stateful,
  type StateReader,
  type StateWriter,
  wholePoints,
} from '../model/index.ts';
import type { FactorShare } from './assess.ts';
import { apportion, divideHalfUp } from './rounding.ts';

/**
 * Σ weight · milli-points must stay a safe integer: 2⁵³ − 1 over 100,000 milli-points, some 90 thousand million
 * devices. Every sum kept here is at most that one, so that all of them are exact.
 */
export const MAX_FLEET_WEIGHT = Math.floor(Number.MAX_SAFE_INTEGER / FULL_SCORE);

/** What one entity adds to its fleet. */
export interface FleetShare {
  /** Devices it counts for, an integer from 0 (contract §3, Fleet). */
  readonly weight: number;
  readonly scoreExact: Millipoints;
  readonly level: RiskLevel;
  /** The kind under which `scoreByType` counts it, e.g. `ip_camera`. */
  readonly type: string;
  readonly factors: readonly Pick<FactorShare, 'name' | 'milliPoints'>[];
}

export interface FleetValue {
  readonly entities: number;
  readonly weight: number;
  /** 0 while nothing weighs anything: there is no mean then, and no contributions. */
  readonly scoreExact: Millipoints;
  readonly score: number;
  /** Entities, not weights. */
  readonly riskCounts: Readonly<Record<RiskLevel, number>>;
  /** By type, in the order of their names; types of no weight are left out. */
  readonly scoreByType: Readonly<Record<string, { readonly score: number; readonly entities: number }>>;
  /** Milli-points of the fleet's score per factor kind, by name; they sum to exactly 100,000 − `scoreExact`. */
  readonly factorContributions: readonly Pick<FactorShare, 'name' | 'milliPoints'>[];
  /** A tenth of the fleet's weight has this whole score or a worse one; `null` while nothing weighs anything. */
  readonly worstDecileScore: number | null;
}

/** The sums behind a fleet's value, by name and without the zeros: what is kept of a fleet to go on from later. */
export interface FleetFigures {
  readonly levels: Readonly<Partial<Record<RiskLevel, number>>>;
  readonly losses: Readonly<Partial<Record<FactorName, number>>>;
  /** Whole score and its weight. */
  readonly scores: readonly (readonly [number, number])[];
  /** Kind, entities, weight, Σ weight · milli-points. */
  readonly types: readonly (readonly [string, number, number, number])[];
}

interface TypeSums {
  entities: number;
  weight: number;
  weighted: number;
}

const FACTOR_INDEX: ReadonlyMap<FactorName, number> = new Map(
  FACTOR_NAMES.map((name, index) => [name, index]),
);
const LEVEL_INDEX: ReadonlyMap<RiskLevel, number> = new Map(
  RISK_LEVELS.map((level, index) => [level, index]),
);

/**
 * The fleet as sums of integers: adding, removing and merging are exact and commute, so the value depends on the
 * entities alone, not on the path that led to them. Reading visits sums, never entities.
 */
export class FleetAggregate implements Stateful {
  #entities = 0;
  #weight = 0;
  #weighted = 0;
  /** Entities per level. */
  readonly #levels = new Float64Array(RISK_LEVELS.length);
  /** Weighted milli-points lost per factor kind. */
  readonly #losses = new Float64Array(FACTOR_NAMES.length);
  /** Weight per whole score 0 … 100. */
  readonly #histogram = new Float64Array(101);
  readonly #types = new Map<string, TypeSums>();

  get isEmpty(): boolean {
    return this.#entities === 0;
  }

  /** @throws RangeError where the weight is no integer from 0, or the fleet's would pass {@link MAX_FLEET_WEIGHT}. */
  add(share: FleetShare): void {
    if (!Number.isSafeInteger(share.weight) || share.weight < 0) {
      throw new RangeError(`an entity's weight is an integer from 0, got ${share.weight}`);
    }
    this.#assertFits(share.weight);
    this.#count(share, 1);
  }

  /** Takes back exactly what was added: the share as it was given then. */
  remove(share: FleetShare): void {
    const type = this.#types.get(share.type);
    if (type === undefined || type.entities < 1 || type.weight < share.weight) {
      throw new RangeError(
        `no entity of type ${share.type} and weight ${share.weight} was added to this fleet`,
      );
    }
    this.#count(share, -1);
  }

  update(before: FleetShare, after: FleetShare): void {
    this.remove(before);
    this.add(after);
  }

  /** A fleet of the entities of both; neither is changed. */
  static merge(a: FleetAggregate, b: FleetAggregate): FleetAggregate {
    const merged = new FleetAggregate();
    merged.#absorb(a);
    merged.#absorb(b);
    return merged;
  }

  /** The fleet that {@link figures} were taken of. */
  static of(figures: FleetFigures): FleetAggregate {
    const fleet = new FleetAggregate();
    fleet.#resume(figures);
    return fleet;
  }

  save(to: StateWriter): void {
    to.plain('figures', this.figures());
  }

  load(from: StateReader): void {
    this.#resume(from.plain('figures') as FleetFigures);
  }

  #resume({ levels, losses, scores, types }: FleetFigures): void {
    for (const [level, index] of LEVEL_INDEX) increase(this.#levels, index, levels[level] ?? 0);
    for (const [name, index] of FACTOR_INDEX) increase(this.#losses, index, losses[name] ?? 0);
    for (const [score, weight] of scores) increase(this.#histogram, score, weight);
    for (const [name, entities, weight, weighted] of types) {
      this.#types.set(name, { entities, weight, weighted });
      this.#entities += entities;
      this.#weight += weight;
      this.#weighted += weighted;
    }
  }

  figures(): FleetFigures {
    return {
      levels: named(LEVEL_INDEX, this.#levels),
      losses: named(FACTOR_INDEX, this.#losses),
      scores: [...this.#histogram.entries()].filter(([, weight]) => weight !== 0),
      types: [...this.#types].map(([name, { entities, weight, weighted }]) => [
        name,
        entities,
        weight,
        weighted,
      ]),
    };
  }

  read(): FleetValue {
    const scoreExact = mean(this.#weighted, this.#weight);
    return {
      entities: this.#entities,
      weight: this.#weight,
      scoreExact,
      score: wholePoints(scoreExact),
      riskCounts: this.#riskCounts(),
      scoreByType: this.#scoreByType(),
      factorContributions: this.#factorContributions(scoreExact),
      worstDecileScore: this.#worstDecileScore(),
    };
  }

  #count(share: FleetShare, sign: 1 | -1): void {
    const weight = sign * share.weight;
    const weighted = weight * share.scoreExact;
    this.#entities += sign;
    this.#weight += weight;
    this.#weighted += weighted;
    increase(this.#levels, LEVEL_INDEX.get(share.level), sign);
    increase(this.#histogram, wholePoints(share.scoreExact), weight);
    for (const { name, milliPoints } of share.factors) {
      increase(this.#losses, FACTOR_INDEX.get(name), weight * milliPoints);
    }
    this.#countType(share.type, { entities: sign, weight, weighted });
  }

  #countType(name: string, change: TypeSums): void {
    const sums = this.#types.get(name) ?? { entities: 0, weight: 0, weighted: 0 };
    sums.entities += change.entities;
    sums.weight += change.weight;
    sums.weighted += change.weighted;
    if (sums.entities === 0) this.#types.delete(name);
    else this.#types.set(name, sums);
  }

  #absorb(other: FleetAggregate): void {
    this.#assertFits(other.#weight);
    this.#entities += other.#entities;
    this.#weight += other.#weight;
    this.#weighted += other.#weighted;
    for (const [index, value] of other.#levels.entries()) increase(this.#levels, index, value);
    for (const [index, value] of other.#losses.entries()) increase(this.#losses, index, value);
    for (const [index, value] of other.#histogram.entries()) increase(this.#histogram, index, value);
    for (const [name, sums] of other.#types) this.#countType(name, sums);
  }

  #assertFits(weight: number): void {
    if (this.#weight + weight > MAX_FLEET_WEIGHT) {
      throw new RangeError(
        `a fleet weighs at most ${MAX_FLEET_WEIGHT}, got ${this.#weight} and ${weight} more`,
      );
    }
  }

  #riskCounts(): Record<RiskLevel, number> {
    const [low = 0, medium = 0, high = 0, critical = 0] = this.#levels;
    return { low, medium, high, critical };
  }

  #scoreByType(): FleetValue['scoreByType'] {
    const types = [...this.#types].filter(([, { weight }]) => weight > 0);
    types.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      types.map(([name, sums]) => [
        name,
        { score: wholePoints(mean(sums.weighted, sums.weight)), entities: sums.entities },
      ]),
    );
  }

  #factorContributions(scoreExact: Millipoints): FleetValue['factorContributions'] {
    const weight = this.#weight;
    if (weight === 0) return [];
    const quotas = FACTOR_NAMES.map((name, index) => {
      const loss = this.#losses[index] ?? 0;
      const rest = loss % weight;
      return { name, loss, whole: (loss - rest) / weight, rest };
    })
      .filter(({ loss }) => loss > 0)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const parts = apportion(FULL_SCORE - scoreExact, quotas);
    return quotas.map(({ name }, index) => ({ name, milliPoints: parts[index] ?? 0 }));
  }

  #worstDecileScore(): number | null {
    if (this.#weight === 0) return null;
    // Not 10 · below ≥ weight: the product could leave the safe integers.
    const tenth = Math.ceil(this.#weight / 10);
    let below = 0;
    return this.#histogram.findIndex((weight) => {
      below += weight;
      return below >= tenth;
    });
  }
}

function named<T extends string>(
  index: ReadonlyMap<T, number>,
  sums: Float64Array,
): Partial<Record<T, number>> {
  const figures: Partial<Record<T, number>> = {};
  for (const [name, at] of index) if (sums[at] !== undefined && sums[at] !== 0) figures[name] = sums[at];
  return figures;
}

function mean(weighted: number, weight: number): Millipoints {
  return millipoints(weight === 0 ? 0 : divideHalfUp(weighted, weight));
}

function increase(sums: Float64Array, index: number | undefined, by: number): void {
  if (index === undefined || index >= sums.length)
    throw new RangeError('a fleet share names what the model does not know');
  sums[index] = (sums[index] ?? 0) + by;
}
