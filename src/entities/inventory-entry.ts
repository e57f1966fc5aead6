import { type InventoryEntry, type InventoryWorkload, nearestIds, type SiteId } from '../model/index.ts';
import type { FieldReader } from './inventory-fields.ts';
import * as field from './inventory-fields.ts';

/** An inventory entry as the operator wrote it: MACs and host names in the clear, in memory only. */
export type ClearInventoryEntry = InventoryEntry;

/** A file's row before it is checked; `keys` in the file's own order. */
export type RawEntry = ReadonlyMap<string, unknown>;

/** An entry as read, or a workload that runs on another entry's machine. */
export interface ReadEntry {
  readonly entry: ClearInventoryEntry;
  readonly host: InventoryEntry['id'] | null;
}

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

const ENTRY_FIELDS = {
  id: field.idOf('dev', 'wkl'),
  name: field.text,
  kind: field.word,
  manufacturer: field.text,
  model: field.text,
  firmware: field.version,
  addresses: field.addresses,
  macs: field.macs,
  host_names: field.hostNames,
  certificates: field.certificates,
  serial: field.serial,
  spiffe_id: field.spiffeId,
  site: field.site,
  owner: field.text,
  criticality: field.criticality,
  roles: field.roles,
  tags: field.tags,
  support_ends: field.day,
  workloads: (value: unknown) => value,
  host: field.idOf('dev'),
  image: field.text,
  instances: field.instances,
} as const;

const WORKLOAD_FIELDS = {
  id: field.idOf('wkl'),
  kind: field.workloadKind,
  image: field.text,
  os: field.text,
  instances: field.instances,
  spiffe_id: field.spiffeId,
} as const;

/** The keys that an entry may have, for headers and error messages. */
export const ENTRY_KEYS = Object.keys(ENTRY_FIELDS);

/** Reads the fields of one mapping strictly, and collects what is wrong with each. */
class Fields<R extends Readonly<Record<string, FieldReader<unknown>>>> {
  readonly #readers: R;
  readonly #raw: RawEntry;
  readonly #path: string;
  readonly #problems: FieldProblem[];

  constructor(readers: R, raw: RawEntry, path: string, problems: FieldProblem[]) {
    this.#readers = readers;
    this.#raw = raw;
    this.#path = path;
    this.#problems = problems;
    for (const key of raw.keys()) {
      if (!Object.hasOwn(readers, key))
        problems.push({ field: path + key, message: unknownKey(key, Object.keys(readers)) });
    }
  }

  /** The value of a field; `absent` where the file leaves it out, is empty, or holds what is not allowed. */
  read<K extends keyof R & string, A>(key: K, absent: A): ReturnType<R[K]> | A {
    const raw = this.#raw.get(key);
    if (raw === undefined || raw === null || raw === '') return absent;
    try {
      return this.#readers[key]?.(raw) as ReturnType<R[K]>;
    } catch (error) {
      if (!(error instanceof field.FieldError)) throw error;
      this.problem(key, error.message);
      return absent;
    }
  }

