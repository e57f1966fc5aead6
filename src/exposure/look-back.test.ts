import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntityId, FeedId, Listing, SealedName } from '../model/index.ts';
import { FleetDestinations } from './fleet-destinations.ts';
import { IndicatorTable } from './indicator-table.ts';
import { fingerprint } from './indicators/fingerprint.fixture.ts';
import { sealed } from './indicators/any-feeds.fixture.ts';
import { foreseeing, metBefore, type Remembered } from './look-back.ts';
import { WarningLists } from './warnings/warning-lists.ts';

const NOW = Date.UTC(2026, 4, 1);
const ADDRESSES = Array.from({ length: 8 }, (_, n) => `203.0.113.${n}`);
const NAMES = ['c2.evil.net', 'x.c2.evil.net', 'www.evil.org'];
const DOMAINS = ['evil.net', 'evil.org', 'good.com'];
const HASHES = ['ab'.repeat(32), 'cd'.repeat(16)];

const listed = fc
  .subarray([...ADDRESSES, '203.0.113.0/30', ...NAMES, ...DOMAINS, ...HASHES])
  .map((values) => values.map(listing));

function listing(value: string): Listing {
  const type = HASHES.includes(value) ? 'hash' : /^\d/.test(value) ? 'ip' : 'domain';
  return {
    value,
    type,
    categories: ['c2_server'],
    confidence: 0.9,
    firstSeen: null,
    lastSeen: NOW,
    actors: [],
  };
}

function tableOf(listings: readonly Listing[]): IndicatorTable {
  const feed = { id: 'f' as FeedId, asOf: NOW, format: 'plain' as const, lineage: 'f', listings };
  return IndicatorTable.build([feed], fingerprint);
}

const meeting = fc.record({
  memory: fc.constantFrom<keyof Remembered>('destinations', 'files', 'asked'),
  which: fc.nat(20),
  entity: fc.constantFrom<EntityId>('dev_a', 'dev_b'),
  minutes: fc.nat(1_000),
});
type Meeting = typeof meeting extends fc.Arbitrary<infer T> ? T : never;

const KEYS: Readonly<Record<keyof Remembered, readonly string[]>> = {
  destinations: [
    ...ADDRESSES,
    ...NAMES.map((each) => `name:${fingerprint(each)}`),
    ...DOMAINS.map((each) => `domain:${each}`),
  ],
  files: HASHES.map((each) => `hash:${each}`),
  asked: DOMAINS,
};

function meet(remembered: Remembered, { memory, which, entity, minutes }: Meeting): void {
  const keys = KEYS[memory];
  const key = keys[which % keys.length] ?? '';
  remembered[memory].observe(key, entity, NOW - minutes * 60_000, 'reached');
}

describe('[THREAT-BACK-4] what is foreseen of a table', () => {
  test('is found as without foresight, whatever is met and forgotten meanwhile', () => {
    const meetings = fc.array(meeting, { maxLength: 40, size: 'max' });
    fc.assert(
      fc.property(meetings, meetings, listed, listed, (earlier, later, before, now) => {
        // A small memory: most of what is met makes it forget something else.
        const remembered: Remembered = {
          destinations: new FleetDestinations(6),
          files: new FleetDestinations(1),
          asked: new FleetDestinations(2),
        };
        for (const each of earlier) meet(remembered, each);
        const table = tableOf(now);
        const steps = foreseeing(remembered, table, 1);
        let step = steps.next();
        for (const each of later) {
          meet(remembered, each);
          if (step.done !== true) step = steps.next();
        }
        while (step.done !== true) step = steps.next();
        const said = { table, before: tableOf(before), warnings: new WarningLists(), sealName };
        expect([...metBefore(remembered, said, NOW, step.value)]).toEqual([
          ...metBefore(remembered, said, NOW),
        ]);
      }),
      { numRuns: 200 },
    );
  });
});

function sealName(name: string): SealedName {
  return sealed(name);
}
