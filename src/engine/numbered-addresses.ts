import type { Connections } from '../model/index.ts';

/** What a reading calls the addresses of a record: the same number is the same address in all its records of a generation. */
export interface NumberedBy {
  readonly reading: object;
  readonly generation: number;
  /** One for each of the record's addresses, in their order. */
  readonly of: Uint32Array;
}

/** Beside the record, which has no part in it: it says nothing that the record does not, and is never journaled. */
const numbered = new WeakMap<Connections, NumberedBy>();

/** @throws RangeError where they are not one per address: they would name others */
export function numberAddresses(rows: Connections, by: NumberedBy): void {
  if (by.of.length !== rows.addresses.length)
    throw new RangeError(`${by.of.length} numbers for ${rows.addresses.length} addresses`);
  numbered.set(rows, by);
}

/** `null` for a record whose reader does not number. */
export function numberedBy(rows: Connections): NumberedBy | null {
  return numbered.get(rows) ?? null;
}
