import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../model/index.ts';
import { REAL_DISK } from './disk.ts';
import { openJournal } from './embedded.ts';
import { JournalCorrupt, type JournalError } from './errors.ts';
import { FRAME_HEADER_BYTES } from './frame.ts';
import type { Journal } from './journal.ts';
import { SEGMENT_HEADER_BYTES } from './segment.ts';
import { TORN_FILE } from './tail.ts';

const FIRST_SEGMENT = '00000000000000000000.seg';
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-journal-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('[JRN-10] a large record stands between others, and is read as it was written', async () => {
  const large = 'x'.repeat(3_000_000);
  const records = [clock(1), { kind: 'operator_note', at: 2, large } as never, clock(3)] as const;
  const journal = await openJournal(dir);
  expect(await Promise.all(records.map((each) => journal.append(each)))).toEqual([0, 1, 2]);
  await journal.close();
  const again = await openJournal(dir);
  const read: JournalRecord[] = [];
  for await (const batch of again.read()) read.push(...batch.map(({ record }) => record));
  expect(read).toEqual(records);
  expect(await again.append(clock(4))).toBe(3);
  await again.close();
  const bytes = await readFile(segment());
  bytes[2_000_000] = 0;
  await writeFile(segment(), bytes);
  expect(await failureOf(openJournal(dir))).toMatchObject({ code: 'corrupt' });
});

test('[JRN-13] a journal that is not there, and was, is not begun anew in its place', async () => {
  const place = join(dir, 'journal');
  const gone = openJournal(place, { acknowledged: 7 });
  await expect(gone).rejects.toMatchObject({
    code: 'records_lost',
    message: expect.stringMatching('records 0 to 6 were lost'),
  });
  expect(await readdir(dir)).toEqual([]);
  const empty = await openJournal(place);
  await empty.append(clock(1));
  await empty.close();
  const again = await openJournal(place, { acknowledged: 1 });
  expect(again.length).toBe(1);
  await again.close();
});

test('[JRN-14] a second writer, or whoever cuts the file, is noticed before anything is written over', async () => {
  const first = await openJournal(dir);
  await first.append(clock(1));
  const second = await openJournal(dir);
  await second.append(clock(2));
  expect(await failureOf(first.append(clock(3)))).toMatchObject({ code: 'failed' });
  expect(await failureOf(first.append(clock(4)))).toMatchObject({ code: 'failed' });
  await second.append(clock(5));
  await Promise.all([first.close(), second.close()]);
  expect(await numbersIn(dir)).toEqual([0, 1, 2]);
});

