import type { EngineView, FleetView } from '../engine/index.ts';
import {
  type Detail,
  type FactorName,
  type FleetPosture,
  iso,
  isoOrNull,
  type Trend,
} from '../model/index.ts';
import { complianceStates } from './compliance-facts.ts';
import { fleetWide } from './fleet-wide.ts';
import { assessedAt, type Clock, framing, inPoints, rounded } from './framing.ts';
import { leftOut } from './not-kept.ts';

const AT_RISK_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 5, standard: 10, full: 100 };
const SENSORS_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 3, standard: 10, full: 100 };
const CAUSES_SHOWN = 5;
/** Within a point of yesterday the fleet is where it was (contract §2, trend). */
const STABLE_WITHIN = 1;

export function fleetPosture(view: EngineView, detail: Detail, clock: Clock): FleetPosture {
  const fleet = view.fleet();
  const { value } = fleet;
  const shown = AT_RISK_PER_DETAIL[detail];
  const truncated = fleet.devicesAtRiskTotal > shown;
  return {
    score: fleet.basis === 'none' ? 0 : value.score,
    assessed_at: assessedAt(view),
    device_count: fleet.deviceCount,
    active_incidents: fleet.activeIncidents,
    open_anomalies: fleet.openAnomalies,
    policy_violations_24h: fleet.violations24h,
    devices_at_risk: fleet.devicesAtRisk(shown).map((device) => ({
      device_id: device.id,
      risk: device.riskLevel,
      reason: device.riskReason ?? 'score',
    })),
    devices_at_risk_total: fleet.devicesAtRiskTotal,
    compliance: complianceStates(view, fleet),
    risk_counts: value.riskCounts,
    worst_decile_score: value.worstDecileScore,
    score_by_type: value.scoreByType,
    unenrolled_count: fleet.unenrolledCount,
    score_basis: fleet.basis,
    ...trend(fleet),
    coverage: coverage(view, detail),
    fleet: fleetWide(view),
    ...framing(view, clock, fleet.confidence),
    ...leftOut(
      view,
      'fleet',
      truncated ? { what: 'devices_at_risk', how_to_get: 'search_entities with risk_level' } : null,
    ),
  };
}

/** Now against 24 hours ago; the causes are the factors whose share of the fleet's loss changed most. */
function trend({
  yesterday,
  today,
}: FleetView): Pick<FleetPosture, 'trend' | 'trend_basis' | 'trend_delta' | 'trend_causes'> {
  if (yesterday === null || today === null) {
    return { trend: 'stable', trend_basis: 'insufficient_history', trend_delta: null, trend_causes: [] };
  }
  const delta = inPoints(today.scoreExact - yesterday.scoreExact);
  return {
    trend: direction(delta, today.grave > yesterday.grave),
    trend_basis: '24h',
    trend_delta: rounded(delta, 3),
    trend_causes: causes(today.contributions, yesterday.contributions),
  };
}

/** More entities at high or critical than yesterday is a decline, whatever the mean says. */
function direction(delta: number, isGraver: boolean): Trend {
  if (isGraver || delta < -STABLE_WITHIN) return 'declining';
  return delta > STABLE_WITHIN ? 'improving' : 'stable';
}

type Contributions = NonNullable<FleetView['today']>['contributions'];

function causes(today: Contributions, yesterday: Contributions): FleetPosture['trend_causes'] {
  const names = new Set<FactorName>([...today.keys(), ...yesterday.keys()]);
  return [...names]
    .map((factor) => ({
      factor,
      points: inPoints((yesterday.get(factor)?.milliPoints ?? 0) - (today.get(factor)?.milliPoints ?? 0)),
      entities: (today.get(factor)?.entities ?? 0) - (yesterday.get(factor)?.entities ?? 0),
    }))
    .filter(({ points, entities }) => points !== 0 || entities !== 0)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points) || (a.factor < b.factor ? -1 : 1))
    .slice(0, CAUSES_SHOWN);
}

function coverage(view: EngineView, detail: Detail): FleetPosture['coverage'] {
  return {
    dimensions_assessed: [...view.dimensionsAssessed],
    sites: view.sites.map(({ id }) => id),
    sensors: view.sensors.slice(0, SENSORS_PER_DETAIL[detail]).map(({ sensor, site, lastEvent, silent }) => ({
      sensor,
      site,
      last_event: isoOrNull(lastEvent),
      silent,
    })),
    feeds: view.feeds.map(({ id, asOf, indicators }) => ({
      feed: id,
      as_of: iso(asOf),
      indicators,
    })),
    policies: view.policies.length,
  };
}
