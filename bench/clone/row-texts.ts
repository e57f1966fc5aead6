import { RowTexts, Table } from '../../src/columns/index.ts';
import type { StateReader } from '../../src/model/index.ts';
import { MemoryState } from './memory-state.ts';
import type { Renaming } from './renaming.ts';

/**
 * The texts that rows have, of all copies under fresh names, as `LazyRecords` write them: their two columns are in the
 * part `rows`, the rest in `texts`.
 * @param inEach rows from one copy to the next
 */
export function copiedRowTexts(
  { rows, texts }: { readonly rows: StateReader; readonly texts: StateReader },
  column: string,
  inEach: number,
  copies: number,
  renaming: Renaming,
): MemoryState {
  const model = withTexts(column);
  model.rows.load(rows);
  model.texts.load(texts);
  const said = Array.from({ length: model.rows.end }, (_, row) => model.texts.at(row));
  const all = withTexts(column);
  for (let copy = 0; copy < copies; copy++) {
    for (const [row, text] of said.entries()) {
      const own = copy * inEach + row;
      while (all.rows.end <= own) all.rows.add();
      if (text !== null) all.texts.set(own, renaming.said(text, copy));
    }
  }
  const state = new MemoryState();
  all.rows.save(state.part('rows'));
  all.texts.save(state.part('texts'));
  return state;
}

function withTexts(column: string) {
  const rows = new Table();
  return { rows, texts: new RowTexts(rows, column) };
}