describe('a crash', () => {
  test.each([7, 40, 333])(
    '[JRN-1] by kill -9 after %i acknowledgements loses none of them',
    async (enough) => {
      const acknowledged = await appendUntilKilled(enough);
      expect(acknowledged.length).toBeGreaterThanOrEqual(enough);
      const numbers = await numbersIn(dir);
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index));
      expect(acknowledged).toEqual(acknowledged.map((_, index) => index));
      expect(numbers.length).toBeGreaterThanOrEqual(acknowledged.length);
    },
  );

  test('[JRN-2] at any byte of the last frame leaves a torn tail, which is cut and reported', async () => {
    await write(3);
    const whole = await readFile(segment());
    const frameBytes = (whole.length - SEGMENT_HEADER_BYTES) / 3;
    const keep = whole.length - frameBytes;
    for (let cut = keep + 1; cut < whole.length; cut++) {
      await writeFile(segment(), whole.subarray(0, cut));
      const journal = await openJournal(dir);
      expect(journal.torn).toEqual({ segment: FIRST_SEGMENT, offset: keep, bytes: cut - keep, isCut: true });
      // Nothing is thrown away: somebody may want to know what it was.
      expect(await readFile(join(dir, TORN_FILE))).toEqual(whole.subarray(keep, cut));
      expect(await journal.append(clock(9))).toBe(2);
      await journal.close();
      expect(await numbersIn(dir)).toEqual([0, 1, 2]);
    }
  });

  test('[JRN-11] of what others know to have been on disk is damage: nothing is cut', async () => {
    await write(3);
    const whole = await readFile(segment());
    whole[whole.length - 3] = (whole[whole.length - 3] ?? 0) ^ 4;
    await writeFile(segment(), whole);
    expect(await failureOf(openJournal(dir, { acknowledged: 3 }))).toMatchObject({ code: 'corrupt' });
    expect(await readFile(segment())).toEqual(whole);
    const journal = await openJournal(dir, { acknowledged: 2 });
    expect([journal.length, journal.torn?.isCut]).toEqual([2, true]);
    await journal.close();
  });

  test('[JRN-11] leaves every byte where it is for who only looks, and nothing is appended then', async () => {
    await write(3);
    const whole = await readFile(segment());
    const torn = whole.subarray(0, whole.length - 2);
    await writeFile(segment(), torn);
    const journal = await openJournal(dir, { isLookedAt: true });
    expect([journal.length, journal.torn?.isCut]).toEqual([2, false]);
    expect(await failureOf(journal.append(clock(9)))).toMatchObject({ code: 'failed' });
    await journal.close();
    expect(await readFile(segment())).toEqual(torn);
    expect(await readdir(dir)).toEqual([FIRST_SEGMENT]);
    // A start cuts it, and who may keep nothing of it removes what was kept.
    const again = await openJournal(dir);
    await again.dropTorn(0);
    expect(await readdir(dir)).toContain(TORN_FILE);
    await again.dropTorn(Number.POSITIVE_INFINITY);
    expect(await readdir(dir)).toEqual([FIRST_SEGMENT]);
    await again.close();
  });

  test('that left a page of zeros, or half a commit group, is cut like any torn tail', async () => {
    const journal = await openJournal(dir);
    await journal.append(clock(1));
    const before = (await stat(segment())).size;
    await Promise.all([2, 3, 4].map((at) => journal.append(clock(at))));
    await journal.close();
    const whole = await readFile(segment());
    // The second page of the group reached the disk, the first did not.
    whole.fill(0, before, before + FRAME_HEADER_BYTES);
    await writeFile(segment(), whole);
    const again = await openJournal(dir);
    expect(again.torn).toEqual({
      segment: FIRST_SEGMENT,
      offset: before,
      bytes: whole.length - before,
      isCut: true,
    });
    expect(again.length).toBe(1);
    await again.close();
  });

  test('between the creation of a segment and its header begins that segment anew', async () => {
    await write(3, { segmentBytes: 100 });
    const names = await readdir(dir);
    await writeFile(join(dir, '00000000000000000003.seg'), Buffer.alloc(5));
    const journal = await openJournal(dir);
    expect(names).not.toContain('00000000000000000003.seg');
    expect(journal.length).toBe(3);
    expect(await journal.append(clock(3))).toBe(3);
    await journal.close();
    expect(await numbersIn(dir)).toEqual([0, 1, 2, 3]);
  });
});

