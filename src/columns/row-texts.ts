import type { Stateful, StateReader, StateWriter } from '../model/index.ts';
import { LONGEST_RUN, runLength } from './run-length.ts';
import { Runs } from './runs.ts';
import type { Table } from './table.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * A text for each row of a table that has one, kept as UTF-8 beside each other: what is seldom read and would be many
 * small things for the garbage collector. Half a surrogate pair does not come back: for what JSON says, escaped.
 */
export class RowTexts implements Stateful {
  /** One more than where its bytes begin; 0 for none. */
  readonly #begin;
  readonly #length;
  readonly #runs = new Runs();
  readonly #bytes = this.#runs.u8('bytes');
  /** Those that no run holds. */
  readonly #long = new Map<number, string>();

  constructor(rows: Table, name: string) {
    this.#begin = rows.u32(name);
    this.#length = rows.u16(`${name}_bytes`);
  }

  at(row: number): string | null {
    const begin = this.#begin.at(row);
    if (begin === 0) return this.#long.get(row) ?? null;
    return decoder.decode(this.#bytes.bytes(begin - 1, this.#length.at(row)));
  }

  has(row: number): boolean {
    return this.#begin.at(row) !== 0 || this.#long.has(row);
  }

  set(row: number, text: string | null): void {
    this.#clear(row);
    if (text === null) return;
    const bytes = encoder.encode(text);
    if (bytes.length === 0 || bytes.length > LONGEST_RUN) {
      this.#long.set(row, text);
      return;
    }
    const begin = this.#runs.add(runLength(bytes.length));
    this.#bytes.bytes(begin, bytes.length).set(bytes);
    this.#begin.set(row, begin + 1);
    this.#length.set(row, bytes.length);
  }

  /** Without the columns of the table. */
  save(to: StateWriter): void {
    this.#runs.save(to);
    to.records('long', [...this.#long]);
  }

  load(from: StateReader): void {
    this.#runs.load(from);
    for (const [row, text] of from.records('long') as Iterable<[number, string]>) this.#long.set(row, text);
  }

  #clear(row: number): void {
    this.#long.delete(row);
    const begin = this.#begin.at(row);
    if (begin === 0) return;
    this.#runs.remove(begin - 1, runLength(this.#length.at(row)));
    this.#begin.set(row, 0);
    this.#length.set(row, 0);
  }
}
