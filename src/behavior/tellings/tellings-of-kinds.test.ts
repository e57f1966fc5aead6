import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../../columns/memory-state.fixture.ts';
import type { Detection, DeviceId, EntityId } from '../../model/index.ts';
import { PeerGroups } from '../peer-groups.ts';
import { sureAmongPeers } from './among-peers.ts';
import { type Alike, TellingsOfKinds } from './tellings-of-kinds.ts';

const CAMERAS = 1;
const DOORS = 2;
const FIRST = 20_000;
const NEW = 'dev_new' as DeviceId;

function member(i: number): DeviceId {
  return `dev_${String(i).padStart(3, '0')}`;
}

interface Telling {
  /** From the first day on. */
  readonly day: number;
  readonly who: EntityId;
  readonly chance: number;
}

interface Life {
  readonly members?: number;
  readonly days?: number;
  readonly told?: readonly Telling[];
  /** Of whom an operator said that it is an attack. */
  readonly confirmed?: EntityId;
  /** Of each day. */
  readonly atEnd?: (tellings: TellingsOfKinds, day: number) => void;
}

/** Each member of a kind is active each day; then the last day is over. */
function lived({ members = 40, days = 40, told = [], confirmed, atEnd }: Life): TellingsOfKinds {
  const tellings = new TellingsOfKinds();
  for (let day = 0; day < days; day++) {
    tellings.passTo(FIRST + day);
    for (let i = 0; i < members; i++) tellings.look(CAMERAS);
    for (const { day: of, who, chance } of told) {
      if (of !== day) continue;
      if (who === confirmed) tellings.goOn(CAMERAS, 'beaconing');
      else tellings.tell(CAMERAS, 'beaconing', who, chance);
    }
    atEnd?.(tellings, day);
  }
  tellings.passTo(FIRST + days);
  return tellings;
}

function asked(tellings: TellingsOfKinds, chance = 1e-4, who: EntityId = NEW): Alike | null {
  return tellings.alike(CAMERAS, 'beaconing', who, chance);
}

/** Members by number, each told of on each of these days. */
function tellingsOf(who: readonly number[], days: readonly number[], chance = 1e-4): Telling[] {
  return days.flatMap((day) => who.map((i) => ({ day, who: member(i), chance })));
}

