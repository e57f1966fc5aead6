import fc from 'fast-check';
import type { ColumnKind, ColumnPage, Stateful, StateReader, StateWriter } from '../model/index.ts';

/** A state of everything that can be written down. For tests. */
export interface Facts {
  readonly plain: unknown;
  readonly records: readonly unknown[];
  readonly texts: readonly string[];
  readonly columns: Readonly<Record<ColumnKind, readonly number[]>>;
  /** Parts within parts. */
  readonly inner: Facts | null;
}

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;
const KINDS = Object.keys(ARRAYS) as readonly ColumnKind[];

export class AnyState implements Stateful {
  facts: Facts | null;
  readonly #pageRows: number;

  constructor(facts: Facts | null, pageRows = 4) {
    this.facts = facts;
    this.#pageRows = pageRows;
  }

  save(to: StateWriter): void {
    if (this.facts === null) return;
    const { plain, records, texts, columns, inner } = this.facts;
    to.plain('plain', plain);
    to.records('records', records);
    to.texts('texts', texts);
    for (const kind of KINDS) to.column(kind, this.#pagesOf(kind, columns[kind]), columns[kind].length);
    new AnyState(inner, this.#pageRows).save(to.part('inner'));
  }

  load(from: StateReader): void {
    if (!from.has('plain')) return;
    const inner = new AnyState(null, this.#pageRows);
    inner.load(from.part('inner'));
    const columns = Object.fromEntries(
      KINDS.map((kind) => [kind, from.column(kind, kind, this.#pageRows).flatMap((page) => [...page])]),
    ) as Record<ColumnKind, number[]>;
    this.facts = {
      plain: from.plain('plain'),
      records: [...from.records('records')],
      texts: [...from.texts('texts')],
      columns,
      inner: inner.facts,
    };
  }

  #pagesOf(kind: ColumnKind, numbers: readonly number[]): ColumnPage[] {
    return Array.from({ length: Math.ceil(numbers.length / this.#pageRows) }, (_, page) => {
      const made = new ARRAYS[kind](this.#pageRows);
      made.set(numbers.slice(page * this.#pageRows, (page + 1) * this.#pageRows));
      return made;
    });
  }
}

/** What comes back of facts: columns filled up with zeros to whole pages. */
export function filledUp(facts: Facts | null, pageRows: number): Facts | null {
  if (facts === null) return null;
  const columns = Object.fromEntries(
    KINDS.map((kind) => {
      const numbers = facts.columns[kind];
      const missing = (pageRows - (numbers.length % pageRows)) % pageRows;
      return [kind, [...numbers, ...Array.from({ length: missing }, () => 0)]];
    }),
  ) as Record<ColumnKind, number[]>;
  return { ...facts, columns, inner: filledUp(facts.inner, pageRows) };
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  // Half a surrogate pair, as a log may hold it.
  fc.constantFrom('\ud800', 'a\udfff', 'é', '名', ''),
);
/** As JSON can say it: without a negative zero. */
const plain = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const bits = (max: number) => fc.array(fc.nat(max), { maxLength: 12 });

const columns: fc.Arbitrary<Facts['columns']> = fc.record({
  f64: fc.array(fc.double({ noNaN: true }), { maxLength: 12 }),
  f32: fc.array(fc.float({ noNaN: true }), { maxLength: 12 }),
  u32: bits(2 ** 31 - 1),
  i32: fc.array(fc.integer(), { maxLength: 12 }),
  u16: bits(65_535),
  u8: bits(255),
});

export const anyFacts: fc.Arbitrary<Facts> = fc.letrec<{ facts: Facts }>((tie) => ({
  facts: fc.record({
    plain,
    records: fc.array(plain, { maxLength: 6 }),
    texts: fc.array(text, { maxLength: 20 }),
    columns,
    inner: fc.option(tie('facts'), { maxDepth: 2, depthIdentifier: 'inner' }),
  }),
})).facts;
