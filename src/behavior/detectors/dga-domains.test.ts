import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../columns/going-on.fixture.ts';
import { HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import type { Question } from '../question.ts';
import { question, sealedName } from '../question.fixture.ts';
import { Asking } from './asking.fixture.ts';
import { DgaDomains, ordinariness } from './dga-domains.ts';
import { lookOfLabel } from './label-look.ts';
import { upperTailOfNormal } from './normal.ts';

const START = Date.UTC(2026, 2, 2);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const newDga = (entities = 1) => new Asking((rows) => new DgaDomains(rows), entities);

/** Numbers as if by chance, the same each time (Park and Miller 1988). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % below;
  };
}

function labels(count: number, make: (pick: (below: number) => number) => string): string[] {
  const pick = chance(7);
  return Array.from({ length: count }, () => make(pick));
}

/** Letters of chance: Conficker, Cryptolocker, Necurs and many more. */
const random = (pick: (below: number) => number) =>
  Array.from({ length: 8 + pick(7) }, () => LETTERS[pick(26)]).join('');
/** Consonants and vowels in turn: Simda, Gozi. */
const pronounceable = (pick: (below: number) => number) =>
  Array.from({ length: 8 + pick(4) }, (_, i) =>
    i % 2 ? 'aeiouy'[pick(6)] : 'bcdfghjklmnpqrstvwxz'[pick(20)],
  ).join('');
const hexadecimal = (pick: (below: number) => number) =>
  Array.from({ length: 16 }, () => '0123456789abcdef'[pick(16)]).join('');

const WORDS =
  'garden window letter mountain kitchen river silver market travel coffee nature music house planet summer bridge ' +
  'doctor school forest camera ticket energy orange flower design secure family global sports health';

function missing(made: readonly string[], facts: Partial<Question> = {}): Question[] {
  return made.map((label, i) =>
    question(START + i * 1_000, sealedName(`${label}.com`), { outcome: 'nxdomain', ...facts }),
  );
}

describe('the look of a label', () => {
  const mean = (made: readonly string[]) =>
    made.reduce((sum, each) => sum + lookOfLabel(each), 0) / made.length;

  test('tells words and names of services from letters of chance', () => {
    expect(mean(WORDS.split(' '))).toBeLessThan(0);
    expect(
      mean(['wikipedia', 'office365', 'deutsche-bank', 'leroymerlin', 'mercadolibre', 'nytimes']),
    ).toBeLessThan(0.7);
    expect(mean(labels(200, random))).toBeGreaterThan(2.5);
    expect(mean(labels(200, hexadecimal))).toBeGreaterThan(2.5);
    expect(mean(labels(200, pronounceable))).toBeGreaterThan(0.7);
  });

  test('is bounded, whatever the label', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), (label) => {
        expect(lookOfLabel(label)).toBeGreaterThanOrEqual(-2);
        expect(lookOfLabel(label)).toBeLessThanOrEqual(4);
      }),
    );
    expect(lookOfLabel('xn--bcher-kva')).toBe(0);
  });
});

describe('[DNS-DET-5] domains that a program made up', () => {
  test('of letters of chance, of hexadecimal digits', () => {
    for (const make of [random, hexadecimal]) {
      const [first] = newDga().askAll(missing(labels(20, make)));
      expect(first).toMatchObject({ type: 'dga_domains', technique: 'T1568.002', severity: 'high' });
      expect(first?.evidence[0]?.subject).toBeNull();
    }
  });

  test('that can be pronounced, where there are more of them', () => {
    expect(newDga().askAll(missing(labels(120, pronounceable))).length).toBeGreaterThan(0);
  });

  test('beside others of the same look that exist', () => {
    const made = labels(60, random);
    const asked = missing(made).map((each, i) =>
      i % 3 === 2 ? { ...each, outcome: 'answered' as const } : each,
    );
    expect(newDga().askAll(asked).at(-1)?.observed).toMatch(
      /do not exist, and about \d+ of the same look that do/,
    );
  });

  test('[DNS-DET-4] are told once per doubling', () => {
    const counts = newDga()
      .askAll(missing(labels(500, random)))
      .map(({ evidence }) => evidence[0]?.count ?? 0);
    expect(counts.length).toBeGreaterThan(3);
    for (const [i, count] of counts.entries())
      expect(count).toBeGreaterThanOrEqual(2 * (counts[i - 1] ?? 0) - 1);
  });
});

