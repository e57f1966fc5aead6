import { atOnce, type StateReader, type StateWriter } from '../../model/index.ts';
import { type Listed, type ListingArrays, type ListingColumns, Listings, type Saying } from './listings.ts';
import { KeptValues, type ValuePages } from './kept-values.ts';

const COLUMNS = ['rows', 'ends', 'ports', 'oddTimes'] as const satisfies readonly (keyof ListingArrays)[];

interface Form {
  readonly count: number;
  readonly pages: number;
  readonly lengths: Readonly<Record<(typeof COLUMNS)[number], number>>;
}

/** The listings of one feed, in its order, as a snapshot keeps them: numbers and bytes, some thirty bytes each. */
export class KeptListings {
  readonly #count: number;
  readonly #values: ValuePages;
  readonly #arrays: ListingArrays;
  readonly #sayings: readonly Saying[];

  private constructor(count: number, values: ValuePages, arrays: ListingArrays, sayings: readonly Saying[]) {
    this.#count = count;
    this.#values = values;
    this.#arrays = arrays;
    this.#sayings = sayings;
  }

  static of(columns: ListingColumns, values: KeptValues): KeptListings {
    return new KeptListings(columns.count, values.pages, atOnce(columns.finished()), columns.sayings);
  }

  /** What a snapshot says of one feed: read when it is gone through, and not held. */
  static in(from: StateReader): Iterable<Listed> & { readonly length: number } {
    const { count: length } = from.plain('form') as Form;
    return { length, [Symbol.iterator]: () => KeptListings.#load(from).#all() };
  }

  *#all(): Generator<Listed> {
    const listings = new Listings(this.#arrays, this.#sayings);
    let number = 0;
    for (const [type, value] of KeptValues.in(this.#values)) yield listings.one(++number, type, value);
  }

  save(to: StateWriter): void {
    const { rows, ends, ports, oddTimes } = this.#arrays;
    const lengths = { rows: rows.length, ends: ends.length, ports: ports.length, oddTimes: oddTimes.length };
    to.plain('form', { count: this.#count, pages: this.#values.length, lengths } satisfies Form);
    to.records('sayings', this.#sayings);
    to.column('values', this.#values, this.#values.length * KeptValues.page);
    for (const name of COLUMNS) to.column(name, [this.#arrays[name]], lengths[name]);
  }

  static #load(from: StateReader): KeptListings {
    const { count, pages, lengths } = from.plain('form') as Form;
    const values = pages === 0 ? [] : (from.column('values', 'u8', KeptValues.page) as Uint8Array[]);
    const sayings = [...(from.records('sayings') as Iterable<Saying>)];
    const [rows, ends, ports, oddTimes] = COLUMNS.map((name) => read(from, name, lengths[name])) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    return new KeptListings(count, values, { rows, ends, ports, oddTimes }, sayings);
  }
}

/** The whole array as one page, read straight to where it stays. */
function read(from: StateReader, name: string, length: number): Uint32Array {
  return length === 0 ? new Uint32Array(0) : (from.column(name, 'u32', length)[0] as Uint32Array);
}
