import { describe, expect, test } from 'vitest';
import { WrittenState } from '../../columns/memory-state.fixture.ts';
import { ByColumns, PackedTexts, SideLists, Table } from '../../columns/index.ts';
import { DAY_MS, type Detection, HOUR_MS, MINUTE_MS, type Role } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import type { Encounter } from '../encounter.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';
import { DataExfiltration } from './data-exfiltration.ts';

const START = Date.UTC(2026, 2, 2);
const WEEK = 7 * DAY_MS;

/** Lives so many hours at a pace, and tells what was found of a kind. */
function live(
  behavior: OneBehavior,
  from: number,
  hours: number,
  perHour: (hour: number) => number,
  facts: Partial<Contact> = {},
) {
  const found: Detection[] = [];
  const ended: string[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const count = Math.round(perHour(hour));
    for (let i = 0; i < count; i++) {
      const at = from + hour * HOUR_MS + Math.floor((i * HOUR_MS) / count);
      const observed = behavior.observe(contact(at, { bytesSent: 2_000, bytesReceived: 9_000, ...facts }));
      found.push(...observed.detections);
      ended.push(...observed.ended);
    }
  }
  return { found, ended, of: (type: Detection['type']) => found.filter((each) => each.type === type) };
}

describe('[VOLUME-1] an hour in which much more is done than ever', () => {
  test('is told when it ends, and is over with the next ordinary hour', () => {
    const behavior = new OneBehavior();
    live(behavior, START, 5 * 24, (hour) => 6 + (hour % 5));
    const burst = live(behavior, START + 5 * DAY_MS, 1, () => 400);
    const after = live(behavior, START + 5 * DAY_MS + HOUR_MS, 3, () => 8);
    expect([...burst.of('volume_anomaly'), ...after.of('volume_anomaly')]).toMatchObject([
      {
        severity: 'low',
        observed: '400',
        description: expect.stringContaining('400 connections within an hour'),
      },
    ]);
    expect(after.ended).toContain('volume_anomaly');
  });

  test('is not told of ordinary ups and downs, nor of a machine that hardly does anything', () => {
    const [busy, quiet] = [new OneBehavior(), new OneBehavior()];
    const life = live(busy, START, 20 * 24, (hour) => 20 + 15 * Math.sin(hour / 4) + (hour % 7));
    expect(life.of('volume_anomaly')).toEqual([]);
    live(quiet, START, 5 * 24, () => 0.6);
    expect(live(quiet, START + 5 * DAY_MS, 3, () => 30).of('volume_anomaly')).toEqual([]);
  });
});

describe('[VOLUME-2] an hour of a sort of hours that was hardly lived', () => {
  /** A machine that rests from 18 to 8, watched since 18:00 of a Monday. */
  const evening = START + 18 * HOUR_MS;
  const rests = (at: number) => {
    const hour = new Date(at).getUTCHours();
    return hour < 8 || hour >= 18;
  };
  const night = () => {
    const behavior = new OneBehavior((at) => !rests(at));
    live(behavior, evening, 14, () => 6);
    return behavior;
  };
  const morning = evening + 14 * HOUR_MS;

  test('is not measured by the night: somebody begins to work', () => {
    const day = live(night(), morning, 9, () => 400);
    expect(day.of('volume_anomaly')).toEqual([]);
  });

  test('is told where no person’s hour explains it', () => {
    const day = live(night(), morning, 2, () => 8_000);
    expect(day.of('volume_anomaly')).toHaveLength(1);
  });

  test('is told as ever once such hours were lived', () => {
    const behavior = night();
    const day = (from: number) => live(behavior, from, 10, () => 20);
    for (let days = 0; days < 3; days++) {
      day(morning + days * DAY_MS);
      live(behavior, morning + days * DAY_MS + 10 * HOUR_MS, 14, () => 6);
    }
    const burst = live(behavior, morning + 3 * DAY_MS, 2, () => 800);
    expect(burst.of('volume_anomaly')).toHaveLength(1);
  });
});

