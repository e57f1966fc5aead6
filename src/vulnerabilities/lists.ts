/** Lists by a key: what is empty is not kept. */
export function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

export function drop<T>(lists: Map<string, T[]>, key: string, isOut: (value: T) => boolean): void {
  const left = lists.get(key)?.filter((each) => !isOut(each)) ?? [];
  if (left.length === 0) lists.delete(key);
  else lists.set(key, left);
}

/** Each list once, however many of it go. */
export function dropAll<T>(
  lists: Map<string, T[]>,
  keys: ReadonlySet<string>,
  isOut: (value: T) => boolean,
): void {
  for (const key of keys) drop(lists, key, isOut);
}
