import type { EntityProfile, UserId, WorkloadId } from '../model/index.ts';
import type { Device, Workload } from './device.ts';
import type { User } from './users.ts';

const NOTHING_DECLARED = {
  kind: null,
  name: null,
  manufacturer: null,
  model: null,
  firmware: null,
  owner: null,
  criticality: 'normal',
  roles: [],
  tags: [],
  supportEnds: null,
  alias: null,
  workloads: [],
  host: null,
  shared: 'no',
} as const satisfies Partial<EntityProfile>;

/** A device and whatever was merged into it: the operator's word first, then what asset systems reported. */
export function deviceProfile(
  device: Device,
  merged: readonly Device[],
  alias: WorkloadId | null,
  shared: EntityProfile['shared'],
): EntityProfile {
  const { id, site, entry, reported, enrolment } = device;
  const { firstSeen, lastSeen } = merged.reduce(spanOfBoth, device);
  // Written out: it is made anew for every event, and a spread costs as much as all the rest.
  return {
    id,
    site,
    type: isMachine(device) ? 'device' : 'workload',
    kind: entry?.kind ?? reported?.deviceKind ?? null,
    name: entry?.name ?? null,
    manufacturer: entry?.manufacturer ?? reported?.manufacturer ?? null,
    model: entry?.model ?? reported?.model ?? null,
    firmware: entry?.firmware ?? reported?.firmware ?? null,
    owner: entry?.owner ?? null,
    criticality: entry?.criticality ?? 'normal',
    roles: entry?.roles ?? [],
    tags: entry?.tags ?? [],
    supportEnds: entry?.supportEnds ?? null,
    enrolment,
    firstSeen,
    lastSeen,
    alias,
    workloads: entry?.workloads ?? [],
    host: null,
    shared,
  };
}

/** Devices and servers are machines; an entry `wkl_…` of another kind is a workload without a machine of its own. */
function isMachine({ entry }: Device): boolean {
  if (entry === null || entry.id.startsWith('dev_')) return true;
  return entry.kind === 'server';
}

export function workloadProfile(
  workload: Workload,
  host: Device | undefined,
  hostId: Device['id'],
): EntityProfile {
  const { id, facts, enrolledAt, firstSeen, lastSeen } = workload;
  return {
    ...NOTHING_DECLARED,
    id,
    type: 'workload',
    site: host?.site ?? workloadWithoutHost(id),
    kind: facts.kind,
    owner: host?.entry?.owner ?? null,
    criticality: host?.entry?.criticality ?? 'normal',
    enrolment: { state: 'enrolled', at: enrolledAt, by: 'inventory' },
    firstSeen,
    lastSeen,
    workloads: [facts],
    host: hostId,
  };
}

export function userProfile(user: User & { readonly id: UserId }): EntityProfile {
  const { id, site, nature, enrolment, firstSeen, lastSeen } = user;
  return { ...NOTHING_DECLARED, id, type: 'user', site, kind: nature, enrolment, firstSeen, lastSeen };
}

function workloadWithoutHost(id: WorkloadId): never {
  throw new Error(`entities: workload ${id} has no host; every workload is made with one`);
}

type Span = Pick<EntityProfile, 'firstSeen' | 'lastSeen'>;

function spanOfBoth(a: Span, b: Span): Span {
  return {
    firstSeen: either(Math.min, a.firstSeen, b.firstSeen),
    lastSeen: either(Math.max, a.lastSeen, b.lastSeen),
  };
}

function either(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
