import { profileNow } from '../entities/index.ts';
import {
  type Anomaly,
  type AnomalyId,
  atOnce,
  type EntityId,
  type EpochMs,
  LIMITS,
  type PolicyId,
} from '../model/index.ts';
import { appliesTo, type PolicyDecider } from '../policy/index.ts';
import type { FleetAggregate, FleetValue } from '../scoring/index.ts';
import type { Engine } from './engine.ts';
import { merged, valueOf } from './fleet-sums.ts';
import type { Grounds, MeasuringGrounds } from './grounds.ts';
import type { Known } from './known.ts';
import type { Vulnerability } from './software.ts';
import type { Standings } from './standings.ts';
import type { Standing } from './standing.ts';

/** A change that is supposed, to ask how the fleet would stand. */
export type Supposition =
  | {
      readonly kind: 'update_firmware' | 'renew_certificate' | 'enrol' | 'replace_device';
      readonly entities: readonly EntityId[];
    }
  | Patch
  | { readonly kind: 'enforce_policy'; readonly policy: PolicyId }
  | {
      readonly kind: 'close_anomaly';
      readonly anomaly: AnomalyId;
      readonly entity: EntityId;
      readonly verdict: 'false_positive' | 'remediated';
    };

/** What is to be mended: a vulnerability, all that is known of a component, or, where neither is said, all that is known. */
interface Patch {
  readonly kind: 'patch';
  /** In capitals: its own name, or that of the advisory that tells of it. */
  readonly cve: string | null;
  readonly component: string | null;
  readonly entities: readonly EntityId[] | null;
}

export interface Supposed {
  readonly entities: readonly {
    readonly id: EntityId;
    readonly before: Standing;
    readonly after: Standing;
  }[];
  /** Entities concerned beyond the bound: not looked at. */
  readonly leftOut: number;
  readonly fleet: { readonly before: FleetValue; readonly after: FleetValue };
}

/** Entities read before others may have their turn: a fraction of a millisecond. */
const PORTION = 256;
/** A reading that stops between two portions. */
export type Portions<T> = Generator<undefined, T, undefined>;

/**
 * How the fleet would stand: what is known of each entity concerned is altered in a copy, then measured, published
 * and judged by the engine's own functions. Nothing is written; the sums are copies of the fleet's.
 */
export function whatIf(
  engine: Engine,
  suppositions: readonly Supposition[],
  limit: number,
  concerned: ReadonlySet<EntityId> = atOnce(concernedBy(engine, suppositions)),
): Supposed {
  const decider = supposedDecider(engine, suppositions);
  const sums = {
    enrolled: merged(engine.partitions, 'enrolled'),
    discovered: merged(engine.partitions, 'discovered'),
  };
  const before = valueOf(sums.enrolled, sums.discovered);
  const entities = [...concerned].slice(0, limit).flatMap((id) => {
    const stands = supposedOf(engine, id, suppositions, decider);
    if (stands === null) return [];
    basisIn(sums, stands.before).remove(stands.before);
    basisIn(sums, stands.after).add(stands.after);
    return [{ id, ...stands }];
  });
  const after = valueOf(sums.enrolled, sums.discovered);
  return { entities, leftOut: Math.max(0, concerned.size - limit), fleet: { before, after } };
}

function basisIn(
  sums: { readonly enrolled: FleetAggregate; readonly discovered: FleetAggregate },
  { isEnrolled }: Standing,
): FleetAggregate {
  return isEnrolled ? sums.enrolled : sums.discovered;
}

/** Measured as of when it was settled, so that nothing but the supposition makes a difference. */
function supposedOf(
  engine: Engine,
  id: EntityId,
  suppositions: readonly Supposition[],
  decider: PolicyDecider,
): { before: Standing; after: Standing } | null {
  const partition = engine.partitionOf(id);
  const profile = engine.directory.profile(id);
  const before = partition.standing(id);
  if (profile === null || before === null) return null;
  const row = partition.rows.find(id);
  const known = suppositions.reduce(
    (each, supposition) => altered(each, supposition, before.at),
    partition.settling.known(row, profile, before.at),
  );
  const grounds = supposedGrounds(partition.settling.grounds, decider, suppositions);
  return { before, after: partition.settling.supposed(row, known, grounds, before.at) };
}

