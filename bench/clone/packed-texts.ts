import { PackedTexts, Table } from '../../src/columns/index.ts';
import type { StateReader } from '../../src/model/index.ts';
import { MemoryState } from './memory-state.ts';
import type { Renaming } from './renaming.ts';

/** What the model's `PackedTexts` say, by place: the text of number 1 is in the first one. */
export interface ModelTexts {
  /** The empty one where nobody holds a text of that number. */
  readonly texts: readonly string[];
  /** Places that nobody holds, the last freed last. */
  readonly free: readonly number[];
  readonly holders: readonly number[];
  /** What `NumbersByText` have beside each: one more than its number. `null` where they are texts only. */
  readonly numbers: readonly number[] | null;
}

export function modelTexts(from: StateReader): ModelTexts {
  const texts = new PackedTexts();
  texts.load(from);
  const part = from.part('rows');
  const rows = new Table();
  const [holders, numbers] = [rows.u32('holders'), rows.u32('number')];
  rows.load(part);
  const { free } = part.plain('rows') as { readonly free: readonly number[] };
  const byPlace = <T>(at: (number: number) => T) =>
    Array.from({ length: texts.end - 1 }, (_, place) => at(place + 1));
  return {
    texts: byPlace((number) => texts.at(number)),
    free: free.map((number) => number - 1),
    holders: byPlace((number) => holders.at(number)),
    numbers: part.has('number') ? byPlace((number) => numbers.at(number)) : null,
  };
}

/** Every text that somebody holds. */
export function heldTexts(from: StateReader): readonly string[] {
  const { texts, holders } = modelTexts(from);
  return texts.filter((_, place) => (holders[place] ?? 0) > 0);
}

/**
 * The texts of all copies, each copy's behind those of the copy before, free places too: a text that has the number of a
 * row keeps it. What stands beside a text is moved as a column is.
 */
export function repeatedTexts(
  from: StateReader,
  copies: number,
  renaming: Renaming,
  moved: (value: number, copy: number) => number,
): MemoryState {
  const { texts, free, holders, numbers } = modelTexts(from);
  const shared = texts.find((text, place) => (holders[place] ?? 0) > 0 && !renaming.isOwn(text));
  if (shared !== undefined)
    throw new Error(`bench: "${shared}" is no copy's own; all of them cannot have it`);
  const eachCopy = <T>(of: (copy: number) => readonly T[]) =>
    Array.from({ length: copies }, (_, copy) => of(copy)).flat();
  const all = new PackedTexts(numbers === null ? null : 'number');
  const beside = numbers === null ? null : all.beside;
  all.restore(
    eachCopy((copy) => texts.map((text) => renaming.text(text, copy))),
    eachCopy((copy) => free.map((place) => place + copy * texts.length)),
    (place) => holders[place % texts.length] ?? 0,
  );
  for (const [place, value] of eachCopy((copy) => (numbers ?? []).map((n) => moved(n, copy))).entries()) {
    beside?.set(place + 1, value);
  }
  const state = new MemoryState();
  all.save(state);
  return state;
}
