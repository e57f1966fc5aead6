import { DAY_MS, type FactorName } from '../model/index.ts';
import type { ScoringProfile } from './profile.ts';
import { publish } from './publish.ts';

/**
 * What is left of a measurement this long after its last sighting. It halves with every half-life of the profile and is
 * a straight line between: no power function, whose last bits ECMAScript leaves to the engine. A factor
 * without a half-life does not fade.
 */
export function decayed(profile: ScoringProfile, factor: FactorName, raw: number, ageMs: number): number {
  const { halfLifeDays } = profile.factors[factor];
  if (halfLifeDays === undefined || ageMs <= 0) return raw;
  const halfLifeMs = halfLifeDays * DAY_MS;
  const passed = ageMs % halfLifeMs;
  let left = raw;
  for (let halvings = (ageMs - passed) / halfLifeMs; halvings > 0 && left > 0; halvings--) left /= 2;
  return left * (1 - passed / halfLifeMs / 2);
}

/**
 * The age in milliseconds at which a fading measurement first publishes less than `published`, if nothing is sighted
 * until then: the deadline to set. `null` where it never does, because the factor does not fade or is not published.
 */
export function fadesAt(
  profile: ScoringProfile,
  factor: FactorName,
  raw: number,
  published: number,
): number | null {
  const { halfLifeDays, steps, hysteresis } = profile.factors[factor];
  const step = steps.findLast(({ p }) => p <= published);
  if (halfLifeDays === undefined || step === undefined) return null;
  const floor = step.from * (1 - hysteresis);
  let left = raw;
  let halvings = 0;
  for (; left / 2 >= floor; left /= 2) halvings++;
  const share = left > floor ? 2 * (1 - floor / left) : 0;
  let ageMs = Math.max(0, Math.floor((halvings + share) * halfLifeDays * DAY_MS) - 1);
  // The measurement falls by far more in a millisecond than doubles err: two or three rounds.
  while (publish(profile, factor, decayed(profile, factor, raw, ageMs), published) >= published) ageMs++;
  return ageMs;
}
