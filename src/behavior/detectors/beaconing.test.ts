import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, HOUR_MS, MINUTE_MS, type Role } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';

const START = Date.UTC(2026, 2, 2);
const C2 = '198.51.100.9';

/** Deterministic, 0 ≤ x < 1, from a linear congruence. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A machine that has browsed for a day. */
function aDayOld(roles: readonly Role[] = []): { behavior: OneBehavior; at: number } {
  const behavior = new OneBehavior();
  const next = chance(7);
  for (let at = START; at < START + DAY_MS; at += Math.floor(next() * 10 * MINUTE_MS)) {
    behavior.observe(contact(at, { peer: `203.0.113.${Math.floor(next() * 30)}` }), null, roles);
  }
  return { behavior, at: START + DAY_MS };
}

/** What is told of calls to one destination at the given gaps (ms). */
function called(
  gaps: readonly number[],
  facts: Partial<Contact> = {},
  roles: readonly Role[] = [],
): Detection[] {
  const { behavior, at: from } = aDayOld(roles);
  let at = from;
  return gaps.flatMap((gap) => {
    at += gap;
    const { detections } = behavior.observe(contact(at, { peer: C2, bytesSent: 310, ...facts }), null, roles);
    return detections.filter(({ type }) => type === 'beaconing');
  });
}

const steady = (count: number, every: number, jitter: number, seed = 1): number[] => {
  const next = chance(seed);
  return Array.from({ length: count }, () => Math.round(every * (1 - jitter + 2 * jitter * next())));
};

describe('[BEACON-1] a new destination that nobody else knows, called at a steady pace', () => {
  test.each([
    ['every 20 seconds', 20_000, 0],
    ['every 5 minutes, a fifth more or less', 5 * MINUTE_MS, 0.2],
    ['every 2 hours', 2 * HOUR_MS, 0.1],
  ])('is told %s', (_, every, jitter) => {
    const [told] = called(steady(24, every, jitter));
    expect(told).toMatchObject({ type: 'beaconing', technique: 'T1071', severity: 'medium' });
    expect(told?.confidence).toBeGreaterThanOrEqual(0.6);
    expect(told?.confidence).toBeLessThanOrEqual(0.95);
    expect(told?.evidence[0]?.subject).toBe(C2);
    expect(told?.evidence[0]?.count).toBeLessThanOrEqual(12);
  });

  test('is told once, and again only when the calls have doubled', () => {
    const counts = called(steady(100, MINUTE_MS, 0.05)).map(({ evidence }) => evidence[0]?.count ?? 0);
    expect(counts.length).toBeGreaterThan(1);
    const isDoubled = counts.slice(1).map((count, i) => count >= 2 * (counts[i] ?? 0));
    expect(new Set(isDoubled)).toEqual(new Set([true]));
  });

  test('is told where each call is tried thrice in vain: retries are one call', () => {
    const gaps = steady(24, 2 * MINUTE_MS, 0.05).flatMap((gap) => [gap, 3_000, 7_000]);
    const [told] = called(gaps, { outcome: 'unanswered', port: 6667, bytesSent: 0 });
    expect(told?.description).toMatch(/about every 2 minutes, \d+ times so far, mostly without an answer/);
    expect(told?.evidence[0]?.count).toBeLessThanOrEqual(12);
  });
});

test.each(['ff-cdn.net', '225.com', '203.0.113.255'])(
  '[BEACON-1] whatever its name looks like: %s',
  (peer) => {
    expect(called(steady(24, MINUTE_MS, 0.05), { peer }).length).toBeGreaterThan(0);
  },
);

test('[BEACON-2] a page that loads is no beacon', () => {
  expect(called(steady(12, 1_500, 0.05), { bytesSent: 800 })).toEqual([]);
});

