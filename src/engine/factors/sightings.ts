import type { Threat } from '../../exposure/index.ts';
import { type EpochMs, type Evidence, type FactorName, LIMITS } from '../../model/index.ts';
import { decayed, fadesAt, type ScoringProfile } from '../../scoring/index.ts';
import type { Measured } from './measured.ts';

/** A factor's measurement, and how sure the feeds are of the sighting that weighs most in it; not decayed. */
export interface MeasuredSightings extends Measured {
  readonly confidence: number;
  readonly evidence: () => readonly Evidence[];
}

/** What is left of an entity's sightings. An old sure one lends no weight to a new doubtful one: the most counts. */
export function sightingFactors(
  threats: readonly Threat[],
  scoring: ScoringProfile,
  now: EpochMs,
): readonly MeasuredSightings[] {
  if (threats.length === 0) return [];
  return [...Map.groupBy(threats, ({ factor }) => factor)].map(([name, sightings]) => {
    const left = ({ confidence, last }: Threat) =>
      decayed(scoring, name, confidence, Math.max(0, now - last));
    const most = sightings.reduce((a, b) => (left(b) > left(a) ? b : a));
    return {
      name,
      measure: left(most),
      confidence: most.confidence,
      evidence: () => newestEvidence(sightings),
    };
  });
}

function newestEvidence(sightings: readonly Threat[]): Evidence[] {
  const evidence = sightings.map((each) => each.evidence).sort((a, b) => b.at - a.at);
  return evidence.slice(0, LIMITS.evidencePerFactor);
}

/** When each published factor steps down if nothing more is sighted: once its last sighting falls below the step. */
export function sightingFadings(
  threats: readonly Threat[],
  publishedP: (factor: FactorName) => number,
  scoring: ScoringProfile,
): readonly EpochMs[] {
  if (threats.length === 0) return [];
  return [...Map.groupBy(threats, ({ factor }) => factor)].flatMap(([factor, sightings]) => {
    const p = publishedP(factor);
    if (p === 0) return [];
    const instants = sightings.flatMap(({ confidence, last }) => {
      const ageMs = fadesAt(scoring, factor, confidence, p);
      return ageMs === null ? [] : [last + ageMs];
    });
    return instants.length === 0 ? [] : [Math.max(...instants)];
  });
}
