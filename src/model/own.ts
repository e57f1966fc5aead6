/**
 * What a table says under a key that comes from outside; `undefined` where it says nothing. `constructor` and its like are of every
 * object, and in no table.
 */
export function ownValue<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