describe('[BEACON-2] is not told', () => {
  test('of what comes as people do', () => {
    const next = chance(3);
    const human = Array.from({ length: 60 }, () => Math.round(-Math.log(1 - next()) * 4 * MINUTE_MS) + 1_500);
    expect(called(human, { prevalence: 3 })).toEqual([]);
  });

  test('of what a good part of the fleet calls as steadily', () => {
    expect(called(steady(60, 30 * MINUTE_MS, 0.01), { prevalence: 20, fleet: 40 })).toEqual([]);
  });

  test.each([
    ['asking for names', { port: 53, protocol: 'udp' as const }],
    ['asking for the time', { port: 123, protocol: 'udp' as const }],
    ['looking for the neighbours', { peer: '239.255.255.250', port: 1901 }],
    ['calling a machine inside', { internal: true }],
    ['the next piece of a connection that was joined in midstream', { outcome: 'unknown' as const }],
  ])('of %s', (_, facts) => {
    expect(called(steady(60, 64_000, 0.01), facts)).toEqual([]);
  });

  test.each<Role>(['proxy', 'nat'])(
    'of what a machine in the role %s does, which speaks for others',
    (role) => {
      expect(called(steady(60, MINUTE_MS, 0.01), {}, [role])).toEqual([]);
    },
  );
});

describe('[EVADE-6] a role explains many targets, and not that an unknown place is called at an even pace', () => {
  test.each<Role>(['monitoring', 'scanner', 'backup'])(
    'so control of a machine in the role %s is told',
    (role) => {
      const [told] = called(steady(24, 5 * MINUTE_MS, 0.05), { port: 8443 }, [role]);
      expect(told?.evidence[0]?.count).toBeLessThanOrEqual(12);
    },
  );

  /** What is told of checks of ten places every five minutes, of all in turn. */
  const checked = (role: Role, places: readonly string[], from: number, facts: Partial<Contact> = {}) => {
    const { behavior, at } = from === 0 ? { behavior: new OneBehavior(), at: START } : aDayOld([role]);
    return Array.from({ length: 300 }, (_, round) =>
      places.flatMap((peer, i) => {
        const seen = contact(at + round * 5 * MINUTE_MS + i * 300, { peer, ...facts });
        return behavior.observe(seen, null, [role]).detections.filter(({ type }) => type === 'beaconing');
      }),
    ).flat();
  };
  const sites = Array.from({ length: 10 }, (_, i) => `site-${i}.net`);

  test('while what a monitoring server checks from its first hours on is not', () => {
    expect(checked('monitoring', sites, 0)).toEqual([]);
  });

  test('nor many places that it comes to check together', () => {
    expect(checked('monitoring', sites, 1)).toEqual([]);
  });

  test('nor what a scanner tries in vain', () => {
    expect(checked('scanner', ['203.0.113.200'], 1, { port: 23, outcome: 'unanswered' })).toEqual([]);
  });
});

test('[BEACON-3] a flood of destinations costs bounded memory, and a steady caller among them is still found', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
      const { behavior, at: from } = aDayOld();
      const next = chance(seed);
      let isTold = false;
      for (let call = 0; call < 40; call++) {
        const at = from + call * 5 * MINUTE_MS;
        for (let other = 0; other < 6; other++) {
          const peer = `192.0.2.${Math.floor(next() * 250)}`;
          behavior.observe(contact(at + 1_000 + other * 20_000, { peer, prevalence: 6 }));
        }
        const { detections } = behavior.observe(contact(at + 4 * MINUTE_MS, { peer: C2 }));
        isTold ||= detections.some(
          ({ type, evidence }) => type === 'beaconing' && evidence[0]?.subject === C2,
        );
      }
      expect(isTold).toBe(true);
    }),
    { numRuns: 10 },
  );
});

test('[BEACON-3] a slow caller is found beside all that a person comes back to in fits and starts', () => {
  const told = Array.from({ length: 12 }, (_machine, seed) => {
    const { behavior, at: from } = aDayOld();
    const next = chance(seed + 1);
    const visits = Array.from({ length: 30 }, (_site, site) =>
      // Each site is visited in a few sittings of many clicks.
      Array.from({ length: 5 }, () => {
        const begin = next() * 20 * HOUR_MS;
        return Array.from({ length: 6 }, () => ({
          at: begin + next() * 5 * MINUTE_MS,
          peer: `192.0.2.${site}`,
        }));
      }).flat(),
    ).flat();
    const calls = Array.from({ length: 24 }, (_call, i) => ({
      at: (i + 1) * 45 * MINUTE_MS + next() * 5 * MINUTE_MS,
      peer: C2,
    }));
    let calledBefore = 0;
    for (const { at, peer } of [...visits, ...calls].sort((a, b) => a.at - b.at)) {
      if (peer === C2) calledBefore++;
      const { detections } = behavior.observe(contact(from + Math.round(at), { peer, bytesSent: 310 }));
      if (detections.some(({ evidence: [first] }) => first?.subject === C2)) break;
    }
    return calledBefore;
  }).sort((a, b) => a - b);
  expect(told[6]).toBeLessThanOrEqual(9);
  expect(told[11]).toBeLessThanOrEqual(14);
});

