import type { ClosedSegment } from '../journal/index.ts';
import { DAY_MS, type EpochMs } from '../model/index.ts';
import type { RetentionConfig } from './config.ts';

export type JournalRetention = Pick<RetentionConfig, 'journalDays' | 'journalBytes'>;

/**
 * Before which record the journal may go: what is older than the limit, or too much, and wholly covered by a snapshot
 * that stands after record `covered` − 1. The oldest goes first, so the first segment that has to stay ends it.
 */
export function droppableBefore(
  closed: readonly ClosedSegment[],
  covered: number,
  { journalDays, journalBytes }: JournalRetention,
  now: EpochMs,
): number {
  let left = closed.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const { next, bytes, writtenAt } of closed) {
    const isOld = now - writtenAt > journalDays * DAY_MS;
    const isTooMuch = journalBytes !== null && left > journalBytes;
    if (next > covered || !(isOld || isTooMuch)) break;
    before = next;
    left -= bytes;
  }
  return before;
}
