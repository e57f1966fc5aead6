/**
 * One page of a sorted list. The cursor is the id of the last item shown: an item that left the list
 * in between does not shift the rest, it only starts the page at the same place by position.
 */
export function page<T>(
  sorted: readonly T[],
  idOf: (item: T) => string,
  limit: number,
  cursor: string | undefined,
): { readonly items: readonly T[]; readonly next: string | null } {
  const start = cursor === undefined ? 0 : startAfter(sorted, idOf, cursor);
  const items = sorted.slice(start, start + limit);
  const end = start + items.length;
  const last = items.at(-1);
  const next = last === undefined || end >= sorted.length ? null : `${end}.${idOf(last)}`;
  return { items, next };
}

/** A cursor is `<position>.<id>`: by id where it still is, by position where it is not. */
function startAfter<T>(sorted: readonly T[], idOf: (item: T) => string, cursor: string): number {
  const dot = cursor.indexOf('.');
  const id = cursor.slice(dot + 1);
  const at = sorted.findIndex((item) => idOf(item) === id);
  if (at >= 0) return at + 1;
  const position = Number(cursor.slice(0, Math.max(0, dot)));
  return Number.isSafeInteger(position) && position >= 0 ? position : 0;
}
