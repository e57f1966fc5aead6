import type { BaselineView, EngineView, EntityView } from '../engine/index.ts';
import {
  type Detail,
  type DevicePosture,
  type FirmwareStatus,
  isoOrNull,
  iso,
  LIMITS,
  type UserPosture,
  type WorkloadPosture,
} from '../model/index.ts';
import { assessmentAnswer } from './factor-answers.ts';
import { fleetPeers } from './fleet-wide.ts';
import { type Clock, framing, rounded } from './framing.ts';
import { cut, type LeftOut, NO_MORE, spelt } from './left-out.ts';
import { leftOut } from './not-kept.ts';
import { vulnerabilityAnswers } from './vulnerability-answers.ts';

/** A device's are beside much else. */
const WEAKNESSES_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 2, standard: 5, full: 200 };
/** A workload's components, and its vulnerabilities. */
const SOFTWARE_PER_DETAIL: Readonly<Record<Detail, number>> = {
  concise: 5,
  standard: 10,
  full: 200,
};
const LIST_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 5, standard: 20, full: 200 };
/** Each is named twice: with its mode, too. */
const POLICIES_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 5, standard: 10, full: 100 };

/** The longest idle give way, so that all of those kept were active of late. */
const MORE_DEVICES = {
  what: `devices beyond the ${LIMITS.devicesPerUser} active last: no more are remembered of a user`,
  how_to_get: NO_MORE,
};

export function devicePosture(
  view: EngineView,
  device: EntityView,
  asked: string,
  detail: Detail,
  clock: Clock,
): DevicePosture {
  const { profile } = device;
  const baseline = device.baseline();
  const known = baseline.knownDestinations;
  const shown = LIST_PER_DETAIL[detail];
  const { policies, cutPolicies } = policiesShown(device, detail);
  const weaknesses = device.vulnerabilities();
  const own = WEAKNESSES_PER_DETAIL[detail];
  const peers = fleetPeers(view, device, baseline.established ?? false);
  return {
    device_id: asked,
    device_type: profile.kind ?? 'unknown',
    manufacturer: profile.manufacturer,
    firmware_version: profile.firmware,
    firmware_status: firmwareStatus(device, view),
    enrolled_at: profile.enrolment.state === 'enrolled' ? iso(profile.enrolment.at) : null,
    trust_level: device.trustLevel,
    addresses: device.addresses().slice(0, shown),
    ...assessmentAnswer(device, detail),
    // Only where there are any: of most devices nothing is known to list.
    ...(weaknesses.length === 0 ? {} : { vulnerabilities: vulnerabilityAnswers(weaknesses, own, detail) }),
    behavioral_baseline: {
      established: baseline.established,
      established_at: isoOrNull(baseline.establishedAt),
      avg_connections_per_hour: roundedOrNull(baseline.connectionsPerHour, 1),
      known_destinations: known?.slice(0, shown) ?? [],
      known_destinations_total: known?.length ?? null,
      deviation_score: roundedOrNull(baseline.deviation, 2),
      maturity: roundedOrNull(baseline.maturity, 2),
      ...(peers === undefined ? {} : { fleet_peers: peers }),
    },
    ...policies,
    last_seen: isoOrNull(profile.lastSeen),
    open_anomalies: device.openAnomalies().length,
    ...framing(view, clock, device.confidence),
    ...leftOut(
      view,
      'device',
      cut('known_destinations', (known?.length ?? 0) > shown, detail),
      forgotten(baseline),
      cut('vulnerabilities', weaknesses.length > own, detail),
      cutPolicies,
    ),
  };
}

