import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../model/index.ts';
import { clock, configured, fed, listing, replayed, START, viewOf } from './engine-harness.fixture.ts';

const LISTED = '185.234.47.21';

describe('[THREAT-STORE-1] that nothing is listed', () => {
  const stale = (...records: Parameters<typeof replayed>[0]) => {
    const threat = viewOf(replayed([configured, ...records])).threat('192.0.2.99');
    return 'refused' in threat ? threat.refused : threat.store;
  };

  test('says little where there is no feed, or none that is fetched any more', () => {
    expect(stale()).toEqual({ feeds: 0, newest: null, stale: true });
    expect(stale(fed(START, listing(LISTED)), clock(START + 7 * DAY_MS))).toEqual({
      feeds: 1,
      newest: START,
      stale: false,
    });
    expect(stale(fed(START, listing(LISTED)), clock(START + 8 * DAY_MS))).toMatchObject({ stale: true });
  });

  test('before there is telemetry feeds age against the newest of them', () => {
    expect(stale(fed(START, listing(LISTED)))).toMatchObject({ stale: false });
  });
});

test('[THREAT-ACTOR-1] whom an indicator is of is the claim of a feed, and shown with it', () => {
  const engine = replayed([configured, fed(START, listing(LISTED, { actors: ['Acme Spider'] }))]);
  expect(viewOf(engine).threat(LISTED)).toMatchObject({
    actors: ['Acme Spider'],
    evidence: [{ feed: 'local', actors: ['Acme Spider'] }],
  });
});

test('[THREAT-ACTOR-3] a name that several groups bear names them all, and its source', () => {
  const actors = [
    { name: 'APT28', aliases: ['Shared Name'] },
    { name: 'TA473', aliases: ['Shared Name'] },
  ];
  const catalogue = { id: 'groups', name: 'Groups', actors };
  const engine = replayed([
    configured,
    { kind: 'actor_names', at: START, catalogue, actor: 'test' },
    fed(START, listing(LISTED, { actors: ['Shared Name', 'apt-28', 'Acme Spider'] })),
  ]);
  const told = viewOf(engine).threat(LISTED);
  const [apt28, ta473] = actors.map(({ name }) => ({ name, catalogue: 'groups' }));
  expect('refused' in told ? told : told.claims).toEqual([
    { claimed: 'Acme Spider', feeds: ['local'], candidates: [], isAmbiguous: false },
    { claimed: 'Shared Name', feeds: ['local'], candidates: [apt28, ta473], isAmbiguous: true },
    { claimed: 'apt-28', feeds: ['local'], candidates: [apt28], isAmbiguous: false },
  ]);
});

test('[THREAT-VALID-1] past the time for which its feed stands by it a listing says nothing more', () => {
  const until = START + 2 * DAY_MS;
  const at = (time: number) => {
    const engine = replayed([configured, fed(START, listing(LISTED, { validUntil: until })), clock(time)]);
    const threat = viewOf(engine).threat(LISTED);
    return 'refused' in threat ? threat.refused : threat.reputation;
  };
  expect(at(START + DAY_MS)).toBe('malicious');
  expect(at(until)).toBe('unknown');
});
