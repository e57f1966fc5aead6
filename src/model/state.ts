/** Numbers side by side, as they lie in memory. */
export type ColumnPage = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

/**
 * Where a state is written down, part by part. The same state writes the same parts in the same order: a snapshot
 * keeps the bytes, the state hash is over them, so that nothing can be in the one and not in the other.
 *
 * Names are unique within their `part`. Whatever follows from other parts (an index, a cache) is not written, or as `derived`.
 */
export interface StateWriter {
  /** A small value that JSON can say exactly. */
  plain(name: string, value: unknown): void;
  /** Any number of values that JSON can say exactly, one by one. */
  records(name: string, values: Iterable<unknown>): void;
  /** Any number of texts. */
  texts(name: string, values: Iterable<string>): void;
  /** The first `rows` numbers of these pages. */
  column(name: string, pages: Iterable<ColumnPage>, rows: number): void;
  /** A part of its own, with names of its own. */
  part(name: string): StateWriter;
  /**
   * A part that follows from the others, and takes long to make of them. A snapshot may keep it, and no hash is over it;
   * `null` where it is not kept.
   */
  derived(name: string): StateWriter | null;
}

/** Gives back what a {@link StateWriter} was given, by name. Throws where a part is missing or of another form. */
export interface StateReader {
  plain(name: string): unknown;
  records(name: string): Iterable<unknown>;
  texts(name: string): Iterable<string>;
  /**
   * Pages of `pageRows` numbers each, the last one filled up with zeros: to be kept by the caller.
   * @param kind `null` for whatever kind they were written in
   */
  column(name: string, kind: ColumnKind | null, pageRows: number): readonly ColumnPage[];
  part(name: string): StateReader;
  /** Such a part, its columns in memory that can be handed to other threads; `null` where it was not kept. */
  derived(name: string): StateReader | null;
  /** Whether there is something of this name: older releases wrote less. */
  has(name: string): boolean;
}

export type ColumnKind = 'f64' | 'f32' | 'u32' | 'i32' | 'u16' | 'u8';

/** Something that can be written down and brought back, bit for bit. */
export interface Stateful {
  save(to: StateWriter): void;
  /** Into a new, empty one. */
  load(from: StateReader): void;
}
