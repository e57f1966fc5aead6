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
export class DeviceProfile implements LivingProfile {
  readonly id: Device['id'];
  readonly site: EntityProfile['site'];
  readonly type: EntityProfile['type'];
  readonly kind: EntityProfile['kind'];
  readonly manufacturer: EntityProfile['manufacturer'];
  readonly model: EntityProfile['model'];
  readonly firmware: EntityProfile['firmware'];
  readonly owner: EntityProfile['owner'];
  readonly criticality: EntityProfile['criticality'];
  readonly roles: EntityProfile['roles'];
  readonly tags: EntityProfile['tags'];
  readonly supportEnds: EntityProfile['supportEnds'];
  readonly enrolment: EntityProfile['enrolment'];
  firstSeen: EntityProfile['firstSeen'];
  lastSeen: EntityProfile['lastSeen'];
  readonly alias: WorkloadId | null;
  readonly host = null;
  readonly shared: EntityProfile['shared'];
  readonly #device: Device;

  constructor(device: Device, alias: WorkloadId | null, shared: EntityProfile['shared']) {
    const { id, site, common, reported, enrolment, firstSeen, lastSeen } = device;
    this.id = id;
    this.site = site;
    this.type = device.isMachine ? 'device' : 'workload';
    this.kind = common?.kind ?? reported?.deviceKind ?? null;
    this.manufacturer = common?.manufacturer ?? reported?.manufacturer ?? null;
    this.model = common?.model ?? reported?.model ?? null;
    this.firmware = common?.firmware ?? reported?.firmware ?? null;
    this.owner = common?.owner ?? null;
    this.criticality = common?.criticality ?? 'normal';
    this.roles = common?.roles ?? NONE;
    this.tags = common?.tags ?? NONE;
    this.supportEnds = common?.supportEnds ?? null;
    this.enrolment = enrolment;
    this.firstSeen = firstSeen;
    this.lastSeen = lastSeen;
    this.alias = alias;
    this.shared = shared;
    this.#device = device;
  }

  // What is its own is read when somebody asks: an event needs none of it.
  get name(): EntityProfile['name'] {
    return this.#device.entry?.name ?? null;
  }

  get workloads(): EntityProfile['workloads'] {
    return this.#device.entry?.workloads ?? NONE;
  }
}

/**
 * As it is now: the directory's goes along with the entity. A device's is no plain object, and part of it would be left behind by
 * `...`. The order is that in which histories hold facts.
 */
export function profileNow(profile: EntityProfile): EntityProfile {
  if (!(profile instanceof DeviceProfile)) return { ...profile };
  const { id, site, type, kind, name, manufacturer, model, firmware, owner, criticality } = profile;
  const { roles, tags, supportEnds, enrolment, firstSeen, lastSeen, alias, workloads, host, shared } =
    profile;
  return {
    id,
    site,
    type,
    kind,
    name,
    manufacturer,
    model,
    firmware,
    owner,
    criticality,
    roles,
    tags,
    supportEnds,
    enrolment,
    firstSeen,
    lastSeen,
    alias,
    workloads,
    host,
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
