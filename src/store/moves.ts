import type { FactorName } from '../model/index.ts';
import type { Move } from './history.ts';
import { causeOf, type Picture, pictureOf } from './picture.ts';
import type { Tables } from './tables.ts';
import type { Words } from './words.ts';

/** An entity is read so many changes far: a year of a busy one. */
const CHANGES_READ = 5_000;

/** What each change of an entity moved, from the pictures before and after it; the oldest first. Giving way moves all that it had. */
export function movesBetween(
  tables: Tables,
  words: Words,
  entity: number,
  after: number,
  upTo: number,
): readonly Move[] {
  const rows = tables.picturesOfBetween(entity, after, upTo, CHANGES_READ).toReversed();
  const [first] = rows;
  if (first === undefined) return [];
  const previous = tables.lastPicture(entity, first.number - 1);
  let before = previous === null ? null : pictureOf(previous, words);
  return rows.map((row) => {
    const picture = pictureOf(row, words);
    const factors = moved(before, picture);
    before = picture;
    return { at: row.at, cause: causeOf(row, words), factors };
  });
}

function moved(before: Picture | null, after: Picture | null): FactorName[] {
  const was = new Map(before?.factors.map(({ name, p }) => [name, p]));
  const is = new Map(after?.factors.map(({ name, p }) => [name, p]));
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].filter((name) => was.get(name) !== is.get(name)).sort();
}
