import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { readCsv } from './csv.ts';
import type { RawEntry } from './inventory-entry.ts';
import { ENTRY_KEYS } from './inventory-entry.ts';

/** What is wrong in a file and where; `line` counts from 1, `null` where the format gives none. */
export interface InventoryError {
  readonly line: number | null;
  /** The entry's id or place in the file, where there is one. */
  readonly entry: string | null;
  readonly field: string | null;
  readonly message: string;
}

/** One entry as a file holds it, before any of it is believed. */
export interface InventoryRow {
  readonly line: number | null;
  /** Its place in the file, for messages. */
  readonly name: string;
  readonly fields: RawEntry;
  readonly lineOf: (field: string) => number | null;
}

export type RowsReading =
  | { readonly ok: true; readonly rows: readonly InventoryRow[] }
  | { readonly ok: false; readonly errors: readonly InventoryError[] };

/** JSON is checked as JSON, then read as the YAML that it is: so its errors have lines, too. */
export function jsonRows(text: string): RowsReading {
  try {
    JSON.parse(text);
  } catch {
    return wrong(null, 'is not JSON');
  }
  return yamlRows(text);
}

/** A list of mappings, bare or under the one key `inventory`. Anchors and aliases are refused: they can explode. */
export function yamlRows(text: string): RowsReading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    schema: 'core',
    prettyErrors: false,
  });
  const lineAt = (offset: number | undefined) => (offset === undefined ? null : lines.linePos(offset).line);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined)
    return wrong(lineAt(problem.pos[0]), `is not readable: ${problem.code.toLowerCase()}`);
  const { contents } = document;
  const list = isMap(contents) && contents.items.length === 1 ? contents.get('inventory', true) : contents;
  if (!isSeq(list))
    return wrong(1, 'must be a list of entries, or a mapping with the one key "inventory" that holds it');
  const rows: InventoryRow[] = [];
  for (const [index, item] of list.items.entries()) {
    const name = `entry ${index + 1}`;
    if (!isMap(item)) return wrong(lineAt(rangeOf(item)), `${name} must be a mapping of fields`);
    const fields = plainMap(item);
    if (fields === null)
      return wrong(lineAt(rangeOf(item)), `${name} must hold plain values: no anchors, no aliases`);
    const line = lineAt(rangeOf(item));
    const keys = new Map(item.items.map((pair) => [keyOf(pair), lineAt(rangeOf(pair.key))]));
    rows.push({ line, name, fields, lineOf: (field) => keys.get(field) ?? line });
  }
  return { ok: true, rows };
}

/** A header of field names, then one row per entry; `workloads` are rows of their own. */
export function csvRows(text: string): RowsReading {
  const read = readCsv(text);
  if (!read.ok) return wrong(read.line, read.message);
  const [header, ...rows] = read.rows;
  if (header === undefined) return wrong(1, `has no header; allowed columns are ${ENTRY_KEYS.join(', ')}`);
  const columns = header.cells.map((cell) => cell.trim());
  const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
  if (repeated !== undefined) return wrong(header.line, `has the column "${repeated}" twice`);
  const errors: InventoryError[] = [];
  const made = rows.map(({ line, cells }, index): InventoryRow => {
    const name = `row ${index + 1}`;
    if (cells.length !== columns.length) {
      const message = `has ${cells.length} cells where the header has ${columns.length}`;
      errors.push({ line, entry: name, field: null, message });
    }
    const fields = new Map(columns.map((column, at) => [column, (cells[at] ?? '').trim()]));
    return { line, name, fields, lineOf: () => line };
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rows: made };
}

/** A mapping as plain values, maps as `Map`; `null` where it holds anything but mappings, lists and scalars. */
function plainMap(map: YAMLMap): ReadonlyMap<string, unknown> | null {
  const plain = new Map<string, unknown>();
  for (const pair of map.items) {
    const value = plainValue(pair.value);
    if (value === undefined) return null;
    plain.set(keyOf(pair), value);
  }
  return plain;
}

function plainValue(node: unknown): unknown {
  if (node === null) return null;
  if (isScalar(node)) return node.value;
  if (isMap(node)) return plainMap(node) ?? undefined;
  if (!isSeq(node)) return undefined;
  const items = node.items.map(plainValue);
  return items.includes(undefined) ? undefined : items;
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '?';
}

function rangeOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}

function wrong(line: number | null, message: string): RowsReading {
  return { ok: false, errors: [{ line, entry: null, field: null, message }] };
}