/** Evenly spread numbers between 0 and 1, the same for a seed (xorshift, Marsaglia 2003). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
}

const beacon = { type: 'beaconing', confidence: 0.95, expected: 'none', observed: '7' } as Detection;

describe('[PEERS-4] a detection is told as seldom true as its kind shows as much', () => {
  test('of days of members, once each with the strongest that was said of it', () => {
    const twice = [...tellingsOf([1, 2, 3, 4], [30], 1e-2), ...tellingsOf([1, 2, 3, 4], [30], 1e-4)];
    const tellings = lived({ told: twice });
    const { alike, days, p } = asked(tellings, 1e-4) as Alike;
    expect(alike).toBeGreaterThan(3);
    expect(alike).toBeLessThanOrEqual(4);
    expect(days).toBeGreaterThan(500);
    expect(days).toBeLessThan(40 * 40);
    expect(p).toBe((alike + 1) / (days + 1));
    expect(asked(tellings, 1e-2)?.alike).toBe(alike);
    expect(asked(tellings, 1e-9)).toBeNull();
    expect(tellings.alike(DOORS, 'beaconing', NEW, 1e-2)).toBeNull();
    expect(tellings.alike(CAMERAS, 'port_scan', NEW, 1e-2)).toBeNull();
  });

  test('and of a kind of which few days are known nothing is said', () => {
    expect(asked(lived({ members: 12, days: 30, told: tellingsOf([1, 2, 3, 4], [10]) }))).toBeNull();
    expect(asked(lived({ members: 40, days: 30, told: tellingsOf([1, 2, 3, 4], [10]) }))).not.toBeNull();
  });

  test('with a p-value: where days are exchangeable, it is at most α in at most α of them', () => {
    const random = uniform(7);
    // On one day in eight something is told, as improbable as may be.
    const chanceOfDay = () => (random() < 1 / 8 ? random() ** 3 : null);
    const asks = 60_000;
    const atMost = new Map([0.02, 0.05, 0.1].map((alpha) => [alpha, 0]));
    for (let life = 0; life < 60; life++) {
      const told = Array.from({ length: 40 * 39 }, (_, i) => ({ i, chance: chanceOfDay() })).flatMap(
        ({ i, chance }) =>
          chance === null ? [] : [{ day: Math.floor(i / 40), who: member(i % 40), chance }],
      );
      const tellings = lived({ members: 40, days: 39, told });
      for (let i = 0; i < asks / 60; i++) {
        const chance = chanceOfDay();
        const p = chance === null ? 1 : (asked(tellings, chance)?.p ?? 1);
        for (const [alpha, before] of atMost) if (p <= alpha) atMost.set(alpha, before + 1);
      }
    }
    for (const [alpha, count] of atMost) {
      const spread = 3 * Math.sqrt((alpha * (1 - alpha)) / asks);
      expect(count / asks).toBeLessThanOrEqual(alpha * 1.15 + spread);
      expect(count).toBeGreaterThan(0);
    }
  });

  test('less often where more is said, and never surer than its detector is, nor silent', () => {
    const chance = fc.double({ min: 1e-10, max: 1, noNaN: true });
    const some = fc.array(fc.record({ day: fc.nat(39), who: fc.nat(20).map(member), chance }), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(some, chance, chance, fc.integer({ min: 1, max: 95 }), (told, a, b, percent) => {
        const tellings = lived({ told });
        const [strong, weak] = [asked(tellings, Math.min(a, b)), asked(tellings, Math.max(a, b))];
        expect(weak?.alike ?? 0).toBeGreaterThanOrEqual(strong?.alike ?? 0);
        const own = percent / 100;
        const sure = (alike: Alike | null) =>
          sureAmongPeers({ ...beacon, confidence: own }, alike).confidence;
        for (const alike of [strong, weak]) {
          expect(sure(alike)).toBeLessThanOrEqual(own);
          expect(sure(alike)).toBeGreaterThanOrEqual(Math.min(own, 0.05));
        }
        expect(sure(strong)).toBeGreaterThanOrEqual(sure(weak));
      }),
    );
  });

  test('and says in words how often it was', () => {
    const told = sureAmongPeers(beacon, { alike: 22.7, days: 811.8, p: 23.7 / 812.8 });
    expect(told).toMatchObject({ confidence: 0.1, own: 0.95 });
    expect(told.expected).toBe(
      'none; but 23 of 812 device-days of its kind in the last weeks looked like this (alone it would be told with 0.95)',
    );
    expect(sureAmongPeers(beacon, { alike: 3, days: 100_000, p: 4 / 100_001 })).toBe(beacon);
  });
});

describe('[PEERS-5] what is told makes nothing ordinary', () => {
  test('before a week is over', () => {
    const outbreak = tellingsOf([1, 2, 3, 4, 5, 6, 7, 8], [33, 34, 35, 36, 37, 38, 39]);
    expect(asked(lived({ told: outbreak }))).toBeNull();
    expect(asked(lived({ days: 48, told: outbreak }))?.alike).toBeGreaterThan(40);
  });

  test('by one member or two, however often it is told of them, nor by oneself', () => {
    const daily = Array.from({ length: 30 }, (_, day) => day);
    expect(asked(lived({ told: tellingsOf([1, 2], daily) }))).toBeNull();
    // Two others showed it once: with these the third is still itself.
    const own = [...tellingsOf([1], daily), ...tellingsOf([2, 3], [30])];
    expect(asked(lived({ told: own }), 1e-4, member(1))).toBeNull();
    // With three others it counts no more than they do.
    const taught = lived({ told: [...tellingsOf([1, 2], daily), ...tellingsOf([3, 4], [30])] });
    expect(asked(taught)?.alike).toBeLessThanOrEqual(4);
    // Nor is oneself the third of these: two others do it daily, a third did it once.
    const three = lived({ told: [...tellingsOf([1, 2, 3], daily), ...tellingsOf([4], [30])] });
    expect(asked(three, 1e-4, member(1))?.alike).toBeLessThanOrEqual(4);
  });

  test('that an operator confirms, and then not what nobody judged of the others either', () => {
    const worm = tellingsOf([1, 2, 3, 4, 5, 6], [5, 10, 15, 20, 25, 30]);
    expect(asked(lived({ told: worm }))).not.toBeNull();
    const found = lived({
      told: worm,
      atEnd: (tellings, day) => {
        if (day === 35) tellings.judge(CAMERAS, 'beaconing', member(3), 'true_positive');
      },
    });
    expect(asked(found)).toBeNull();
    found.passTo(FIRST + 60);
    expect(asked(found)).toBeNull();
  });

  test('also where what was told of the confirmed one is not known, as from before an upgrade', () => {
    const told = tellingsOf([1, 2, 3, 4], [20, 21]);
    const words = (verdict: 'true_positive' | 'undetermined') =>
      lived({
        told,
        atEnd: (tellings, day) => {
          if (day === 10) tellings.judge(CAMERAS, 'beaconing', NEW, verdict);
        },
      });
    expect(asked(words('undetermined'))).not.toBeNull();
    expect(asked(words('true_positive'))).toBeNull();
  });

  test('while what was confirmed goes on', () => {
    const worm = [...tellingsOf([1], [5, 20, 35]), ...tellingsOf([2, 3, 4, 5, 6], [6, 20, 36])];
    const tellings = lived({ days: 50, told: worm, confirmed: member(1) });
    expect(asked(tellings)).toBeNull();
    expect(asked(lived({ days: 50, told: worm }))).not.toBeNull();
  });

  test('while what was confirmed goes on, whoever shows it among however many of a day', () => {
    const all = Array.from({ length: 300 }, (_, i) => i);
    const days = Array.from({ length: 55 }, (_, day) => day + 5);
    const found = lived({
      members: 300,
      days: 60,
      told: tellingsOf(all, days),
      confirmed: member(299),
      atEnd: (known, day) => {
        if (day === 5) known.judge(CAMERAS, 'beaconing', member(299), 'true_positive');
      },
    });
    expect(asked(found)).toBeNull();
  });

  test('once it goes on, also what nobody judged since it last did', () => {
    const worm = [...tellingsOf([2, 3, 4, 5, 6], [6]), ...tellingsOf([1], [38])];
    const at = (days: number) => asked(lived({ days, told: worm, confirmed: member(1) }));
    expect(at(38)).not.toBeNull();
    expect(at(39)).toBeNull();
  });

  test('but what an operator says is nothing counts at once, of three members or more, and stays', () => {
    const judged = (who: readonly number[], verdict: 'false_positive' | 'expected') =>
      lived({
        told: tellingsOf([1, 2, 3, 4, 5], [39]),
        atEnd: (tellings, day) => {
          if (day !== 39) return;
          for (const i of who) tellings.judge(CAMERAS, 'beaconing', member(i), verdict);
        },
      });
    expect(asked(judged([1, 2], 'expected'))).toBeNull();
    const tellings = judged([1, 2, 3], 'false_positive');
    expect(asked(tellings)?.alike).toBeGreaterThan(2.9);
    tellings.judge(CAMERAS, 'beaconing', member(4), 'true_positive');
    expect(asked(tellings)?.alike).toBeGreaterThan(2.9);
    tellings.judge(CAMERAS, 'beaconing', member(1), 'true_positive');
    expect(asked(tellings)).toBeNull();
  });

  test('and counts once a day, also where it is told and judged again', () => {
    const tellings = lived({
      days: 49,
      told: tellingsOf([1, 2, 3], [39]),
      atEnd: (known, day) => {
        for (const who of day === 39 ? [1, 2, 3, 1, 2, 3] : []) {
          known.judge(CAMERAS, 'beaconing', member(who), 'expected');
          known.tell(CAMERAS, 'beaconing', member(who), 1e-4);
        }
      },
    });
    expect(asked(tellings)?.alike).toBeLessThanOrEqual(3);
  });
});

describe('[PEERS-6] what is known of tellings', () => {
  const telling = fc.record({
    day: fc.nat(20),
    who: fc.nat(12).map(member),
    chance: fc.double({ min: 1e-10, max: 1, noNaN: true }),
  });

  test('is the same to the last bit in whatever order a day’s were told', () => {
    fc.assert(
      fc.property(fc.array(telling, { maxLength: 200 }), fc.nat(), (told, by) => {
        const cut = told.length === 0 ? 0 : by % told.length;
        const turned = [...told.slice(cut), ...told.slice(0, cut)].toReversed();
        const [one, other] = [told, turned].map((each) => lived({ told: each, confirmed: member(by % 24) }));
        expect(WrittenState.of(other as TellingsOfKinds).said()).toEqual(
          WrittenState.of(one as TellingsOfKinds).said(),
        );
      }),
    );
  });

  test('goes on from what was written down, whatever was judged', () => {
    const word = fc.record({
      day: fc.nat(20),
      who: fc.nat(12).map(member),
      verdict: fc.constantFrom('true_positive' as const, 'false_positive' as const, 'goes_on' as const),
    });
    fc.assert(
      fc.property(
        fc.array(telling, { maxLength: 100 }),
        fc.array(word, { maxLength: 8 }),
        fc.nat(20),
        (told, words, at) => {
          const live = (resumeAt: number) => {
            let tellings = new TellingsOfKinds();
            for (let day = 0; day < 40; day++) {
              tellings.passTo(FIRST + day);
              for (let i = 0; i < 40; i++) tellings.look(CAMERAS);
              for (const each of told.filter((one) => one.day === day))
                tellings.tell(CAMERAS, 'beaconing', each.who, each.chance);
              for (const { who, verdict } of words.filter((one) => one.day === day)) {
                if (verdict === 'goes_on') tellings.goOn(CAMERAS, 'beaconing');
                else tellings.judge(CAMERAS, 'beaconing', who, verdict);
              }
              if (day !== resumeAt) continue;
              const written = WrittenState.of(tellings);
              tellings = new TellingsOfKinds();
              tellings.load(written);
              tellings.resumeAt(FIRST + day);
            }
            return WrittenState.of(tellings).said();
          };
          expect(live(at)).toEqual(live(-1));
        },
      ),
    );
  });

  test('is bounded, whatever is told of however many, and fades', () => {
    const crowd = Array.from({ length: 2_000 }, (_, i) => member((i * 7_919) % 2_000));
    const told = crowd.flatMap((who, i) => [0, 1, 2].map((day) => ({ day, who, chance: 10 ** -(i % 9) })));
    const tellings = lived({ members: 100, days: 6, told });
    const size = () => JSON.stringify(WrittenState.of(tellings).said()).length;
    expect(size()).toBeLessThan(3 * 256 * 40);
    tellings.passTo(FIRST + 20);
    expect(size()).toBeLessThan(64 * 100);
    tellings.passTo(FIRST + 500);
    expect(size()).toBeLessThan(100);
  });

  test('is bounded also where operators judge however many', () => {
    const sizes = [10, 40].map((days) => {
      const tellings = lived({
        days,
        atEnd: (known, day) => {
          for (let i = 0; i < 200; i++) {
            const who: DeviceId = `dev_${day}_${i}`;
            known.tell(CAMERAS, 'beaconing', who, 1e-4);
            known.judge(CAMERAS, 'beaconing', who, 'expected');
          }
          known.judge(CAMERAS, 'beaconing', NEW, 'true_positive');
        },
      });
      tellings.passTo(FIRST + days + 20);
      return JSON.stringify(WrittenState.of(tellings).said()).length;
    });
    expect(Math.max(...sizes)).toBeLessThan(64 * 100);
  });

  describe('of a kind for each of very many', () => {
    const KINDS = 20_000;
    const who = (kind: number): DeviceId => `dev_${kind}`;
    const inventory = (): TellingsOfKinds => {
      const tellings = new TellingsOfKinds();
      tellings.passTo(FIRST);
      for (let kind = 1; kind <= KINDS; kind++) {
        tellings.look(kind);
        tellings.tell(kind, 'beaconing', who(kind), 1e-4);
      }
      return tellings;
    };
    const said = (tellings: TellingsOfKinds) => JSON.stringify(WrittenState.of(tellings).said());

    // To look at all kinds for each of these would take longer than a test may.
    test('is found by member', () => {
      const tellings = inventory();
      for (let kind = 1; kind <= KINDS; kind += 2) tellings.judge(kind, 'beaconing', who(kind), 'expected');
      expect(said(tellings)).toContain('["dev_1",true,');
      for (let kind = 1; kind <= KINDS; kind++) tellings.forget([who(kind)]);
      expect(said(tellings)).not.toContain('true');
    });

    // The same holds for all kinds on each day of a year.
    test('is left behind by leaps of a year', () => {
      const tellings = inventory();
      for (let leap = 1; leap <= 150; leap++) tellings.passTo(FIRST + leap * 400);
      expect(said(tellings)).not.toContain('beaconing');
    });
  });

  test('fades by a leap as by its days', () => {
    const told = tellingsOf([1, 2, 3, 4, 5, 6], [20, 21, 22, 34, 39]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), (days) => {
        const [leapt, gone] = [lived({ told }), lived({ told })];
        leapt.passTo(FIRST + 40 + days);
        for (let day = 1; day <= days; day++) gone.passTo(FIRST + 40 + day);
        const [one, other] = [asked(leapt), asked(gone)];
        expect(one?.alike ?? 0).toBeCloseTo(other?.alike ?? 0, 9);
        expect(one?.days ?? 0).toBeCloseTo(other?.days ?? 0, 9);
      }),
      { numRuns: 30 },
    );
  });

  test('of a crowd does not depend on the order in which it came', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 600 }, (_, i) => i),
          { minLength: 600 },
        ),
        (order) => {
          const told = order.map((i) => ({ day: 0, who: member(i % 400), chance: 10 ** -(i % 7) }));
          const plain = told.toSorted((a, b) => (a.who < b.who ? -1 : 1));
          expect(WrittenState.of(lived({ days: 3, told })).said()).toEqual(
            WrittenState.of(lived({ days: 3, told: plain })).said(),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  test('begins with nothing in a state of an older release, and counts from its day on', () => {
    const peers = new PeerGroups();
    peers.passTo(FIRST * 86_400_000);
    const older = WrittenState.of(peers);
    const resumed = new PeerGroups();
    resumed.load({
      plain: (name) => older.plain(name),
      records: (name) => older.records(name),
      texts: (name) => older.texts(name),
      column: (name, kind, rows) => older.column(name, kind, rows),
      part: (name) => older.part(name),
      derived: () => null,
      has: (name) => name !== 'tellings' && older.has(name),
    });
    for (const each of [peers, resumed]) {
      each.tellings.tell(each.of('ip_camera'), 'beaconing', NEW, 1e-3);
      each.passTo((FIRST + 1) * 86_400_000);
    }
    expect(WrittenState.of(resumed).said()).toEqual(WrittenState.of(peers).said());
  });
});
