import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  DAY_MS,
  type DeviceId,
  type Evidence,
  type Feed,
  type FeedId,
  type Fingerprint,
  LIMITS,
  type ThreatCategory,
} from '../model/index.ts';
import { firstDifference } from '../columns/going-on.fixture.ts';
import { IndicatorTable } from './indicator-table.ts';
import type { ContactOutcome } from './sighting.ts';
import { Sightings } from './sightings.ts';
import { verdict } from './verdict.ts';

const NOW = Date.UTC(2026, 4, 21);
const CAMERA: DeviceId = 'dev_camera';
const C2 = '45.9.148.1' as Address;

function evidence(at: number): Evidence {
  return { summary: 'contact', at, sensor: null, uid: null, communityId: null, count: null, subject: null };
}

function tableOf(listings: Readonly<Record<string, ThreatCategory>>, confidence = 0.9): IndicatorTable {
  const feed: Feed = {
    id: 'f' as FeedId,
    asOf: NOW,
    format: 'plain',
    lineage: 'f',
    listings: Object.entries(listings).map(([value, category]) => {
      const type = /^[0-9a-f]{64}$/.test(value) ? 'hash' : 'ip';
      return { type, value, categories: [category], confidence, firstSeen: null, lastSeen: null, actors: [] };
    }),
  };
  return IndicatorTable.build([feed], (name) => name as Fingerprint);
}

const TABLE = tableOf({
  [C2]: 'c2_server',
  '45.9.148.2': 'phishing',
  '45.9.148.3': 'scanner',
  ['ab'.repeat(32)]: 'malware_file',
});

function meet(sightings: Sightings, to: string, outcome: ContactOutcome, time = NOW, table = TABLE): void {
  const destination = to.includes('.')
    ? { type: 'ip' as const, address: to as Address }
    : { type: 'hash' as const, hash: to };
  const judged = verdict(table.matchDestination(destination), NOW, false);
  sightings.observe(CAMERA, { destination, verdict: judged }, outcome, time, evidence(time));
}

/** Factor → the surest confidence behind it. */
function confidences(sightings: Sightings): Record<string, number> {
  const surest: Record<string, number> = {};
  for (const { factor, confidence } of sightings.threatsOf(CAMERA)) {
    surest[factor] = Math.max(surest[factor] ?? 0, Number(confidence.toFixed(3)));
  }
  return surest;
}

interface Contact {
  readonly to: string;
  readonly outcome: ContactOutcome;
  readonly time: number;
}

function all(contacts: readonly Contact[]): Sightings {
  const sightings = new Sightings();
  for (const { to, outcome, time } of contacts) meet(sightings, to, outcome, time);
  return sightings;
}

describe('[THREAT-SIGHT-1] a sighting says what was met, how far it came and how sure that is', () => {
  test.each<[string, ContactOutcome, Record<string, number>]>([
    [C2, 'reached', { c2_reached: 0.9 }],
    [C2, 'blocked', { c2_blocked: 0.9 }],
    [C2, 'attempted', { c2_blocked: 0.9 }],
    ['45.9.148.2', 'reached', { malicious_destination_reached: 0.9 }],
    ['45.9.148.2', 'blocked', { malicious_destination_blocked: 0.9 }],
    ['45.9.148.3', 'reached', { malicious_destination_reached: 0.27 }],
    ['ab'.repeat(32), 'reached', { malicious_file: 0.9 }],
    [C2, 'inbound', {}],
    ['8.8.8.8', 'reached', {}],
  ])('%s %s', (to, outcome, expected) => {
    const sightings = new Sightings();
    meet(sightings, to, outcome);
    expect(confidences(sightings)).toEqual(expected);
  });

  test('another contact never makes one less sure, and the order of contacts does not matter', () => {
    const contact = fc.record({
      to: fc.constantFrom(C2, '45.9.148.2', '45.9.148.3'),
      outcome: fc.constantFrom<ContactOutcome>('reached', 'blocked', 'attempted', 'inbound'),
      time: fc.integer({ min: 0, max: 40 }).map((days) => NOW - days * DAY_MS),
    });
    fc.assert(
      fc.property(fc.array(contact), contact, (contacts, more) => {
        const before = confidences(all(contacts));
        const after = confidences(all([...contacts, more]));
        for (const [factor, sure] of Object.entries(before)) {
          expect(after[factor]).toBeGreaterThanOrEqual(sure);
        }
        expect(all([more, ...contacts]).threatsOf(CAMERA)).toEqual(
          all([...contacts, more]).threatsOf(CAMERA),
        );
      }),
    );
  });
});