describe('damage', () => {
  test('[JRN-3] of any byte of a closed segment is found, with its segment and place', async () => {
    await write(6, { segmentBytes: 150 });
    const whole = await readFile(segment());
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (position, change) => {
          const damaged = Buffer.from(whole);
          damaged[position] = (damaged[position] ?? 0) ^ change;
          await writeFile(segment(), damaged);
          const error = await failureOf(numbersIn(dir));
          expect(error).toBeInstanceOf(JournalCorrupt);
          expect(error).toMatchObject({ code: 'corrupt', segment: FIRST_SEGMENT });
          expect((error as JournalCorrupt).offset).toBeLessThanOrEqual(position);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('in the middle of the last segment is an error at opening, and nothing is cut', async () => {
    await write(5);
    const whole = await readFile(segment());
    const frameBytes = (whole.length - SEGMENT_HEADER_BYTES) / 5;
    for (let position = 0; position < whole.length - frameBytes; position += 3) {
      const damaged = Buffer.from(whole);
      damaged[position] = (damaged[position] ?? 0) ^ 0x10;
      await writeFile(segment(), damaged);
      const frame = Math.floor((position - SEGMENT_HEADER_BYTES) / frameBytes);
      const offset = position < SEGMENT_HEADER_BYTES ? 0 : SEGMENT_HEADER_BYTES + frame * frameBytes;
      expect(await failureOf(openJournal(dir))).toMatchObject({
        code: 'corrupt',
        segment: FIRST_SEGMENT,
        offset,
      });
      expect((await stat(segment())).size).toBe(whole.length);
    }
  });

  test('of a closed segment that lost its end, or of a whole segment that is gone, is found', async () => {
    await write(6, { segmentBytes: 100 });
    const [, second = ''] = await readdir(dir);
    const { size } = await stat(segment());
    await truncate(segment(), size - 40);
    expect(await failureOf(numbersIn(dir))).toMatchObject({ code: 'corrupt', segment: FIRST_SEGMENT });
    await rm(join(dir, second));
    expect(await failureOf(numbersIn(dir))).toMatchObject({ code: 'corrupt', segment: FIRST_SEGMENT });
    await rm(segment());
    expect(await failureOf(numbersIn(dir))).toMatchObject({ code: 'dropped' });
  });

  test('is told from a later format, which asks for a newer release', async () => {
    await write(1);
    const bytes = await readFile(segment());
    bytes.writeUInt32LE(2, 8);
    bytes.writeUInt32LE(headerChecksum(bytes), 12);
    await writeFile(segment(), bytes);
    expect(await failureOf(openJournal(dir))).toMatchObject({ code: 'newer_format' });
  });
});

describe('a disk', () => {
  test('[JRN-4] that is full refuses with its code and loses nothing that was acknowledged', async () => {
    const script = fileURLToPath(new URL('fixtures/append-until-full.ts', import.meta.url));
    // The limit is in blocks of 512 bytes; with the signal ignored, a write beyond it is cut short and then fails.
    const shell = `trap '' XFSZ; ulimit -f 2; exec "$0" "$1" "$2"`;
    const child = spawn('/bin/sh', ['-c', shell, process.execPath, script, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = (await textOf(child.stdout)).trim().split('\n');
    expect(lines.at(-1)).toBe('disk_full');
    const acknowledged = lines.slice(0, -1).map(Number);
    expect(acknowledged.length).toBeGreaterThan(0);
    const journal = await openJournal(dir);
    expect(journal.torn).toBeNull();
    expect(journal.length).toBe(acknowledged.length);
    expect(await journal.append(clock(1))).toBe(acknowledged.length);
    await journal.close();
  });

  test('[JRN-5] that fails to sync stops the journal for good: nothing is acknowledged after it', async () => {
    let working = true;
    const journal = await openJournal(dir, {
      disk: {
        ...REAL_DISK,
        sync: async (file) => {
          if (!working) throw new Error('EIO');
          await file.datasync();
        },
      },
    });
    await journal.append(clock(1));
    working = false;
    expect(await failureOf(journal.append(clock(2)))).toMatchObject({ code: 'failed' });
    working = true;
    expect(await failureOf(journal.append(clock(3)))).toMatchObject({ code: 'failed' });
    expect(journal.length).toBe(1);
    await journal.close();
  });

  test('is synced before every acknowledgement, once for all appends that waited together', async () => {
    let syncs = 0;
    const journal = await openJournal(dir, {
      disk: {
        ...REAL_DISK,
        sync: async (file) => {
          await file.datasync();
          syncs++;
        },
      },
    });
    // That of the first segment's header.
    syncs = 0;
    const seen = await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        await journal.append(clock(at));
        return syncs;
      }),
    );
    expect(Math.min(...seen)).toBe(1);
    expect(syncs).toBeLessThan(5);
    await journal.close();
  });

  test('without a usable directory is a clear error', async () => {
    await writeFile(join(dir, 'file'), '');
    const place = join(dir, 'file', 'journal');
    expect(await failureOf(openJournal(place))).toMatchObject({ code: 'unusable_directory' });
  });
});

test('[JRN-6] a segment of format 1 is readable by every later release', async () => {
  await copyFile(new URL('fixtures/format-1.seg', import.meta.url), segment());
  const journal = await openJournal(dir);
  expect(await recordsOf(journal)).toEqual([
    { kind: 'clock', at: 1_763_856_000_000 },
    {
      kind: 'enrol',
      at: 1_763_856_000_001,
      entities: ['dev_camera_floor3_east'],
      actor: 'operator',
      reason: 'ünïcode',
    },
    { kind: 'history_end' },
  ]);
  expect(await journal.append(clock(4))).toBe(3);
  await journal.close();
});

function segment(): string {
  return join(dir, FIRST_SEGMENT);
}

function clock(at: number): JournalRecord {
  return { kind: 'clock', at: 1_700_000_000_000 + at };
}

/** Appends `count` records, each in a commit group of its own. */
async function write(count: number, options = {}): Promise<void> {
  const journal = await openJournal(dir, options);
  for (let at = 0; at < count; at++) await journal.append(clock(at));
  await journal.close();
}

async function numbersIn(place: string): Promise<number[]> {
  const journal = await openJournal(place);
  try {
    const numbers: number[] = [];
    for await (const batch of journal.read()) numbers.push(...batch.map(({ seq }) => seq));
    return numbers;
  } finally {
    await journal.close();
  }
}

async function recordsOf(journal: Journal): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const batch of journal.read()) records.push(...batch.map(({ record }) => record));
  return records;
}

async function appendUntilKilled(enough: number): Promise<number[]> {
  const script = fileURLToPath(new URL('fixtures/append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const piece of child.stdout) {
    text += String(piece);
    if (text.split('\n').length > enough) child.kill('SIGKILL');
  }
  return text.split('\n').slice(0, -1).map(Number);
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += String(piece);
  return text;
}

async function failureOf(work: Promise<unknown>): Promise<JournalError> {
  return work.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: JournalError) => error,
  );
}

function headerChecksum(bytes: Buffer): number {
  return crc32(bytes.subarray(16, SEGMENT_HEADER_BYTES), crc32(bytes.subarray(0, 12)));
}
