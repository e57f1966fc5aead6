import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EpochMs, HOUR_MS, LIMITS, MINUTE_MS, SECOND_MS } from '../model/index.ts';
import { Watermark } from './watermark.ts';

const START: EpochMs = Date.UTC(2026, 2, 2);

function tell(watermark: Watermark, sensor: string, from: EpochMs, count: number): EpochMs {
  for (let i = 0; i < count; i++) watermark.observe(from + i * SECOND_MS, sensor);
  return from + (count - 1) * SECOND_MS;
}

describe('the watermark', () => {
  test('follows a sensor by a few events', () => {
    const watermark = new Watermark();
    const last = tell(watermark, 'zeek', START, 100);
    expect(watermark.now).toBe(last - (LIMITS.watermarkSupport - 1) * SECOND_MS);
    watermark.endOfHistory();
    expect(watermark.now).toBe(last);
  });

  test('crosses a quiet night at once where there is one sensor', () => {
    const watermark = new Watermark();
    tell(watermark, 'zeek', START, 20);
    tell(watermark, 'zeek', START + 10 * HOUR_MS, LIMITS.watermarkSupport);
    expect(watermark.now).toBe(START + 10 * HOUR_MS);
  });

  test('crosses a quiet night with the first sensor that agrees', () => {
    const watermark = new Watermark();
    tell(watermark, 'zeek', START, 20);
    tell(watermark, 'gateway', START, 20);
    const morning = START + 10 * HOUR_MS;
    tell(watermark, 'zeek', morning, 20);
    expect(watermark.now).toBeLessThan(START + HOUR_MS);
    tell(watermark, 'gateway', morning, LIMITS.watermarkSupport);
    expect(watermark.now).toBeGreaterThanOrEqual(morning);
  });

  test('crosses it without a second sensor when nobody contradicts', () => {
    const watermark = new Watermark();
    tell(watermark, 'gateway', START, 20);
    tell(watermark, 'zeek', START, 20);
    const morning = START + 10 * HOUR_MS;
    tell(watermark, 'zeek', morning, 100);
    expect(watermark.now).toBeGreaterThanOrEqual(morning);
  });

  test('[ENGINE-15] one sensor with a wrong clock never makes the others late', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 61, max: 23 * 60 }),
        fc.integer({ min: 1, max: 20 }),
        (aheadMinutes, share) => {
          const watermark = new Watermark();
          tell(watermark, 'honest', START, 50);
          for (let second = 50; second < 600; second++) {
            const time = START + second * SECOND_MS;
            for (let i = 0; i < share; i++) watermark.observe(time + aheadMinutes * MINUTE_MS + i, 'wrong');
            expect(watermark.isLate(time)).toBe(false);
            watermark.observe(time, 'honest');
          }
          watermark.endOfHistory();
          expect(watermark.now).toBeLessThan(START + HOUR_MS);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('[ENGINE-24] one odd record never moves it, also where nothing more is expected', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100 }),
        fc.integer({ min: 61, max: 24 * 60 }),
        (count, aheadMinutes) => {
          const watermark = new Watermark();
          const last = tell(watermark, 'zeek', START, count);
          watermark.observe(last + aheadMinutes * MINUTE_MS, 'zeek');
          watermark.endOfHistory();
          expect(watermark.now).toBe(last);
          expect(watermark.isLate(last + MINUTE_MS)).toBe(false);
        },
      ),
    );
  });

  test('comes to the last record of a sensor that seldom says something', () => {
    const watermark = new Watermark();
    const hours = [0, 2, 5, 6, 11, 12, 15, 21];
    for (const hour of hours) watermark.observe(START + hour * HOUR_MS, 'door');
    watermark.endOfHistory();
    expect(watermark.now).toBe(START + 21 * HOUR_MS);
  });

  test('never goes back, whatever is told', () => {
    const told = fc.record({
      time: fc.integer({ min: 0, max: 72 * HOUR_MS }),
      sensor: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 300 }), (all) => {
        const watermark = new Watermark();
        let before = Number.NEGATIVE_INFINITY;
        for (const { time, sensor } of all) {
          watermark.observe(START + time, sensor);
          expect(watermark.now ?? Number.NEGATIVE_INFINITY).toBeGreaterThanOrEqual(before);
          before = watermark.now ?? before;
        }
      }),
    );
  });

  test('follows the clock of a live process', () => {
    const watermark = new Watermark();
    tell(watermark, 'zeek', START, 20);
    watermark.clock(START + 5 * HOUR_MS);
    expect(watermark.now).toBe(START + 5 * HOUR_MS);
  });
});
