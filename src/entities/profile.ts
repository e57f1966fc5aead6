import type { EntityProfile, EpochMs, WorkloadId } from '../model/index.ts';
import type { Device, Workload } from './device.ts';
import type { User } from './users.ts';

/** One for all that declare none. */
const NONE: readonly never[] = Object.freeze([]);

const NOTHING_DECLARED = {
  kind: null,
  name: null,
  manufacturer: null,
  model: null,
  firmware: null,
  owner: null,
  criticality: 'normal',
  roles: NONE,
  tags: NONE,
  supportEnds: null,
  alias: null,
  workloads: NONE,
  host: null,
  shared: 'no',
} as const satisfies Partial<EntityProfile>;

/** A profile whose span of sightings goes along with the entity's. */
export type LivingProfile = EntityProfile & { firstSeen: EpochMs | null; lastSeen: EpochMs | null };

/** The operator's word first, then what asset systems reported. */
export function deviceProfile(
  device: Device,
  alias: WorkloadId | null,
  shared: EntityProfile['shared'],
): LivingProfile {
  const { id, site, entry, reported, enrolment, firstSeen, lastSeen } = device;
  return {
    id,
    site,
    type: device.isMachine ? 'device' : 'workload',
    kind: entry?.kind ?? reported?.deviceKind ?? null,
    name: entry?.name ?? null,
    manufacturer: entry?.manufacturer ?? reported?.manufacturer ?? null,
    model: entry?.model ?? reported?.model ?? null,
    firmware: entry?.firmware ?? reported?.firmware ?? null,
    owner: entry?.owner ?? null,
    criticality: entry?.criticality ?? 'normal',
    roles: entry?.roles ?? NONE,
    tags: entry?.tags ?? NONE,
    supportEnds: entry?.supportEnds ?? null,
    enrolment,
    firstSeen,
    lastSeen,
    alias,
    workloads: entry?.workloads ?? NONE,
    host: null,
    shared,
  };
}

/** The part of a profile by which most of a large fleet is passed over. */
export type ProfileGist = Pick<EntityProfile, 'id' | 'type' | 'alias' | 'kind' | 'site' | 'enrolment'>;

export function deviceGist(device: Device, alias: WorkloadId | null): ProfileGist {
  const { id, site, reported, enrolment } = device;
  const kind = device.declaredKind ?? reported?.deviceKind ?? null;
  return { id, site, type: device.isMachine ? 'device' : 'workload', kind, alias, enrolment };
}

export function workloadProfile(
  workload: Workload,
  host: Device | undefined,
  hostId: Device['id'],
): LivingProfile {
  const { id, facts, enrolledAt, firstSeen, lastSeen } = workload;
  const entry = host?.entry ?? null;
  return {
    ...NOTHING_DECLARED,
    id,
    type: 'workload',
    site: host?.site ?? workloadWithoutHost(id),
    kind: facts.kind,
    owner: entry?.owner ?? null,
    criticality: entry?.criticality ?? 'normal',
    enrolment: { state: 'enrolled', at: enrolledAt, by: 'inventory' },
    firstSeen,
    lastSeen,
    workloads: [facts],
    host: hostId,
  };
}

export function userProfile(user: User): LivingProfile {
  const { id, site, nature, enrolment, firstSeen, lastSeen } = user;
  return { ...NOTHING_DECLARED, id, type: 'user', site, kind: nature, enrolment, firstSeen, lastSeen };
}

function workloadWithoutHost(id: WorkloadId): never {
  throw new Error(`entities: workload ${id} has no host; every workload is made with one`);
}

/** When an entity was seen first and last. */
export type Span = Pick<EntityProfile, 'firstSeen' | 'lastSeen'>;

export function spanOfBoth(a: Span, b: Span): Span {
  return {
    firstSeen: either(Math.min, a.firstSeen, b.firstSeen),
    lastSeen: either(Math.max, a.lastSeen, b.lastSeen),
  };
}

function either(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