describe('[DRIFT-1] who drifts slowly', () => {
  test('leaves the anchor behind, though no hour is unlike the one before it', () => {
    const behavior = new OneBehavior();
    live(behavior, START, 21 * 24, () => 10);
    // A tenth more each day: ten times as much in 25 days.
    const drift = live(behavior, START + 3 * WEEK, 25 * 24, (hour) => 10 * 1.1 ** (hour / 24));
    const [told] = drift.of('volume_anomaly');
    expect(told).toMatchObject({
      description: expect.stringMatching(/has come to .* over days; weeks ago it was/),
    });
    expect((told?.at ?? 0) - START - 3 * WEEK).toBeLessThan(16 * DAY_MS);
  });

  test('and a legitimate change is how things are within weeks', () => {
    const behavior = new OneBehavior();
    live(behavior, START, 21 * 24, () => 10);
    const changed = live(behavior, START + 3 * WEEK, 42 * 24, () => 40);
    const last = changed.of('volume_anomaly').at(-1)?.at ?? 0;
    expect(last - START - 3 * WEEK).toBeLessThan(28 * DAY_MS);
    expect(behavior.baseline.deviation).toBe(0);
  });

  test('[EVADE-4] is told also after an hour of a flood, which is remembered as no more than any other hour', () => {
    const told = [0, 20_000].map((flood) => {
      const behavior = new OneBehavior();
      live(behavior, START, 21 * 24, () => 10);
      live(behavior, START + 3 * WEEK, 1, () => Math.max(10, flood), { bytesSent: 100, bytesReceived: 100 });
      const calm = live(behavior, START + 3 * WEEK + HOUR_MS, 21 * 24, () => 10);
      expect(calm.of('volume_anomaly').filter(({ description }) => /weeks ago/.test(description))).toEqual(
        [],
      );
      const drift = live(behavior, START + 6 * WEEK + HOUR_MS, 25 * 24, (hour) => 10 * 1.1 ** (hour / 24));
      return ((drift.of('volume_anomaly')[0]?.at ?? Number.POSITIVE_INFINITY) - START - 6 * WEEK) / DAY_MS;
    });
    expect(Math.max(...told)).toBeLessThan(16);
  });

  test('a flagged hour teaches a tenth, until it has gone on for three days', () => {
    const behavior = new OneBehavior();
    live(behavior, START, 14 * 24, () => 10);
    const before = behavior.baseline.connectionsPerHour;
    live(behavior, START + 2 * WEEK, 24, () => 500);
    expect(behavior.baseline.connectionsPerHour).toBeLessThan(before * 1.3);
  });
});

