import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../columns/going-on.fixture.ts';
import { WrittenState } from '../../columns/memory-state.fixture.ts';
import { HOUR_MS, MINUTE_MS, type SealedName } from '../../model/index.ts';
import type { Question } from '../question.ts';
import { question, sealedName } from '../question.fixture.ts';
import { Asking } from './asking.fixture.ts';
import { DnsTunnel, ordinariness } from './dns-tunnel.ts';

const START = Date.UTC(2026, 2, 2);

const newTunnel = (entities = 1) => new Asking((rows) => new DnsTunnel(rows), entities);

/** Labels of so many characters, a different one each time. */
function data(nth: number, length: number): string {
  return `${nth}-`.padEnd(length, 'x');
}

/** `count` questions for names of one domain, a second apart. */
function questions(
  count: number,
  name: (nth: number) => SealedName,
  facts: Partial<Question> = {},
): Question[] {
  return Array.from({ length: count }, (_, i) => question(START + i * 1_000, name(i), facts));
}

describe('a tunnel', () => {
  test('[DNS-DET-1] by names of 200 characters (iodine, dnscat2), by whatever types', () => {
    for (const type of ['NULL', 'TXT', 'MX', 'CNAME', 'TYPE65399']) {
      const told = newTunnel().askAll(
        questions(30, (i) => sealedName('evil.test', data(i, 60), data(i, 60), data(i, 60)), { type }),
      );
      expect(told[0]).toMatchObject({ type: 'dns_tunnel', severity: 'high', technique: 'T1071.004' });
      expect(told[0]?.evidence[0]).toMatchObject({ subject: 'evil.test' });
    }
  });

  test('[DNS-DET-1] that asks for addresses only', () => {
    const told = newTunnel().askAll(
      questions(400, (i) => sealedName('evil.test', data(i, 60), data(i, 60), data(i, 60))),
    );
    expect(told.at(-1)).toMatchObject({ technique: 'T1048.003' });
    expect(told.at(-1)?.confidence).toBeGreaterThanOrEqual(0.8);
  });

  test('[DNS-DET-1] of 19 short names, all of them TXT', () => {
    const commands = questions(19, (i) => sealedName('evil.test', data(i, 6)), { type: 'TXT' });
    expect(newTunnel().askAll(commands).length).toBeGreaterThan(0);
    // The same by address types is what a web site's hosts look like.
    expect(newTunnel().askAll(questions(19, (i) => sealedName('evil.test', data(i, 6))))).toEqual([]);
  });

  test('[DNS-DET-1] on three machines is one on each of them', () => {
    const names = (i: number) => sealedName('evil.test', data(i, 6));
    expect(newTunnel().askAll(questions(19, names, { type: 'TXT', askers: 3 })).length).toBeGreaterThan(0);
  });

  test('[DNS-DET-2] without a domain: names that belong to none', () => {
    // As dnscat2 asks a server directly: `dnscat.<hex>`, of which nothing is a public suffix.
    const told = newTunnel().askAll(
      questions(150, (i) => sealedName(data(i, 34), 'dnscat'), { type: 'TXT', outcome: 'nxdomain' }),
    );
    expect(told[0]?.evidence[0]).toMatchObject({ subject: '198.51.100.53' });
    expect(told[0]?.description).not.toContain('dnscat');
  });

  test('[DNS-DET-4] is told once per doubling within an hour', () => {
    const many = questions(2_000, (i) => sealedName('evil.test', data(i, 60)), { type: 'NULL' });
    const counts = newTunnel()
      .askAll(many)
      .map(({ evidence }) => evidence[0]?.count ?? 0);
    expect(counts.length).toBeGreaterThan(4);
    for (const [i, count] of counts.entries()) {
      expect(count).toBeGreaterThanOrEqual(2 * (counts[i - 1] ?? 0));
    }
  });

  test('survives among other domains that are asked for to hide it', () => {
    const tunnel = newTunnel();
    const told = Array.from({ length: 200 }, (_, i) => [
      question(START + i * 2_000, sealedName('evil.test', data(i, 60)), { type: 'TXT' }),
      question(START + i * 2_000 + 1, sealedName(`decoy${i}.test`, data(i, 40))),
    ]).flatMap((both) => tunnel.askAll(both));
    expect(told[0]?.evidence[0]?.subject).toBe('evil.test');
  });
});

