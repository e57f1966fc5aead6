import type { ToolProblem } from '../model/index.ts';

/** Where an item stands in its list: by the first number, then the second, then the id. */
export interface Place {
  readonly first: number;
  readonly second: number;
  readonly id: string;
}

/**
 * One page of a list that comes in any order: it keeps only what the page shows, and counts the rest. The cursor is the
 * place of the last item shown, so that items that come and go elsewhere shift nothing.
 */
export class Page<T> {
  readonly #limit: number;
  readonly #after: Place | null;
  readonly #shown: { readonly place: Place; readonly item: T }[] = [];
  /** Items behind the cursor. */
  #behind = 0;
  #total = 0;

  constructor(limit: number, cursor: string | undefined) {
    this.#limit = limit;
    this.#after = cursor === undefined ? null : placeIn(cursor);
  }

  add(place: Place, item: T): void {
    this.#total += 1;
    if (this.#after !== null && compare(place, this.#after) <= 0) return;
    this.#behind += 1;
    const shown = this.#shown;
    const last = shown.at(-1);
    const isFull = shown.length >= this.#limit;
    if (isFull && last !== undefined && compare(place, last.place) >= 0) return;
    if (isFull) shown.pop();
    const at = shown.findLastIndex((each) => compare(each.place, place) < 0) + 1;
    shown.splice(at, 0, { place, item });
  }

  /** In order. */
  get items(): readonly T[] {
    return this.#shown.map(({ item }) => item);
  }

  get total(): number {
    return this.#total;
  }

  /** Asks for the page after this one; `null` where there is none. */
  get next(): string | null {
    const last = this.#shown.at(-1)?.place;
    if (last === undefined || this.#behind <= this.#shown.length) return null;
    return cursorOf(last);
  }
}

function cursorOf({ first, second, id }: Place): string {
  return `${first}:${second}:${id}`;
}

function compare(a: Place, b: Place): number {
  if (a.first !== b.first) return a.first - b.first;
  if (a.second !== b.second) return a.second - b.second;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/** Lists of pages, and what the ids of their items begin with: the cursor of one is none of another. */
const LISTS = {
  anomalies: /^ano_/,
  entities: /^(?:dev|usr|wkl)_/,
  controls: /^(?!(?:ano|dev|usr|wkl)_)/,
} as const;

/** A cursor that is none of ours is refused: the first page in place of a later one would be read twice, unnoticed. */
export function unreadable(cursor: string | undefined, list: keyof typeof LISTS): ToolProblem | null {
  if (cursor === undefined) return null;
  const place = placeIn(cursor);
  if (place !== null && LISTS[list].test(place.id)) return null;
  const message =
    '"cursor" is none that Stance gave for this list; allowed is next_cursor of the page before, as it is, or nothing for the first page';
  return { code: 'invalid_input', message, nearest: [] };
}

/** `null` for what is no cursor of ours. */
function placeIn(cursor: string): Place | null {
  const { first, second, id } = /^(?<first>[^:]+):(?<second>[^:]+):(?<id>.+)$/.exec(cursor)?.groups ?? {};
  if (first === undefined || second === undefined || id === undefined) return null;
  const place = { first: Number(first), second: Number(second), id };
  // `Number` reads more than we write: a blank as 0, hexadecimal.
  const isOurs = Number.isFinite(place.first) && Number.isFinite(place.second) && cursorOf(place) === cursor;
  return isOurs ? place : null;
}
