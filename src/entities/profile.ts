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
  const { id, site, common, reported, enrolment, firstSeen, lastSeen } = device;
  return {
    id,
    site,
    type: device.isMachine ? 'device' : 'workload',
    kind: common?.kind ?? reported?.deviceKind ?? null,
    // What is its own is read when somebody asks: an event needs none of it.
    get name() {
      return device.entry?.name ?? null;
    },
    manufacturer: common?.manufacturer ?? reported?.manufacturer ?? null,
    model: common?.model ?? reported?.model ?? null,
    firmware: common?.firmware ?? reported?.firmware ?? null,
    owner: common?.owner ?? null,
    criticality: common?.criticality ?? 'normal',
    roles: common?.roles ?? NONE,
    tags: common?.tags ?? NONE,
    supportEnds: common?.supportEnds ?? null,
    enrolment,
    firstSeen,
    lastSeen,
    alias,
    get workloads() {
      return device.entry?.workloads ?? NONE;
    },
    host: null,
    shared,
  };
}

/** The part of a profile by which most of a large fleet is passed over. */
export type ProfileGist = Pick<
  EntityProfile,
  'id' | 'type' | 'alias' | 'kind' | 'site' | 'enrolment' | 'criticality'
>;

export function deviceGist(device: Device, alias: WorkloadId | null): ProfileGist {
  const { id, site, common, reported, enrolment } = device;
  const kind = common?.kind ?? reported?.deviceKind ?? null;
  const criticality = common?.criticality ?? 'normal';
  return { id, site, type: device.isMachine ? 'device' : 'workload', kind, alias, enrolment, criticality };
}

export function workloadProfile(
  workload: Workload,
  host: Device | undefined,
  hostId: Device['id'],
): LivingProfile {
  const { id, facts, enrolledAt, isProven, firstSeen, lastSeen } = workload;
  const entry = host?.entry ?? null;
  return {
    ...NOTHING_DECLARED,
    id,
    type: 'workload',
    site: host?.site ?? workloadWithoutHost(id),
    kind: facts.kind,
    owner: entry?.owner ?? null,
    criticality: entry?.criticality ?? 'normal',
    enrolment: { state: 'enrolled', at: enrolledAt, by: isProven === true ? 'certificate' : 'inventory' },
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
