import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, LIMITS, MINUTE_MS, SECOND_MS } from '../model/index.ts';
import { BelievedClock } from './believed-clock.ts';

const START = Date.UTC(2026, 2, 2);

/** A machine whose clock is off by `wrongBy`, and asleep for `slept`. */
class Machine {
  passed = 0;
  wrongBy = 0;
  slept = 0;
  readonly now = (): number => START + this.passed + this.slept + this.wrongBy;
  readonly elapsed = (): number => this.passed;
}

function started(): { machine: Machine; clock: BelievedClock } {
  const machine = new Machine();
  return { machine, clock: new BelievedClock(machine) };
}

describe('[LIVE-1] the clock that is believed', () => {
  test('follows small corrections, and no leap that does not last', () => {
    const step = fc.record({
      passed: fc.integer({ min: 0, max: 20 * SECOND_MS }),
      wrongBy: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -MINUTE_MS / 2, max: MINUTE_MS / 2 }),
        fc.integer({ min: -900 * DAY_MS, max: 900 * DAY_MS }),
      ),
      lasts: fc.integer({ min: 0, max: LIMITS.clockDoubtMs - 30 * SECOND_MS }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const { machine, clock } = started();
        for (const { passed, wrongBy, lasts } of steps) {
          machine.wrongBy = wrongBy;
          for (let left = lasts; left > 0; left -= 5 * SECOND_MS) {
            machine.passed += 5 * SECOND_MS;
            expect(Math.abs(clock.now() - (START + machine.passed))).toBeLessThanOrEqual(2 * MINUTE_MS);
          }
          machine.wrongBy = 0;
          machine.passed += passed;
          expect(Math.abs(clock.now() - (START + machine.passed))).toBeLessThanOrEqual(2 * MINUTE_MS);
        }
      }),
    );
  });

  test('believes a leap that lasts, be it asked often or hardly ever', () => {
    for (const every of [5 * SECOND_MS, LIMITS.clockDoubtMs]) {
      const { machine, clock } = started();
      machine.slept = 8 * HOUR_MS;
      for (let passed = 0; passed < LIMITS.clockDoubtMs; passed += every) {
        expect(clock.now()).toBe(START + machine.passed);
        machine.passed += every;
      }
      expect(clock.now()).toBe(machine.now());
    }
  });

  test('believes a leap at once of which the sensors know', () => {
    const { machine, clock } = started();
    machine.slept = 8 * HOUR_MS;
    expect(clock.nowFor(START)).toBe(START);
    expect(clock.nowFor(machine.now() - 10 * SECOND_MS)).toBe(machine.now());
    expect(clock.now()).toBe(machine.now());
  });

  test('tells a fleet of long ago nothing until it has lasted itself', () => {
    const { machine, clock } = started();
    expect(clock.nowFor(START - 3 * DAY_MS)).toBeNull();
    expect(clock.nowFor(START - HOUR_MS)).toBe(START);
    expect(clock.nowFor(null)).toBe(START);
    machine.passed += LIMITS.clockDoubtMs;
    expect(clock.nowFor(START - 3 * DAY_MS)).toBe(machine.now());
  });
});
