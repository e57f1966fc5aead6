import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + DAY_MS;
const BY_NAME = { peer: 'new-service.com', port: 443 };
const STRANGE = { peer: '198.51.100.9', port: 4_444 };
/** A call that is over at once, and one that takes all the time until the next. */
const SHORT_MS = 60;

/** A machine that has browsed by name for a day. */
function browsed(fleet: number): OneBehavior {
  const behavior = new OneBehavior();
  for (let at = START; at < NOW; at += 9 * MINUTE_MS)
    behavior.observe(contact(at, { peer: `site-${(at / MINUTE_MS) % 25}.com`, prevalence: fleet, fleet }));
  return behavior;
}

/** Which of the calls at these times (ms) is the first that tells of a beacon, from 1; infinite for none. */
function toldAt(times: readonly number[], facts: Partial<Contact>): number {
  const behavior = browsed(facts.fleet ?? 10);
  const found = times.findIndex((at) => {
    const seen = contact(NOW + Math.round(at), {
      bytesSent: 310,
      bytesReceived: 200,
      durationMs: SHORT_MS,
      ...facts,
    });
    return behavior.observe(seen).detections.some(({ type }) => type === 'beaconing');
  });
  return found < 0 ? Number.POSITIVE_INFINITY : found + 1;
}

const every = (ms: number, lastsMs: number): number[] =>
  Array.from({ length: Math.ceil(lastsMs / ms) }, (_, i) => i * ms);

describe('[BEACON-13] calls that are quick', () => {
  test.each([1_050, 1_100, 1_200, 1_500, 2_000])('each %s ms are told after 20 s', (pace) => {
    for (const facts of [BY_NAME, STRANGE, { ...BY_NAME, fleet: 1 }, { ...STRANGE, fleet: 1 }]) {
      const told = toldAt(every(pace, 40_000), facts);
      // Two are not counted before a place has a rhythm; of more than sixteen intervals each fourth is weighed.
      expect(told).toBeLessThanOrEqual(20_000 / pace + 7);
      expect(told * pace).toBeGreaterThan(20_000);
    }
  });

  test('are told as soon after a burst at their beginning', () => {
    const burst = every(33, 1_000);
    const calls = every(1_100, 30_000).map((at) => at + 2_100);
    expect(toldAt([...burst, ...calls], STRANGE)).toBeLessThanOrEqual(burst.length + 22);
  });

  test.each([
    ['a wait for something, by the clock', every(1_100, 19_000), STRANGE],
    ['the parts of a page, in a stream', every(230, 19_000), STRANGE],
    ['one piece after another', every(2_000, 55_000), { ...BY_NAME, durationMs: 1_900 }],
    ['one piece after another, at a strange place', every(2_000, 55_000), { ...STRANGE, durationMs: 1_900 }],
    ['what does not say how long it took', every(1_100, 19_000), { ...STRANGE, durationMs: null }],
  ])('are not told of %s', (_, times, facts) => {
    expect(toldAt(times, facts)).toBe(Number.POSITIVE_INFINITY);
  });

  test('are told of work as well that goes on and on', () => {
    expect(toldAt(every(2_000, 5 * MINUTE_MS), { ...STRANGE, durationMs: 1_900 })).toBeLessThan(70);
  });

  test('are never told before twenty seconds have passed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 5, maxLength: 60 }),
        fc.constantFrom(SHORT_MS, 1_000, null),
        (gaps, durationMs) => {
          let at = 0;
          const times = gaps.map((gap) => (at += gap)).filter((time) => time - (gaps[0] ?? 0) < 20_000);
          expect(toldAt(times, { ...STRANGE, durationMs })).toBe(Number.POSITIVE_INFINITY);
        },
      ),
      { numRuns: 30 },
    );
  });
});
