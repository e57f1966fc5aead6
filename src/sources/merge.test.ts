import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS, type Observation } from '../model/index.ts';
import { Heap } from './heap.ts';
import { RecordingPort } from './intake-port.fixture.ts';
import type { Arrival } from './log-cursor.ts';
import { mergeByTime, type WaitingLog } from './merge.ts';
import { ProducerProgress } from './producer.ts';

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

/** A log of records at these times, all of which began when the log did. */
function logOf(times: readonly number[]): WaitingLog {
  const progress = new ProducerProgress('file:x', new RecordingPort());
  const observations: readonly Observation[] = [
    {
      kind: 'host',
      time: 0,
      provenance: { site: 'hq' as never, sensor: 'zeek' as never, uid: null, communityId: null },
      host: { address: '10.0.0.1' as never, port: null, local: null },
    },
  ];
  let at = -1;
  return {
    file: 0,
    firstTime: 0,
    successor: null,
    open: async () => ({
      next(): Arrival | null {
        const time = times[at];
        if (time === undefined) return null;
        at++;
        return { progress, offset: at, observations, key: null, time, start: 0, file: 0, line: at };
      },
      fill: async () => at++ < 0,
      close: async () => {},
    }),
  };
}

test('[SRC-INGEST-14] a bounded number of records waits: what is further behind leaves when it comes', async () => {
  const count = LIMITS.reorderEvents + 10;
  const times = Array.from({ length: count }, (_, index) => index + 100);
  const left: number[] = [];
  await mergeByTime([logOf([...times, 1, 50])], {
    emit: ({ time }) => {
      left.push(time);
      return null;
    },
    tick: () => {},
  });
  expect(left.slice(0, 12)).toEqual([...times.slice(0, 10), 1, 50]);
  expect(left).toHaveLength(count + 2);
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
