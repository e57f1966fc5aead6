import { ByColumns, PAGE_ROWS } from '../../src/columns/index.ts';
import type { ColumnKind, ColumnPage, StateReader } from '../../src/model/index.ts';
import { copiedPages, kindOf } from './copied-pages.ts';
import { type Copying, rowsIn } from './copying.ts';
import { LEFT_OUT, NUMBERED_RECORDS, SHARED } from './layout.ts';

/** What a table says of its rows, or a slab of its runs. */
interface Rows {
  readonly end: number;
  readonly free: readonly number[] | readonly (readonly number[])[];
  /** Of a slab: whole pages. */
  readonly blank?: readonly number[];
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
    return this.#named(name) !== LEFT_OUT && this.#from.has(name);
  }

  part(name: string): StateReader {
    const path = this.#named(name);
    if (SHARED.includes(path)) return this.#from.part(name);
    return this.#copying.texts(path) ?? new CopiedState(this.#copying, path);
  }

  /** It is made of the copies anew. */
  derived(): null {
    return null;
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
    const rows = numbered === undefined ? 0 : rowsIn(this.#copying.at(numbered));
    const jsons = Array.from(all, (value) => JSON.stringify(value));
    for (let copy = 0; copy < this.#copying.copies; copy++) {
      for (const json of jsons) {
        const value = this.#copying.renaming.value(json, copy);
        yield numbered === undefined ? value : moved(value as readonly [number], copy * rows);
      }
    }
  }

  *texts(name: string): Iterable<string> {
    const { copies, renaming } = this.#copying;
    const all = [...this.#from.texts(name)];
    for (let copy = 0; copy < copies; copy++) for (const text of all) yield renaming.text(text, copy);
  }

  column(name: string, wanted: ColumnKind | null, pageRows: number): readonly ColumnPage[] {
    const path = this.#named(name);
    const texts = this.#copying.rowTexts(path);
    if (texts !== null) return new ByColumns(texts.part('rows')).column(name, wanted, pageRows);
    const pages = this.#from.column(name, wanted, pageRows);
    const kind = kindOf(pages);
    if (kind === null) return [];
    const { copies } = this.#copying;
    return copiedPages(pages, kind, pageRows, rowsIn(this.#from), copies, this.#copying.moved(path));
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

function moved([row, ...rest]: readonly [number, ...unknown[]], by: number): readonly unknown[] {
  return [row + by, ...rest];
}
