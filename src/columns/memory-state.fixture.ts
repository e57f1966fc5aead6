import type { ColumnKind, ColumnPage, Stateful, StateReader, StateWriter } from '../model/index.ts';

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const satisfies Record<ColumnKind, unknown>;

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
  column(name: string, kind: ColumnKind, pageRows: number): readonly ColumnPage[];
  column(
    name: string,
    given: Iterable<ColumnPage> | ColumnKind,
    size: number,
  ): readonly ColumnPage[] | undefined {
    if (typeof given === 'string') return this.#pagesOf(name, given, size);
    this.#put(name, () => bytesOf([...given], size));
    return undefined;
  }

  part(name: string): WrittenState {
    const known = this.#values.get(name);
    if (known instanceof WrittenState) return known;
    const made = new WrittenState();
    this.#values.set(name, made);
    return made;
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

  #pagesOf(name: string, kind: ColumnKind, pageRows: number): readonly ColumnPage[] {
    const bytes = Buffer.from(this.#put(name, undefined) as string, 'base64');
    const pageBytes = pageRows * ARRAYS[kind].BYTES_PER_ELEMENT;
    return Array.from({ length: Math.ceil(bytes.length / pageBytes) }, (_, page) => {
      const made = new ARRAYS[kind](pageRows);
      new Uint8Array(made.buffer).set(bytes.subarray(page * pageBytes, (page + 1) * pageBytes));
      return made;
    });
  }
}

/** The first rows, as they lie in memory: a text is compared at once. */
function bytesOf(pages: readonly ColumnPage[], rows: number): string {
  const bytes = pages.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const size = rows * (pages[0]?.BYTES_PER_ELEMENT ?? 0);
  return Buffer.concat(bytes).subarray(0, size).toString('base64');
}
