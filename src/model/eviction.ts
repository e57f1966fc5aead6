/** Makes room in a bounded map: what was set longest ago goes. A map remembers in which order its keys came. */
export function dropOldest<K>(map: Map<K, unknown>): void {
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
