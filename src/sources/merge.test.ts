import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Address,
  DAY_MS,
  LIMITS,
  type Observation,
  SECOND_MS,
  type SensorId,
  type SiteId,
} from '../model/index.ts';
import { Heap } from './heap.ts';
import { mergeByTime, type WaitingLog } from './merge.ts';
import { ProducerProgress } from './producer.ts';
import { startOf } from './record-time.ts';
import { Stretch } from './stretch.ts';
import { Tally } from './tally.ts';

test('a heap gives its items in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const item of items) heap.push(item);
      expect(heap.size).toBe(items.length);
      expect(items.map(() => heap.pop())).toEqual([...items].sort((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

function flow(durationMs: number | null): Observation {
  return {
    kind: 'connection',
    time: 5_000,
    provenance: { site: 'hq' as SiteId, sensor: 'zeek' as SensorId, uid: null, communityId: null },
    from: { address: '10.0.0.1' as Address, port: 1, local: null },
    to: { address: '10.0.0.2' as Address, port: 1, local: null },
    protocol: 'tcp',
    service: null,
    durationMs,
    bytesOut: null,
    bytesIn: null,
    outcome: 'unknown',
  };
}

const NOTHING_YET = { upTo: 0, beyond: [], checkpoints: [] };

interface Moment {
  readonly start: number;
  readonly time: number;
}

const at = (time: number): Moment => ({ start: time, time });

function logOf(file: number, moments: readonly Moment[]): WaitingLog {
  const progress = new ProducerProgress(`file:${file}`, NOTHING_YET);
  const stretch = new Stretch(
    { file, progress, seenBy: flow(null).provenance, tally: new Tally('', '') },
    moments.length,
    () => undefined,
  );
  const tally = new Tally('', '');
  for (const [line, { time, start }] of moments.entries()) {
    stretch.addLine({ offset: line, observations: [flow(null)], key: null, tally }, { time, start, line });
  }
  const stretches = [stretch];
  return {
    file,
    firstTime: Math.min(...moments.slice(0, 32).map(({ start }) => start)),
    successor: null,
    open: async () => ({ next: async () => stretches.pop() ?? null, close: async () => {} }),
  };
}

/** Its stretches cut into small ones, each counted when it is given. */
function counting(
  cursor: Awaited<ReturnType<WaitingLog['open']>>,
  count: (records: number) => void,
): Awaited<ReturnType<WaitingLog['open']>> {
  const rest: Stretch[] = [];
  return {
    ...cursor,
    async next() {
      if (rest.length === 0) rest.push(...piecesOf(await cursor.next()));
      const piece = rest.shift() ?? null;
      count(piece?.count ?? 0);
      return piece;
    },
  };
}

function piecesOf(whole: Stretch | null): Stretch[] {
  const pieces: Stretch[] = [];
  if (whole === null) return pieces;
  for (let from = 0; from < whole.count; from += 1_000) {
    const piece = new Stretch(whole, 1_000, () => undefined);
    for (let i = from; i < Math.min(from + 1_000, whole.count); i++) {
      piece.addLine(whole.lineAt(i), { time: whole.time[i] ?? 0, start: whole.start[i] ?? 0, line: i });
    }
    pieces.push(piece);
  }
  return pieces;
}

async function timesOf(logs: readonly WaitingLog[]): Promise<readonly number[]> {
  const left: number[] = [];
  await mergeByTime(logs, {
    emit: ({ time }, number) => {
      left.push(time[number] ?? 0);
      return null;
    },
    tick: () => {},
  });
  return left;
}

/** More than may wait, and a good portion on top. */
const FULL = LIMITS.reorderEvents + 20_000;

test('[SRC-INGEST-14] a bounded number of records waits: what is further behind leaves when it comes', async () => {
  const times = Array.from({ length: FULL }, (_, index) => index + 100);
  const left = await timesOf([logOf(0, [...times.map((time) => ({ start: 0, time })), at(1), at(50)])]);
  expect(left).toHaveLength(FULL + 2);
  expect(left[0]).toBe(100);
  expect(left.indexOf(50)).toBe(left.indexOf(1) + 1);
  expect(left.filter((time) => time >= 100)).toEqual(times);
});

test('a record leaves once its log has been read beyond it, so that reading and taking go hand in hand', async () => {
  const seconds = Array.from({ length: 100_000 }, (_, index) => at(index * SECOND_MS));
  let [read, most] = [0, 0];
  const log = logOf(0, seconds);
  const counted = { ...log, open: async () => counting(await log.open(), (count) => (read += count)) };
  let left = 0;
  await mergeByTime([counted], {
    emit: () => {
      most = Math.max(most, read - ++left);
      return null;
    },
    tick: () => {},
  });
  expect([left, most < 50_000]).toEqual([100_000, true]);
});

test('[SRC-INGEST-15] a log is not held back by one record from the future, nor by a flow that lasted', async () => {
  const seconds = Array.from({ length: FULL }, (_, index) => at(10_000 + index * SECOND_MS));
  const broken = { start: 30 * DAY_MS, time: 30 * DAY_MS };
  const long = { start: 0, time: 3 * DAY_MS };
  for (const first of [broken, long]) {
    const left = await timesOf([logOf(0, [first, at(5)]), logOf(1, seconds)]);
    expect(left[0]).toBe(5);
    expect(left.at(-1)).toBe(first.time);
    expect(left).toEqual([...left].sort((a, b) => a - b));
  }
});

test('a flow began its duration before its end', () => {
  expect([startOf(flow(2_000)), startOf(flow(null))]).toEqual([3_000, 5_000]);
});

test('the mark of a producer stands at the first line that waits', () => {
  const progress = new ProducerProgress('file:x', NOTHING_YET);
  const [ten = 0, twenty = 0, thirty = 0] = [10, 20, 30].map((offset) => {
    const ticket = progress.wait(offset);
    progress.readTo(offset + 10);
    return ticket;
  });
  expect(progress.mark().upTo).toBe(10);
  progress.leave(twenty);
  expect(progress.mark().upTo).toBe(10);
  progress.leave(ten);
  expect(progress.mark().upTo).toBe(30);
  progress.leave(thirty);
  expect(progress.mark().upTo).toBe(40);
  expect([progress.isKnown(39), progress.isKnown(40)]).toEqual([true, false]);
});
