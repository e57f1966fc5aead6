import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FeedId, JournalRecord } from '../model/index.ts';
import { openJournal } from './embedded.ts';
import type { Journal } from './journal.ts';

/** What every journal promises; each kind of journal is one more line here. */
const JOURNALS: readonly { readonly kind: string; readonly open: (place: string) => Promise<Journal> }[] = [
  { kind: 'embedded', open: (place) => openJournal(place) },
  { kind: 'embedded with tiny segments', open: (place) => openJournal(place, { segmentBytes: 100 }) },
];

describe.each(JOURNALS)('the $kind journal', ({ open }) => {
  let place: string;
  let journal: Journal;

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'stance-journal-'));
    journal = await open(place);
  });
  afterEach(async () => {
    await journal.close();
    await rm(place, { recursive: true });
  });

  async function reopen(): Promise<void> {
    await journal.close();
    journal = await open(place);
  }

  test('is empty at first', async () => {
    expect(journal.length).toBe(0);
    expect(await recordsOf(journal)).toEqual([]);
  });

  test('numbers records from 0 in the order of the calls', async () => {
    const numbers = await Promise.all([3, 1, 2].map((at) => journal.append(clock(at))));
    expect(numbers).toEqual([0, 1, 2]);
    expect(await recordsOf(journal)).toEqual([clock(3), clock(1), clock(2)]);
  });

  test('gives everything back after it was closed, and goes on where it was', async () => {
    await journal.append(clock(1));
    await reopen();
    expect(journal.length).toBe(1);
    expect(await journal.append(clock(2))).toBe(1);
    await reopen();
    expect(await recordsOf(journal)).toEqual([clock(1), clock(2)]);
  });

  test('reads from any record on', async () => {
    for (let at = 0; at < 10; at++) await journal.append(clock(at));
    for (let from = 0; from <= 11; from++) {
      const expected = Array.from({ length: Math.max(0, 10 - from) }, (_, index) => clock(from + index));
      expect(await recordsOf(journal, from)).toEqual(expected);
    }
  });

  test('reads events alone, with their numbers', async () => {
    const events: JournalRecord = { kind: 'events', producers: [], events: [], origins: [], uids: [] };
    for (const record of [clock(1), events, FEED, events]) await journal.append(record);
    const read: [number, string][] = [];
    for await (const batch of journal.read(1, 'events')) {
      for (const { seq, record } of batch) read.push([seq, record.kind]);
    }
    expect(read).toEqual([
      [1, 'events'],
      [3, 'events'],
    ]);
  });

  test('ends a reading at the records that were there when it began', async () => {
    await journal.append(clock(1));
    const reading = journal.read()[Symbol.asyncIterator]();
    expect((await reading.next()).value).toEqual([{ seq: 0, record: clock(1) }]);
    await journal.append(clock(2));
    expect((await reading.next()).done).toBe(true);
  });

  test('keeps every character of a text', async () => {
    const record = verdict('ünï \u0000 \ud83d\ude00 \ud800 "\\\n');
    await journal.append(record);
    await reopen();
    expect(await recordsOf(journal)).toEqual([record]);
  });

  test('keeps a record that is larger than any buffer', async () => {
    const record = verdict('x'.repeat(5_000_000));
    await journal.append(record);
    await journal.append(clock(1));
    expect(await recordsOf(journal)).toEqual([record, clock(1)]);
  });

  test('refuses appends after it was closed, and may be closed twice', async () => {
    await journal.close();
    await expect(journal.append(clock(1))).rejects.toMatchObject({ code: 'closed' });
    await journal.close();
  });

  test('finishes the appends under way before it closes', async () => {
    const numbers = Promise.all([1, 2, 3].map((at) => journal.append(clock(at))));
    await journal.close();
    expect(await numbers).toEqual([0, 1, 2]);
  });

  test('law: what is read is what was appended, however the appends were grouped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string(), { maxLength: 5 }), { maxLength: 8 }),
        async (groups) => {
          const from = journal.length;
          for (const group of groups) await Promise.all(group.map((text) => journal.append(verdict(text))));
          await reopen();
          expect(await recordsOf(journal, from)).toEqual(groups.flat().map(verdict));
        },
      ),
      { numRuns: 25 },
    );
  });
});

async function recordsOf(journal: Journal, from?: number): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  let next = from ?? 0;
  for await (const batch of journal.read(from)) {
    for (const { seq, record } of batch) {
      expect(seq).toBe(next++);
      records.push(record);
    }
  }
  return records;
}

const FEED: JournalRecord = {
  kind: 'feed',
  at: 1,
  feed: { id: 'acme' as FeedId, asOf: 1, format: 'csv', lineage: 'ours', listings: [] },
  actor: 'test',
};

function clock(at: number): JournalRecord {
  return { kind: 'clock', at };
}

function verdict(reason: string): JournalRecord {
  const ruling = { status: 'closed', verdict: 'expected', remediated: false } as const;
  return { kind: 'verdict', at: 0, anomaly: 'ano_1', ...ruling, actor: 'test', reason };
}
