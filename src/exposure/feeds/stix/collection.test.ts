import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedId } from '../../../model/index.ts';
import { type FeedReading, readFeed, readingStix } from '../read-feed.ts';
import { StixCollection } from './collection.ts';

const NOW = Date.UTC(2026, 4, 21);
const said = {
  id: 'partner' as FeedId,
  now: NOW,
  defaultConfidence: 0.7,
  defaultCategory: null,
} as const;

const id = (type: string) => fc.nat({ max: 5 }).map((n) => `${type}--${n}`);
const when = fc.nat({ max: 20 }).map((day) => new Date(Date.UTC(2026, 3, 1 + day)).toISOString());
const common = { created: when, modified: when };
const revoked = fc.option(fc.boolean(), { nil: undefined });
const indicator = fc.record({
  type: fc.constant('indicator'),
  id: id('indicator'),
  ...common,
  revoked,
  name: fc.constantFrom('Botnet', 'Scanner', 'x'.repeat(300)),
  indicator_types: fc.subarray(['malicious-activity', 'anonymization', 'benign']),
  pattern: fc.constantFrom(
    "[ipv4-addr:value = '198.51.100.1']",
    "[ipv4-addr:value = '198.51.100.2'] OR [domain-name:value = 'evil.example.com']",
    "[file:name = 'x'] AND [ipv4-addr:value = '198.51.100.1']",
    'nonsense',
  ),
  pattern_type: fc.constantFrom('stix', 'yara'),
  valid_from: when,
  confidence: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  kill_chain_phases: fc.constantFrom([], [{ kill_chain_name: 'a', phase_name: 'command-and-control' }]),
  description: fc.string(),
});
const actor = fc.record({
  type: fc.constant('threat-actor'),
  id: id('threat-actor'),
  ...common,
  revoked,
  name: fc.constantFrom('Quiet Fox', 'Loud Owl'),
});
const malware = fc.record({
  type: fc.constant('malware'),
  id: id('malware'),
  ...common,
  name: fc.constantFrom('Emotet', 'ransomware'),
  malware_types: fc.subarray(['ransomware', 'backdoor']),
});
const relationship = fc.record({
  type: fc.constant('relationship'),
  id: id('relationship'),
  ...common,
  revoked,
  relationship_type: fc.constantFrom('indicates', 'uses', 'attributed-to', 'authored-by'),
  source_ref: fc.oneof(id('indicator'), id('malware'), id('threat-actor')),
  target_ref: fc.oneof(id('threat-actor'), id('malware')),
});
const other = fc.record({ type: fc.constant('identity'), id: id('identity'), ...common });
const object = fc.oneof(indicator, actor, malware, relationship, other);

function whole(reading: Generator<number, FeedReading>): FeedReading {
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

const listings = (reading: FeedReading) =>
  reading.ok ? reading.feed.listings.toSorted((a, b) => (a.value < b.value ? -1 : 1)) : [reading.message];

describe('[TAXII-1] a collection that is fetched a bit at a time', () => {
  test('law: lists what the same objects list as one bundle', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 60 }), (objects) => {
        const collection = new StixCollection();
        for (const each of objects) collection.take(JSON.parse(JSON.stringify(each)));
        const bytes = Buffer.from(JSON.stringify({ type: 'bundle', objects }));
        const bundle = readFeed({ ...said, bytes, format: 'stix' });
        const fetched = whole(readingStix({ ...said, objects: collection.objects() }));
        expect(listings(fetched)).toEqual(listings(bundle));
      }),
      { numRuns: 500 },
    );
  });

  test('law: what is kept gives the same again, and what is known is no news', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 40 }), (objects) => {
        const first = new StixCollection();
        const kept = objects.flatMap((each) => first.take(each).kept ?? []);
        const again = new StixCollection();
        for (const each of kept) again.take(JSON.parse(JSON.stringify(each)));
        expect([...again.objects()]).toEqual([...first.objects()]);
        for (const each of kept.slice(-1)) expect(first.take(each).is).toBe('known');
      }),
      { numRuns: 300 },
    );
  });

  test('hears that a relationship became another', () => {
    const one = { type: 'indicator', id: 'indicator--1', pattern: "[ipv4-addr:value = '198.51.100.1']" };
    const fox = { type: 'threat-actor', id: 'threat-actor--1', name: 'Quiet Fox' };
    const link = { type: 'relationship', id: 'relationship--1', source_ref: one.id, target_ref: fox.id };
    const collection = new StixCollection();
    const actors = () => {
      const reading = whole(readingStix({ ...said, objects: collection.objects() }));
      return reading.ok ? reading.feed.listings[0]?.actors : [];
    };
    const [older, newer] = ['2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z'];
    for (const each of [one, fox, { ...link, relationship_type: 'indicates', modified: older }])
      collection.take(each);
    expect(actors()).toEqual(['Quiet Fox']);
    collection.take({ ...link, relationship_type: 'related-to', modified: newer });
    expect(actors()).toEqual([]);
  });

  test('keeps no number that JSON does not', () => {
    const collection = new StixCollection();
    const confidences = [Infinity, -Infinity, -0, 80].map((confidence, index) => {
      const sent = { type: 'indicator', id: `indicator--${index}`, pattern: 'x', confidence };
      return collection.take(sent).kept?.['confidence'];
    });
    expect(confidences).toEqual([undefined, undefined, 0, 80]);
  });

  test('keeps nothing that is not read', () => {
    const collection = new StixCollection();
    const kept = collection.take({
      type: 'indicator',
      id: 'indicator--1',
      description: 'prose',
      external_references: [{ url: 'https://example.com' }],
      pattern: "[ipv4-addr:value = '198.51.100.1']",
    });
    expect(kept).toEqual({
      is: 'news',
      kept: { type: 'indicator', id: 'indicator--1', pattern: "[ipv4-addr:value = '198.51.100.1']" },
    });
    for (const odd of [null, [], 'x', { type: 'indicator' }, { type: 'constructor', id: 'a--1' }])
      expect(collection.take(odd).is).toBe('passed_over');
    expect(collection.size).toBe(1);
  });
});
