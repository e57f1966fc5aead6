import type { Uint32Column } from '../columns/index.ts';
import { FULL_SCORE, RISK_LEVELS, rank } from '../model/index.ts';
import type { EntityRows } from './entity-rows.ts';
import type { Standing } from './standing.ts';

/** Rows per chunk at most: small enough to be moved within, large enough that the chunks are few. */
const CHUNK = 512;

/** By what the devices at risk are ordered. */
type Risk = Pick<Standing, 'level' | 'isEnrolled' | 'scoreExact'>;

/**
 * The devices of risk medium or worse in order: worst first, of equal risk the fleet's own before strangers that
 * passed by, then by score, then by id. Kept in order as they come and go, in sorted chunks, so that the worst few
 * are read without visiting the others. It follows from the column of urgencies.
 */
export class AtRisk {
  readonly #rows: EntityRows;
  /** The place in the order as a number, from 1; 0 for whoever is not in it. */
  readonly #urgency: Uint32Column;
  #chunks: number[][] = [];
  #size = 0;

  constructor(rows: EntityRows) {
    this.#rows = rows;
    this.#urgency = rows.table.u32('urgency');
  }

  get size(): number {
    return this.#size;
  }

  has(row: number): boolean {
    return this.#urgency.at(row) !== 0;
  }

  /** Puts a row where its risk belongs; out of the order with `null`. */
  place(row: number, risk: Risk | null): void {
    const urgency = risk === null ? 0 : urgencyOf(risk);
    if (this.#urgency.at(row) === urgency) return;
    if (this.has(row)) this.#take(row);
    this.#urgency.set(row, urgency);
    if (urgency !== 0) this.#insert(row);
  }

  /** The worst so many rows, worst first. */
  *worst(limit: number): Iterable<number> {
    let left = limit;
    for (const chunk of this.#chunks) {
      for (const row of chunk) {
        if (left-- <= 0) return;
        yield row;
      }
    }
  }

  /** Among rows of several partitions. */
  urgency(row: number): number {
    return this.#urgency.at(row);
  }

  /** After the table was loaded. */
  restore(): void {
    const rows = [...this.#rows.all()].filter((row) => this.has(row)).sort((a, b) => this.#compare(a, b));
    this.#size = rows.length;
    for (let i = 0; i < rows.length; i += CHUNK / 2) this.#chunks.push(rows.slice(i, i + CHUNK / 2));
  }

  #insert(row: number): void {
    this.#size++;
    const index = Math.min(this.#chunkOf(row), this.#chunks.length - 1);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push([row]);
      return;
    }
    chunk.splice(this.#placeIn(chunk, row), 0, row);
    if (chunk.length > CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK / 2));
  }

  #take(row: number): void {
    this.#size--;
    const index = this.#chunkOf(row);
    const chunk = this.#chunks[index] ?? [];
    chunk.splice(this.#placeIn(chunk, row), 1);
    if (chunk.length === 0) this.#chunks.splice(index, 1);
  }

  /** The first chunk that does not end before the row. */
  #chunkOf(row: number): number {
    return firstWhere(this.#chunks.length, (i) => this.#compare(this.#chunks[i]?.at(-1) ?? row, row) >= 0);
  }

  #placeIn(chunk: readonly number[], row: number): number {
    return firstWhere(chunk.length, (i) => this.#compare(chunk[i] ?? row, row) >= 0);
  }

  #compare(a: number, b: number): number {
    if (a === b) return 0;
    return this.#urgency.at(a) - this.#urgency.at(b) || this.#rows.compare(a, b);
  }
}

function urgencyOf({ level, isEnrolled, scoreExact }: Risk): number {
  const classes = 2 * (RISK_LEVELS.length - 1 - rank(RISK_LEVELS, level)) + (isEnrolled ? 0 : 1);
  return classes * (FULL_SCORE + 1) + scoreExact + 1;
}

/** The first index from 0 that holds; `length` where none does. What holds for one holds for all after it. */
function firstWhere(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
