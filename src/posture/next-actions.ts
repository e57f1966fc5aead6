import type { EntityView, LiveView } from '../engine/index.ts';
import {
  type Detail,
  type EntityId,
  entityTypeOf,
  type FactorName,
  type HypotheticalChange,
  LIMITS,
  type PolicyId,
  type PostureSimulation,
} from '../model/index.ts';
import { inPoints } from './framing.ts';
import { pointsOf } from './regained.ts';
import { suppositionsOf } from './suppositions.ts';
import { isProblem } from './asked-entity.ts';
import type { Turn } from './turns.ts';

type NextAction = PostureSimulation['next_actions'][number];

/** Candidates that are tried, the most promising first, and on how many entities each: a fraction of a second. */
const CANDIDATES = 24;
const TRIED_ON = 200;
/** Entities looked at before others have their turn. */
const PORTION = 128;
const SHOWN: Readonly<Record<Detail, number>> = { concise: 3, standard: 5, full: 20 };
/** Of a change for many, so many are named; the rest is of the same kind. */
const NAMED: Readonly<Record<Detail, number>> = { concise: 3, standard: 5, full: 100 };

interface Candidate {
  readonly change: HypotheticalChange;
  readonly entities: Set<EntityId>;
  /** Σ of what was published: a rough order, before any is tried. */
  promise: number;
}

/**
 * What to do next: each candidate is tried, and ranked by points regained per device touched. What helps a device and lowers
 * the fleet's mean comes last: a stranger that is enrolled counts in it from then on.
 */
export async function nextActions(
  view: LiveView,
  of: Iterable<EntityView>,
  detail: Detail,
  turn: Turn,
): Promise<NextAction[]> {
  const candidates = (await candidatesIn(view, of, turn))
    .sort((a, b) => b.promise / b.entities.size - a.promise / a.entities.size)
    .slice(0, CANDIDATES);
  const actions: NextAction[] = [];
  for (const each of candidates) {
    actions.push(...tried(view, each));
    await turn();
  }
  return actions
    .sort(
      (a, b) =>
        Number(a.fleet_points < 0) - Number(b.fleet_points < 0) ||
        b.points_per_device - a.points_per_device ||
        b.points - a.points,
    )
    .slice(0, SHOWN[detail])
    .map(({ change, ...gain }) => ({ change: shortened(change, NAMED[detail]), ...gain }));
}

function tried(view: LiveView, { change, entities }: Candidate): NextAction[] {
  const ids = [...entities].slice(0, TRIED_ON);
  const suppositions = suppositionsOf(view, [takesEntities(change) ? { ...change, entities: ids } : change]);
  if (isProblem(suppositions)) return [];
  const { entities: concerned, fleet } = view.whatIf(suppositions, TRIED_ON);
  // Whom it brings nothing has no part in it.
  const touched = concerned.filter((each) => pointsOf(each) !== 0);
  const points = touched.reduce((sum, each) => sum + pointsOf(each), 0);
  if (points <= 0) return [];
  const users = touched.filter(({ id }) => entityTypeOf(id) === 'user').length;
  const whom = ids.filter((id) => touched.some((each) => each.id === id));
  return [
    {
      change: takesEntities(change) ? { ...change, entities: whom } : change,
      devices: touched.length - users,
      users,
      points: inPoints(points),
      points_per_device: inPoints(Math.round(points / touched.length)),
      fleet_points: inPoints(fleet.after.scoreExact - fleet.before.scoreExact),
    },
  ];
}

async function candidatesIn(
  view: LiveView,
  entities: Iterable<EntityView>,
  turn: Turn,
): Promise<Candidate[]> {
  const { confining } = view;
  const candidates = new Map<string, Candidate>();
  let seen = 0;
  for (const entity of entities) {
    if (++seen > LIMITS.entitiesCompared) break;
    if (seen % PORTION === 0) await turn();
    for (const { name, p } of entity.published) {
      for (const change of REMEDIES[name]?.(entity, name, confining) ?? []) {
        const key = JSON.stringify([change, groupOf(entity, change)]);
        const candidate = candidates.get(key) ?? { change, entities: new Set<EntityId>(), promise: 0 };
        candidate.entities.add(entity.id);
        candidate.promise += p;
        candidates.set(key, candidate);
      }
    }
  }
  return [...candidates.values()];
}

/** @param confining policies that deny whatever is left */
type Remedy = (
  entity: EntityView,
  factor: FactorName,
  confining: ReadonlySet<PolicyId>,
) => readonly HypotheticalChange[];

const RENEW: Remedy = () => [{ kind: 'renew_certificate' }];
const REPLACE: Remedy = () => [{ kind: 'replace_device' }];
const PATCH: Remedy = (entity) => entity.vulnerabilities().map(({ cve }) => ({ kind: 'patch', cve }));
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

/** What mends a factor. Where only a person can tell, there is nothing to simulate. */
const REMEDIES: Readonly<Partial<Record<FactorName, Remedy>>> = {
  certificate_expired: RENEW,
  certificate_expiring: RENEW,
  certificate_weak: RENEW,
  certificate_untrusted: RENEW,
  certificate_revoked: RENEW,
  firmware_eol: REPLACE,
  firmware_support_ending: REPLACE,
  not_enrolled: () => [{ kind: 'enrol' }],
  vulnerability: PATCH,
  known_exploited_vulnerability: PATCH,
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

/** One purchase is for machines of one model, one renewal for one machine; people are no devices. */
function groupOf({ id, profile }: EntityView, { kind }: HypotheticalChange): string {
  if (kind === 'enrol') return String(profile.type === 'user');
  if (kind === 'renew_certificate') return id;
  return kind === 'replace_device' ? `${profile.manufacturer} ${profile.model ?? profile.kind}` : '';
}

function takesEntities({ kind }: HypotheticalChange): boolean {
  return kind !== 'enforce_policy' && kind !== 'close_anomaly';
}

function shortened(change: HypotheticalChange, named: number): HypotheticalChange {
  return change.entities === undefined ? change : { ...change, entities: change.entities.slice(0, named) };
}