/** A person's devices, each with its own risk; no destinations, and no other person. */
export function userPosture(
  view: EngineView,
  user: EntityView,
  asked: string,
  detail: Detail,
  clock: Clock,
): UserPosture {
  const devices = user.devices();
  const shown = LIST_PER_DETAIL[detail];
  return {
    user_id: asked,
    pseudonym: user.id,
    ...assessmentAnswer(user, detail),
    devices: devices.slice(0, shown).map(({ device, lastActive }) => ({
      device_id: device.id,
      device_type: device.profile.kind ?? 'unknown',
      risk_score: device.riskScore,
      risk_level: device.riskLevel,
      last_active: iso(lastActive),
    })),
    sign_ins_24h: user.signIns24h(),
    first_seen: isoOrNull(user.profile.firstSeen),
    last_seen: isoOrNull(user.profile.lastSeen),
    open_anomalies: user.openAnomalies().length,
    ...framing(view, clock, user.confidence),
    ...leftOut(
      view,
      'user',
      cut('devices', devices.length > shown, detail),
      devices.length >= LIMITS.devicesPerUser ? MORE_DEVICES : null,
    ),
  };
}

export function workloadPosture(
  view: EngineView,
  workload: EntityView,
  asked: string,
  detail: Detail,
  clock: Clock,
): WorkloadPosture {
  const { profile } = workload;
  const named = profile.workloads.find(
    ({ id }) => id === asked || id === workload.id || id === profile.alias,
  );
  const shown = SOFTWARE_PER_DETAIL[detail];
  const components = workload.components();
  const vulnerabilities = workload.vulnerabilities();
  const { policies, cutPolicies } = policiesShown(workload, detail);
  return {
    workload_id: asked,
    device_id: profile.host ?? (profile.type === 'device' ? workload.id : null),
    kind: named?.kind ?? profile.kind ?? 'unknown',
    image: named?.image ?? null,
    instances: named?.instances ?? 1,
    trust_level: workload.trustLevel,
    components: components.slice(0, shown).map(({ name, version }) => ({ name, version })),
    components_total: view.asOf === null ? components.length : null,
    vulnerabilities: vulnerabilityAnswers(vulnerabilities, shown, detail),
    ...assessmentAnswer(workload, detail),
    ...policies,
    last_seen: isoOrNull(profile.lastSeen),
    open_anomalies: workload.openAnomalies().length,
    ...framing(view, clock, workload.confidence),
    ...leftOut(
      view,
      'workload',
      cut('components', components.length > shown, detail, 'search_entities with component'),
      cut('vulnerabilities', vulnerabilities.length > shown, detail, 'search_entities with cve'),
      cutPolicies,
    ),
  };
}

/** The least used give way, so that how many there were is not known. */
function forgotten({ knownDestinations: known, destinationsMet: met }: BaselineView): LeftOut | null {
  const most = LIMITS.destinationsPerEntity;
  if (known === null || met === null || met <= most) return null;
  return {
    what: `destinations beyond the ${most} used most: of at most ${spelt(met)} no more are remembered, nor in known_destinations_total`,
    how_to_get: NO_MORE,
  };
}

function roundedOrNull(value: number | null, digits: number): number | null {
  return value === null ? null : rounded(value, digits);
}

/** Of an earlier instant only the end of support is known. */
function firmwareStatus(device: EntityView, view: EngineView): FirmwareStatus {
  const { supportEnds } = device.profile;
  const ended = supportEnds !== null && view.now !== null && supportEnds <= view.now;
  return ended ? 'eol' : device.firmwareStatus();
}

/** Enforced ones first, and of each mode those that decide before others. */
function policiesShown(entity: EntityView, detail: Detail) {
  const all = entity
    .policies()
    .toSorted((a, b) => Number(b.mode === 'enforce') - Number(a.mode === 'enforce'));
  const shown = all.slice(0, POLICIES_PER_DETAIL[detail]);
  const policies = {
    active_policies: shown.map(({ id }) => id),
    policy_modes: shown.map(({ id, mode }) => ({ policy_id: id, mode })),
    active_policies_total: all.length,
  };
  return {
    policies,
    cutPolicies: cut('active_policies', all.length > shown.length, detail, 'stance policy list'),
  };
}
