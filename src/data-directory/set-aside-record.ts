import { z } from 'zod';
import { senderOf } from '../engine/index.ts';
import { eventCount, iso, type JournalRecord } from '../model/index.ts';
import type { EngineFault } from './engine-fault.ts';

const count = z.int().nonnegative();

/** Of a record that is set aside, without its content. */
export const SetAsideRecord = z.strictObject({
  /** Its number in the journal. */
  record: count,
  kind: z.string(),
  /** How many, where it is one of events. */
  events: count,
  /** Whose they are: a token, or `file`. */
  senders: z.array(z.string()),
  /** When it was said, in its own words. */
  said_at: z.string().nullable(),
  set_aside_at: z.string(),
  /** What failed, and where in the program. */
  cause: z.string(),
  /** The release that failed. */
  stance: z.string(),
  /**
   * - `new`: by a start that has not come to its end: the next tries it again.
   * - `kept`: passed over by every start.
   * - `retry`: applied by the next start.
   */
  state: z.enum(['new', 'kept', 'retry']),
});
export type SetAsideRecord = z.infer<typeof SetAsideRecord>;

const SENDERS_SHOWN = 5;
/** What a date can be of (ECMA-262). */
const LATEST_MS = 8.64e15;

export function describe({
  number,
  record,
  where,
}: EngineFault): Omit<SetAsideRecord, 'set_aside_at' | 'stance' | 'state'> {
  return {
    record: number,
    kind: record.kind,
    events: record.kind === 'events' ? eventCount(record) : 0,
    senders: record.kind === 'events' ? sendersOf(record.producers) : [],
    said_at: saidAt(record),
    cause: where,
  };
}

function sendersOf(producers: readonly { readonly producer: string }[]): string[] {
  return [...new Set(producers.map(({ producer }) => senderOf(producer)))].slice(0, SENDERS_SHOWN);
}

/** A time that is none may be what the engine failed on. */
function saidAt(record: JournalRecord): string | null {
  const at: unknown = 'at' in record ? record.at : null;
  return typeof at === 'number' && Math.abs(at) <= LATEST_MS ? iso(at) : null;
}
