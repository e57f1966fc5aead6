/** Below this the search for the oldest costs nothing. */
const ONE_BY_ONE = 4_096;
/** Of a larger one a sixteenth goes at once. */
const SHARE_BITS = 4;

/**
 * Makes room in a bounded map or set: what was set longest ago goes. They remember in which order their keys came.
 *
 * Deleted keys leave holes at the front until the map is laid out anew, and each search for the oldest walks over
 * them: with half a million entries, some hundred thousand steps for every single one that is dropped. So a large
 * map makes room for many at once, and walks once.
 */
export function dropOldest<K>(entries: Map<K, unknown> | Set<K>): void {
  let leaving = entries.size > ONE_BY_ONE ? entries.size >>> SHARE_BITS : 1;
  for (const key of entries.keys()) {
    entries.delete(key);
    leaving--;
    if (leaving === 0) return;
  }
}
