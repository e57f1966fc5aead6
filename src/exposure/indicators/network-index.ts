import { type GrowingWords, sharedWords, STEPS_PER_SLICE, trimmed } from './growing.ts';
import type { Chains } from './listings.ts';
import { radixSorted } from './radix-sort.ts';

export interface NetworkArrays {
  /** By row: the words of the first address, the prefix length, the head of its chain, the row around it and one. */
  readonly blocks: Uint32Array;
  /** How many rows begin before each value of the first address's upper 16 bits; empty where a few rows do without. */
  readonly buckets: Uint32Array;
}

const BUCKETS = 65_536;
/** From so many rows on the buckets save more than they cost. */
const ROWS_FOR_BUCKETS = 4_096;

/**
 * CIDR blocks of one family, ordered by first address and then from wide to narrow. Two blocks lie apart or one in the
 * other: so the last one that begins at or before an address, or one of those around it, is the most specific that
 * covers it, and those around that are all the others.
 */
export class NetworkIndex {
  readonly #blocks: Uint32Array;
  readonly #buckets: Uint32Array;
  readonly #width: number;
  readonly #stride: number;

  /** @param width words of an address: 1 or 4 */
  constructor({ blocks, buckets }: NetworkArrays, width: number) {
    this.#blocks = blocks;
    this.#buckets = buckets;
    this.#width = width;
    this.#stride = width + 3;
  }

  /** @param entries the words of a first address, a prefix length and a listing, in turn */
  static *build(entries: GrowingWords, width: number, chains: Chains): Generator<void, NetworkArrays> {
    const from = width + 2;
    const stride = width + 3;
    const order = yield* radixSorted(entries, from, width + 1);
    const blocks = sharedWords(order.length * stride);
    const made = new NetworkIndex({ blocks, buckets: NO_BUCKETS }, width);
    let rows = 0;
    for (let nth = 0; nth < order.length; nth++) {
      if (nth % STEPS_PER_SLICE === 0) yield;
      const entry = order[nth] as number;
      const start = rows * stride;
      for (let i = 0; i < from; i++) blocks[start + i] = entries.at(entry * from + i);
      if (rows > 0 && made.#isSame(rows - 1, rows)) {
        const head = start - stride + width + 1;
        blocks[head] = chains.link(blocks[head] as number, blocks[start + width + 1] as number);
      } else blocks[start + width + 2] = made.#around(rows++) + 1;
    }
    const exact = yield* trimmed(blocks, rows * stride);
    return { blocks: exact, buckets: yield* bucketsOf(exact, stride) };
  }

  /** The row of the smallest block that covers an address; -1 for none. */
  mostSpecific(words: Uint32Array): number {
    let row = this.#lastBefore(words);
    while (row !== -1 && !this.#covers(row, words, 0)) row = this.rowAround(row);
    return row;
  }

  /** The smallest block around this one; -1 for none. */
  rowAround(row: number): number {
    return (this.#blocks[row * this.#stride + this.#width + 2] as number) - 1;
  }

  *places(): Generator<number> {
    const rows = this.#blocks.length / this.#stride;
    for (let row = 0; row < rows; row++) yield row;
  }

  headAt(row: number): number {
    return this.#blocks[row * this.#stride + this.#width + 1] as number;
  }

  prefixOf(row: number): number {
    return this.#blocks[row * this.#stride + this.#width] as number;
  }

  firstOf(row: number): bigint {
    let first = 0n;
    for (let i = 0; i < this.#width; i++) {
      first = (first << 32n) | BigInt(this.#blocks[row * this.#stride + i] as number);
    }
    return first;
  }

  /** The last row that begins at or before the address. */
  #lastBefore(words: Uint32Array): number {
    let low = 0;
    let high = this.#blocks.length / this.#stride;
    if (this.#buckets.length > 0) {
      const bucket = (words[0] as number) >>> 16;
      low = this.#buckets[bucket] as number;
      high = this.#buckets[bucket + 1] as number;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#beginsAfter(middle, words)) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  #beginsAfter(row: number, words: Uint32Array): boolean {
    const start = row * this.#stride;
    let i = 0;
    while (i < this.#width - 1 && this.#blocks[start + i] === words[i]) i++;
    return (this.#blocks[start + i] as number) > (words[i] as number);
  }

  #covers(row: number, words: Uint32Array, at: number): boolean {
    const start = row * this.#stride;
    let bits = this.prefixOf(row);
    for (let i = 0; bits > 0; i++, bits -= 32) {
      const difference = (this.#blocks[start + i] as number) ^ (words[at + i] as number);
      if (difference >>> (32 - Math.min(32, bits)) !== 0) return false;
    }
    return true;
  }

  /** Of the last row, while its predecessors know theirs. */
  #around(row: number): number {
    let around = row - 1;
    while (around !== -1 && !this.#covers(around, this.#blocks, row * this.#stride)) {
      around = this.rowAround(around);
    }
    return around;
  }

  #isSame(a: number, b: number): boolean {
    for (let i = 0; i <= this.#width; i++) {
      if (this.#blocks[a * this.#stride + i] !== this.#blocks[b * this.#stride + i]) return false;
    }
    return true;
  }
}

function* bucketsOf(blocks: Uint32Array, stride: number): Generator<void, Uint32Array> {
  if (blocks.length < ROWS_FOR_BUCKETS * stride) return sharedWords(0);
  const buckets = sharedWords(BUCKETS + 1);
  for (let at = 0; at < blocks.length; at += stride) {
    if (at % (STEPS_PER_SLICE * stride) === 0) yield;
    const bucket = ((blocks[at] as number) >>> 16) + 1;
    buckets[bucket] = (buckets[bucket] as number) + 1;
  }
  for (let i = 1; i <= BUCKETS; i++) buckets[i] = (buckets[i] as number) + (buckets[i - 1] as number);
  return buckets;
}

const NO_BUCKETS = new Uint32Array(0);
