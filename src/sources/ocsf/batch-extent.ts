import { LIMITS } from '../../model/index.ts';

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

const BYTES_PER_STEP = 65_536;

/**
 * What JSON would make of a body, before it is parsed. One of 16 MiB may hold five million empty objects, or as many
 * arrays one in another: parsed they take gigabytes, and the server waits meanwhile. So objects and arrays are counted,
 * the elements of an array body, the lines of any other. Exact up to the first error of syntax, where parsing ends as well.
 */
export class BatchExtent {
  /** Of an array body: where the text of each element ends, at a comma or at the bracket that closes the array. */
  readonly ends: number[] = [];
  readonly #bytes: Uint8Array;
  readonly #isArray: boolean;
  #at = 0;
  #containers = 0;
  #records = 1;
  #depth = 0;
  #isText = false;
  #isClosed = false;

  constructor(bytes: Uint8Array, isArray: boolean) {
    this.#bytes = bytes;
    this.#isArray = isArray;
  }

  /** Of an array body: whether there is a bracket that closes it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** In small steps: whether the body would cost more memory and time than its bytes suggest. */
  *exceeds(): Generator<void, boolean> {
    while (this.#at < this.#bytes.length) {
      this.#scan(Math.min(this.#at + BYTES_PER_STEP, this.#bytes.length));
      if (this.#containers > LIMITS.batchObjects || this.#records > LIMITS.batchRecords) return true;
      yield;
    }
    return false;
  }

  #scan(end: number): void {
    const bytes = this.#bytes;
    const isArray = this.#isArray;
    let [at, depth, isText] = [this.#at, this.#depth, this.#isText];
    for (; at < end; at++) {
      switch (bytes[at] ?? 0) {
        case LF:
          // No text of JSON goes over a line's end; of NDJSON each line begins anew.
          isText = false;
          if (!isArray) this.#records++;
          break;
        case BACKSLASH:
          if (isText) at++;
          break;
        case QUOTE:
          isText = !isText;
          break;
        case OBJECT_START:
        case ARRAY_START:
          if (isText) break;
          depth++;
          this.#containers++;
          break;
        case OBJECT_END:
        case ARRAY_END:
          if (isText) break;
          depth--;
          if (depth === 0 && isArray) this.#close(at);
          break;
        case COMMA:
          if (!isArray || depth !== 1 || isText) break;
          this.#records++;
          if (!this.#isClosed) this.ends.push(at);
          break;
        default:
      }
    }
    [this.#at, this.#depth, this.#isText] = [at, depth, isText];
  }

  #close(at: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.ends.push(at);
  }
}
