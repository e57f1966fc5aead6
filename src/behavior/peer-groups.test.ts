import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { DAY_MS, HOUR_MS } from '../model/index.ts';
import { ALWAYS_WORKING } from './clock.fixture.ts';
import { Behaviors } from './behaviors.ts';
import { contact } from './contact.fixture.ts';
import { PeerGroups } from './peer-groups.ts';
import { COUNTED, type HourCounts } from './rates.ts';

const hour = fc.record(
  Object.fromEntries(COUNTED.map((what) => [what, fc.nat(100_000)])),
) as fc.Arbitrary<HourCounts>;
const START = Date.UTC(2026, 2, 2);

function told(hours: readonly HourCounts[]): PeerGroups {
  const peers = new PeerGroups();
  peers.passTo(START);
  for (const each of hours) peers.tell(peers.of('ip_camera'), each);
  peers.passTo(START + DAY_MS);
  return peers;
}

const asked = (peers: PeerGroups) => COUNTED.map((what) => peers.hour(peers.of('ip_camera'), what));

describe('[PEERS-1] what a kind does', () => {
  test('is the same to the last bit, in whatever order its members told of their hours', () => {
    fc.assert(
      fc.property(fc.array(hour, { minLength: 100, maxLength: 140 }), fc.nat(), (hours, by) => {
        const cut = by % hours.length;
        const turned = [...hours.slice(cut), ...hours.slice(0, cut)].toReversed();
        expect(asked(told(turned))).toEqual(asked(told(hours)));
      }),
    );
  });

  test('is not known before the day is over, nor from a few hours', () => {
    const peers = new PeerGroups();
    peers.passTo(START);
    const counts = {
      opened: 3,
      answered: 0,
      volume: 1,
      newDestinations: 0,
      failed: 0,
      novel: 0,
      reached: 0,
      occupied: 1,
    };
    for (let i = 0; i < 120; i++) peers.tell(peers.of('printer'), counts);
    expect(peers.hour(peers.of('printer'), 'opened')).toBeNull();
    peers.passTo(START + DAY_MS);
    expect(peers.hour(peers.of('printer'), 'opened')).toEqual({ mean: 3, meanSquare: 9 });
    expect(peers.hour(peers.of('ip_camera'), 'opened')).toBeNull();
    expect(peers.hour(peers.of(null), 'opened')).toBeNull();
  });

  test('goes on from what was written down', () => {
    fc.assert(
      fc.property(fc.array(hour, { minLength: 90, maxLength: 120 }), hour, (hours, more) => {
        const whole = told(hours);
        const resumed = new PeerGroups();
        resumed.load(WrittenState.of(whole));
        for (const each of [whole, resumed]) {
          each.tell(each.of('ip_camera'), more);
          each.passTo(START + 3 * DAY_MS);
        }
        expect(asked(resumed)).toEqual(asked(whole));
      }),
    );
  });
});

test('[PEERS-2] a newcomer is judged by its kind from its first hour, and an infected one does not become its own normal', () => {
  const peers = new PeerGroups();
  const behaviors = new Behaviors(peers);
  const circumstances = {
    enrolledAt: null,
    kind: 'ip_camera',
    roles: [],
    now: START,
    clock: ALWAYS_WORKING,
  };
  const live = (row: number, from: number, hours: number, perHour: number): void => {
    for (let at = from; at < from + hours * HOUR_MS; at += HOUR_MS) {
      peers.passTo(at);
      for (let i = 0; i < perHour; i++) behaviors.observe(row, contact(at + i * 1_000), circumstances);
    }
  };
  for (let camera = 0; camera < 8; camera++) live(behaviors.begin(), START, 24, 3);
  peers.passTo(START + DAY_MS);
  const [ordinary, infected] = [behaviors.begin(), behaviors.begin()];
  live(ordinary, START + DAY_MS, 3, 3);
  live(infected, START + DAY_MS, 3, 300);
  expect(behaviors.baseline(ordinary).deviation).toBe(0);
  expect(behaviors.baseline(infected).deviation).toBeGreaterThan(0.6);
});

describe('[PEERS-3] a probability is a frequency', () => {
  test('where hours of a kind are as surprising more often than their rates say', () => {
    const peers = new PeerGroups();
    peers.passTo(START);
    const group = peers.of('printer');
    for (let i = 0; i < 990; i++) peers.tellTail(group, 1);
    for (let i = 0; i < 10; i++) peers.tellTail(group, 1e-6);
    expect(peers.calibrated(group, 1e-6)).toBe(1e-6);
    peers.passTo(START + DAY_MS);
    expect(peers.calibrated(group, 1e-6)).toBe(0.01);
    expect(peers.calibrated(group, 1e-9)).toBe(1e-9);
    expect(peers.calibrated(peers.of('ip_camera'), 1e-6)).toBe(1e-6);
  });

  test('and never less than what the rates say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-10, max: 1, noNaN: true }), { minLength: 500, maxLength: 700 }),
        fc.double({ min: 1e-10, max: 1, noNaN: true }),
        (tails, one) => {
          const peers = new PeerGroups();
          peers.passTo(START);
          for (const tail of tails) peers.tellTail(peers.of('printer'), tail);
          peers.passTo(START + DAY_MS);
          const said = peers.calibrated(peers.of('printer'), one);
          expect(said).toBeGreaterThanOrEqual(one);
          expect(said).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
