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
import { cut, type LeftOut } from './left-out.ts';
import { leftOut } from './not-kept.ts';
import { sitesShown } from './sites-shown.ts';

const AT_RISK_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 5, standard: 10, full: 100 };
const SOURCES_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 3, standard: 10, full: 100 };
const TYPES_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 8, standard: 16, full: 200 };
const CAUSES_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 3, standard: 5, full: 100 };
/** Within a point of yesterday the fleet is where it was (contract §2, trend). */
const STABLE_WITHIN = 1;

export function fleetPosture(view: EngineView, detail: Detail, clock: Clock): FleetPosture {
  const fleet = view.fleet();
  const { value } = fleet;
  const shown = AT_RISK_PER_DETAIL[detail];
  const types = Object.entries(value.scoreByType);
  const { coverage, cuts } = covered(view, detail);
  const change = trend(fleet);
  const causesShown = CAUSES_PER_DETAIL[detail];
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
    score_by_type: Object.fromEntries(largest(types, TYPES_PER_DETAIL[detail])),
    unenrolled_count: fleet.unenrolledCount,
    score_basis: fleet.basis,
    ...change,
    trend_causes: change.trend_causes.slice(0, causesShown),
    coverage,
    fleet: fleetWide(view),
    ...framing(view, clock, fleet.confidence),
    ...leftOut(
      view,
      'fleet',
      fleet.devicesAtRiskTotal > shown
        ? { what: 'devices_at_risk', how_to_get: 'search_entities with risk_level' }
        : null,
      types.length > TYPES_PER_DETAIL[detail]
        ? { what: 'score_by_type', how_to_get: 'get_fleet_statistics with group: type' }
        : null,
      cut('trend_causes', change.trend_causes.length > causesShown, detail),
      ...cuts,
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
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points) || (a.factor < b.factor ? -1 : 1));
}

type Types = readonly (readonly [string, FleetPosture['score_by_type'][string]])[];

function largest(types: Types, shown: number): Types {
  if (types.length <= shown) return types;
  return types
    .toSorted(([a, { entities: most }], [b, { entities }]) => entities - most || (a < b ? -1 : 1))
    .slice(0, shown);
}

/** Silent sensors and the oldest feeds first: what is cut is what goes as it should. */
function covered(
  view: EngineView,
  detail: Detail,
): { readonly coverage: FleetPosture['coverage']; readonly cuts: readonly (LeftOut | null)[] } {
  const { sensors, feeds } = view;
  const shown = SOURCES_PER_DETAIL[detail];
  const { sites, cutSites } = sitesShown(view, detail);
  const coverage = {
    dimensions_assessed: [...view.dimensionsAssessed],
    sites,
    sites_total: view.sites.length,
    sensors: sensors
      .toSorted((a, b) => Number(b.silent) - Number(a.silent))
      .slice(0, shown)
      .map(({ sensor, site, lastEvent, silent }) => ({
        sensor,
        site,
        last_event: isoOrNull(lastEvent),
        silent,
      })),
    sensors_total: sensors.length,
    feeds: feeds
      .toSorted((a, b) => a.asOf - b.asOf)
      .slice(0, shown)
      .map(({ id, asOf, indicators }) => ({ feed: id, as_of: iso(asOf), indicators })),
    feeds_total: feeds.length,
    policies: view.policies.length,
  };
  const cuts = [
    cutSites,
    cut('sensors', sensors.length > shown, detail, 'stance sensors list'),
    cut('feeds', feeds.length > shown, detail, 'stance intel list'),
  ];
  return { coverage, cuts };
}