  required<K extends keyof R & string>(key: K): ReturnType<R[K]> | null {
    const before = this.#problems.length;
    const value = this.read(key, null);
    if (value === null && this.#problems.length === before) this.problem(key, 'is required');
    return value;
  }

  problem(key: string, message: string): void {
    this.#problems.push({ field: this.#path + key, message });
  }
}

/** One entry of the file; `null` where something is wrong with it, and `problems` says what. */
export function readEntry(
  raw: RawEntry,
  defaultSite: SiteId | null,
  problems: FieldProblem[],
): ReadEntry | null {
  const before = problems.length;
  const fields = new Fields(ENTRY_FIELDS, raw, '', problems);
  const id = fields.required('id');
  const kind = fields.required('kind');
  const site = fields.read('site', defaultSite);
  if (site === null) fields.problem('site', 'is required: the import names no default site');
  const host = fields.read('host', null);
  const isWorkload = id?.startsWith('wkl_') ?? false;
  for (const key of ['host', 'image', 'instances'] as const) {
    if (raw.has(key) && id !== null && !isWorkload) {
      if (raw.get(key) !== '') fields.problem(key, 'is for workloads (wkl_…) only');
    }
  }
  const [spiffeId, serial] = [fields.read('spiffe_id', null), fields.read('serial', null)];
  if (host !== null && serial !== null)
    fields.problem('serial', 'is for machines: a workload on a host has none');
  const own = isWorkload && host !== null ? ownWorkload(id as `wkl_${string}`, fields, spiffeId) : null;
  const workloads = own === null ? readWorkloads(fields.read('workloads', []), problems) : [own];
  const entry = {
    name: fields.read('name', null),
    manufacturer: fields.read('manufacturer', null),
    model: fields.read('model', null),
    firmware: fields.read('firmware', null),
    addresses: fields.read('addresses', []),
    macs: fields.read('macs', []),
    hostNames: fields.read('host_names', []),
    certificates: fields.read('certificates', []),
    owner: fields.read('owner', null),
    criticality: fields.read('criticality', 'normal'),
    roles: fields.read('roles', []),
    tags: fields.read('tags', []),
    supportEnds: fields.read('support_ends', null),
    workloads,
    ...spiffeIdOf(spiffeId),
    ...(serial === null ? {} : { serial }),
  };
  if (id === null || kind === null || site === null || problems.length > before) return null;
  return { entry: { id, site, kind, ...entry }, host };
}

function ownWorkload(
  id: `wkl_${string}`,
  fields: Fields<typeof ENTRY_FIELDS>,
  spiffeId: Parameters<typeof spiffeIdOf>[0],
): InventoryWorkload {
  const kind = field.workloadKind;
  const read = new Fields({ kind }, new Map([['kind', fields.read('kind', null)]]), '', []).read(
    'kind',
    null,
  );
  if (read === null)
    fields.problem('kind', 'must be server, container, vm, function or service for a workload on a host');
  return {
    id,
    kind: read ?? 'service',
    image: fields.read('image', null),
    instances: fields.read('instances', 1),
    ...spiffeIdOf(spiffeId),
  };
}

function readWorkloads(value: unknown, problems: FieldProblem[]): readonly InventoryWorkload[] {
  if (!Array.isArray(value)) {
    problems.push({
      field: 'workloads',
      message: 'must be a list of workloads (in CSV: rows of their own, with a host)',
    });
    return [];
  }
  return value.flatMap((item: unknown, index) => {
    const path = `workloads[${index}]`;
    if (!(item instanceof Map)) {
      problems.push({
        field: path,
        message: `must be a mapping with ${Object.keys(WORKLOAD_FIELDS).join(', ')}`,
      });
      return [];
    }
    const fields = new Fields(WORKLOAD_FIELDS, item as RawEntry, `${path}.`, problems);
    const [id, kind] = [fields.required('id'), fields.required('kind')];
    const [image, os] = [fields.read('image', null), fields.read('os', null)];
    if (image !== null && os !== null) fields.problem('os', 'and image are one thing: give one of them');
    const instances = fields.read('instances', 1);
    const named = spiffeIdOf(fields.read('spiffe_id', null));
    return id === null || kind === null ? [] : [{ id, kind, image: image ?? os, instances, ...named }];
  });
}

/** Left out where there is none, as in journals older than it. */
function spiffeIdOf(spiffeId: string | null): { spiffeId?: string } {
  return spiffeId === null ? {} : { spiffeId };
}

function unknownKey(key: string, allowed: readonly string[]): string {
  const near = nearestIds(
    key,
    allowed.map((id) => ({ id, name: null })),
    1,
  )[0];
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`;
  return `is not a field${meant}; allowed are ${allowed.join(', ')}`;
}
