import type { RetentionConfig } from '../config/index.ts';
import type { ClosedSegment } from '../journal/index.ts';
import { DAY_MS, type EpochMs } from '../model/index.ts';

export type JournalRetention = Pick<RetentionConfig, 'journalDays' | 'journalBytes'>;

/** A journal of many days is cut into so many segments at least: records go by whole segments, so much too late. */
const SEGMENTS_OF_THE_DAYS = 30;

/** For so long a segment grows at most, whatever its size: it can go when its last record is old. */
export function segmentAgeMs({ journalDays }: JournalRetention): number {
  return Math.max(1, journalDays / SEGMENTS_OF_THE_DAYS) * DAY_MS;
}

/**
 * Segments with the latest instants at which they can have been closed. One that says it was closed in the future was written while a
 * clock was ahead: it was closed no later than the next one that says something believable, and would stay for as long as
 * the clock was ahead otherwise, with all that is behind it.
 */
export function datedBy(now: EpochMs, closed: readonly ClosedSegment[]): readonly ClosedSegment[] {
  let latest = now;
  const dated = closed.toReversed().map((each) => {
    if (each.writtenAt > now) return { ...each, writtenAt: latest };
    latest = each.writtenAt;
    return each;
  });
  return dated.toReversed();
}

/** Whether a segment that grows since an instant has done so for too long, or says so in the time of another clock. */
export function isLongGrowing(since: EpochMs, retention: JournalRetention, now: EpochMs): boolean {
  return Math.abs(now - since) > segmentAgeMs(retention);
}

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
  for (const { next, bytes, writtenAt } of datedBy(now, closed)) {
    const isOld = now - writtenAt > journalDays * DAY_MS;
    const isTooMuch = journalBytes !== null && left > journalBytes;
    if (next > covered || !(isOld || isTooMuch)) break;
    before = next;
    left -= bytes;
  }
  return before;
}
