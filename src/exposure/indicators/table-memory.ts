import type { ColumnKind, Fingerprint, StateReader, StateWriter } from '../../model/index.ts';
import type { Saying } from './listings.ts';

interface ArrayOfKind {
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
}

const RECORDS = { slots: 'i32', records: 'u32' } as const;
const NETWORKS = { blocks: 'u32', buckets: 'u32' } as const;

/** All arrays of a table, by part and name, and what numbers they hold. */
const LAYOUT = {
  chance: { tables: 'i32' },
  listings: { rows: 'u32', ends: 'u32', ports: 'u32', oddTimes: 'u32' },
  places: { words: 'u32' },
  ipv4: { slots: 'i32', filter: 'u32' },
  ipv6: RECORDS,
  ipv4Networks: NETWORKS,
  ipv6Networks: NETWORKS,
  domains: { slots: 'i32', filter: 'u32', entries: 'u32' },
  sealed: RECORDS,
  md5: RECORDS,
  sha1: RECORDS,
  sha256: RECORDS,
} as const satisfies Record<string, Record<string, ColumnKind>>;

type Layout = typeof LAYOUT;
export type TableArrays = {
  readonly [Part in keyof Layout]: {
    readonly [Name in keyof Layout[Part]]: Layout[Part][Name] extends keyof ArrayOfKind
      ? ArrayOfKind[Layout[Part][Name]]
      : never;
  };
};

/**
 * All that a table is: arrays over shared memory, and a few words. A message carries it to another thread without
 * copying the arrays, and a snapshot holds them as they lie.
 */
export interface TableMemory {
  readonly arrays: TableArrays;
  readonly sayings: readonly Saying[];
  /** The fingerprint of {@link SEALED_FOR_COMPARISON}: whoever has other keys finds no sealed name. */
  readonly sealed: Fingerprint;
}

export const SEALED_FOR_COMPARISON = 'indicators.invalid';

/** Raised whenever the arrays, or what they mean, change: those of another version are not read, and built anew. */
const VERSION = 6;

interface Form {
  readonly version: number;
  readonly sealed: Fingerprint;
  /** Lengths of the arrays, by part and name. */
  readonly lengths: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

type AnyArrays = Readonly<Record<string, Readonly<Record<string, ArrayOfKind[keyof ArrayOfKind]>>>>;

export function saveMemory({ arrays, sayings, sealed }: TableMemory, to: StateWriter): void {
  const all: AnyArrays = arrays;
  const form: Form = { version: VERSION, sealed, lengths: mapped(all, ({ length }) => length) };
  to.plain('form', form);
  to.records('sayings', sayings);
  for (const [part, named] of Object.entries(all)) {
    const inner = to.part(part);
    for (const [name, array] of Object.entries(named)) inner.column(name, [array], array.length);
  }
}

/** `null` for arrays of another version, or of names that were sealed under other keys: those would be found by nobody. */
export function loadMemory(from: StateReader, expected: Fingerprint): TableMemory | null {
  const { version, sealed, lengths } = from.plain('form') as Form;
  if (version !== VERSION || sealed !== expected) return null;
  const sayings = [...(from.records('sayings') as Iterable<Saying>)];
  const arrays = Object.fromEntries(
    Object.entries(LAYOUT).map(([part, kinds]) => {
      const inner = from.part(part);
      const named = Object.entries(kinds).map(([name, kind]) => [
        name,
        read(inner, name, kind, lengths[part]?.[name] ?? 0),
      ]);
      return [part, Object.fromEntries(named)];
    }),
  ) as TableArrays;
  return { arrays, sayings, sealed };
}

/** How many bytes its arrays are. */
export function bytesOf({ arrays }: TableMemory): number {
  const all: AnyArrays = arrays;
  return Object.values(all)
    .flatMap((named) => Object.values(named))
    .reduce((sum, { byteLength }) => sum + byteLength, 0);
}

const EMPTY: { readonly [Kind in keyof ArrayOfKind]: ArrayOfKind[Kind] } = {
  i32: new Int32Array(0),
  u32: new Uint32Array(0),
};

/** The whole array as one page, read straight to where it stays. */
function read(from: StateReader, name: string, kind: keyof ArrayOfKind, length: number): unknown {
  return length === 0 ? EMPTY[kind] : from.column(name, kind, length)[0];
}

function mapped<T>(
  all: AnyArrays,
  of: (array: ArrayOfKind[keyof ArrayOfKind]) => T,
): Record<string, Record<string, T>> {
  return Object.fromEntries(
    Object.entries(all).map(([part, named]) => [
      part,
      Object.fromEntries(Object.entries(named).map(([name, array]) => [name, of(array)])),
    ]),
  );
}
