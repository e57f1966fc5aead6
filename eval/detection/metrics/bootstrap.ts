import { Random } from '../../../src/simulator/index.ts';
import { medianOf, quantile } from './median.ts';
import type { Unit } from './unit.ts';

/** Lower and upper bound. */
export type Interval = readonly [number, number];

const REPLICATES = 200;

/**
 * The 95 % interval of a figure by drawing whole entities, with replacement: units of one entity are not independent
 * (Efron and Tibshirani 1993, §8.5). The figure of a draw is the median over the placements, as the figure itself is.
 * @param placements units, one list per placement seed
 */
export function clusterInterval(
  placements: readonly (readonly Unit[])[],
  figure: (units: readonly Unit[]) => number | null,
  label: string,
): Interval | null {
  const random = new Random(1, `bootstrap ${label}`);
  const byEntity = placements.map(grouped);
  const entities = [...new Set(byEntity.flatMap((each) => [...each.keys()]))].sort();
  if (entities.length < 2) return null;
  const draws: number[] = [];
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const drawn = entities.map(() => random.pick(entities));
    const value = medianOf(byEntity.map((units) => figure(drawn.flatMap((each) => units.get(each) ?? []))));
    if (value !== null) draws.push(value);
  }
  const [low, high] = [quantile(draws, 0.025), quantile(draws, 0.975)];
  return low === null || high === null ? null : [Number(low.toFixed(3)), Number(high.toFixed(3))];
}

function grouped(units: readonly Unit[]): ReadonlyMap<string, readonly Unit[]> {
  const groups = new Map<string, Unit[]>();
  for (const unit of units) {
    const group = groups.get(unit.entity);
    if (group === undefined) groups.set(unit.entity, [unit]);
    else group.push(unit);
  }
  return groups;
}