describe('[DNS-DET-6] no made-up domains', () => {
  const told = (asked: readonly Question[]) => newDga().askAll(asked);

  test('have labels that were not kept: their fingerprint is no look', () => {
    const homes = Array.from({ length: 40 }, (_, i) => i.toString(16).padStart(32, '9f3a'));
    const asked = homes.map((print, i) =>
      question(START + i * 1_000, sealedName(`sealed-${print}.duckdns.org`), { outcome: 'nxdomain' }),
    );
    expect(told(asked)).toEqual([]);
  });

  test('are words that are misspelt or gone', () => {
    const words = WORDS.split(' ');
    expect(
      told(missing(words.flatMap((one, i) => [`${one}${words[(i + 3) % words.length]}`, `${one}shop`]))),
    ).toEqual([]);
  });

  test('is one name that is asked for again and again, or under the suffixes of a search', () => {
    expect(told(Array.from({ length: 500 }, (_, i) => missing(['xkqjzvwpt'])[i % 1] as Question))).toEqual(
      [],
    );
    const suffixes = ['corp.test', 'example.com', 'example.net', 'emea.test'];
    const hosts = labels(60, random);
    expect(
      told(
        hosts.flatMap((host) =>
          suffixes.map((suffix) => question(START, sealedName(suffix, host), { outcome: 'nxdomain' })),
        ),
      ),
    ).toEqual([]);
  });

  test('are a browser’s probes, machines nearby, addresses and tunnels without a domain', () => {
    const made = labels(60, random);
    for (const domain of ['local', 'in-addr.arpa', 'lan', 'invalid']) {
      expect(
        told(made.map((label) => question(START, sealedName(domain, label), { outcome: 'nxdomain' }))),
      ).toEqual([]);
    }
    expect(told(made.map((label) => question(START, sealedName(label), { outcome: 'nxdomain' })))).toEqual(
      [],
    );
  });

  test('are names below domains that exist, and the domains of a service’s customers', () => {
    const made = labels(60, random);
    expect(
      told(
        made.map((label) => question(START, sealedName(`${label}.com`, 'a', 'b'), { outcome: 'nxdomain' })),
      ),
    ).toEqual([]);
    expect(told(made.map((label) => question(START, sealedName(`${label}.cloudfront.net`))))).toEqual([]);
  });

  test('are domains that many machines of the fleet miss', () => {
    expect(told(missing(labels(30, random), { askers: 20 }))).toEqual([]);
  });

  test('are a few, a day long', () => {
    expect(
      told(
        labels(60, random).map((label, i) => ({
          ...(missing([label])[0] as Question),
          time: START + i * 20 * MINUTE_MS,
        })),
      ),
    ).toEqual([]);
  });

  test('[DNS-DET-9] are asked for by who asks for others', () => {
    expect(told(missing(labels(60, random), { forwards: true }))).toEqual([]);
  });
});

test('[DNS-DET-5] how ordinary it is falls with the number and with the look', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: -2, max: 4, noNaN: true }),
      (domains, look) => {
        expect(ordinariness(domains + 1, 1)).toBeLessThanOrEqual(ordinariness(domains, 1));
        expect(ordinariness(domains, look + 0.1)).toBeLessThanOrEqual(ordinariness(domains, look) + 1e-9);
      },
    ),
  );
  // The table of the normal distribution.
  expect([0, 1, 1.645, 3, -1].map((z) => Number(upperTailOfNormal(z).toFixed(4)))).toEqual([
    0.5, 0.1587, 0.05, 0.0013, 0.8413,
  ]);
});

test('[DNS-DET-8] goes on alike where it was written down and read back', () => {
  const step = fc.record({
    row: fc.nat(1),
    seed: fc.nat(30),
    minutes: fc.nat(90),
    outcome: fc.constantFrom<Question['outcome'][]>('nxdomain', 'nxdomain', 'answered'),
    what: fc.constantFrom<('ask' | 'forget' | 'end')[]>('ask', 'ask', 'ask', 'forget', 'end'),
  });
  expect(
    firstDifference(
      () => newDga(2),
      step,
      (dga, { row, seed, minutes, outcome, what }) => {
        const now = START + minutes * MINUTE_MS;
        if (what === 'forget') return dga.detector.forget(row, now + HOUR_MS);
        if (what === 'end') return dga.detector.end(row);
        const made = labels(40, random).slice(seed, seed + 10);
        return dga.askAll(
          made.map((label) => question(now, sealedName(`${label}.com`), { outcome })),
          { row },
        );
      },
    ),
  ).toBeUndefined();
});

test('[DNS-DET-8] moves with its entity', () => {
  const asked = missing(labels(200, random));
  const [stayed, left, came] = [newDga(), newDga(), newDga()];
  stayed.askAll(asked.slice(0, 50));
  left.askAll(asked.slice(0, 50));
  left.move(came, 0);
  expect(came.askAll(asked.slice(50), { row: 1 })).toEqual(stayed.askAll(asked.slice(50)));
});
