import type { FactorName } from '../model/index.ts';
import { assess, type Assessment, type ScoringProfile } from '../scoring/index.ts';

/** Combinations of factors remembered per scoring profile; a fleet has some hundreds. */
const REMEMBERED = 4_096;

/** Pure results, so that forgetting them changes nothing; they go with their profile. */
const byProfile = new WeakMap<ScoringProfile, Map<string, Assessment>>();

/** `assess`, remembered by what is assessed: few combinations of factors stand for most of a fleet. */
export function assessed(
  factors: readonly { readonly name: FactorName; readonly p: number }[],
  scoring: ScoringProfile,
): Assessment {
  const known = assessmentsBy(scoring);
  let key = '';
  for (const { name, p } of factors) key += `${name} ${p} `;
  let assessment = known.get(key);
  if (assessment !== undefined) return assessment;
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, (assessment = assess(factors, scoring)));
  return assessment;
}

function assessmentsBy(scoring: ScoringProfile): Map<string, Assessment> {
  let known = byProfile.get(scoring);
  if (known === undefined) byProfile.set(scoring, (known = new Map<string, Assessment>()));
  return known;
}