describe('[DNS-DET-3] no tunnel', () => {
  const told = (asked: readonly Question[], contacts = 0) => newTunnel().askAll(asked, { contacts });

  test('is a content network with many names that are connected to', () => {
    expect(told(questions(60, (i) => sealedName('cdn.test', data(i, 18))))).toEqual([]);
    expect(
      told(
        questions(300, (i) => sealedName('cdn.test', data(i, 50))),
        300,
      ),
    ).toEqual([]);
  });

  test('is what many machines of the fleet look up: reputation services', () => {
    expect(told(questions(500, (i) => sealedName('reputation.test', data(i, 60)), { askers: 12 }))).toEqual(
      [],
    );
  });

  test('are a directory’s services', () => {
    const service = (i: number) =>
      sealedName('example.com', '_ldap', '_tcp', `site${i}`, '_sites', 'dc', '_msdcs');
    expect(told(questions(25, service, { type: 'SRV' }))).toEqual([]);
  });

  test('are reverse look-ups, names of machines, and what is no name', () => {
    for (const domain of ['in-addr.arpa', 'ip6.arpa', 'home.arpa', 'local', 'invalid']) {
      expect(told(questions(300, (i) => sealedName(domain, data(i, 50)), { type: 'PTR' }))).toEqual([]);
    }
    expect(told(questions(300, (i) => sealedName('local', data(i, 12))))).toEqual([]);
  });

  test('are the machines of a site that has a domain of its own making', () => {
    expect(told(questions(300, (i) => sealedName('corp', data(i, 14))))).toEqual([]);
  });

  test('are addresses looked up in block lists, and domains in moderation', () => {
    expect(
      told(
        questions(3_000, (i) => sealedName('blocklist.test', `${i % 256}`, `${i >> 8}`, '51', '198', 'zen')),
      ),
    ).toEqual([]);
    expect(told(questions(800, (i) => sealedName('blocklist.test', data(i, 11), 'com', 'dbl')))).toEqual([]);
  });

  test('are the texts that a mail server reads of one domain', () => {
    expect(
      told(questions(5, (i) => sealedName('mail.test', `sel${i}`, '_domainkey'), { type: 'TXT' })),
    ).toEqual([]);
  });

  test('[DNS-DET-9] is asked by who asks for others', () => {
    const names = (i: number) => sealedName('evil.test', data(i, 60));
    expect(told(questions(100, names, { type: 'TXT', forwards: true }))).toEqual([]);
    for (const role of ['nat', 'proxy', 'scanner', 'monitoring'] as const) {
      expect(newTunnel().askAll(questions(100, names, { type: 'TXT' }), { roles: [role] })).toEqual([]);
    }
  });
});

describe('how ordinary a domain is', () => {
  test('falls with more names, longer ones and rarer types; rises with those who ask too', () => {
    const asked = fc.record({
      names: fc.integer({ min: 1, max: 5_000 }),
      characters: fc.nat(200_000),
      rareNames: fc.nat(100),
      askers: fc.integer({ min: 1, max: 32 }),
    });
    fc.assert(
      fc.property(asked, (of) => {
        const p = ordinariness(of);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        const more = { ...of, names: 2 * of.names, characters: 2 * of.characters };
        expect(ordinariness(more)).toBeLessThanOrEqual(p);
        expect(ordinariness({ ...of, characters: of.characters + 1_000 })).toBeLessThanOrEqual(p);
        expect(ordinariness({ ...of, rareNames: of.rareNames + 1 })).toBeLessThanOrEqual(p);
        expect(ordinariness({ ...of, askers: of.askers + 1 })).toBeGreaterThanOrEqual(p);
      }),
    );
  });

  test('is decided by no family alone', () => {
    const extreme = { names: 1e6, characters: 1e9, rareNames: 1e3, askers: 1 };
    expect(ordinariness({ ...extreme, characters: 0, rareNames: 0 })).toBeGreaterThan(1e-5);
    expect(ordinariness({ ...extreme, names: 1, characters: 1e9, rareNames: 0 })).toBeGreaterThan(1e-5);
    expect(ordinariness(extreme)).toBeLessThan(1e-12);
  });
});

describe('what is remembered', () => {
  test('[DNS-DET-7] is bounded under a flood of names and domains, and given back', () => {
    const bytes = (asked: readonly Question[]) => {
      const tunnel = newTunnel();
      tunnel.askAll(asked);
      return { tunnel, size: JSON.stringify(WrittenState.of(tunnel.detector).said()).length };
    };
    const flood = (count: number) => questions(count, (i) => sealedName(`d${i % 999}.test`, data(i, 60)));
    // Base 64 of the same pages.
    expect(bytes(flood(20_000)).size).toBeLessThan(bytes(flood(2_000)).size * 1.05);
    const { tunnel } = bytes(flood(2_000));
    tunnel.detector.forget(0, START + 4 * HOUR_MS);
    tunnel.detector.end(0);
    expect(WrittenState.of(tunnel.detector).part('watched').plain('rows')).toMatchObject({ free: [0] });
  });

  test('[DNS-DET-8] goes on alike where it was written down and read back, or moved', () => {
    const step = fc.record({
      row: fc.nat(1),
      name: fc.nat(40),
      domain: fc.nat(20),
      minutes: fc.nat(90),
      isTold: fc.boolean(),
      what: fc.constantFrom<('ask' | 'ask' | 'ask' | 'forget' | 'end')[]>(
        'ask',
        'ask',
        'ask',
        'forget',
        'end',
      ),
    });
    expect(
      firstDifference(
        () => newTunnel(2),
        step,
        (tunnel, { row, name, domain, minutes, isTold, what }) => {
          const now = START + minutes * MINUTE_MS;
          if (what === 'forget') return tunnel.detector.forget(row, now);
          if (what === 'end') return tunnel.detector.end(row);
          const names = Array.from({ length: isTold ? 30 : 1 }, (_, i) => data(40 * i + name, 50));
          return tunnel.askAll(
            names.map((each) => question(now, sealedName(`d${domain}.test`, each), { type: 'TXT' })),
            { row },
          );
        },
      ),
    ).toBeUndefined();
  });

  test('[DNS-DET-8] moves with its entity', () => {
    const names = (i: number) => sealedName('evil.test', data(i, 60));
    const asked = questions(200, names, { type: 'TXT' });
    const [stayed, left, came] = [newTunnel(), newTunnel(), newTunnel()];
    stayed.askAll(asked.slice(0, 100));
    left.askAll(asked.slice(0, 100));
    left.move(came, 0);
    expect(came.askAll(asked.slice(100), { row: 1 })).toEqual(stayed.askAll(asked.slice(100)));
    expect(left.askAll(asked.slice(0, 5))).toEqual([]);
  });
});
