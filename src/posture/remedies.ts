import { type EntityView, weighs } from '../engine/index.ts';
import type { FactorName, HypotheticalChange, PolicyId } from '../model/index.ts';

type Weakness = ReturnType<EntityView['vulnerabilities']>[number];

/** @param confining policies that deny whatever is left */
type Remedy = (
  entity: EntityView,
  factor: FactorName,
  confining: ReadonlySet<PolicyId>,
) => readonly HypotheticalChange[];

const RENEW: Remedy = () => [{ kind: 'renew_certificate' }];
const REPLACE: Remedy = () => [{ kind: 'replace_device' }];
const UPDATE: Remedy = (entity) => (isUpdatable(entity) ? [{ kind: 'update_firmware' }] : []);
/** The worst alone counts, so that what has it comes first; where several have the like, all together. */
const MEND: Remedy = (entity, factor) => {
  const isExploited = factor === 'known_exploited_vulnerability';
  const weighing = entity.vulnerabilities().filter((each) => weighs(each) && each.exploited === isExploited);
  const [worst] = weighing;
  if (worst === undefined) return [];
  const own = entity.firmwareComponent();
  const isOneAlone = weighing.every((each) => partOf(each) === partOf(worst));
  const isFirmware = own !== null && worst.match?.component === own;
  return [
    ...UPDATE(entity, factor, NOBODY),
    ...(isFirmware ? [] : [patchOf(worst)]),
    ...(isOneAlone ? [] : [{ kind: 'patch' } as const]),
  ];
};
const ENFORCE: Remedy = (entity) =>
  entity
    .policies()
    .filter(({ mode }) => mode === 'monitor')
    .map(({ id }) => ({ kind: 'enforce_policy', policy: id }));
const CONFINE: Remedy = (entity, factor, confining) =>
  ENFORCE(entity, factor, confining).filter(({ policy }) => confining.has(policy as PolicyId));
const REMEDIATE: Remedy = (entity, factor) =>
  entity
    .openAnomalies()
    .filter(({ type }) => type === factor)
    .map(({ id }) => ({ kind: 'close_anomaly', anomaly: id, verdict: 'remediated' }));
const NOBODY: ReadonlySet<PolicyId> = new Set();

/** What mends a factor. Where only a person can tell, there is nothing to simulate. */
const REMEDIES: Readonly<Partial<Record<FactorName, Remedy>>> = {
  certificate_expired: RENEW,
  certificate_expiring: RENEW,
  certificate_weak: RENEW,
  certificate_untrusted: RENEW,
  certificate_revoked: RENEW,
  firmware_eol: REPLACE,
  firmware_support_ending: REPLACE,
  firmware_outdated: UPDATE,
  not_enrolled: () => [{ kind: 'enrol' }],
  vulnerability: MEND,
  known_exploited_vulnerability: MEND,
  policy_monitor_only: ENFORCE,
  least_privilege_not_enforced: CONFINE,
  lateral_movement_attempt: REMEDIATE,
  port_scan: REMEDIATE,
  beaconing: REMEDIATE,
  data_exfiltration: REMEDIATE,
  dns_tunnel: REMEDIATE,
  dga_domains: REMEDIATE,
  brute_force: REMEDIATE,
  credential_misuse: REMEDIATE,
  new_service: REMEDIATE,
  volume_anomaly: REMEDIATE,
  policy_evasion: REMEDIATE,
  unexpected_offline: REMEDIATE,
};

/** Changes by which an entity would lose a factor, or a part of it; whom they are for is said by who has it. */
export function remediesFor(
  entity: EntityView,
  factor: FactorName,
  confining: ReadonlySet<PolicyId>,
): readonly HypotheticalChange[] {
  return REMEDIES[factor]?.(entity, factor, confining) ?? [];
}

/**
 * Of changes for one entity each, those that are made at once: one update or purchase is for machines of one model, one
 * renewal for one machine, and so is mending all that it has; people are no devices.
 */
export function groupOf({ id, profile }: EntityView, change: HypotheticalChange): string {
  const { kind, cve, component } = change;
  const model = `${profile.manufacturer} ${profile.model ?? profile.kind}`;
  switch (kind) {
    case 'enrol':
      return String(profile.type === 'user');
    case 'renew_certificate':
      return id;
    case 'replace_device':
      return model;
    case 'update_firmware':
      return `${model} ${profile.firmware}`;
    case 'patch':
      return cve === undefined && component === undefined ? id : '';
    case 'enforce_policy':
    case 'close_anomaly':
      return '';
  }
}

export function takesEntities({ kind }: HypotheticalChange): boolean {
  return kind !== 'enforce_policy' && kind !== 'close_anomaly';
}

/** Of a firmware past its end there is no newer one. */
function isUpdatable({ profile, factorNames }: EntityView): boolean {
  return profile.type === 'device' && profile.firmware !== null && !factorNames.includes('firmware_eol');
}

/** What is mended at once: a component, with all that is known of it; what a scanner says names none. */
function partOf({ cve, match }: Weakness): string {
  return match?.component ?? cve;
}

function patchOf({ cve, match }: Weakness): HypotheticalChange {
  return match === undefined ? { kind: 'patch', cve } : { kind: 'patch', component: match.component };
}
