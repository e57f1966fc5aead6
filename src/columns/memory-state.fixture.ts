import type { ColumnKind, ColumnPage, Stateful, StateReader, StateWriter } from '../model/index.ts';
import { ARRAYS } from './row-form.ts';

const KINDS = Object.keys(ARRAYS) as readonly ColumnKind[];

/** A state written down in memory: what it says, and a way to bring it back. For tests. */
export class WrittenState implements StateWriter, StateReader {
  readonly #values = new Map<string, unknown>();

  static of(state: Stateful): WrittenState {
    const written = new WrittenState();
    state.save(written);
    return written;
  }

  plain(name: string, value?: unknown): unknown {
    return this.#put(name, value === undefined ? undefined : () => structuredClone(value));
  }

  records(name: string, values?: Iterable<unknown>): Iterable<unknown> {
    return this.#put(name, values && (() => structuredClone([...values]))) as unknown[];
  }

  texts(name: string, values?: Iterable<string>): Iterable<string> {
    return this.#put(name, values && (() => [...values])) as string[];
  }

  column(name: string, pages: Iterable<ColumnPage>, rows: number): void;
  column(name: string, kind: ColumnKind | null, pageRows: number): readonly ColumnPage[];
  column(
    name: string,
    given: Iterable<ColumnPage> | ColumnKind | null,
    size: number,
  ): readonly ColumnPage[] | undefined {
    if (given === null || typeof given === 'string') return this.#pagesOf(name, given, size);
    this.#put(name, () => asWritten([...given], size));
    return undefined;
  }

  part(name: string): WrittenState {
    const known = this.#values.get(name);
    if (known instanceof WrittenState) return known;
    const made = new WrittenState();
    this.#values.set(name, made);
    return made;
  }

  /** Nothing that follows from the rest is kept. */
  derived(): null {
    return null;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** All of it as plain data, for comparison. */
  said(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#values].map(([name, value]) => [name, value instanceof WrittenState ? value.said() : value]),
    );
  }

  #put(name: string, make: (() => unknown) | undefined): unknown {
    if (make === undefined) {
      if (!this.#values.has(name)) throw new Error(`nothing was written as ${name}`);
      return structuredClone(this.#values.get(name));
    }
    if (this.#values.has(name)) throw new Error(`${name} was written twice`);
    this.#values.set(name, make());
    return undefined;
  }

  #pagesOf(name: string, wanted: ColumnKind | null, pageRows: number): readonly ColumnPage[] {
    const { kind, base64 } = this.#put(name, undefined) as Written;
    if (wanted !== null && kind !== null && wanted !== kind)
      throw new Error(`${name} was written as ${kind}`);
    const bytes = Buffer.from(base64, 'base64');
    const Numbers = ARRAYS[kind ?? 'u8'];
    const pageBytes = pageRows * Numbers.BYTES_PER_ELEMENT;
    return Array.from({ length: Math.ceil(bytes.length / pageBytes) }, (_, page) => {
      const made = new Numbers(pageRows);
      new Uint8Array(made.buffer).set(bytes.subarray(page * pageBytes, (page + 1) * pageBytes));
      return made;
    });
  }
}

/** The first rows, as they lie in memory: a text is compared at once. */
interface Written {
  readonly kind: ColumnKind | null;
  readonly base64: string;
}

function asWritten(pages: readonly ColumnPage[], rows: number): Written {
  const [first] = pages;
  const bytes = pages.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const size = rows * (first?.BYTES_PER_ELEMENT ?? 0);
  const kind = KINDS.find((each) => first instanceof ARRAYS[each]) ?? null;
  return { kind, base64: Buffer.concat(bytes).subarray(0, size).toString('base64') };
}
