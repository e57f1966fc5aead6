import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type EpochMs, HOUR_MS } from '../../model/index.ts';
import { Behaviors } from '../behaviors.ts';
import { clockOf } from '../clock.fixture.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';
import { PeerGroups } from '../peer-groups.ts';

const START = Date.UTC(2026, 2, 2);
const isWorkHour = (time: EpochMs) => hourOfDay(time) >= 8 && hourOfDay(time) < 18;
const CLOCK = clockOf(isWorkHour);

function hourOfDay(time: EpochMs): number {
  return Math.floor(time / HOUR_MS) % 24;
}

/** Deterministic, 0 ≤ x < 1, from a linear congruence. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A machine that opens so many connections in each hour. */
class Machine {
  readonly #behavior = new OneBehavior(isWorkHour);
  #at: EpochMs = START;

  get deviation(): number {
    return this.#behavior.baseline.deviation;
  }

  get oddities() {
    return this.#behavior.baseline.departure(CLOCK).oddities;
  }

  get now(): EpochMs {
    return this.#at;
  }

  /** Of other hours than that it has come to. */
  tell(contacts: readonly (Partial<Contact> & { readonly time: EpochMs })[]): void {
    for (const { time, ...facts } of contacts) this.#behavior.observe(contact(time, facts));
  }

