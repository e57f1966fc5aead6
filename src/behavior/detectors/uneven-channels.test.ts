import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';
import { areInStep } from './in-step.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + 3 * DAY_MS;
const C2 = '198.51.100.9';
const MACHINES = 24;

/** Deterministic, 0 ≤ x < 1, from a linear congruence. */
function chance(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A machine that has browsed by name for three days. */
function browsed(seed: number): OneBehavior {
  const behavior = new OneBehavior();
  const next = chance(seed);
  for (let at = START; at < NOW; at += Math.floor((1 + next() * 20) * MINUTE_MS))
    behavior.observe(contact(at, { peer: `site-${Math.floor(next() * 30)}.com`, prevalence: 8 }));
  return behavior;
}

/** Calls of a day at gaps of a lognormal distribution with σ = 1. */
function unevenly(next: () => number, median: number): number[] {
  const normal = () => (next() + next() + next() + next() - 2) * Math.sqrt(3);
  const calls: number[] = [];
  for (let at = NOW; at < NOW + 10 * HOUR_MS; at += Math.round(median * Math.exp(normal()))) calls.push(at);
  return calls;
}

/** Calls until a machine is told of, one number for each machine; none is infinite. */
function callsOf(facts: Partial<Contact>): number[] {
  return Array.from({ length: MACHINES }, (_, seed) => {
    const behavior = browsed(seed + 1);
    const next = chance(seed + 100);
    const told = unevenly(next, 4 * MINUTE_MS).findIndex((at) => {
      const seen = contact(at, {
        peer: C2,
        port: 4_444,
        bytesSent: Math.round(400 * Math.exp(2 * next())),
        ...facts,
      });
      return isToldAt(behavior, seen);
    });
    return told < 0 ? Number.POSITIVE_INFINITY : told + 1;
  }).sort((a, b) => a - b);
}

function isToldAt(behavior: OneBehavior, seen: Contact): boolean {
  return behavior.observe(seen).detections.some(({ type }: Detection) => type === 'beaconing');
}

describe('[BEACON-10] a channel without a pace, at a bare address and a port that the machine never used', () => {
  test('is told of most machines within the first hours', () => {
    const calls = callsOf({});
    expect(calls.filter(Number.isFinite).length).toBeGreaterThanOrEqual(MACHINES - 2);
    expect(calls[MACHINES / 2]).toBeLessThanOrEqual(40);
  });

  test.each([
    ['with a name, at the port of the web', { peer: 'new-service.com', port: 443 }],
    ['with a name, at a port of its own', { peer: 'push.com', port: 5_228 }],
    ['that others of the fleet know', { prevalence: 4 }],
  ])('is seldom told %s', (_, facts) => {
    expect(callsOf(facts).filter(Number.isFinite).length).toBeLessThanOrEqual(MACHINES / 6);
  });

  test('is told later in a fleet of one, where nobody else can show how rare it is', () => {
    const [inFleet, alone] = [callsOf({}), callsOf({ fleet: 1 })];
    expect(alone[MACHINES / 2]).toBeGreaterThan(inFleet[MACHINES / 2] ?? 0);
  });
});

test('[BEACON-11] what fetches pages or files is told later than what gets short answers', () => {
  const calls = (bytesReceived: number): number => {
    const behavior = browsed(1);
    const next = chance(5);
    let at = NOW;
    for (let call = 1; call <= 200; call++) {
      at += Math.round(MINUTE_MS * (0.8 + 0.4 * next()));
      if (isToldAt(behavior, contact(at, { peer: 'listed.com', bytesReceived }))) return call;
    }
    return Number.POSITIVE_INFINITY;
  };
  expect(calls(400)).toBeLessThanOrEqual(10);
  expect(calls(60_000)).toBeGreaterThan(calls(400));
});

describe('[BEACON-12] a page that renews itself calls its parts each time', () => {
  /** What is told of two destinations, the second called so long after the first. */
  const renewed = (laterMs: (call: number) => number) => {
    const behavior = browsed(1);
    return Array.from({ length: 12 }, (_, i) => {
      const at = NOW + i * 5 * MINUTE_MS;
      return [
        isToldAt(behavior, contact(at, { peer: 'page.com' })),
        isToldAt(behavior, contact(at + laterMs(i), { peer: 'part.com' })),
      ].some(Boolean);
    }).some(Boolean);
  };

  test('and is not told', () => expect(renewed(() => 400)).toBe(false));
  test('while two that are called evenly, each at its own times, are', () => {
    expect(renewed((call) => MINUTE_MS + call * 10_000)).toBe(true);
  });

  test('two are in step whatever else one of them does, as long as it is there each time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 4, maxLength: 16 }),
        fc.array(fc.integer({ min: -3_000, max: 3_000 }), { minLength: 16, maxLength: 16 }),
        (gaps, shifts) => {
          let time = 10 ** 9;
          const times = gaps.map((gap) => (time -= gap * 10_000));
          const others = times.map((each, i) => each + (shifts[i] ?? 0));
          expect(areInStep(times, others)).toBe(true);
          expect(areInStep(times, [])).toBe(false);
          expect(
            areInStep(
              times,
              times.map((each) => each + 5_000),
            ),
          ).toBe(false);
        },
      ),
    );
  });
});
