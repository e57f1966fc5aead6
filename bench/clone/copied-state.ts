import type { ColumnKind, ColumnPage, StateReader } from '../../src/model/index.ts';
import { NUMBERED_RECORDS, ROW_REFERENCES, SHARED, TEXT_REFERENCES, TEXTS } from './layout.ts';
import { PAGE_ROWS } from '../../src/columns/index.ts';
import type { Renaming } from './renaming.ts';
import { CopiedTexts } from './texts.ts';

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const satisfies Record<ColumnKind, unknown>;

/** What a table says of its rows, or a slab of its runs. */
interface Rows {
  readonly end: number;
  readonly free: readonly number[] | readonly (readonly number[])[];
  /** Of a slab: whole pages. */
  readonly blank?: readonly number[];
}

/** All copies of one state, which they share to read. */
export class Copying {
  readonly root: StateReader;
  readonly copies: number;
  readonly renaming: Renaming;
  readonly #texts = new Map<string, CopiedTexts>();

  constructor(root: StateReader, copies: number, renaming: Renaming) {
    this.root = root;
    this.copies = copies;
    this.renaming = renaming;
  }

  at(path: string): StateReader {
    return path.split('/').reduce((from, name) => from.part(name), this.root);
  }

  texts(path: string): CopiedTexts {
    let texts = this.#texts.get(path);
    if (texts === undefined) {
      texts = new CopiedTexts(this.at(path), TEXTS[path] ?? 0, this.copies, this.renaming);
      this.#texts.set(path, texts);
    }
    return texts;
  }

  /** Rows that a table or a slab has in one copy. */
  rows(path: string): number {
    return rowsIn(this.at(path));
  }
}

/** A state so many times under fresh names, each copy's rows behind those of the copy before. */
export class CopiedState implements StateReader {
  readonly #copying: Copying;
  readonly #from: StateReader;
  readonly #path: string;

  constructor(copying: Copying, path = '') {
    this.#copying = copying;
    this.#path = path;
    this.#from = path === '' ? copying.root : copying.at(path);
  }

  has(name: string): boolean {
    return this.#from.has(name);
  }

  part(name: string): StateReader {
    const path = this.#named(name);
    return SHARED.includes(path) ? this.#from.part(name) : new CopiedState(this.#copying, path);
  }

  plain(name: string): unknown {
    const value = this.#from.plain(name);
    if (name === 'rows' || name === 'runs') return this.#rows(value as Rows);
    if (this.#named(name) !== 'directory/devices/counts') return value;
    const [discovered = 0, overflow] = value as readonly number[];
    return [discovered * this.#copying.copies, overflow];
  }

  *records(name: string): Iterable<unknown> {
    const path = this.#named(name);
    const all = this.#from.records(name);
    if (SHARED.includes(path)) {
      yield* all;
      return;
    }
    const numbered = NUMBERED_RECORDS[path];
    const rows = numbered === undefined ? 0 : this.#copying.rows(numbered.to);
    const jsons = Array.from(all, (value) => JSON.stringify(value));
    for (let copy = 0; copy < this.#copying.copies; copy++) {
      for (const json of jsons) {
        const value = this.#copying.renaming.value(json, copy);
        if (numbered !== undefined) moveNumber(value, numbered.at, copy * rows);
        yield value;
      }
    }
  }

  *texts(name: string): Iterable<string> {
    const { copies, renaming } = this.#copying;
    const first = TEXTS[this.#path];
    if (first !== undefined) {
      yield* this.#copying.texts(this.#path).all(first);
      return;
    }
    const all = [...this.#from.texts(name)];
    for (let copy = 0; copy < copies; copy++) for (const text of all) yield renaming.text(text, copy);
  }

  column(name: string, kind: ColumnKind, pageRows: number): readonly ColumnPage[] {
    const { copies } = this.#copying;
    const pages = this.#from.column(name, kind, pageRows);
    const at = (row: number) => pages[Math.floor(row / pageRows)]?.[row % pageRows] ?? 0;
    if (this.#path in TEXTS) {
      const held = this.#copying.texts(this.#path).holders(at);
      return paged(kind, pageRows, held.length, (row) => held[row] ?? 0);
    }
    const rows = rowsIn(this.#from);
    const moved = this.#moved(name);
    return paged(kind, pageRows, rows * copies, (row) => moved(at(row % rows), Math.floor(row / rows)));
  }

  /** What a copy has in place of a number of this column. */
  #moved(name: string): (value: number, copy: number) => number {
    const path = this.#named(name);
    const text = TEXT_REFERENCES.find(({ columns }) => columns.test(path));
    if (text !== undefined) {
      const texts = this.#copying.texts(text.to);
      return (value, copy) => texts.number(value, copy);
    }
    const reference = ROW_REFERENCES.find(({ columns }) => columns.test(path));
    if (reference === undefined) return (value) => value;
    const rows = this.#copying.rows(reference.to);
    const isFromOne = reference.isFromOne === true;
    return (value, copy) => (isFromOne && value === 0 ? 0 : value + copy * rows);
  }

  #rows({ end, free, blank }: Rows): Rows {
    const { copies } = this.#copying;
    const repeated = (numbers: readonly number[], inEach: number) =>
      Array.from({ length: copies * numbers.length }, (_, i) => {
        return (numbers[i % numbers.length] ?? 0) + Math.floor(i / numbers.length) * inEach;
      });
    return {
      end: end * copies,
      free: isOfRuns(free) ? free.map((runs) => repeated(runs, end)) : repeated(free, end),
      ...(blank === undefined ? {} : { blank: repeated(blank, end / PAGE_ROWS) }),
    };
  }

  #named(name: string): string {
    return this.#path === '' ? name : `${this.#path}/${name}`;
  }
}

/** Runs have a list for each length. */
function isOfRuns(free: Rows['free']): free is readonly (readonly number[])[] {
  return Array.isArray(free[0]);
}

function rowsIn(from: StateReader): number {
  for (const name of ['rows', 'runs']) if (from.has(name)) return (from.plain(name) as Rows).end;
  return [...from.texts('entities')].length;
}

function paged(
  kind: ColumnKind,
  pageRows: number,
  rows: number,
  at: (row: number) => number,
): readonly ColumnPage[] {
  return Array.from({ length: Math.ceil(rows / pageRows) }, (_, index) => {
    const page = new ARRAYS[kind](pageRows);
    const begin = index * pageRows;
    for (let row = 0; row < pageRows && begin + row < rows; row++) page[row] = at(begin + row);
    return page;
  });
}

function moveNumber(value: unknown, at: string | 0, by: number): void {
  const holder = value as Record<string | 0, number>;
  holder[at] = (holder[at] ?? 0) + by;
}
