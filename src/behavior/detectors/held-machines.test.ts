import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, type EpochMs, HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + 20 * DAY_MS;
const HOSTS = Array.from({ length: 40 }, (_, i) => `10.0.1.${i + 1}`);

function inside(time: EpochMs, to: string, port: number): Contact {
  return contact(time, { peer: `dev_${to}`, display: to, internal: true, port });
}

/** A workstation of twenty days with one server; from two days before the end on it turns to others, three an hour. */
function lookedAround(hosts: readonly string[], port: number): OneBehavior {
  const behavior = new OneBehavior();
  const look = NOW - 2 * DAY_MS;
  for (let hour = START; hour < NOW; hour += HOUR_MS) {
    behavior.observe(inside(hour, '10.0.9.1', 445), START);
    const from = ((hour - look) / HOUR_MS) * 3;
    if (from < 0) continue;
    for (const host of hosts.slice(from, from + 3))
      behavior.observe(inside(hour + MINUTE_MS, host, port), START);
  }
  return behavior;
}

function seized(behavior: OneBehavior, at = NOW): Detection[] {
  return HOSTS.flatMap((host, i) => [
    ...behavior.observe(inside(at + i * MINUTE_MS, host, 445), START).detections,
  ]).filter(({ type }) => type === 'lateral_movement_attempt');
}

describe('[EVADE-2] a machine is known to a movement where it was taken hold of before, by a port of administration', () => {
  test('so who looks around first by other ports is told of all the same', () => {
    for (const hosts of [[], HOSTS]) {
      const told = seized(lookedAround(hosts, 80));
      expect(told.at(-1)).toMatchObject({ severity: 'critical', observed: '40 within an hour' });
    }
  });

  test('and that hour is as surprising', () => {
    const [strange, touched] = [[], HOSTS].map((hosts) => {
      const behavior = lookedAround(hosts, 80);
      for (const host of HOSTS) behavior.observe(inside(NOW + MINUTE_MS, host, 5_900), START);
      behavior.advance(NOW + HOUR_MS);
      return behavior.baseline.hourSurprise;
    });
    expect(touched).toBeGreaterThan(6);
    expect(strange).toBeGreaterThan(6);
  });

  test('while who administers them by whatever such port is not', () => {
    expect(seized(lookedAround(HOSTS, 22))).toEqual([]);
  });

  test('a burst teaches nothing before the day is over', () => {
    const behavior = lookedAround(HOSTS, 80);
    expect(seized(behavior).length).toBeGreaterThan(0);
    expect(seized(behavior, NOW + 3 * HOUR_MS).length).toBeGreaterThan(0);
    expect(seized(behavior, NOW + 2 * DAY_MS)).toEqual([]);
  });
});
