import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../model/index.ts';
import { REAL_DISK } from './disk.ts';
import { openJournal, type EmbeddedJournal } from './embedded.ts';
import { readJournal } from './reading.ts';

/** Two records fill a segment. */
const TINY = { segmentBytes: 100 };
let place: string;
let dir: string;
let journal: EmbeddedJournal;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'stance-retention-'));
  dir = join(place, 'journal');
  journal = await openJournal(dir, TINY);
});
afterEach(async () => {
  await journal.close();
  await rm(place, { recursive: true });
});

const clock = (at: number): JournalRecord => ({ kind: 'clock', at });

async function append(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await journal.append(clock(journal.length));
}

async function numbersOf(
  records: AsyncIterable<readonly { readonly seq: number; readonly record: JournalRecord }[]>,
): Promise<number[]> {
  const numbers: number[] = [];
  for await (const batch of records) {
    for (const { seq, record } of batch) {
      expect(record).toEqual(clock(seq));
      numbers.push(seq);
    }
  }
  return numbers;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('[RET-1] dropping the beginning of a journal', () => {
  test('leaves numbers and content of the rest as they were, also when opened again', async () => {
    await append(11);
    await fc.assert(
      fc.asyncProperty(fc.nat(14), fc.boolean(), async (before, isReopened) => {
        const next = (await journal.closed())[0]?.next ?? 0;
        const first = journal.first;
        await journal.dropBefore(before);
        expect(journal.first).toBeLessThanOrEqual(Math.max(first, before));
        // Nothing is left that could go.
        const [oldest] = await journal.closed();
        expect(oldest === undefined || oldest.next > before).toBe(true);
        expect(journal.first === first || next <= before).toBe(true);
        if (isReopened) {
          await journal.close();
          journal = await openJournal(dir, TINY);
        }
        await append(2);
        expect(await numbersOf(journal.read(journal.first))).toEqual(range(journal.first, journal.length));
      }),
      { numRuns: 30 },
    );
  });

  test('never takes the segment that grows', async () => {
    await append(7);
    await journal.dropBefore(Number.MAX_SAFE_INTEGER);
    expect(await readdir(dir)).toHaveLength(1);
    expect(await numbersOf(journal.read(journal.first))).toEqual(range(journal.first, 7));
  });

  test('can take all of it once the segment that grows is cut', async () => {
    await append(5);
    // What comes meanwhile stands behind the cut.
    const [, ...later] = await Promise.all([
      journal.cut(),
      journal.append(clock(5)),
      journal.append(clock(6)),
    ]);
    const begins = journal.first + 5;
    await journal.dropBefore(begins);
    expect(journal.first).toBeLessThanOrEqual(begins);
    expect(later).toEqual([5, 6]);
    await journal.cut();
    await journal.cut();
    await journal.dropBefore(journal.length);
    expect([journal.first, journal.length]).toEqual([7, 7]);
    await journal.close();
    journal = await openJournal(dir, TINY);
    expect([journal.first, journal.length]).toEqual([7, 7]);
    await append(1);
    expect(await numbersOf(journal.read(7))).toEqual([7]);
  });

  test('is told to who asks for what is gone', async () => {
    await append(6);
    await journal.dropBefore(4);
    const { first } = journal;
    expect(first).toBeGreaterThan(0);
    await expect(numbersOf(journal.read())).rejects.toMatchObject({
      code: 'dropped',
      message: `the journal begins with record ${first}: records 0 to ${first - 1} are not in it any more`,
    });
  });

  test('waits for who reads or copies', async () => {
    await append(6);
    for await (const [one] of journal.read()) {
      await journal.dropBefore(4);
      expect(journal.first).toBe(0);
      if (one?.seq === 3) break;
    }
    const copying = journal.copyTo(join(place, 'copy'), 0);
    await journal.dropBefore(4);
    expect(await copying).toBe(6);
    const copy = await openJournal(join(place, 'copy'));
    expect(await numbersOf(copy.read())).toEqual(range(0, 6));
    await copy.close();
  });

  test('goes on from the oldest after a failure', async () => {
    await journal.close();
    const disk = { ...REAL_DISK, remove: () => Promise.reject(new Error('EIO')) };
    journal = await openJournal(dir, { ...TINY, disk });
    await append(6);
    await expect(journal.dropBefore(4)).rejects.toThrow('EIO');
    expect(await numbersOf(journal.read())).toEqual(range(0, 6));
  });

  test('is decided by what the closed segments are', async () => {
    await append(4);
    const before = await journal.closed();
    const [first = ''] = (await readdir(dir)).sort();
    await utimes(join(dir, first), 1_000, 1_000);
    const [oldest] = await journal.closed();
    expect(oldest).toEqual({ ...before[0], writtenAt: 1_000_000 });
  });
});

describe('a journal that another process owns', () => {
  test('is read from any acknowledged record to any other, whatever is appended meanwhile', async () => {
    await append(9);
    await journal.dropBefore(3);
    const { first } = journal;
    for (let from = first; from <= 9; from++) {
      for (let to = from; to <= 9; to++) {
        const reading = numbersOf(readJournal(dir, from, to));
        await append(1);
        expect(await reading).toEqual(range(from, to));
      }
    }
  });

  test('is read up to a half-written frame, which is nobody else’s to judge', async () => {
    await append(3);
    const [last = ''] = (await readdir(dir)).sort().slice(-1);
    await writeFile(join(dir, last), 'half a frame', { flag: 'a' });
    expect(await numbersOf(readJournal(dir, 0, 3))).toEqual([0, 1, 2]);
    await expect(numbersOf(readJournal(dir, 0, 4))).rejects.toMatchObject({ code: 'corrupt' });
  });
});

test('a copy begins where it is asked to, with the segment around it', async () => {
  await append(9);
  const starts = [0, ...(await journal.closed()).map(({ next }) => next)];
  for (let from = 0; from <= 9; from++) {
    const to = join(place, `from-${from}`);
    await journal.copyTo(to, from);
    const copy = await openJournal(to);
    expect(copy.first).toBe(starts.findLast((each) => each <= from));
    expect(await numbersOf(copy.read(from))).toEqual(range(from, 9));
    await copy.close();
  }
});
