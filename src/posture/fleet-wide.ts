import type { EngineView, EntityView } from '../engine/index.ts';
import {
  cohortsOf,
  FEATURE,
  type FleetPeers,
  type FleetProvenance,
  type FleetWide,
  iso,
  type Release,
} from '../model/index.ts';
import { bandsOf, scoreOf, type Sums, spreadOf } from './sums-told.ts';

/** All sites together, as the key holder let them out last. */
export function fleetWide({ fleetRelease: release }: EngineView): FleetWide | null {
  if (release === null) return null;
  const { whole } = release;
  const provenance = provenanceOf(release);
  const { round_at: roundAt, sites, suppressed } = provenance;
  return {
    score: scoreOf(whole) ?? 0,
    bands: bandsOf(whole),
    devices: whole[FEATURE.devices] ?? 0,
    round_at: roundAt,
    sites,
    suppressed,
    provenance,
  };
}

export function provenanceOf(release: Release): FleetProvenance {
  return {
    method: 'bfv-aggregate',
    round: release.round,
    round_at: iso(release.releasedAt),
    minimum_group: release.minimumGroup,
    suppressed: release.cohorts.filter((each) => 'suppressed' in each).length,
    key_id: release.keyId,
    sites: release.sites.length,
  };
}

/**
 * What others of its kind are like at all sites, where this site cannot say: it knows fewer of them than the minimum
 * group, or this one is young. `undefined` where it can, and where nothing of the kind was let out.
 */
export function fleetPeers(
  view: EngineView,
  { profile }: EntityView,
  isEstablished: boolean,
): FleetPeers | undefined {
  const { fleetRelease: release } = view;
  if (release === null || profile.kind === null) return undefined;
  const cohort = cohortsOf(release.cohorts.map((each) => each.cohort))(profile.kind);
  const released = release.cohorts[cohort];
  // The first is of all kinds that have no place of their own: no peers of each other.
  if (cohort === 0 || released === undefined || 'suppressed' in released) return undefined;
  const alike = view.fleet().value.scoreByType[profile.kind]?.entities ?? 0;
  if (isEstablished && alike >= release.minimumGroup) return undefined;
  return peersIn(released.cohort, released.sums, release);
}

function peersIn(cohort: string, sums: Sums, { releasedAt }: Release): FleetPeers {
  return {
    cohort,
    devices: sums[FEATURE.devices] ?? 0,
    round_at: iso(releasedAt),
    connections_per_hour: spreadOf(sums, 'connections'),
    bytes_per_hour: spreadOf(sums, 'bytes'),
    destinations: spreadOf(sums, 'destinations'),
  };
}
