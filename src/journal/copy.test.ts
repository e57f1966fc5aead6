import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../model/index.ts';
import { openJournal, type EmbeddedJournal } from './embedded.ts';

const TINY = { segmentBytes: 300 };
let place: string;
let journal: EmbeddedJournal;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'stance-copy-'));
  journal = await openJournal(join(place, 'journal'), TINY);
});
afterEach(async () => {
  await journal.close();
  await rm(place, { recursive: true });
});

const clock = (at: number): JournalRecord => ({ kind: 'clock', at });

async function append(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => journal.append(clock(index))));
}

async function recordsIn(dir: string): Promise<JournalRecord[]> {
  const copy = await openJournal(dir, TINY);
  expect(copy.torn).toBe(null);
  const records: JournalRecord[] = [];
  for await (const batch of copy.read()) records.push(...batch.map(({ record }) => record));
  await copy.close();
  return records;
}

describe('[BACKUP-1] a copy of a journal', () => {
  test('holds what was acknowledged at that moment, whatever is appended meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 40 }), async (before, meanwhile) => {
        await append(before);
        const expected = journal.length;
        const to = join(place, `copy-${expected}`);
        const [copied] = await Promise.all([journal.copyTo(to, 0), append(meanwhile)]);
        expect(copied).toBe(expected);
        expect(await recordsIn(to)).toHaveLength(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('can be begun at any turn of an append', async () => {
    const appending = append(60);
    const copies: Promise<number>[] = [];
    for (let turn = 0; turn < 60; turn++) {
      copies.push(journal.copyTo(join(place, `turn-${turn}`), 0));
      for (let step = 0; step < turn; step++) await Promise.resolve();
    }
    const counts = await Promise.all(copies);
    await appending;
    for (const [turn, count] of counts.entries()) {
      expect(await recordsIn(join(place, `turn-${turn}`))).toEqual(
        Array.from({ length: count }, (_, index) => clock(index)),
      );
    }
  });

  test('ends at a frame, also where a longer write is on its way into the file', async () => {
    await append(2);
    const [last = ''] = (await readdir(join(place, 'journal'))).slice(-1);
    const open = join(place, 'journal', last);
    await writeFile(open, 'half a fra', { flag: 'a' });
    await journal.copyTo(join(place, 'copy'), 0);
    expect(await recordsIn(join(place, 'copy'))).toEqual([clock(0), clock(1)]);
  });

  test('is readable by its owner only, and tells how much is done', async () => {
    await append(30);
    const steps: (readonly [number, number])[] = [];
    const to = join(place, 'copy');
    await journal.copyTo(to, 0, (copied, total) => steps.push([copied, total]));
    expect((await stat(to)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(to)) expect((await stat(join(to, name))).mode & 0o777).toBe(0o600);
    const [copied, total] = steps.at(-1) ?? [0, -1];
    expect(copied).toBe(total);
  });

  test('is refused where the disk does not give back what was written', async () => {
    await append(3);
    await append(30);
    const first = join(place, 'journal', '00000000000000000000.seg');
    const bytes = await readFile(first);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    await writeFile(first, bytes);
    await expect(journal.copyTo(join(place, 'copy'), 0)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('never goes into a directory that is there', async () => {
    await append(1);
    await expect(journal.copyTo(place, 0)).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
