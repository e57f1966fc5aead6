import type { Evidence, FactorName } from '../model/index.ts';
import { measureAnomalies, measureBehavior } from './factors/behavior.ts';
import { measureIdentity } from './factors/identity.ts';
import { type Measured, statement } from './factors/measured.ts';
import { measurePolicy } from './factors/policy.ts';
import { type MeasuredSightings, sightingFactors } from './factors/sightings.ts';
import { measureThreat } from './factors/threat.ts';
import type { Scene } from './known.ts';

export interface Measurement {
  readonly scene: Scene;
  readonly factors: readonly Measured[];
  readonly sightings: readonly MeasuredSightings[];
}

/** All factors of an entity, as they measure at an instant. */
export function measure(scene: Scene): Measurement {
  const { known, grounds, now } = scene;
  const { connected } = grounds;
  const sightings = sightingFactors(known.threats, grounds.scoring, now);
  const factors: Measured[] = [];
  measureIdentity(factors, scene, connected);
  if (known.profile.type === 'user') measureAnomalies(factors, scene);
  else measureBehavior(factors, scene);
  measurePolicy(factors, scene, connected.policies);
  measureThreat(factors, scene, sightings, connected.feeds);
  return { scene, factors, sightings };
}

/**
 * The evidence of a published factor. A factor may stand for a while longer than what it rested on: it is assessed
 * again when something happens to the entity, and by the next midnight (UTC) at the latest.
 */
export function evidenceOf(name: FactorName, { factors, scene }: Measurement): readonly Evidence[] {
  const measured = factors.findLast((each) => each.name === name);
  if (measured !== undefined) return measured.evidence(scene);
  return [
    statement('What it rested on is no longer so; it goes when the entity is next assessed', scene.now),
  ];
}
