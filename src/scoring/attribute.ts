import { type AttributedFactor, type Factor, FACTORS } from '../model/index.ts';
import { assess } from './assess.ts';
import type { ScoringProfile } from './profile.ts';
import { severityOf } from './risk.ts';

/** The factors of an answer with their exact shares, most costly first, equals by name. */
export function attribute(factors: readonly Factor[], profile: ScoringProfile): AttributedFactor[] {
  const byName = new Map(factors.map((factor) => [factor.name, factor]));
  return assess(factors, profile)
    .factors.flatMap(({ name, milliPoints, regainedMilliPoints }) => {
      const factor = byName.get(name);
      if (factor === undefined) return [];
      const severity = severityOf(name, factor.p, profile);
      const { action } = profile.factors[name];
      return [{ ...factor, ...FACTORS[name], severity, milliPoints, regainedMilliPoints, action }];
    })
    .sort((a, b) => b.milliPoints - a.milliPoints);
}
