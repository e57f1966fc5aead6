/**
 * Mostly none or one, seldom more: what most devices have of MACs, host names and addresses. A list of its own costs
 * more than what is in it, so there is one only from the second on. Order is kept.
 */
export type Few<T extends string | object> = T | readonly T[] | null;

const NONE: readonly never[] = Object.freeze([]);

export function all<T extends string | object>(few: Few<T>): readonly T[] {
  if (few === null) return NONE;
  return isList(few) ? few : [few];
}

export function countOf(few: Few<string | object>): number {
  if (few === null) return 0;
  return isList(few) ? few.length : 1;
}

export function has(few: Few<string>, one: string): boolean {
  return few !== null && (isList(few) ? few.includes(one) : few === one);
}

/** With one more, as the last; a text that is among them already is not added. */
export function withOne<T extends string | object>(few: Few<T>, one: T): Few<T> {
  if (few === null) return one;
  const list = all(few);
  return list.includes(one) ? few : [...list, one];
}

export function without<T extends string | object>(few: Few<T>, one: T): Few<T> {
  return fewOf(all(few).filter((each) => each !== one));
}

export function fewOf<T extends string | object>(list: readonly T[]): Few<T> {
  return list.length > 1 ? list : (list[0] ?? null);
}

function isList<T extends string | object>(few: T | readonly T[]): few is readonly T[] {
  return Array.isArray(few);
}