/** How many of so many machines tell of it, and after how many calls. */
function toldOf(machines: number, gapsOf: (seed: number) => readonly number[], facts: Partial<Contact> = {}) {
  return Array.from({ length: machines }, (_, seed) => called(gapsOf(seed + 1), facts))
    .flatMap(([first]) => (first === undefined ? [] : [(first.evidence[0]?.count ?? 0) + 2]))
    .sort((a, b) => a - b);
}

describe('[BEACON-4] a beacon is told as early as its evenness allows', () => {
  const PERIODS = [20_000, 5 * MINUTE_MS, HOUR_MS] as const;
  /** @param missed the share of calls that fail to come */
  const beat = (seed: number, jitter: number, missed: number): number[] => {
    const next = chance(seed * 2_654_435_761);
    const period = PERIODS[seed % PERIODS.length] ?? HOUR_MS;
    const gap = (): number => Math.round(period * (1 - jitter + 2 * jitter * next()));
    return Array.from({ length: 60 }, () => {
      let sum = gap();
      while (next() < missed) sum += gap();
      return sum;
    });
  };

  test.each([
    { jitter: 0.02, missed: 0, within: 8 },
    { jitter: 0.2, missed: 0, within: 8 },
    { jitter: 0.2, missed: 0.2, within: 10 },
    { jitter: 0.5, missed: 0, within: 12 },
    { jitter: 0.5, missed: 0.2, within: 16 },
  ])('within $within calls, jitter $jitter, missed $missed', ({ jitter, missed, within }) => {
    const calls = toldOf(24, (seed) => beat(seed, jitter, missed));
    expect(calls).toHaveLength(24);
    expect(calls[12]).toBeLessThanOrEqual(within);
  });

  test('in a fleet of one as well, where rarity says little', () => {
    const calls = toldOf(24, (seed) => beat(seed, 0.5, 0), { fleet: 1 });
    expect(calls).toHaveLength(24);
    expect(calls[12]).toBeLessThanOrEqual(30);
  });
});

describe('[BEACON-5] what is called at random is seldom told, though nobody else knows it', () => {
  const random = (next: () => number): number => -Math.log(1 - next());
  const paces = {
    'as people come back': (next: () => number) => random(next) * 4 * MINUTE_MS,
    'in bursts': (next: () => number) => (next() < 0.75 ? 28_000 * next() : random(next) * 20 * MINUTE_MS),
    'with long absences': (next: () => number) => MINUTE_MS * random(next) ** 2.5,
  };

  test.each(Object.entries(paces))('%s', (_, gap) => {
    const gapsOf = (seed: number): number[] => {
      const next = chance(seed * 2_654_435_761);
      return Array.from({ length: 30 }, () => Math.round(gap(next)) + 1_500);
    };
    expect(toldOf(60, gapsOf, { bytesSent: null }).length).toBeLessThanOrEqual(3);
  });
});

