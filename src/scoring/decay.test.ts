import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../model/index.ts';
import { decayed, fadesAt } from './decay.ts';
import { DEFAULT_PROFILE as profile } from './profile.ts';
import { publish } from './publish.ts';

const fading = fc.constantFrom(
  'c2_reached',
  'c2_blocked',
  'malicious_destination_reached',
  'malicious_destination_blocked',
  'malicious_file',
);
const confidences = fc.double({ min: 0.01, max: 1, noNaN: true });
const ages = fc.integer({ min: 0, max: 400 * DAY_MS });

describe('a sighting', () => {
  test('halves with every half-life, in a straight line between', () => {
    expect(decayed(profile, 'c2_reached', 0.8, 0)).toBe(0.8);
    expect(decayed(profile, 'c2_reached', 0.8, 7 * DAY_MS)).toBeCloseTo(0.6, 12);
    expect(decayed(profile, 'c2_reached', 0.8, 14 * DAY_MS)).toBe(0.4);
    expect(decayed(profile, 'c2_reached', 0.8, 42 * DAY_MS)).toBe(0.1);
  });

  test('never grows by getting older', () => {
    fc.assert(
      fc.property(fading, confidences, ages, ages, (factor, raw, a, b) => {
        const younger = decayed(profile, factor, raw, Math.min(a, b));
        expect(decayed(profile, factor, raw, Math.max(a, b))).toBeLessThanOrEqual(younger);
      }),
    );
  });

  test('[SCORE-20] steps down at exactly the millisecond that was foretold', () => {
    fc.assert(
      fc.property(fading, confidences, (factor, raw) => {
        let published = publish(profile, factor, raw, 0);
        let before = -1;
        while (published > 0) {
          const at = fadesAt(profile, factor, raw, published);
          if (at === null) throw new Error('a fading factor has a deadline');
          const now = (ageMs: number) =>
            publish(profile, factor, decayed(profile, factor, raw, ageMs), published);
          expect(at).toBeGreaterThan(before);
          expect(now(at - 1)).toBe(published);
          expect(now(at)).toBeLessThan(published);
          before = at;
          published = now(at);
        }
      }),
    );
  });

  test('of what does not fade has no deadline', () => {
    expect(decayed(profile, 'firmware_eol', 1, 400 * DAY_MS)).toBe(1);
    expect(fadesAt(profile, 'firmware_eol', 1, 0.45)).toBeNull();
    expect(fadesAt(profile, 'c2_reached', 0.01, 0)).toBeNull();
  });
});
