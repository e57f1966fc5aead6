import { expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { type EventsRecord, LIMITS, type ProducerMark } from '../model/index.ts';
import { IntakeLedger } from './intake-ledger.ts';

function record(producers: readonly ProducerMark[], origins: EventsRecord['origins']): EventsRecord {
  return { kind: 'events', producers, events: [], origins, uids: [] };
}

function after(...records: readonly EventsRecord[]) {
  const ledger = new IntakeLedger();
  for (const each of records) ledger.note(each);
  return WrittenState.of(ledger).said();
}

test('says the same of what came, in whatever records it came', () => {
  const whole = record(
    [
      { producer: 'file:a', upTo: 10 },
      { producer: 'file:b', upTo: 10 },
    ],
    [
      { producer: 1, at: 40 },
      { producer: 0, at: 30 },
      { producer: 1, at: 20 },
    ],
  );
  const cut = [
    record([{ producer: 'file:b', upTo: 5 }], [{ producer: 0, at: 20 }]),
    record([{ producer: 'file:a', upTo: 10 }], [{ producer: 0, at: 30 }]),
    record([{ producer: 'file:b', upTo: 10 }], [{ producer: 0, at: 40 }]),
  ];
  expect(after(...cut)).toEqual(after(whole));
});

test('[PRESS-6] a sender has room for so many producers, those of others are not its own, and a restart forgets none', () => {
  const ledger = new IntakeLedger();
  for (let i = 0; i < LIMITS.producersPerSender; i++) {
    ledger.note(record([{ producer: `http:mallory/p${i}`, upTo: i % 2 }], [{ producer: 0, at: 7 }]));
  }
  const again = new IntakeLedger();
  again.load(WrittenState.of(ledger));
  for (const each of [ledger, again]) {
    expect(each.mayBegin('http:mallory/p0')).toBe(true);
    expect(each.mayBegin('http:mallory/one-more')).toBe(false);
    // Batches without a name are numbered by the ledger itself.
    expect(each.mayBegin('http:mallory/')).toBe(true);
    expect(each.fullSenders()).toEqual(['http:mallory']);
    expect(each.mayBegin('http:alice/first')).toBe(true);
  }
});
