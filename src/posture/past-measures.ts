import type { EntityMeasures } from '../engine/index.ts';
import { dimensionsOf } from '../scoring/index.ts';
import type { EntityPast, Past } from '../store/index.ts';

/** An entity of an earlier instant in numbers; how it behaved is not kept. `null` where only its posture is known. */
export function pastMeasures(past: Past, of: EntityPast): EntityMeasures | null {
  const { entity, picture } = of;
  const known = of.facts();
  if (known === null) return null;
  const { type, kind, site, criticality } = known;
  return {
    type,
    kind,
    site,
    criticality,
    isEnrolled: picture.isEnrolled,
    isDevice: picture.isDevice,
    weight: picture.weight,
    riskLevel: picture.riskLevel,
    scoreExact: picture.scoreExact,
    dimensions: dimensionsOf(picture.factors),
    openAnomalies: past.openAnomalies(entity).length,
    behavior: null,
  };
}