function altered(known: Known, supposition: Supposition, now: EpochMs): Known {
  const { profile, history } = known;
  switch (supposition.kind) {
    case 'enforce_policy':
    case 'close_anomaly':
      return known;
    case 'patch':
      return names(supposition.entities, profile.id)
        ? without(known, (weakness) => isMeant(weakness, supposition))
        : known;
    case 'renew_certificate':
      return names(supposition.entities, profile.id) ? renewed(known, now) : known;
    case 'enrol': {
      const isNew = names(supposition.entities, profile.id) && profile.enrolment.state === 'discovered';
      const enrolment = { state: 'enrolled', at: now, by: 'operator' } as const;
      return isNew ? { ...known, profile: { ...profileNow(profile), enrolment } } : known;
    }
    case 'update_firmware':
      if (!names(supposition.entities, profile.id)) return known;
      return withoutFirmware(known);
    case 'replace_device':
      if (!names(supposition.entities, profile.id)) return known;
      return {
        ...withoutFirmware(known),
        history: { ...history, software: null },
        threats: [],
        certificates: [],
        identity: null,
      };
  }
}

/** Nothing is left to say against what it shows; a key that it had proven, it proves again. */
function renewed(known: Known, now: EpochMs): Known {
  const { identity } = known;
  if (identity === null) return { ...known, certificates: [] };
  const fresh = {
    state: 'enrolled',
    certificate: null,
    problems: [],
    provenAt: now,
    isProven: true,
  } as const;
  return {
    ...known,
    certificates: [],
    identity: { ...identity, ...fresh, isLate: false, revokedAt: null, changes: [] },
  };
}

/** A machine without workloads is its firmware, so that what is reported of it is mended with it. */
function withoutFirmware(known: Known): Known {
  const supported = {
    ...known,
    profile: { ...profileNow(known.profile), supportEnds: null },
    firmware: null,
  };
  if (known.profile.workloads.length === 0) return without(supported, () => true);
  const own = known.firmware?.component.name;
  return without(supported, ({ match }) => match !== undefined && match.component === own);
}

type Weakness = Pick<Vulnerability, 'cve' | 'match'>;

function without(known: Known, isMended: (weakness: Weakness) => boolean): Known {
  const { software } = known.history;
  if (software === null) return known;
  const left = software.vulnerabilities().filter((each) => !isMended(each));
  return { ...known, history: { ...known.history, software: { vulnerabilities: () => left } } };
}

function names(entities: readonly EntityId[] | null, id: EntityId): boolean {
  return entities === null || entities.includes(id);
}

function supposedDecider({ decider }: Engine, suppositions: readonly Supposition[]): PolicyDecider {
  const enforced = new Set(
    suppositions.flatMap((each) => (each.kind === 'enforce_policy' ? [each.policy] : [])),
  );
  return enforced.size === 0 ? decider : decider.enforcing(enforced);
}

function supposedGrounds(
  grounds: Grounds,
  decider: PolicyDecider,
  suppositions: readonly Supposition[],
): MeasuringGrounds {
  const { anomalies, violations, coverage, connected, scoring } = grounds;
  const as = (anomaly: Anomaly) => closedBy(anomaly, suppositions);
  return {
    violations,
    coverage,
    connected,
    scoring,
    decider,
    clockOf: (site) => grounds.clockOf(site),
    anomalies: {
      of: (id) => anomalies.of(id).map(as),
      open: (id) =>
        anomalies
          .open(id)
          .map(as)
          .filter(({ status }) => status !== 'closed'),
      nextQuietClose: (id) => anomalies.nextQuietClose(id),
    },
  };
}

function closedBy(anomaly: Anomaly, suppositions: readonly Supposition[]): Anomaly {
  for (const each of suppositions) {
    if (each.kind === 'close_anomaly' && each.anomaly === anomaly.id) {
      const remediated = each.verdict === 'remediated';
      return {
        ...anomaly,
        status: 'closed',
        verdict: remediated ? 'true_positive' : 'false_positive',
        remediated,
      };
    }
    // Another machine has done nothing yet.
    if (each.kind === 'replace_device' && each.entities.includes(anomaly.entity))
      return { ...anomaly, status: 'closed', remediated: true };
  }
  return anomaly;
}

/** Whom suppositions concern, up to one more than are tried. Who looks for them among everybody gives way between two portions. */
export function* concernedBy(
  engine: Engine,
  suppositions: readonly Supposition[],
): Portions<ReadonlySet<EntityId>> {
  const concerned = new Set<EntityId>();
  for (const each of suppositions) {
    if (each.kind === 'close_anomaly') concerned.add(each.entity);
    else if (each.kind === 'enforce_policy') yield* addAll(concerned, heldBy(engine, each.policy));
    else yield* addAll(concerned, suffering(engine, each));
  }
  return concerned;
}

