import type { ConnectionWords } from './connection-words.ts';

/** A uid has at most 64 characters, a community id has 30: see `sensorId` and `communityId`. */
const ID_BYTES = 64 + 30;

/** Stands where a `Connection` has `null`, in the columns that are measures. */
export const NOT_STATED = -1;

/** What a sensor says of an endpoint: whether it is local. 1 is that it is not. */
export const LOCAL_UNSTATED = 0;
export const LOCAL_YES = 2;

/**
 * Connections side by side in columns: what `Connection` is as an object, for as many as come at once.
 * One such structure is filled and emptied again and again; nothing is allocated per connection.
 *
 * Row `i` of each column belongs to one connection; rows from `count` on mean nothing. Addresses,
 * services and MACs are numbers of `words`; numbers of one `words` never change their meaning, so
 * that rows may be kept for as long as their `words` are.
 */
export class ConnectionRows {
  readonly capacity: number;
  count = 0;
  /** What the numbers in these rows mean. */
  words: ConnectionWords;

  /** Its end, epoch milliseconds (`Connection.time`). */
  readonly time: Float64Array;
  /** Its time less its duration (`startOf`), epoch milliseconds. */
  readonly start: Float64Array;
  /** Position of its line's first byte in the uncompressed file. */
  readonly offset: Float64Array;
  /** Of its line, from 1. */
  readonly lineNumber: Uint32Array;

  /** Numbers of `words.addresses`. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** 0 where it has none. */
  readonly fromPort: Uint16Array;
  readonly toPort: Uint16Array;
  /** `LOCAL_UNSTATED`, 1 (not local) or `LOCAL_YES`. */
  readonly fromLocal: Uint8Array;
  readonly toLocal: Uint8Array;

  /** Index in `PROTOCOLS`. */
  readonly protocol: Uint8Array;
  /** Index in `OUTCOMES`. */
  readonly outcome: Uint8Array;
  /** Number of `words.services`; 0 where it is not stated. */
  readonly service: Uint32Array;
  /** Milliseconds, or `NOT_STATED`. */
  readonly duration: Float64Array;
  /** Payload bytes, or `NOT_STATED`. */
  readonly bytesOut: Float64Array;
  readonly bytesIn: Float64Array;
  /** Numbers of `words.macs`; 0 where there is none. */
  readonly fromMac: Uint32Array;
  readonly toMac: Uint32Array;

  /** The bytes (ASCII) of all uids and community ids. */
  readonly ids: Buffer;
  /** How much of `ids` is taken. */
  idsLength = 0;
  /** Where in `ids` the uid begins; the community id follows it. */
  readonly idAt: Uint32Array;
  /** 0 where there is none. */
  readonly uidLength: Uint8Array;
  readonly communityIdLength: Uint8Array;

  constructor(capacity: number, words: ConnectionWords) {
    this.capacity = capacity;
    this.words = words;
    this.time = new Float64Array(capacity);
    this.start = new Float64Array(capacity);
    this.offset = new Float64Array(capacity);
    this.lineNumber = new Uint32Array(capacity);
    this.from = new Uint32Array(capacity);
    this.to = new Uint32Array(capacity);
    this.fromPort = new Uint16Array(capacity);
    this.toPort = new Uint16Array(capacity);
    this.fromLocal = new Uint8Array(capacity);
    this.toLocal = new Uint8Array(capacity);
    this.protocol = new Uint8Array(capacity);
    this.outcome = new Uint8Array(capacity);
    this.service = new Uint32Array(capacity);
    this.duration = new Float64Array(capacity);
    this.bytesOut = new Float64Array(capacity);
    this.bytesIn = new Float64Array(capacity);
    this.fromMac = new Uint32Array(capacity);
    this.toMac = new Uint32Array(capacity);
    this.ids = Buffer.alloc(capacity * ID_BYTES);
    this.idAt = new Uint32Array(capacity);
    this.uidLength = new Uint8Array(capacity);
    this.communityIdLength = new Uint8Array(capacity);
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** Forgets all rows; `words` given, further ones are in terms of these. */
  clear(words: ConnectionWords = this.words): void {
    this.count = 0;
    this.idsLength = 0;
    this.words = words;
  }

  uid(row: number): string | null {
    return this.#id(this.idAt[row] ?? 0, this.uidLength[row] ?? 0);
  }

  communityId(row: number): string | null {
    const at = (this.idAt[row] ?? 0) + (this.uidLength[row] ?? 0);
    return this.#id(at, this.communityIdLength[row] ?? 0);
  }

  #id(at: number, length: number): string | null {
    return length === 0 ? null : this.ids.toString('latin1', at, at + length);
  }
}