describe('[EXFIL-1] much sent to a destination that is new and rare', () => {
  const upload = { peer: '198.51.100.77', bytesSent: 5_000_000, bytesReceived: 20_000 };
  const aged = () => {
    const behavior = new OneBehavior();
    live(behavior, START, 4 * 24, () => 6);
    return behavior;
  };

  test('is told within the hour, and again only when it has doubled', () => {
    const told = live(aged(), START + 4 * DAY_MS, 1, () => 40, upload).of('data_exfiltration');
    expect(told[0]).toMatchObject({ technique: 'T1041', severity: 'medium' });
    expect(told[0]?.evidence[0]).toMatchObject({ subject: upload.peer, count: 20_000_000 });
    expect(told.map(({ evidence }) => evidence[0]?.count)).toEqual([
      20_000_000, 40_000_000, 80_000_000, 160_000_000,
    ]);
  });

  test('is told of a slow leak by its week', () => {
    const slow = live(aged(), START + 4 * DAY_MS, 6 * 24, () => 1, { ...upload, bytesSent: 800_000 });
    expect(slow.of('data_exfiltration')).toMatchObject([
      { observed: expect.stringContaining('within a week') },
    ]);
  });

  test('and each hour in which a little more follows is surprising', () => {
    const behavior = aged();
    const begin = START + 4 * DAY_MS;
    // At such a port nothing is taken for a beacon.
    const more = { ...upload, port: 53, bytesSent: 50_000 };
    const other = { ...more, peer: '198.51.100.78' };
    live(behavior, begin, 1, () => 40, { ...upload, port: 53 });
    live(behavior, begin + HOUR_MS, 1, () => 2, other);
    const surpriseOf = (hour: number, facts: Partial<Contact>) => {
      live(behavior, begin + hour * HOUR_MS, 1, () => 2, facts);
      behavior.advance(begin + (hour + 1) * HOUR_MS);
      return behavior.baseline.hourSurprise;
    };
    const elsewhere = surpriseOf(2, other);
    expect(surpriseOf(3, more)).toBeGreaterThan(elsewhere + 0.3);
    expect(surpriseOf(4, other)).toBeLessThan(elsewhere + 0.1);
  });

  test('says what is usual also of a machine that was idle for months', () => {
    const behavior = new OneBehavior();
    for (let day = 0; day < 60; day++) live(behavior, START + day * DAY_MS, 1, () => 4);
    live(behavior, START + 60 * DAY_MS, 10 * 24, () => 4, { bytesSent: 800_000 });
    const [told] = live(behavior, START + 71 * DAY_MS, 1, () => 40, upload).of('data_exfiltration');
    expect(told?.expected).toMatch(/^about \d\.?\d? MB/);
  });

  test.each([
    ['what comes back is as much', { bytesReceived: 5_000_000 }],
    ['the fleet knows the destination', { prevalence: 9, fleet: 30 }],
    ['it stays inside', { internal: true }],
  ])('is not told where %s', (_, facts) => {
    expect(
      live(aged(), START + 4 * DAY_MS, 1, () => 40, { ...upload, ...facts }).of('data_exfiltration'),
    ).toEqual([]);
  });
});

test('[SNAP-13] uploads of a state of version 3 go on', () => {
  const peer = '198.51.100.77';
  const [rows, texts] = [new Table(), new PackedTexts()];
  const uploads = new SideLists(rows, 'uploads', 8);
  const said = {
    peer: uploads.places.u32('peer'),
    hour: uploads.places.u32('hour'),
    // Numbers of another kind are converted where a snapshot is read.
    hour_sent: uploads.places.f32('hour_sent'),
    sent: uploads.places.f32('sent'),
    since: uploads.places.f64('since'),
    told_sent: uploads.places.f64('told_sent'),
  };
  const row = rows.add();
  const place = uploads.add(
    row,
    () => false,
    () => undefined,
  );
  const hour = START / HOUR_MS + 5;
  const known = { peer: texts.hold(peer), hour, hour_sent: 1e7, since: START + 7, told_sent: 3e7, sent: 5e7 };
  for (const [name, value] of Object.entries(known)) said[name as keyof typeof said].set(place, value);
  const written = new WrittenState();
  rows.save(written.part('rows'));
  texts.save(written.part('texts'));
  uploads.save(written.part('uploads'));

  const [readRows, readTexts] = [new Table(), new PackedTexts()];
  const read = new DataExfiltration(readRows, readTexts);
  const older = new ByColumns(written);
  readRows.load(older.part('rows'));
  readTexts.load(older.part('texts'));
  read.load(older.part('uploads'));
  const observed = (bytesSent: number, time = hour * HOUR_MS) => {
    const facts = { peer, bytesSent, bytesReceived: 0 };
    const goesOn = () => undefined;
    const encounter = { row, contact: contact(time, facts), usualSent: 0, wasMetLate: false, goesOn };
    return read.observe(encounter as unknown as Encounter);
  };
  // 18 MB in this hour; with it 58 MB in this week, of which 30 were told.
  expect(observed(8e6)).toBeNull();
  expect(observed(3e6)).toMatchObject({ observed: '21 MB within an hour' });
  // Another week begins with it; of the 61 MB of the one before was told.
  expect(observed(1e8, START + 7 * DAY_MS)).toBeNull();
  expect(observed(3e7, START + 7 * DAY_MS)).toMatchObject({ observed: '130 MB within an hour' });
});

