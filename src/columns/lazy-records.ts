import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { RowTexts } from './row-texts.ts';
import { Table } from './table.ts';

/** How a thing is said in JSON, and made of what was said. */
export interface Saying<T> {
  readonly say: (value: T) => unknown;
  readonly of: (said: unknown) => T;
}

/**
 * Things of a few rows, which are objects: made when somebody asks for them. Those of a snapshot for which nobody asks
 * stay the text that they were written down as, and cost no start a thing.
 */
export class LazyRecords<T> implements Stateful {
  readonly #saying: Saying<T>;
  readonly #made = new Map<number, T>();
  /** Of those that nobody asked for. */
  readonly #rows = new Table();
  readonly #texts = new RowTexts(this.#rows, 'text');

  constructor(saying: Saying<T>) {
    this.#saying = saying;
  }

  get(row: number): T | undefined {
    const made = this.#made.get(row);
    if (made !== undefined) return made;
    const text = this.#textOf(row);
    if (text === null) return undefined;
    const value = this.#saying.of(JSON.parse(text));
    this.#texts.set(row, null);
    this.#made.set(row, value);
    return value;
  }

  set(row: number, value: T): void {
    this.delete(row);
    this.#made.set(row, value);
  }

  delete(row: number): void {
    this.#made.delete(row);
    if (row < this.#rows.end) this.#texts.set(row, null);
  }

  /** All of them, in the order of the rows. */
  *all(): Iterable<readonly [number, T]> {
    for (const row of this.#inOrder()) {
      const value = this.get(row);
      if (value !== undefined) yield [row, value];
    }
  }

  /** Those that are objects. */
  get made(): Iterable<readonly [number, T]> {
    return this.#made;
  }

  /** Always in the order of the rows: who asked for what must not show. */
  save(to: StateWriter): void {
    const rows = new Table();
    const texts = new RowTexts(rows, 'text');
    for (const row of this.#inOrder()) {
      while (rows.end <= row) rows.add();
      texts.set(row, this.#said(row));
    }
    rows.save(to.part('rows'));
    texts.save(to.part('texts'));
  }

  load(from: StateReader): void {
    this.#rows.load(from.part('rows'));
    this.#texts.load(from.part('texts'));
  }

  /** As an older release wrote them: each with its row. */
  restore(records: Iterable<readonly [number, unknown]>): void {
    for (const [row, said] of records) this.set(row, this.#saying.of(said));
  }

  /** An older release said them otherwise: what sleeps is said anew, so that who asks for what does not show. */
  sayAnew(): void {
    for (let row = 0; row < this.#rows.end; row++) {
      const text = this.#textOf(row);
      if (text !== null) this.#texts.set(row, this.#json(this.#saying.of(JSON.parse(text))));
    }
  }

  #json(value: T): string {
    return JSON.stringify(this.#saying.say(value));
  }

  #said(row: number): string | null {
    const made = this.#made.get(row);
    return made === undefined ? this.#textOf(row) : this.#json(made);
  }

  #textOf(row: number): string | null {
    return row < this.#rows.end ? this.#texts.at(row) : null;
  }

  #inOrder(): readonly number[] {
    const asleep = Array.from({ length: this.#rows.end }, (_, row) => row).filter((row) =>
      this.#texts.has(row),
    );
    return [...this.#made.keys(), ...asleep].sort((a, b) => a - b);
  }
}
