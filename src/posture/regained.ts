import type { Supposed } from '../engine/index.ts';
import type { FactorName, PostureSimulation } from '../model/index.ts';
import { compare, type ScoringProfile } from '../scoring/index.ts';
import { inPoints } from './framing.ts';

export type Touched = Supposed['entities'][number];

/** Milli-points that an entity would regain. */
export function pointsOf({ before, after }: Touched): number {
  return after.scoreExact - before.scoreExact;
}

/** What each factor would give back over all entities touched; together their points, exactly. */
export function regainedPerFactor(
  entities: readonly Touched[],
  scoring: ScoringProfile,
): PostureSimulation['factors'] {
  const regained = new Map<FactorName, { milliPoints: number; entities: number }>();
  for (const { before, after } of entities) {
    for (const { name, milliPoints } of compare(before.factors, after.factors, scoring).terms) {
      const sum = regained.get(name) ?? { milliPoints: 0, entities: 0 };
      regained.set(name, { milliPoints: sum.milliPoints + milliPoints, entities: sum.entities + 1 });
    }
  }
  return [...regained]
    .map(([factor, sum]) => ({ factor, points: inPoints(sum.milliPoints), entities: sum.entities }))
    .sort((a, b) => b.points - a.points || (a.factor < b.factor ? -1 : 1));
}
