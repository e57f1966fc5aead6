import type { EngineView, EntityView } from '../engine/index.ts';
import {
  type AttributedFactor,
  type Detail,
  DIMENSIONS,
  type Dimension,
  FACTORS,
  type FactorName,
  iso,
  isoOrNull,
  type PostureExplanation,
} from '../model/index.ts';
import type { ScoringProfile } from '../scoring/index.ts';
import { corroborationTold } from './corroboration-told.ts';
import { factorAnswer } from './factor-answers.ts';
import { type Clock, framing, inPoints } from './framing.ts';
import { cut } from './left-out.ts';
import { leftOut } from './not-kept.ts';
import { sitesShown } from './sites-shown.ts';

/** Factors shown, and of how many of them the evidence: an answer at standard stays under 1,500 tokens. */
const SHOWN: Readonly<Record<Detail, { factors: number; proven: number; evidence: number }>> = {
  concise: { factors: 5, proven: 0, evidence: 0 },
  standard: { factors: 10, proven: 5, evidence: 1 },
  full: { factors: 64, proven: 64, evidence: 5 },
};
const CONTRIBUTORS: Readonly<Record<Detail, number>> = { concise: 3, standard: 5, full: 50 };

type Row = PostureExplanation['factors'][number];

/** Where an entity's points went: 100, less every factor. */
export function explainEntity(
  view: EngineView,
  entity: EntityView,
  asked: string,
  detail: Detail,
  clock: Clock,
): PostureExplanation {
  const factors = entity.factors();
  const { proven, evidence } = SHOWN[detail];
  const rows = factors.map((factor, i) => rowOf(factor, i < proven ? evidence : 0));
  const next = entity.nextChange();
  return {
    entity_id: asked,
    sites: [entity.profile.site],
    score: entity.score,
    score_exact: inPoints(entity.scoreExact),
    risk_level: entity.riskLevel,
    risk_reason: entity.riskReason,
    ...corroborationTold(entity),
    dimensions: losses(factors, view.scoring),
    ...waterfall(rows, detail),
    next_change: next && {
      at: iso(next.at),
      factors: [...next.factors],
      points: next.milliPoints === null ? null : inPoints(next.milliPoints),
    },
    offline_from: isoOrNull(entity.offlineFrom()),
    worst_contributors: [],
    ...framing(view, clock, entity.confidence),
    ...leftOut(view, 'explanation', tooMany(rows, detail)),
  };
}

/** Where the fleet's points went: every kind of factor by the points that it costs the mean. */
export function explainFleet(view: EngineView, detail: Detail, clock: Clock): PostureExplanation {
  const fleet = view.fleet();
  const { sites, cutSites } = sitesShown(view, detail);
  const contributions = fleet.basis === 'none' ? [] : fleet.value.factorContributions;
  const rows = contributions
    .map(({ name, milliPoints }) => kindOf(name, milliPoints, fleet.having(name), view.scoring))
    .sort((a, b) => b.points - a.points || (a.factor < b.factor ? -1 : 1));
  return {
    entity_id: null,
    sites,
    score: fleet.basis === 'none' ? 0 : fleet.value.score,
    score_exact: inPoints(fleet.value.scoreExact),
    risk_level: null,
    risk_reason: null,
    dimensions: losses(contributions, view.scoring),
    ...waterfall(rows, detail),
    next_change: null,
    offline_from: null,
    worst_contributors: contributors(view, CONTRIBUTORS[detail]),
    ...framing(view, clock, fleet.confidence),
    ...leftOut(view, 'explanation', tooMany(rows, detail), cutSites),
  };
}

/** The devices at risk that cost the fleet most; a device outside of the fleet's mean costs it nothing. */
function contributors(view: EngineView, limit: number): PostureExplanation['worst_contributors'] {
  const fleet = view.fleet();
  const { basis, value } = fleet;
  return fleet
    .devicesAtRisk(2 * limit)
    .filter(({ profile }) => profile.enrolment.state === basis)
    .map((device) => ({
      entity_id: device.id,
      points: inPoints(Math.round(((100_000 - device.scoreExact) * device.weight) / value.weight)),
      posture_score: device.score,
      risk_level: device.riskLevel,
      risk_reason: device.riskReason,
    }))
    .sort((a, b) => b.points - a.points || (a.entity_id < b.entity_id ? -1 : 1))
    .slice(0, limit);
}

function rowOf(factor: AttributedFactor, evidence: number): Row {
  const { evidence: shown, ...answer } = factorAnswer(factor, evidence);
  return { ...answer, recommended_action: factor.action, entities: 1, evidence: shown };
}

function kindOf(name: FactorName, milliPoints: number, entities: number, { factors }: ScoringProfile): Row {
  return {
    factor: name,
    ...FACTORS[name],
    severity: null,
    points: inPoints(milliPoints),
    regained_if_fixed: null,
    since: null,
    recommended_action: factors[name].action,
    entities,
    evidence: [],
  };
}

function losses(
  factors: readonly { readonly name: FactorName; readonly milliPoints: number }[],
  scoring: ScoringProfile,
): PostureExplanation['dimensions'] {
  const lost = (dimension: Dimension) =>
    sum(factors.filter(({ name }) => FACTORS[name].dimension === dimension).map((each) => each.milliPoints));
  return DIMENSIONS.map((dimension) => ({
    dimension,
    weight: scoring.dimensions[dimension],
    points_lost: inPoints(lost(dimension)),
  }));
}

/** The rows shown, and what those left out cost: together they are the loss. */
function waterfall(
  rows: readonly Row[],
  detail: Detail,
): Pick<PostureExplanation, 'factors' | 'other_factors' | 'other_points'> {
  const { factors: shown } = SHOWN[detail];
  const rest = rows.slice(shown).map(({ points }) => Math.round(points * 1_000));
  return {
    factors: rows.slice(0, shown),
    other_factors: rest.length,
    other_points: inPoints(sum(rest)),
  };
}

function tooMany(rows: readonly Row[], detail: Detail) {
  return cut('factors', rows.length > SHOWN[detail].factors, detail);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
