import type { ColumnKind, ColumnPage, StateReader, StateWriter } from '../../src/model/index.ts';

/** A state written down in memory by reference: whoever reads it gets the very pages that were written. */
export class MemoryState implements StateWriter, StateReader {
  readonly #values = new Map<string, unknown>();

  plain(name: string, value?: unknown): unknown {
    return this.#value(name, value);
  }

  records(name: string, values?: Iterable<unknown>): Iterable<unknown> {
    return this.#value(name, values && [...values]) as unknown[];
  }

  texts(name: string, values?: Iterable<string>): Iterable<string> {
    return this.#value(name, values && [...values]) as string[];
  }

  column(name: string, pages: Iterable<ColumnPage>, rows: number): void;
  column(name: string, kind: ColumnKind | null, pageRows: number): readonly ColumnPage[];
  column(name: string, given: Iterable<ColumnPage> | ColumnKind | null): readonly ColumnPage[] {
    return this.#value(
      name,
      given === null || typeof given === 'string' ? undefined : [...given],
    ) as ColumnPage[];
  }

  part(name: string): MemoryState {
    const known = this.#values.get(name);
    if (known instanceof MemoryState) return known;
    return this.#value(name, new MemoryState()) as MemoryState;
  }

  derived(): null {
    return null;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Notes a value where one is given; gives what is noted. */
  #value(name: string, given: unknown): unknown {
    if (given !== undefined) this.#values.set(name, given);
    else if (!this.has(name)) throw new Error(`bench: nothing was written as ${name}`);
    return this.#values.get(name);
  }
}