describe('[BEACON-6] check-ins of several requests each', () => {
  const many = (seed: number, pauseOf: (next: () => number) => number): number[] => {
    const next = chance(seed * 2_654_435_761);
    return Array.from({ length: 20 }, () => {
      const within = Array.from({ length: Math.floor(next() * 4) }, () => 1_200 + next() * 8_000);
      return [...within, pauseOf(next)];
    }).flat();
  };

  test('are told by the pace of check-ins, though calls come in fits and starts', () => {
    const even = (next: () => number) => 10 * MINUTE_MS * (0.9 + 0.2 * next());
    const calls = toldOf(24, (seed) => many(seed, even));
    expect(calls.length).toBeGreaterThanOrEqual(23);
    expect(calls[12]).toBeLessThanOrEqual(18);
  });

  test('are not told where they come as people do', () => {
    const random = (next: () => number) => -Math.log(1 - next()) * 10 * MINUTE_MS;
    expect(toldOf(60, (seed) => many(seed, random), { bytesSent: null }).length).toBeLessThanOrEqual(3);
  });

  test('are spoken of by their pace', () => {
    const gaps = Array.from({ length: 20 }, () => [1_500, 2_500, 10 * MINUTE_MS - 4_000]).flat();
    const [told] = called(gaps);
    expect(told?.observed).toMatch(/about every 10 minutes/);
  });
});

describe('[BEACON-7] the sizes of what is sent', () => {
  const gapsOf = (seed: number): number[] => {
    const next = chance(seed * 2_654_435_761);
    // Sums of two: more even than chance, less than a clock.
    return Array.from({ length: 30 }, () =>
      Math.round(-Math.log((1 - next()) * (1 - next())) * 2 * MINUTE_MS + 1_500),
    );
  };

  test('speak against a beacon where they vary as those of people do', () => {
    const told = (sizeOf: (next: () => number) => number): number =>
      Array.from({ length: 60 }, (_, seed) => {
        const { behavior, at: from } = aDayOld();
        const next = chance(seed + 1);
        let at = from;
        return gapsOf(seed + 1).some((gap) => {
          at += gap;
          const seen = contact(at, { peer: C2, bytesSent: Math.round(sizeOf(next)) });
          return behavior.observe(seen).detections.some(({ type }) => type === 'beaconing');
        });
      }).filter(Boolean).length;
    const [same, varied] = [told(() => 400), told((next) => 400 * Math.exp(4 * next() - 2))];
    expect(varied).toBeLessThan(same / 2);
  });
});

describe('[BEACON-8] in a fleet of one, calls of varied sizes at an even pace', () => {
  /** Calls until told, of machines that met so many destinations in one go. */
  function calls(company: number): number[] {
    return Array.from({ length: 24 }, (_, machine) => {
      const { behavior, at: from } = aDayOld();
      const next = chance(machine + 1);
      for (let other = 1; other < company; other++) {
        behavior.observe(contact(from + other * 1_000, { peer: `198.18.0.${other}`, fleet: 1 }));
      }
      let at = from;
      for (let call = 1; call <= 60; call++) {
        at += Math.round(5 * MINUTE_MS * (0.8 + 0.4 * next()));
        const bytesSent = Math.round(400 * Math.exp(2 * next() - 1));
        const { detections } = behavior.observe(contact(at, { peer: C2, fleet: 1, bytesSent }));
        if (detections.some(({ type }) => type === 'beaconing')) return call;
      }
      return Number.POSITIVE_INFINITY;
    }).sort((a, b) => a - b);
  }

  test('are told within ten calls where hardly anything else was new then', () => {
    expect(calls(1)[12]).toBeLessThanOrEqual(11);
  });

  test('are told later, or never, where they are of one of many new destinations', () => {
    const [alone, among] = [calls(1), calls(40)];
    expect(among[12]).toBeGreaterThan(3 * (alone[12] ?? 0));
  });
});

test('[BEACON-9] each hour in which a told beacon goes on is surprising, and none after it', () => {
  const { behavior, at: from } = aDayOld();
  const surprises: number[] = [];
  for (let minute = 0; minute < 12 * 60; minute += 5) {
    const at = from + minute * MINUTE_MS;
    if (minute > 0 && minute % 60 === 0) {
      // What it did all day long closes the hour.
      behavior.observe(contact(at, { peer: '203.0.113.1', prevalence: 9 }));
      surprises.push(behavior.baseline.hourSurprise);
    }
    if (minute < 6 * 60) behavior.observe(contact(at + MINUTE_MS, { peer: C2, bytesSent: 310 }));
  }
  const [during, after] = [surprises.slice(0, 6), surprises.slice(6)];
  expect(Math.min(...during)).toBeGreaterThan(1);
  expect(Math.max(...after)).toBeLessThan(0.5);
});