function* addAll(set: Set<EntityId>, ids: Iterable<EntityId | undefined>): Portions<void> {
  for (const id of ids) {
    if (set.size > LIMITS.entitiesSupposed) return;
    if (id === undefined) yield;
    else set.add(id);
  }
}

/** Whom a policy applies to that only watching policies hold, or that nothing enforced confines: all that its mode decides. */
function* heldBy({ partitions, directory, decider }: Engine, id: PolicyId): Iterable<EntityId | undefined> {
  const policy = decider.policies.find((each) => each.id === id);
  if (policy === undefined) return;
  let read = 0;
  for (const { rows, standings } of partitions) {
    for (const row of rows.all()) {
      if (++read % PORTION === 0) yield undefined;
      if (!BY_MODE.some((name) => standings.published(row, name) > 0)) continue;
      const profile = directory.profile(rows.id(row));
      if (profile !== null && appliesTo(policy, profile)) yield rows.id(row);
    }
  }
}

const BY_MODE = ['policy_monitor_only', 'least_privilege_not_enforced'] as const;

/** Those named, or whoever has the weakness. */
function suffering(
  engine: Engine,
  supposition: Extract<Supposition, { readonly entities: unknown }>,
): Iterable<EntityId | undefined> {
  return supposition.kind === 'patch' && supposition.entities === null
    ? having(engine, supposition)
    : (supposition.entities ?? []);
}

/**
 * What is to be mended that nobody has, or none of those named: vulnerabilities, or components that have none. Who says so
 * has read what is reported of everybody: between two portions others may have their turn.
 */
export function* unknownIn(
  engine: Engine,
  suppositions: readonly Supposition[],
): Portions<readonly string[]> {
  const unknown = new Set<string>();
  for (const each of suppositions) {
    if (each.kind !== 'patch') continue;
    const isKnown =
      each.entities === null
        ? yield* isAnybodys(engine, each)
        : each.entities.some((id) => isOf(engine, id, each));
    const name = each.cve ?? each.component;
    if (!isKnown && name !== null) unknown.add(name);
  }
  return [...unknown];
}

function isOf(engine: Engine, id: EntityId, patch: Patch): boolean {
  const profile = engine.directory.profile(id);
  return profile !== null && isIn(engine.partitionOf(profile.id).weaknesses(profile).weaknesses, patch);
}

/** What weighs too little to be published is reported all the same. */
function* isAnybodys(engine: Engine, patch: Patch): Portions<boolean> {
  let read = 0;
  for (const { rows, histories, standings, settling } of engine.partitions) {
    for (const row of rows.all()) {
      if (++read % PORTION === 0) yield;
      if (isIn(histories.software(row)?.vulnerabilities() ?? [], patch)) return true;
      if (!isPublishedWeak(standings, row)) continue;
      const profile = engine.directory.profile(rows.id(row));
      if (profile !== null && isIn(settling.weaknesses(row, profile).weaknesses, patch)) return true;
    }
  }
  return false;
}

function isPublishedWeak(standings: Standings, row: number): boolean {
  return (
    standings.published(row, 'vulnerability') > 0 ||
    standings.published(row, 'known_exploited_vulnerability') > 0
  );
}

function isIn(weaknesses: readonly Weakness[], patch: Patch): boolean {
  return weaknesses.some((each) => isMeant(each, patch));
}

function isMeant({ cve, match }: Weakness, patch: Patch): boolean {
  const isNamed =
    patch.cve === null || cve.toUpperCase() === patch.cve || match?.advisory.toUpperCase() === patch.cve;
  return isNamed && (patch.component === null || match?.component === patch.component);
}

function* having({ partitions, directory }: Engine, patch: Patch): Iterable<EntityId | undefined> {
  let read = 0;
  for (const { rows, standings, settling } of partitions) {
    for (const row of rows.all()) {
      if (++read % PORTION === 0) yield undefined;
      if (!isPublishedWeak(standings, row)) continue;
      const profile = directory.profile(rows.id(row));
      const weaknesses = profile === null ? [] : settling.weaknesses(row, profile).weaknesses;
      if (isIn(weaknesses, patch)) yield rows.id(row);
    }
  }
}