  /** @param opens in an hour that begins at an instant */
  live(
    hours: number,
    opens: (at: EpochMs) => number,
    facts: (nth: number) => Partial<Contact> = () => ({}),
  ): this {
    for (let hour = 0; hour < hours; hour++, this.#at += HOUR_MS) {
      const count = opens(this.#at);
      for (let i = 0; i < count; i++) {
        this.#behavior.observe(contact(this.#at + Math.floor((i * HOUR_MS) / count), facts(i)));
      }
    }
    return this;
  }
}

describe('[HABIT-1] the hour of the day', () => {
  const untilMidnight = (at: EpochMs) => (hourOfDay(at) >= 8 ? 10 + (hourOfDay(at) % 3) : 0);
  const atThree = (at: EpochMs) => (hourOfDay(at) === 3 ? 10 : 0);

  test('a machine that wakes at an hour at which it never did deviates, one that often wakes does not', () => {
    const sleeper = new Machine().live(21 * 24, untilMidnight).live(4, atThree);
    expect(sleeper.oddities.isAwakeOddly).toBe(true);
    expect(sleeper.deviation).toBeGreaterThan(0.04);
    const next = chance(5);
    const restless = (at: EpochMs) => (next() < 0.3 ? 10 : untilMidnight(at));
    const awake = new Machine().live(21 * 24, restless).live(4, atThree);
    expect(awake.oddities.isAwakeOddly).toBe(false);
    expect(awake.deviation).toBe(0);
  });

  test('what is done every night is ordinary at its hour, and at no other', () => {
    const withBackup = (at: EpochMs) => (hourOfDay(at) === 2 ? 400 : 5 + (hourOfDay(at) % 3));
    const server = new Machine().live(14 * 24, withBackup);
    for (let night = 0; night < 7; night++) {
      for (let hour = 0; hour < 24; hour++) {
        server.live(1, withBackup);
        expect(server.deviation).toBe(0);
      }
    }
    expect(server.live(12, withBackup).deviation).toBe(0);
    expect(server.live(1, () => 400).deviation).toBeGreaterThan(0.3);
  });

  test('nothing is said of it before each hour was met on five days', () => {
    expect(new Machine().live(5 * 24, untilMidnight).live(4, atThree).oddities.isAwakeOddly).toBe(false);
  });
});

test('[HABIT-2] a session that lasts a hundred times as long as any deviates, one of thrice the length does not', () => {
  const usual = (nth: number) => ({ durationMs: 1_000 * (1 + (nth % 10)) });
  const after = (durationMs: number) =>
    new Machine()
      .live(7 * 24, () => 10, usual)
      .live(
        1,
        () => 10,
        (nth) => (nth === 4 ? { durationMs } : usual(nth)),
      );
  expect(after(1_000_000).oddities.hasLongSession).toBe(true);
  expect(after(1_000_000).deviation).toBeGreaterThan(0.05);
  expect(after(30_000).oddities.hasLongSession).toBe(false);
  expect(after(30_000).deviation).toBe(0);
});

describe('[HABIT-3] a port that is new to a machine', () => {
  const usual = (nth: number) => ({ port: [443, 80, 53][nth % 3] ?? 443 });

  test('is odd, and is its own after that', () => {
    const machine = new Machine()
      .live(14 * 24, () => 6, usual)
      .live(
        1,
        () => 6,
        (nth) => (nth === 3 ? { port: 4_444 } : usual(nth)),
      );
    expect(machine.oddities.hasFreshPort).toBe(true);
    machine.live(
      2,
      () => 6,
      () => ({ port: 4_444 }),
    );
    expect(machine.deviation).toBe(0);
  });

  test('is not where its kind uses it: from the day after the first ones did', () => {
    const peers = new PeerGroups();
    const behaviors = new Behaviors(peers);
    const circumstances = { enrolledAt: null, kind: 'ip_camera', roles: [], now: START, clock: CLOCK };
    const cameras = Array.from({ length: 12 }, () => behaviors.begin());
    const live = (row: number, from: EpochMs, hours: number, port: number): void => {
      for (let at = from; at < from + hours * HOUR_MS; at += HOUR_MS) {
        for (let i = 0; i < 6; i++) {
          behaviors.observe(row, contact(at + i * 1_000, { port: i === 5 ? port : 443 }), circumstances);
        }
      }
    };
    const oddOf = (row: number) => behaviors.baseline(row).departure(CLOCK).oddities.hasFreshPort;
    for (const row of cameras) live(row, START, 5 * 24, 443);
    peers.passTo(START + 5 * DAY_MS);
    const [first = 0, second = 0, third = 0] = cameras;
    for (const row of [first, second]) live(row, START + 5 * DAY_MS, 1, 8_883);
    expect([oddOf(first), oddOf(second)]).toEqual([true, true]);
    peers.passTo(START + 6 * DAY_MS);
    live(third, START + 6 * DAY_MS, 1, 8_883);
    expect(oddOf(third)).toBe(false);
  });

  test('a flood of ports displaces none that it uses', () => {
    const machine = new Machine().live(4 * 24, () => 6, usual);
    machine.live(
      1,
      () => 500,
      (nth) => ({ port: 1_000 + nth }),
    );
    machine.live(1, () => 6, usual);
    machine.live(1, () => 6, usual);
    expect(machine.oddities.hasFreshPort).toBe(false);
  });
});

describe('[HABIT-5] the bytes of an hour of the day', () => {
  const even = () => 6;
  /** Sends so much in the hour that begins at a machine's own time. */
  function sender(days: number, bytesAt: (ofDay: number) => number): Machine {
    const machine = new Machine();
    for (let hour = 0; hour < 24 * days; hour++) sendFor(machine, bytesAt(hour % 24));
    return machine;
  }
  function sendFor(machine: Machine, bytes: number): Machine {
    return machine.live(1, even, () => ({ bytesSent: bytes / 6 }));
  }
  const withBackup = (ofDay: number) => (ofDay === 2 ? 10e9 : 200_000 * (1 + (ofDay % 3)));

  test('a nightly backup is ordinary at its hour, and as much at another hour of the night is odd', () => {
    const server = sender(21, withBackup);
    for (let ofDay = 0; ofDay < 24; ofDay++) {
      sendFor(server, withBackup(ofDay));
      expect(server.oddities.sendsOddly).toBe(false);
      expect(server.deviation).toBe(0);
    }
    for (let ofDay = 0; ofDay < 5; ofDay++) sendFor(server, withBackup(ofDay));
    sendFor(server, 10e9);
    expect(server.oddities.sendsOddly).toBe(true);
    expect(server.deviation).toBeGreaterThan(0.2);
  });

  test('four times as much as at that hour is nothing, and nothing is said in the first days', () => {
    const quarter = sendFor(sender(21, withBackup), 4 * withBackup(0));
    expect(quarter.oddities.sendsOddly).toBe(false);
    expect(sendFor(sender(4, withBackup), 10e9).oddities.sendsOddly).toBe(false);
  });

  test('a job that moves to another hour deviates on its first days there, and no more after two weeks', () => {
    const moved = (ofDay: number) => withBackup((ofDay + 20) % 24);
    const server = sender(21, withBackup);
    const deviations = Array.from({ length: 14 }, () => {
      let most = 0;
      for (let ofDay = 0; ofDay < 24; ofDay++) {
        most = Math.max(most, sendFor(server, moved(ofDay)).deviation);
      }
      return most;
    });
    expect(deviations[0]).toBeGreaterThan(0.2);
    expect(deviations.at(-1)).toBe(0);
  });
});

describe('[HABIT-6] how many inside it turns to', () => {
  const toServers = (nth: number) => ({ internal: true, peer: `10.0.0.${nth % 3}` });
  const life = () => new Machine().live(10 * 24, () => 6, toServers);

  test('is odd where it is many times as many, also of machines that it knows, and not where it is one more', () => {
    const round = (hosts: number) =>
      life().live(
        1,
        () => 12,
        (nth) => ({ internal: true, peer: `10.0.0.${nth % hosts}` }),
      );
    expect(round(12).oddities.fansOut).toBe(true);
    expect(round(12).deviation).toBeGreaterThan(0.05);
    expect(round(4).oddities.fansOut).toBe(false);
    expect(round(4).deviation).toBe(0);
  });

  test('is counted once an hour each, and the world beyond is none of them', () => {
    const often = life().live(1, () => 200, toServers);
    expect(often.oddities.fansOut).toBe(false);
    const beyond = life().live(
      1,
      () => 12,
      (nth) => ({ peer: `203.0.113.${nth}` }),
    );
    expect(beyond.oddities.fansOut).toBe(false);
  });

  test('what arrives after its hour is over is not counted in the next, however often it comes', () => {
    const late = life();
    late.live(1, () => 1, toServers);
    late.tell(Array.from({ length: 12 }, () => ({ time: late.now - HOUR_MS - 1, ...toServers(1) })));
    expect(late.oddities.fansOut).toBe(false);
  });

  test('a machine that always turns to many is used to it', () => {
    const monitor = new Machine().live(
      10 * 24,
      () => 40,
      (nth) => ({ internal: true, peer: `10.0.0.${nth}` }),
    );
    monitor.live(
      1,
      () => 46,
      (nth) => ({ internal: true, peer: `10.0.0.${nth}` }),
    );
    expect(monitor.oddities.fansOut).toBe(false);
  });
});

describe('[HABIT-7] the places from which a machine is used', () => {
  test('a network that is new to it after weeks is odd, and its own from then on', () => {
    const machine = new Machine().live(30 * 24, () => 6);
    machine.live(
      1,
      () => 6,
      () => ({ place: 2 }),
    );
    expect(machine.oddities.isElsewhere).toBe(true);
    machine
      .live(1, () => 6)
      .live(
        1,
        () => 6,
        () => ({ place: 2 }),
      );
    expect(machine.oddities.isElsewhere).toBe(false);
  });

  test('of one that is always on its way nothing is said, nor in the first days', () => {
    const traveller = new Machine();
    for (let day = 0; day < 30; day++) {
      traveller.live(
        24,
        () => 6,
        () => ({ place: 1 + (day % 13) }),
      );
      expect(traveller.oddities.isElsewhere).toBe(false);
    }
  });
});

test('[HABIT-4] whatever a benign life is like, its hours deviate no more often than they say', () => {
  const life = fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 31 }),
    wakes: fc.constantFrom(0, 0.02, 0.2, 1),
    news: fc.constantFrom(0, 0.01, 0.1),
    spread: fc.constantFrom(0.2, 1, 3),
  });
  fc.assert(
    fc.property(life, ({ seed, wakes, news, spread }) => {
      const next = chance(seed);
      const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      const machine = new Machine();
      const opens = (at: EpochMs) => (isWorkHour(at) || next() < wakes ? Math.floor(4 + next() * 8) : 0);
      const facts = () => ({
        durationMs: Math.round(2_000 * Math.exp(spread * normal())),
        port: next() < news / 8 ? Math.floor(next() * 30_000) : 443,
      });
      let unusual = 0;
      const hours = 28 * 24;
      machine.live(21 * 24, opens, facts);
      for (let hour = 0; hour < hours; hour++) {
        machine.live(1, opens, facts);
        if (machine.deviation >= 0.4) unusual++;
      }
      // 0.4 is what happens once in a thousand hours; each judged hour is looked at during the next one too.
      expect(unusual / hours).toBeLessThan(0.006);
    }),
    { numRuns: 20 },
  );
});
