import type { EntityId, InventoryEntry } from '../model/index.ts';

export interface InventoryDiff {
  readonly added: readonly EntityId[];
  readonly changed: readonly { readonly id: EntityId; readonly fields: readonly (keyof InventoryEntry)[] }[];
  /** Reported, never deleted. */
  readonly missing: readonly EntityId[];
  readonly unchanged: number;
}

/** What an import would change (`--dry-run`), by id; all lists are sorted. */
export function diffInventory(
  before: readonly InventoryEntry[],
  after: readonly InventoryEntry[],
): InventoryDiff {
  const had = new Map(before.map((entry) => [entry.id, entry]));
  const has = new Set(after.map((entry) => entry.id));
  const sorted = [...after].sort((a, b) => (a.id < b.id ? -1 : 1));
  const compared = sorted.flatMap((entry) => {
    const old = had.get(entry.id);
    return old === undefined ? [] : [{ id: entry.id, fields: diffEntry(old, entry) }];
  });
  const changed = compared.filter(({ fields }) => fields.length > 0);
  return {
    added: sorted.filter(({ id }) => !had.has(id)).map(({ id }) => id),
    changed,
    missing: [...had.keys()].filter((id) => !has.has(id)).sort(),
    unchanged: compared.length - changed.length,
  };
}

const FIELDS = [
  'site',
  'kind',
  'name',
  'manufacturer',
  'model',
  'firmware',
  'addresses',
  'macs',
  'hostNames',
  'certificates',
  'spiffeId',
  'serial',
  'owner',
  'criticality',
  'roles',
  'tags',
  'supportEnds',
  'workloads',
] as const satisfies readonly Exclude<keyof InventoryEntry, 'id'>[];

/** The fields in which two versions of an entry differ; the order within a list says nothing. */
export function diffEntry(before: InventoryEntry, after: InventoryEntry): readonly (keyof InventoryEntry)[] {
  return FIELDS.filter(
    (field) => before[field] !== after[field] && normal(before[field]) !== normal(after[field]),
  );
}

function normal(value: InventoryEntry[keyof InventoryEntry]): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return JSON.stringify(value.map((item) => JSON.stringify(item)).sort());
}
