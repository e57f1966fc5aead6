import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/index.ts';
import { advanced, type Believed, believedAfter } from './leap.ts';

const T = Date.UTC(2026, 4, 21, 9);
const at = (now: number | null, leap: Believed['leap'] = null): Believed => ({ now, leap });
/** An event of a sensor among others, whose front is its own time. */
const after = (before: Believed, sensor: string, time: number) =>
  believedAfter(before, sensor, time, time, false);

describe('[ENGINE-15] a front that leaps ahead', () => {
  test('is none within an hour, where time has not begun, or where nobody else is', () => {
    expect(after(at(null), 'a', T)).toEqual(at(T));
    expect(after(at(T), 'a', T + HOUR_MS)).toEqual(at(T + HOUR_MS));
    expect(believedAfter(at(T), 'a', T + DAY_MS, T + DAY_MS, true)).toEqual(at(T + DAY_MS));
  });

  test('waits: what it claims is kept, and time stands', () => {
    const to = T + DAY_MS;
    expect(after(at(T), 'a', to)).toEqual(at(T, { sensor: 'a', to, unopposed: 1 }));
    expect(believedAfter(at(T), 'a', to, null, false)).toEqual(at(T));
  });

  test('becomes true as far as a second sensor goes', () => {
    const leap = { sensor: 'a', to: T + DAY_MS, unopposed: 3 };
    // The lesser of the two fronts; what is within an hour of it is in doubt no more.
    expect(after(at(T, leap), 'b', T + DAY_MS - MINUTE_MS)).toEqual(at(T + DAY_MS - MINUTE_MS));
    expect(after(at(T, leap), 'b', T + 12 * HOUR_MS)).toEqual(at(T + 12 * HOUR_MS, leap));
    // Who went further is in doubt now.
    const further = { sensor: 'b', to: T + 3 * DAY_MS, unopposed: 1 };
    expect(after(at(T, leap), 'b', further.to)).toEqual(at(leap.to, further));
  });

  test('becomes true by 64 records in a row against which nobody speaks', () => {
    const to = T + DAY_MS;
    expect(after(at(T, { sensor: 'a', to, unopposed: 62 }), 'a', to).now).toBe(T);
    expect(after(at(T, { sensor: 'a', to, unopposed: 63 }), 'a', to)).toEqual(at(to));
  });

  test('begins anew where another sensor still tells the old time; its own old records say nothing', () => {
    const leap = { sensor: 'a', to: T + DAY_MS, unopposed: 63 };
    expect(believedAfter(at(T, leap), 'b', T, T - HOUR_MS, false)).toEqual(at(T, { ...leap, unopposed: 0 }));
    expect(believedAfter(at(T, leap), 'a', T, T - HOUR_MS, false)).toEqual(at(T, leap));
  });

  test('never takes time back', () => {
    expect(advanced(at(T), T - DAY_MS)).toEqual(at(T));
    expect(after(at(T), 'a', T - DAY_MS)).toEqual(at(T));
  });
});
