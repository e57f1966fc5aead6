import { open } from 'node:fs/promises';
import { isSystemError } from '../files/index.ts';
import { decodeRecord, decoding, mayBeEvents } from './codec.ts';
import type { Extent } from './copy.ts';
import { JournalCorrupt, JournalError } from './errors.ts';
import type { Frame } from './frame.ts';
import type { NumberedRecord, RecordsRead } from './journal.ts';
import { listSegments, refuseDamage, type Segment, scanFrames } from './segment.ts';
import { LARGE_BYTES, stepwise } from './stepwise.ts';

/**
 * The records from `from` on that are in the extent, in order, one by one: a record is garbage, cheaply, before the
 * next is made.
 * @throws JournalError `dropped`; JournalCorrupt
 */
export async function* readExtent(
  extent: Extent,
  from: number,
  only: RecordsRead,
): AsyncGenerator<readonly NumberedRecord[]> {
  const { segments, length, end } = extent;
  for (const { segment, next, isLast } of needed(segments, from, length)) {
    yield* readSegment({ segment, from, next, limit: isLast ? end : null, only });
  }
}

/**
 * Records `from` to `to` − 1 of a journal that another process may own and append to: nothing is written, nothing is
 * cut. All of them must have been acknowledged.
 * @throws JournalError `dropped`; JournalCorrupt
 */
export async function* readJournal(
  dir: string,
  from: number,
  to: number,
): AsyncGenerator<readonly NumberedRecord[]> {
  // What the owner begins meanwhile holds nothing that is asked for.
  const segments = (await listSegments(dir)).filter(({ first }) => first < to);
  for (const { segment, next, isLast } of needed(segments, from, to)) {
    yield* readSegment({ segment, from, next, limit: null, isGrowing: isLast });
  }
}

interface Needed {
  readonly segment: Segment;
  /** The first record behind it. */
  readonly next: number;
  readonly isLast: boolean;
}

function needed(segments: readonly Segment[], from: number, to: number): Needed[] {
  refuseDropped(segments[0]?.first ?? to, from);
  const start = segments.findLastIndex((each) => each.first <= from);
  return segments.slice(Math.max(0, start)).map((segment, index, rest) => {
    const following = rest[index + 1];
    return { segment, next: following?.first ?? to, isLast: following === undefined };
  });
}

/** @throws JournalError `dropped` where a journal that begins with record `first` does not reach back to `from` */
export function refuseDropped(first: number, from: number): void {
  if (first <= from) return;
  throw new JournalError(
    'dropped',
    `the journal begins with record ${first}: records ${from} to ${first - 1} are not in it any more`,
  );
}

interface Wanted {
  readonly segment: Segment;
  readonly from: number;
  /** It must hold every record before this one. */
  readonly next: number;
  /** Its end in bytes; `null`: the file's. */
  readonly limit: number | null;
  /** Somebody appends to it: what stands behind `next` is not ours to judge. */
  readonly isGrowing?: boolean;
  readonly only?: RecordsRead;
}

function isWanted({ seq, payload }: Frame, { from, next, only = 'all' }: Wanted): boolean {
  return seq >= from && seq < next && (only === 'all' || mayBeEvents(payload));
}

async function* readSegment(wanted: Wanted): AsyncGenerator<readonly NumberedRecord[]> {
  const { segment, next, limit, isGrowing = false, only = 'all' } = wanted;
  const file = await open(segment.path, 'r').catch((cause: unknown) => {
    if (!isSystemError(cause, 'ENOENT')) throw cause;
    throw new JournalCorrupt(segment.name, 0, 'the file is missing');
  });
  try {
    const scan = scanFrames(file, segment, limit ?? (await file.stat()).size);
    let step = await scan.next();
    while (step.done !== true) {
      for (const frame of step.value) {
        const { seq, payload } = frame;
        if (isWanted(frame, wanted)) {
          const isLarge = payload.length >= LARGE_BYTES;
          const record = isLarge ? await stepwise(decoding(payload)) : decodeRecord(payload);
          if (only === 'all' || record.kind === 'events') yield [{ seq, record }];
        }
        if (isGrowing && seq + 1 === next) return;
      }
      step = await scan.next();
    }
    refuseDamage(segment, step.value, next);
  } finally {
    await file.close();
  }
}
