import { PAGE_ROWS } from '../../src/columns/index.ts';
import type { StateReader } from '../../src/model/index.ts';
import { copiedPages, type Moved, unmoved } from './copied-pages.ts';
import { BEHAVIOR_TEXT_COLUMNS, BEHAVIOR_TEXTS, LAZY_RECORDS, ROW_REFERENCES, ROW_TEXTS } from './layout.ts';
import { MemoryState } from './memory-state.ts';
import { repeatedTexts } from './packed-texts.ts';
import type { Renaming } from './renaming.ts';
import { copiedRowTexts } from './row-texts.ts';
import { SharedTexts } from './shared-texts.ts';

/** All copies of one state: how their rows are moved, and their texts, which are not repeated as they lie there. */
export class Copying {
  readonly root: StateReader;
  readonly copies: number;
  readonly renaming: Renaming;
  readonly #behaviorTexts: SharedTexts;
  /** By the column that says where they are. */
  readonly #rowTexts = new Map<string, MemoryState>();

  constructor(root: StateReader, copies: number, renaming: Renaming) {
    this.root = root;
    this.copies = copies;
    this.renaming = renaming;
    this.#behaviorTexts = new SharedTexts(this.at(BEHAVIOR_TEXTS), copies, renaming);
  }

  at(path: string): StateReader {
    return path.split('/').reduce((from, name) => from.part(name), this.root);
  }

  /** What a copy has in place of a number of this column. */
  moved(path: string): Moved {
    if (BEHAVIOR_TEXT_COLUMNS.test(path)) return (value, copy) => this.#behaviorTexts.number(value, copy);
    const reference = ROW_REFERENCES.find(({ columns }) => columns.test(path));
    if (reference === undefined) return unmoved;
    const rows = rowsIn(this.at(path.replace(reference.columns, reference.to)));
    const isFromOne = reference.isFromOne === true;
    return (value, copy) => (isFromOne && value === 0 ? 0 : value + copy * rows);
  }

  /** The whole of a part that holds texts, of all copies; `null` for any other part. */
  texts(path: string): StateReader | null {
    const from = this.at(path);
    const column = Object.keys(ROW_TEXTS).find((each) => ROW_TEXTS[each] === path);
    if (column !== undefined) return this.rowTexts(column)?.part('texts') ?? null;
    const rows = LAZY_RECORDS[path];
    if (rows !== undefined) return this.#lazyRecords(from, rows);
    if (path === BEHAVIOR_TEXTS) return this.#behaviorTexts.state;
    if (from.has('units')) {
      return repeatedTexts(from, this.copies, this.renaming, this.moved(`${path}/rows/number`));
    }
    if (from.has('holders')) return this.#worldTexts(from);
    if (from.has('long')) throw new Error(`bench: layout.ts does not say whose texts ${path} has`);
    return null;
  }

  /** Of a table's column, or of the lengths beside it: the texts of its rows. `null` for any other column. */
  rowTexts(path: string): MemoryState | null {
    const column = path.replace(/_bytes$/, '');
    const part = ROW_TEXTS[column];
    if (part === undefined) return null;
    let made = this.#rowTexts.get(column);
    if (made === undefined) {
      const end = column.lastIndexOf('/');
      const rows = this.at(column.slice(0, end));
      const from = { rows, texts: this.at(part) };
      made = copiedRowTexts(from, column.slice(end + 1), rowsIn(rows), this.copies, this.renaming);
      this.#rowTexts.set(column, made);
    }
    return made;
  }

  #lazyRecords(from: StateReader, rows: string): StateReader {
    const parts = { rows: from.part('rows'), texts: from.part('texts') };
    return copiedRowTexts(parts, 'text', rowsIn(this.at(rows)), this.copies, this.renaming);
  }

  /** Of sites, types, sensors: nobody's own, and held by all copies. */
  #worldTexts(from: StateReader): StateReader {
    const texts = [...from.texts('texts')];
    const pages = from.column('holders', 'u32', PAGE_ROWS);
    const holders = copiedPages(pages, 'u32', PAGE_ROWS, texts.length, 1, (held) => held * this.copies);
    const state = new MemoryState();
    state.plain('free', from.plain('free'));
    state.texts('texts', texts);
    state.column('holders', holders, texts.length);
    return state;
  }
}

/** Rows of a table or of runs, or texts of a list. */
export function rowsIn(from: StateReader): number {
  for (const name of ['rows', 'runs']) {
    if (from.has(name)) return (from.plain(name) as { readonly end: number }).end;
  }
  return [...from.texts('texts')].length;
}
