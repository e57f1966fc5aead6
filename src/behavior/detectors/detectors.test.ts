import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALWAYS_WORKING } from '../clock.fixture.ts';
import { DAY_MS, type Detection, type EpochMs, HOUR_MS, MINUTE_MS, type Role } from '../../model/index.ts';
import { Table, PackedTexts } from '../../columns/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';
import { Baselines } from '../baselines.ts';
import { Encounter } from '../encounter.ts';
import { PortScan } from './port-scan.ts';
import { RecentDistinct } from './recent-distinct.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + 20 * DAY_MS;
const HOSTS = Array.from({ length: 40 }, (_, i) => `10.0.1.${i + 1}`);

function internal(time: EpochMs, to: string, port: number, facts: Partial<Contact> = {}): Contact {
  return contact(time, { peer: `dev_${to}`, display: to, internal: true, port, ...facts });
}

/** Twenty days of an ordinary workstation that administers three hosts. */
function established(roles: readonly Role[] = []): OneBehavior {
  const behavior = new OneBehavior();
  for (let hour = START; hour < NOW; hour += HOUR_MS) {
    behavior.hear(hour);
    behavior.observe(contact(hour), START, roles);
    for (const host of HOSTS.slice(0, 3)) behavior.observe(internal(hour + 1, host, 445), START, roles);
  }
  return behavior;
}

function reach(
  behavior: OneBehavior,
  hosts: readonly string[],
  port = 445,
  roles: readonly Role[] = [],
): Detection[] {
  return hosts.flatMap((host, i) => [
    ...behavior.observe(internal(NOW + i * MINUTE_MS, host, port), START, roles).detections,
  ]);
}

describe('lateral movement', () => {
  test('[DETECT-1] 14 new internal hosts by administration ports: critical, and sure of it', () => {
    const detections = reach(established(), HOSTS.slice(10, 24));
    const last = detections.at(-1);
    expect(new Set(detections.map(({ type }) => type))).toEqual(new Set(['lateral_movement_attempt']));
    expect(last).toMatchObject({ severity: 'critical', technique: 'T1021' });
    expect(last?.confidence).toBeGreaterThanOrEqual(0.9);
    expect(last?.description).toBe('Device attempting connections to 14 internal hosts not in its baseline');
  });

  test('hosts of the baseline do not count, and seven new ones are not yet a movement', () => {
    expect(reach(established(), [...HOSTS.slice(0, 3), ...HOSTS.slice(10, 17)])).toEqual([]);
    expect(reach(established(), HOSTS.slice(10, 18)).length).toBe(1);
  });

  test('the ports of the web are not the ports of administration', () => {
    expect(reach(established(), HOSTS.slice(10, 24), 443)).toEqual([]);
  });

  test.each(['scanner', 'backup', 'monitoring'] as const)('[DETECT-2] a %s may do that', (role) => {
    expect(reach(established([role]), HOSTS, 22, [role])).toEqual([]);
  });

  test('[DETECT-10] is surer of a machine that turns to many more inside than it ever does, and of no fewer', () => {
    const ofServers = (many: number) => {
      const behavior = new OneBehavior();
      for (let at = START; at < NOW; at += HOUR_MS)
        for (const host of HOSTS.slice(0, many)) behavior.observe(internal(at, host, 445), START, []);
      return behavior;
    };
    const [ofOne] = reach(ofServers(1), HOSTS.slice(20, 28));
    const [ofMany] = reach(ofServers(20), HOSTS.slice(20, 28));
    expect([ofOne?.evidence[0]?.count, ofMany?.evidence[0]?.count]).toEqual([8, 8]);
    expect(ofOne?.confidence).toBeGreaterThan(ofMany?.confidence ?? 1);
    expect(reach(ofServers(1), HOSTS.slice(20, 27))).toEqual([]);
  });

  test('[DETECT-10] half as many silent ones are a scan of such a machine, spread over the hour as they are', () => {
    const probed = (hosts: number) => {
      const behavior = new OneBehavior();
      for (let at = START; at < NOW; at += HOUR_MS)
        behavior.observe(internal(at, HOSTS[0] ?? '', 443), START, []);
      return HOSTS.slice(10, 10 + hosts).flatMap((host, i) => [
        ...behavior.observe(
          internal(NOW + i * 4 * MINUTE_MS, host, 9_999, { outcome: 'unanswered' }),
          START,
          [],
        ).detections,
      ]);
    };
    expect(probed(11)).toEqual([]);
    expect(probed(12)).toMatchObject([{ type: 'port_scan', observed: 'port 9999 of 12 hosts' }]);
  });

  describe('[DETECT-11] few new internal hosts, by a port of administration that the machine never used', () => {
    test('are told from the second on, each of them in evidence', () => {
      const detections = reach(established(), HOSTS.slice(10, 13), 5_985);
      expect(detections.map(({ observed }) => observed)).toEqual(['2 within an hour', '3 within an hour']);
      expect(detections[1]).toMatchObject({ severity: 'medium', technique: 'T1021' });
      expect(new Set(detections[1]?.evidence.map(({ subject }) => subject))).toEqual(
        new Set(HOSTS.slice(10, 13)),
      );
    });

    test.each([
      ['one alone', 1, {}],
      ['servers that others know', 3, { prevalence: 8 }],
      ['ports of other services', 3, { port: 8_080 }],
    ])('are not told: %s', (_, many, facts) => {
      const behavior = established();
      const detections = HOSTS.slice(10, 10 + many).flatMap((host, i) => [
        ...behavior.observe(internal(NOW + i * MINUTE_MS, host, 5_985, facts), START, []).detections,
      ]);
      expect(detections).toEqual([]);
    });

    test('are not told of a machine of which hardly anything is known', () => {
      const behavior = new OneBehavior();
      for (let i = 0; i < 4; i++) behavior.observe(contact(NOW - i * MINUTE_MS), START, []);
      expect(reach(behavior, HOSTS.slice(10, 13), 5_985)).toEqual([]);
    });
  });

  test('a host that answers only at the second try is one host', () => {
    const behavior = established();
    const detections = HOSTS.slice(10, 17).flatMap((host, i) => {
      const at = NOW + i * MINUTE_MS;
      const dark = internal(at, host, 445, { peer: host, outcome: 'unanswered' });
      return [dark, internal(at + 1, host, 445)].flatMap((each) => [
        ...behavior.observe(each, START, []).detections,
      ]);
    });
    expect(detections).toEqual([]);
  });

  test('spread over a day it is not one movement within an hour', () => {
    const behavior = established();
    const detections = HOSTS.slice(10, 24).flatMap(
      (host, i) => behavior.observe(internal(NOW + i * HOUR_MS, host, 445), START, []).detections,
    );
    expect(detections).toEqual([]);
  });
});