test('[THREAT-SIGHT-2] what was reached and what was stopped age apart, each from its newest contact', () => {
  const sightings = new Sightings();
  meet(sightings, C2, 'blocked', NOW - 2 * DAY_MS);
  meet(sightings, C2, 'reached', NOW);
  meet(sightings, C2, 'blocked', NOW - DAY_MS);
  meet(sightings, C2, 'blocked', NOW - 3 * DAY_MS);
  expect(sightings.threatsOf(CAMERA)).toMatchObject([
    { factor: 'c2_reached', last: NOW, evidence: { at: NOW } },
    { factor: 'c2_blocked', last: NOW - DAY_MS, evidence: { at: NOW - DAY_MS } },
  ]);
});

test('[THREAT-SIGHT-2] what was tried in vain counts beside what got through, so that getting through takes nothing back', () => {
  const both = tableOf({ [C2]: 'c2_server', '45.9.148.2': 'c2_server' });
  const sightings = new Sightings();
  meet(sightings, '45.9.148.2', 'reached', NOW, both);
  meet(sightings, C2, 'attempted', NOW, both);
  const before = confidences(sightings);
  expect(before).toEqual({ c2_reached: 0.9, c2_blocked: 0.9 });
  meet(sightings, C2, 'reached', NOW, both);
  expect(confidences(sightings)).toEqual(before);
});

test('[THREAT-SIGHT-3] what no feed lists any more stops counting at once', () => {
  const sightings = new Sightings();
  meet(sightings, C2, 'reached');
  meet(sightings, '45.9.148.2', 'reached');
  expect(sightings.reconcile(TABLE, NOW)).toEqual([]);
  expect(sightings.reconcile(tableOf({ '45.9.148.0/30': 'phishing' }), NOW)).toEqual([CAMERA]);
  expect(Object.keys(confidences(sightings))).toEqual(['malicious_destination_reached']);
  expect(sightings.reconcile(tableOf({}), NOW)).toEqual([CAMERA]);
  expect(confidences(sightings)).toEqual({});
  expect(sightings.snapshot()).toEqual([]);
});

test('[THREAT-SIGHT-4] a flood of blocked destinations never pushes out the one that was reached', () => {
  const sightings = new Sightings();
  const wide = tableOf({ '45.9.0.0/16': 'c2_server' });
  meet(sightings, C2, 'reached', NOW - DAY_MS, wide);
  for (let i = 0; i < 500; i++) meet(sightings, `45.9.${i >> 8}.${i & 255}`, 'blocked', NOW, wide);
  expect(sightings.of(CAMERA)).toHaveLength(LIMITS.destinationsPerEntity);
  expect(confidences(sightings)).toHaveProperty('c2_reached');
});

test('[STATE-REST-2] sightings go on from what was written down, also what a split takes back', () => {
  const contact = fc.record({
    to: fc.constantFrom(C2, '45.9.148.2', '45.9.148.3', 'ab'.repeat(32)),
    outcome: fc.constantFrom<ContactOutcome>('reached', 'blocked', 'attempted', 'inbound'),
    hours: fc.nat(99),
    next: fc.constantFrom('nothing', 'reconcile', 'part'),
  });
  expect(
    firstDifference(
      () => new Sightings(),
      contact,
      (sightings, { to, outcome, hours, next }) => {
        meet(sightings, to, outcome, NOW + hours);
        if (next === 'reconcile') sightings.reconcile(tableOf({ [C2]: 'phishing' }), NOW);
        if (next === 'part') {
          const adopted = sightings.adopt('dev_other', sightings.release(CAMERA));
          sightings.disown('dev_other', JSON.parse(JSON.stringify(adopted)) as typeof adopted);
        }
        return [sightings.of(CAMERA), sightings.of('dev_other'), sightings.threatsOf(CAMERA)];
      },
    ),
  ).toBeUndefined();
});
