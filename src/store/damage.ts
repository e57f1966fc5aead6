/** SQLITE_CORRUPT and SQLITE_NOTADB; the higher bits say more of the same. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

/** Whether the file holds other bytes than were written. */
export function isDamagedHistory(cause: unknown): cause is Error {
  if (!(cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number')) return false;
  return DAMAGED.has(cause.errcode % 256);
}
