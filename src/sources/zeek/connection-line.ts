/** The fields of conn.log that are read, by number. Text first, then counts, times and truth values. */
export const UID = 0;
export const COMMUNITY_ID = 1;
export const FROM = 2;
export const TO = 3;
export const PROTOCOL = 4;
export const SERVICE = 5;
export const STATE = 6;
export const FROM_MAC = 7;
export const TO_MAC = 8;
export const HISTORY = 9;
export const FROM_PORT = 10;
export const TO_PORT = 11;
export const BYTES_OUT = 12;
export const BYTES_IN = 13;
export const PACKETS_IN = 14;
export const TIME = 15;
export const DURATION = 16;
export const FROM_LOCAL = 17;
export const TO_LOCAL = 18;

/** Zeek's names of them, in this order. */
export const FIELD_NAMES: readonly string[] = (
  'uid community_id id.orig_h id.resp_h proto service conn_state orig_l2_addr resp_l2_addr history ' +
  'id.orig_p id.resp_p orig_bytes resp_bytes resp_pkts ts duration local_orig local_resp'
).split(' ');

export function isText(field: number): boolean {
  return field < FROM_PORT;
}

export function isCount(field: number): boolean {
  return field < TIME;
}

export function isTime(field: number): boolean {
  return field < FROM_LOCAL;
}

/**
 * What one line of conn.log states, as found and not yet understood. One such is filled line by line: by its methods, or
 * where every nanosecond counts by its columns and then `found`.
 */
export class ConnectionLine {
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, to be read four at a time. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** By field: counts, times in microseconds, 0 and 1 for truth values; never negative. */
  readonly numbers = new Float64Array(FIELD_NAMES.length);
  /** By field: where a text begins and ends. */
  readonly starts = new Int32Array(FIELD_NAMES.length);
  readonly ends = new Int32Array(FIELD_NAMES.length);
  /** A bit per field that is there, set or not. */
  #seen = 0;
  /** A bit per field that has a value. */
  #stated = 0;

  load(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  clear(): void {
    this.#seen = 0;
    this.#stated = 0;
  }

  /** `false` where the field was there before. */
  see(field: number): boolean {
    const bit = 1 << field;
    if ((this.#seen & bit) !== 0) return false;
    this.#seen |= bit;
    return true;
  }

  stateText(field: number, start: number, end: number): void {
    this.#stated |= 1 << field;
    this.starts[field] = start;
    this.ends[field] = end;
  }

  stateNumber(field: number, value: number): void {
    this.#stated |= 1 << field;
    this.numbers[field] = value;
  }

  /** The fields that have their values in the columns: a bit for each. */
  found(stated: number): void {
    this.#stated = stated;
  }

  states(field: number): boolean {
    return (this.#stated & (1 << field)) !== 0;
  }

  /** -1 where it is not stated. */
  number(field: number): number {
    return this.states(field) ? (this.numbers[field] as number) : -1;
  }
}
