import type { SiteId } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import type { ClearInventoryEntry, FieldProblem, ReadEntry } from './inventory-entry.ts';
import { readEntry } from './inventory-entry.ts';
import type { InventoryError, InventoryRow } from './inventory-rows.ts';
import { csvRows, jsonRows, yamlRows } from './inventory-rows.ts';

const INVENTORY_FORMATS = ['yaml', 'json', 'csv'] as const;
export type InventoryFormat = (typeof INVENTORY_FORMATS)[number];

export type InventoryReading =
  | { readonly ok: true; readonly entries: readonly ClearInventoryEntry[] }
  /** `more`: errors beyond those shown. */
  | { readonly ok: false; readonly errors: readonly InventoryError[]; readonly more: number };

/** The format by a file's name; `null` for an unknown ending. */
export function inventoryFormatOf(path: string): InventoryFormat | null {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  if (ending === 'yml') return 'yaml';
  return INVENTORY_FORMATS.find((format) => format === ending) ?? null;
}

/** Reads an inventory file. One error refuses the whole file: half an inventory would un-describe the other half. */
export function readInventory(
  text: string,
  format: InventoryFormat,
  defaultSite: SiteId | null = null,
): InventoryReading {
  if (text.length > LIMITS.inventoryBytes) {
    return refused([
      {
        line: null,
        entry: null,
        field: null,
        message: `the file is longer than ${LIMITS.inventoryBytes} bytes`,
      },
    ]);
  }
  const read = { yaml: yamlRows, json: jsonRows, csv: csvRows }[format](text);
  if (!read.ok) return refused(read.errors);
  const errors: InventoryError[] = [];
  const entries: { readonly row: InventoryRow; readonly read: ReadEntry }[] = [];
  for (const row of read.rows) {
    const problems: FieldProblem[] = [];
    const entry = readEntry(row.fields, defaultSite, problems);
    errors.push(...problems.map((problem) => located(row, problem)));
    if (entry !== null) entries.push({ row, read: entry });
  }
  errors.push(...duplicates(entries));
  const placed = placeWorkloads(entries, errors);
  return errors.length > 0 ? refused(errors) : { ok: true, entries: placed };
}

type Placed = { readonly row: InventoryRow; readonly read: ReadEntry };

/** Rows of workloads that name a host become workloads of that host. */
function placeWorkloads(
  entries: readonly Placed[],
  errors: InventoryError[],
): readonly ClearInventoryEntry[] {
  const hosts = new Map(
    entries.filter(({ read }) => read.host === null).map(({ read }) => [read.entry.id, read.entry]),
  );
  for (const { row, read } of entries) {
    if (read.host === null) continue;
    const host = hosts.get(read.host);
    if (host === undefined)
      errors.push(located(row, { field: 'host', message: 'names no entry of this file' }));
    else hosts.set(host.id, { ...host, workloads: [...host.workloads, ...read.entry.workloads] });
  }
  return [...hosts.values()];
}

/** An id, an address of a site or a MAC stands for one machine. */
function duplicates(entries: readonly Placed[]): readonly InventoryError[] {
  const first = new Map<string, number | null>();
  const found: InventoryError[] = [];
  const claim = (row: InventoryRow, field: string, key: string): boolean => {
    const line = first.get(key);
    if (line === undefined) {
      first.set(key, row.line);
      return true;
    }
    const message = `is already taken${line === null ? '' : ` by the entry on line ${line}`}`;
    found.push(located(row, { field, message }));
    return false;
  };
  for (const { row, read } of entries) {
    const { entry, host } = read;
    const isFirst = claim(row, 'id', entry.id);
    // `dev_x` and `wkl_x` are two ids of one machine (contract §1).
    if (host === null && isFirst) claim(row, 'id', `machine ${entry.id.slice(4)}`);
    if (host === null) for (const { id } of entry.workloads) if (id !== entry.id) claim(row, 'workloads', id);
    for (const address of entry.addresses) claim(row, 'addresses', `${entry.site} ${address}`);
    for (const mac of entry.macs) claim(row, 'macs', `${entry.site} ${mac}`);
    // A SPIFFE ID is one workload's or machine's; replicas are instances of it.
    const named = host === null ? [entry, ...entry.workloads] : [entry];
    for (const { spiffeId } of named)
      if (spiffeId !== undefined)
        claim(row, host === null && spiffeId !== entry.spiffeId ? 'workloads' : 'spiffe_id', spiffeId);
    if (entry.serial !== undefined)
      claim(row, 'serial', `${entry.manufacturer?.toLowerCase() ?? ''} ${entry.serial.toLowerCase()}`);
    for (const each of entry.certificates ?? []) claim(row, 'certificates', `${entry.site} ${each}`);
  }
  return found;
}

function located(row: InventoryRow, { field, message }: FieldProblem): InventoryError {
  const key = field.split(/[.[]/)[0] ?? field;
  return { line: row.lineOf(key), entry: row.name, field, message };
}

function refused(errors: readonly InventoryError[]): InventoryReading {
  return {
    ok: false,
    errors: errors.slice(0, LIMITS.inventoryErrors),
    more: Math.max(0, errors.length - LIMITS.inventoryErrors),
  };
}