describe('[SERVICE-1] a port at which a machine never answered', () => {
  const answer = (behavior: OneBehavior, at: number, port: number) =>
    behavior
      .observe(contact(at, { direction: 'inbound', port, peer: '10.0.0.9' }))
      .detections.filter(({ type }) => type === 'new_service');

  test('is told at the second answer, once, after three days of answering', () => {
    const behavior = new OneBehavior();
    for (let day = 0; day < 5; day++)
      for (const port of [22, 443]) answer(behavior, START + day * DAY_MS, port);
    const at = START + 5 * DAY_MS;
    const told = [4444, 4444, 4444, 443].flatMap((port, i) => answer(behavior, at + i * MINUTE_MS, port));
    expect(told).toMatchObject([{ technique: 'T1571', observed: 'port 4444 as well' }]);
  });

  test('is not told of ports that are handed out by chance, nor while it is learning', () => {
    const behavior = new OneBehavior();
    const told = [22, 80, 80, 80, 443, 443].flatMap((port, i) => answer(behavior, START + i * HOUR_MS, port));
    const chance = [40_000, 40_000, 50_001, 50_001].flatMap((port, i) =>
      answer(behavior, START + WEEK + i, port),
    );
    expect([...told, ...chance]).toEqual([]);
  });
});

describe('[SERVICE-2] a port that only a machine in its role asks for', () => {
  const answer = (behavior: OneBehavior, at: number, port: number, peerRoles: readonly Role[]) =>
    behavior
      .observe(contact(at, { direction: 'inbound', port, peer: '10.0.0.9', peerRoles }))
      .detections.filter(({ type }) => type === 'new_service');

  test('is not told, however often; and is where others are answered at it', () => {
    for (const role of ['scanner', 'monitoring'] as const) {
      const behavior = new OneBehavior();
      for (let day = 0; day < 5; day++) answer(behavior, START + day * DAY_MS, 9100, []);
      const asked = [0, 1, 2].flatMap((week) => answer(behavior, START + WEEK + week * WEEK, 443, [role]));
      expect(asked).toEqual([]);
      const used = [0, 1].flatMap((minute) =>
        answer(behavior, START + 4 * WEEK + minute * MINUTE_MS, 443, ['backup']),
      );
      expect(used).toMatchObject([{ observed: 'port 443 as well' }]);
    }
  });
});

describe('[EVASION-1] a destination at which it was stopped', () => {
  const at = (minute: number, port: number, outcome: Contact['outcome']) =>
    contact(START + minute * MINUTE_MS, { peer: '198.51.100.5', port, outcome });
  const told = (contacts: readonly Contact[]) => {
    const behavior = new OneBehavior();
    return contacts
      .flatMap((each) => behavior.observe(each).detections)
      .filter(({ type }) => type === 'policy_evasion');
  };

  test('is told when it is reached by another port within the hour', () => {
    const found = told([at(0, 443, 'blocked'), at(1, 8443, 'established'), at(2, 8443, 'established')]);
    expect(found).toMatchObject([{ technique: 'T1571', evidence: [{ subject: '198.51.100.5' }] }]);
  });

  test('is not told when the same port is opened to it, nor after the hour', () => {
    expect(told([at(0, 443, 'blocked'), at(1, 443, 'established'), at(62, 8443, 'established')])).toEqual([]);
  });

  test.each<Role>(['scanner', 'monitoring'])(
    '[EVADE-6] of a machine in the role %s it is told beyond, and not inside',
    (role) => {
      const tried = (internal: boolean) => {
        const behavior = new OneBehavior();
        return [at(0, 443, 'blocked'), at(1, 8443, 'established')].flatMap((each) =>
          behavior
            .observe({ ...each, internal }, null, [role])
            .detections.filter(({ type }) => type === 'policy_evasion'),
        );
      };
      expect([tried(false).length, tried(true).length]).toEqual([1, 0]);
    },
  );
});
