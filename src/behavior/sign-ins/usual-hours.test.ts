import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, type EpochMs, HOUR_MS } from '../../model/index.ts';
import { UsualHours } from './usual-hours.ts';

const START = Date.UTC(2026, 0, 5);

/** Counts that all fade with each sign-in, as plainly as it can be said. */
class PlainHours {
  counts = new Array<number>(48).fill(0);
  at: EpochMs = START;

  learn(time: EpochMs, hour: number): void {
    const fading = 2 ** (-Math.max(0, time - this.at) / (28 * DAY_MS));
    this.counts = this.counts.map((count) => count * fading);
    this.at = Math.max(this.at, time);
    this.counts[hour] = (this.counts[hour] ?? 0) + 1;
  }
}

test('[SIGNIN-9] an hour that was usual fades to half in four weeks, whatever comes after it', () => {
  const signIns = fc.array(fc.tuple(fc.integer({ min: -2, max: 200 }), fc.nat(47)), { maxLength: 200 });
  fc.assert(
    fc.property(signIns, (all) => {
      const [hours, plain] = [new UsualHours(), new PlainHours()];
      let time = START;
      for (const [after, hour] of all) {
        time += after * HOUR_MS;
        const before = hours.snapshot()[2];
        hours.learn(time, hour, time / HOUR_MS);
        if (time / HOUR_MS !== before) plain.learn(time, hour);
      }
      const read = UsualHours.of(JSON.parse(JSON.stringify(hours.snapshot())) as readonly number[]);
      expect(read.snapshot()).toEqual(hours.snapshot());
      const [, since = 0, , ...counted] = hours.snapshot();
      expect(since).toBeLessThanOrEqual(28 * DAY_MS);
      const found = new Array<number>(48).fill(0);
      for (let i = 0; i < counted.length; i += 2) {
        found[counted[i] ?? 0] = ((counted[i + 1] ?? 0) / 100) * 2 ** (-since / (28 * DAY_MS));
      }
      // A hundredth is lost at most with each sign-in, and with each four weeks.
      for (const [hour, count] of found.entries()) {
        expect(Math.abs(count - (plain.counts[hour] ?? 0))).toBeLessThan(0.02 + 0.01 * count);
      }
      const isWork = (hour: number) => hour >= 8 && hour < 18;
      for (let hour = 0; hour < 48; hour += 5) {
        expect(read.tail(hour, isWork)).toBe(hours.tail(hour, isWork));
      }
    }),
    { numRuns: 100 },
  );
});