/** The detector for one entity. */
function newScan() {
  const rows = new Table();
  const texts = new PackedTexts();
  const scan = new PortScan(rows, texts);
  const encounter = new Encounter(new Baselines(rows, texts));
  const row = rows.add();
  return (probe: Contact, roles: readonly Role[] = []) => {
    encounter.set(row, probe, { enrolledAt: null, kind: null, roles, now: NOW, clock: ALWAYS_WORKING });
    return scan.concerns(encounter) ? scan.observe(encounter) : null;
  };
}

function probes(
  scan: ReturnType<typeof newScan>,
  targets: readonly (readonly [string, number])[],
  from = NOW,
  everyMs = 5_000,
): Detection[] {
  return targets.flatMap(
    ([host, port], i) => scan(internal(from + i * everyMs, host, port, { outcome: 'rejected' })) ?? [],
  );
}

describe('a port scan', () => {
  const vertical = (count: number) =>
    Array.from({ length: count }, (_, i): readonly [string, number] => ['10.0.1.1', i + 1]);
  const horizontal = (count: number) =>
    Array.from({ length: count }, (_, i): readonly [string, number] => [`10.0.${i >> 8}.${i & 255}`, 23]);

  test('[DETECT-3] of one port on many hosts, and of many ports on one host', () => {
    expect(probes(newScan(), horizontal(24))).toEqual([]);
    expect(probes(newScan(), horizontal(25))[0]).toMatchObject({
      type: 'port_scan',
      observed: 'port 23 of 25 hosts',
    });
    expect(probes(newScan(), vertical(14))).toEqual([]);
    expect(probes(newScan(), vertical(15))[0]?.observed).toBe('15 ports of one host');
  });

  test('[DETECT-9] of ten hosts inside within half a minute, where it has not long known them', () => {
    expect(probes(newScan(), horizontal(9), NOW, 3_000)).toEqual([]);
    const [sweep] = probes(newScan(), horizontal(10), NOW, 3_000);
    expect(sweep).toMatchObject({
      type: 'port_scan',
      severity: 'high',
      observed: 'port 23 of 10 hosts inside',
    });
    const rounds = new OneBehavior();
    const round = (from: number) =>
      horizontal(12).flatMap(([host, port], i) => [
        ...rounds.observe(internal(from + i * 100, host, port, { peer: host, outcome: 'unanswered' }))
          .detections,
      ]);
    expect(round(NOW - 2 * DAY_MS).map(({ type }) => type)).toEqual(['port_scan']);
    expect(round(NOW)).toEqual([]);
    const outside = horizontal(20).map(([host, port], i) =>
      contact(NOW + i * 100, { peer: host, port, outcome: 'unanswered' }),
    );
    const caller = new OneBehavior();
    expect(outside.flatMap((each) => [...caller.observe(each).detections])).toEqual([]);
  });

  test('[DETECT-4] is told once per doubling, whatever else fails in between', () => {
    const noisy = horizontal(200).flatMap((target) => [target, ['10.9.9.9', 8_080] as const]);
    expect(probes(newScan(), noisy).map(({ evidence }) => evidence[0]?.count)).toEqual([25, 50, 100, 200]);
  });

  test('what left the window is not counted, also when only old targets were tried since', () => {
    const scan = newScan();
    probes(scan, horizontal(20));
    // The same two again, an hour later: the other 18 have left.
    probes(scan, horizontal(2), NOW + HOUR_MS - 1_000);
    expect(probes(scan, horizontal(24).slice(20), NOW + HOUR_MS + 60_000)).toEqual([]);
  });

  test('is nobody’s who scans by role, and no scan where everything answers', () => {
    const scan = newScan();
    for (const [host, port] of horizontal(100)) {
      const probe = internal(NOW, host, port, { outcome: 'rejected' });
      expect(scan(probe, ['scanner'])).toBeNull();
      expect(scan({ ...probe, outcome: 'established' })).toBeNull();
    }
  });
});

