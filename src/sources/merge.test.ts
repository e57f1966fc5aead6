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
import { RecordingPort } from './intake-port.fixture.ts';
import type { Arrival } from './log-cursor.ts';
import { mergeByTime, type WaitingLog } from './merge.ts';
import { ProducerProgress } from './producer.ts';
import { startOf } from './record-time.ts';

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

interface Moment {
  readonly start: number;
  readonly time: number;
}

const at = (time: number): Moment => ({ start: time, time });

function logOf(file: number, moments: readonly Moment[]): WaitingLog {
  const progress = new ProducerProgress(`file:${file}`, new RecordingPort());
  const observations = [flow(null)];
  let line = -1;
  return {
    file,
    firstTime: Math.min(...moments.slice(0, 32).map(({ start }) => start)),
    successor: null,
    open: async () => ({
      next(): Arrival | null {
        const moment = moments[line];
        if (moment === undefined) return null;
        line++;
        return { progress, offset: line, observations, key: null, ...moment, file, line };
      },
      fill: async () => line++ < 0,
      close: async () => {},
    }),
  };
}

async function timesOf(logs: readonly WaitingLog[]): Promise<readonly number[]> {
  const left: number[] = [];
  await mergeByTime(logs, {
    emit: ({ time }) => {
      left.push(time);
      return null;
    },
    tick: () => {},
  });
  return left;
}

const FULL = LIMITS.reorderEvents + 10;

test('[SRC-INGEST-14] a bounded number of records waits: what is further behind leaves when it comes', async () => {
  const times = Array.from({ length: FULL }, (_, index) => index + 100);
  const left = await timesOf([logOf(0, [...times.map((time) => ({ start: 0, time })), at(1), at(50)])]);
  expect(left.slice(0, 12)).toEqual([...times.slice(0, 10), 1, 50]);
  expect(left).toHaveLength(FULL + 2);
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
  const progress = new ProducerProgress('file:x', new RecordingPort());
  for (const offset of [10, 20, 30]) {
    progress.wait(offset);
    progress.readTo(offset + 10);
  }
  expect(progress.mark().upTo).toBe(10);
  progress.leave(20);
  expect(progress.mark().upTo).toBe(10);
  progress.leave(10);
  expect(progress.mark().upTo).toBe(30);
  progress.leave(30);
  expect(progress.mark().upTo).toBe(40);
  expect([progress.isKnown(39), progress.isKnown(40)]).toEqual([true, false]);
});
