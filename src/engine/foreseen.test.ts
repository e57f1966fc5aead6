import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, type JournalRecord } from '../model/index.ts';
import {
  configured,
  connection,
  fed,
  listing,
  replayed,
  START,
  telemetry,
  warned,
} from './engine-harness.fixture.ts';

const DESTINATIONS = Array.from({ length: 6 }, (_, n) => `203.0.113.${n}`);
const met = fc.record({
  from: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  to: fc.constantFrom(...DESTINATIONS),
  hours: fc.nat(50),
});
const feed = fc
  .subarray([...DESTINATIONS, '203.0.113.0/30'])
  .map((values) => values.map((each) => listing(each)));
const meanwhile = fc.oneof(
  fc
    .array(met, { maxLength: 5 })
    .map((contacts): readonly JournalRecord[] =>
      telemetry(contacts.map(({ from, to, hours }) => connection(START + hours * HOUR_MS, from, to))),
    ),
  fc.constantFrom(...DESTINATIONS).map((value) => [warned(START, 'exclude', `${value}/32`)]),
  feed.map((listings) => [fed(START, ...listings)]),
);

test('[THREAT-BACK-4] a change of feeds that was prepared gives the state of one that was not, whatever came between', () => {
  const change = fc.record({ listings: feed, isPrepared: fc.boolean(), meanwhile });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6, size: 'max' }), (changes) => {
      const [prepared, plain] = [replayed([configured]), replayed([configured])];
      for (const { listings, isPrepared, meanwhile: records } of changes) {
        const record = fed(START + HOUR_MS, ...listings);
        if (record.kind === 'feed' && isPrepared) {
          const steps = prepared.preparing(record);
          while (steps.next().done !== true);
        }
        for (const each of [...records, record]) {
          prepared.apply(each);
          plain.apply(each);
        }
        prepared.forgetPrepared();
      }
      expect(prepared.stateHash()).toBe(plain.stateHash());
    }),
    { numRuns: 30 },
  );
});