test('what is recent agrees with a naive recount, and is bounded', () => {
  const steps = fc.array(fc.tuple(fc.nat(30), fc.nat(20)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (visits) => {
      const windows = new Table();
      const recent = new RecentDistinct(windows, new PackedTexts(), 50, 10);
      const window = windows.add();
      let now = 0;
      const latest = new Map<string, number>();
      for (const [gap, name] of visits) {
        now += gap;
        const text = String(name);
        recent.add(window, { text, port: 0 }, now);
        latest.delete(text);
        latest.set(text, now);
        const expected = [...latest]
          .filter(([, at]) => now - at < 50)
          .slice(-10)
          .map(([each]) => each);
        const present = [...latest.keys()].filter((each) => recent.withText(window, each) > 0);
        expect(present).toEqual(expected);
        expect(recent.size(window)).toBe(expected.length);
      }
    }),
  );
});

describe('silence', () => {
  /** Heard every hour but for its ordinary pause of `pauseHours` on the fourth day of every week. */
  function withPause(pauseHours: number, perHour = 1): OneBehavior {
    const behavior = new OneBehavior();
    for (let hour = 0; hour < 21 * 24; hour++) {
      if (hour % (7 * 24) >= 3 * 24 && hour % (7 * 24) < 3 * 24 + pauseHours) continue;
      for (let i = 0; i < perHour; i++) {
        const at = START + hour * HOUR_MS + Math.floor((i * HOUR_MS) / perHour);
        behavior.hear(at);
        behavior.observe(contact(at), START, []);
      }
    }
    return behavior;
  }

  const lastHeard = START + (21 * 24 - 1) * HOUR_MS;

  test('[DETECT-5] is a departure after three of its own usual gaps, and three hours at least', () => {
    expect(withPause(0).offlineDeadline()).toBe(lastHeard + 3 * HOUR_MS);
    const pausing = (withPause(12).offlineDeadline() ?? 0) - lastHeard;
    expect(pausing).toBeGreaterThan(12 * HOUR_MS);
    expect(pausing).toBeLessThanOrEqual(39 * HOUR_MS);
  });

  test('of a busy machine is measured in time: its many events do not make it forget a quiet Sunday', () => {
    const busy = withPause(12, 200).offlineDeadline() ?? 0;
    expect(busy - lastHeard).toBeGreaterThan(12 * HOUR_MS);
  });

  test('of somebody who is often silent means nothing', () => {
    const behavior = new OneBehavior();
    for (let hour = 0; hour < 21 * 24; hour++) {
      const at = START + hour * HOUR_MS;
      if (hour % 24 < 8 || hour % 24 >= 18) continue;
      behavior.hear(at);
      behavior.observe(contact(at), START, []);
    }
    expect(behavior.offlineDeadline()).toBeNull();
  });

  test('waits anew after a gap of its sensor, and does not learn that gap', () => {
    const behavior = withPause(0);
    const back = lastHeard + 3 * DAY_MS;
    expect(behavior.offlineDeadline(back)).toBe(back + 3 * HOUR_MS);
    behavior.hear(back + HOUR_MS, back);
    expect(behavior.offlineDeadline(back)).toBe(back + HOUR_MS + 3 * HOUR_MS);
  });

  test('[EVADE-3] an outage does not excuse the next one', () => {
    const behavior = withPause(0);
    const back = lastHeard + 5 * DAY_MS;
    behavior.hear(back);
    expect((behavior.offlineDeadline() ?? 0) - back).toBe(3 * HOUR_MS);
  });
});
