import { describe, expect, test } from 'vitest';
import { good, read, values } from '../feed.fixture.ts';

const sha256 = 'ab'.repeat(32);
const md5 = 'ef'.repeat(16);
const attribute = (type: string, value: string, over: object = {}) => ({
  type,
  value,
  category: 'Network activity',
  to_ids: true,
  timestamp: '1778976000',
  ...over,
});
const event = (over: object, ...attributes: object[]) => ({
  Event: { info: 'Acme', date: '2026-05-16', timestamp: '1778976000', Attribute: attributes, ...over },
});

describe('[FEED-MISP-1] a MISP event', () => {
  test('lists only what is meant for detection', () => {
    const text = JSON.stringify(
      event(
        {},
        attribute('ip-dst', '198.51.100.7'),
        attribute('domain', 'victim.example.org', { to_ids: false }),
        attribute('domain', 'old.example.com', { deleted: true }),
        attribute('domain', 'doubtful.example.com', { Tag: [{ name: 'false-positive:risk="high"' }] }),
        attribute('email-src', 'jane@example.org'),
      ),
    );
    const reading = good(read(text));
    expect(values(reading)).toEqual(['ip 198.51.100.7']);
    expect(reading.skipped).toEqual({ not_for_detection: 1, deleted: 1, false_positive: 1, 'email-src': 1 });
    expect(reading.feed).toMatchObject({ format: 'misp', asOf: 1_778_976_000_000 });
  });

  test('takes composite attributes apart at the last bar', () => {
    const text = JSON.stringify([
      event(
        {},
        attribute('ip-dst|port', '198.51.100.7|443'),
        attribute('ip-dst|port', '2001:db8::7|443'),
        attribute('filename|sha256', `a|b.exe|${sha256}`),
        attribute('domain|ip', 'evil.example.com|203.0.113.7'),
        attribute('hostname|port', 'c2.example.net|8443'),
        attribute('url', 'https://github.com/a/b'),
      ),
    ]);
    expect(values(read(text))).toEqual([
      'ip 198.51.100.7',
      'ip 2001:db8::7',
      `hash ${sha256}`,
      'domain evil.example.com',
      'ip 203.0.113.7',
      'domain c2.example.net',
    ]);
  });

  test('of the hashes of one object the strongest', () => {
    const object = {
      name: 'file',
      Attribute: [attribute('md5', md5), attribute('sha256', sha256), attribute('filename', 'x')],
    };
    const reading = good(read(JSON.stringify({ response: [event({ Object: [object] })] })));
    expect(values(reading)).toEqual([`hash ${sha256}`]);
    expect(reading.skipped).toEqual({ weaker_hash: 1, filename: 1 });
  });

  test('of the hashes of one object the strongest of those that still hold, all of its length', () => {
    const [other, third] = ['cd'.repeat(32), '12'.repeat(32)];
    const deleted = (value: string) => attribute('sha256', value, { deleted: '1' });
    const doubtful = attribute('sha256', third, { Tag: [{ name: 'false-positive:risk="high"' }] });
    const objects = [
      {
        name: 'file',
        Attribute: [deleted(other), doubtful, attribute('sha1', '34'.repeat(20)), attribute('md5', md5)],
      },
      {
        name: 'file',
        Attribute: [attribute('sha256', sha256), attribute('sha256', other), attribute('md5', md5)],
      },
      { name: 'file', deleted: '1', Attribute: [attribute('sha256', third)] },
    ];
    const reading = good(read(JSON.stringify(event({ Object: objects }))));
    expect(values(reading).toSorted()).toEqual(
      [`hash ${'34'.repeat(20)}`, `hash ${sha256}`, `hash ${other}`].toSorted(),
    );
    expect(reading.skipped).toEqual({ deleted: 2, false_positive: 1, weaker_hash: 2 });
  });

  test('says in tags and galaxies how sure it is, and of whom', () => {
    const galaxy = { type: 'threat-actor', GalaxyCluster: [{ value: 'Acme Spider' }] };
    const text = JSON.stringify(
      event(
        {
          Tag: [
            { name: 'misp-galaxy:threat-actor="Acme Bear"' },
            { name: 'misp:confidence-level="fairly-confident"' },
          ],
          Galaxy: [galaxy],
        },
        attribute('ip-dst', '198.51.100.7', { comment: 'C2' }),
        attribute('domain', 'evil.example.com', {
          Tag: [{ name: 'estimative-language:confidence-in-analytic-judgment="high"' }],
          first_seen: '2026-05-01T00:00:00+00:00',
        }),
      ),
    );
    expect(good(read(text)).feed.listings).toMatchObject([
      {
        categories: ['c2_server'],
        confidence: 0.6,
        actors: ['Acme Bear', 'Acme Spider'],
        lastSeen: 1_778_976_000_000,
      },
      { confidence: 0.9, firstSeen: Date.UTC(2026, 4, 1) },
    ]);
  });

  test('JSON of another kind is no feed, a cut one a broken one', () => {
    expect(read('{"vulnerabilities":[]}')).toMatchObject({ ok: false, format: null });
    expect(read(JSON.stringify(event({}, attribute('ip-dst', '198.51.100.7'))).slice(0, -2))).toMatchObject({
      ok: false,
      format: 'misp',
    });
  });
});
