import { appendFile, truncate } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followFolder } from './follow.ts';
import { ingestFiles } from './ingest.ts';
import { RecordingPort } from './intake-port.fixture.ts';
import { connLine, connLog, LogFolder, NOW, SITE } from './log-folder.fixture.ts';

const ingest = (paths: readonly string[], port: RecordingPort, more: { asNew?: boolean } = {}) =>
  ingestFiles(paths, { site: SITE, now: NOW, port, ...more });

const flow = (index: number) => ({ uid: `C${index}`, start: index });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const logOf = (indexes: readonly number[]) => connLog(indexes.map(flow));
const uidsOf = (indexes: readonly number[]) => indexes.map((index) => `C${index}`);
const half = (count: number) => numbers(count).filter((index) => index % 2 === 0);

describe('a log that begins like one that was taken in', () => {
  test('[SRC-ALIKE-1] is another where it differs: nothing of it is taken, and it is said', async () => {
    await using folder = await LogFolder.make();
    const extract = await folder.write('k5/conn.log', logOf(half(100)));
    const whole = await folder.write('k6/conn.log', logOf(numbers(100)));
    const port = new RecordingPort();
    expect(await ingest([extract], port)).toMatchObject({ accepted: 50 });
    const result = await ingest([whole], port);
    expect(result).toMatchObject({ read: 0, accepted: 0, duplicates: 0 });
    expect(result.files).toMatchObject([{ isAnother: true, fault: expect.stringContaining('--as-new') }]);
    expect(port.taken).toEqual(uidsOf(half(100)));
  });

  test('[SRC-ALIKE-2] may be taken as one of its own: all of it, once, whoever asks again, and it is said', async () => {
    await using folder = await LogFolder.make();
    const extract = await folder.write('k5/conn.log', logOf(half(100)));
    const whole = await folder.write('k6/conn.log', logOf(numbers(100)));
    const port = new RecordingPort();
    const both = await ingest([extract, whole], port, { asNew: true });
    expect(both.files.map(({ accepted, note }) => [accepted, note !== undefined])).toEqual([
      [50, false],
      [100, true],
    ]);
    for (const asNew of [true, false]) {
      expect(await ingest([whole, extract], port, { asNew })).toMatchObject({ accepted: 0, duplicates: 150 });
    }
    await folder.write('k6/conn.log', logOf(numbers(120)));
    const gzip = await folder.write('k6/conn.log.gz', logOf(numbers(120)));
    expect(await ingest([whole, gzip], port.restarted())).toMatchObject({ accepted: 20, duplicates: 220 });
  });

  test('[SRC-ALIKE-2] is taken once also where the process dies in the middle', async () => {
    await using folder = await LogFolder.make();
    const extract = await folder.write('extract.conn.log', logOf(half(100)));
    const whole = await folder.write('conn.log', logOf(numbers(10_000)));
    const port = new RecordingPort();
    await ingest([extract], port);
    await expect(ingest([whole], port.dieAfter(2), { asNew: true })).rejects.toThrow('died');
    // What stands beside the journal may be lost with it.
    for (const after of [port.restarted(), RecordingPort.after(port.journal)]) {
      expect(after.taken.length).toBeLessThan(10_050);
      await ingest([extract], after);
      await ingest([whole], after, { asNew: true });
      expect([...after.taken].sort()).toEqual([...uidsOf(half(100)), ...uidsOf(numbers(10_000))].sort());
    }
  });

  test('is read as it was by an older release that left no checkpoints, and has some from then on', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', logOf(numbers(100)));
    const before = new RecordingPort();
    await ingest([path], before);
    const port = RecordingPort.after(before.journal);
    expect(await ingest([path], port)).toMatchObject({ accepted: 0, duplicates: 100 });
    await folder.write('conn.log', logOf([...numbers(99), 500, 501]));
    expect((await ingest([path], port)).files).toMatchObject([{ isAnother: true }]);
  });

  test('cannot be compared to its end where it ends early, which is said', async () => {
    await using folder = await LogFolder.make();
    const port = new RecordingPort();
    await ingest([await folder.write('conn.log', logOf(numbers(100)))], port);
    const result = await ingest([await folder.write('copy.conn.log', logOf(numbers(70)))], port);
    expect(result).toMatchObject({ accepted: 0, duplicates: 70 });
    expect(result.files[0]).toMatchObject({
      note: expect.stringMatching(/^it ends at byte \d+, .* byte 4096 /),
    });
  });

  test('is told apart by a change of one byte that moves nothing', async () => {
    await using folder = await LogFolder.make();
    const port = new RecordingPort();
    const text = logOf(numbers(100));
    const path = await folder.write('conn.log', text);
    await ingest([path], port);
    await folder.write('conn.log', text.replace('\tC57\t', '\tC58\t'));
    expect((await ingest([path], port)).files).toMatchObject([{ isAnother: true }]);
  });

  test('cannot be read twice from standard input: there it is not taken, as new neither', async () => {
    await using folder = await LogFolder.make();
    const port = new RecordingPort();
    await ingest([await folder.write('conn.log', logOf(numbers(100)))], port);
    async function* stdin() {
      yield Buffer.from(logOf(half(100)));
    }
    const options = { site: SITE, now: NOW, port, asNew: true, stdin: stdin() };
    const result = await ingestFiles(['-'], options);
    expect(result.files).toMatchObject([{ isAnother: true, accepted: 0 }]);
    expect(port.taken).toHaveLength(100);
  });

  test('[SRC-ALIKE-3] whatever differs, it is known for what it is; what is equal or grows is as ever', async () => {
    const scene = fc.record({
      count: fc.integer({ min: 2, max: 3_000 }),
      dropped: fc.array(fc.nat(), { maxLength: 4 }),
      appended: fc.nat(500),
      isCut: fc.boolean(),
      kept: fc.nat(),
      name: fc.constantFrom('b.conn.log', 'b.conn.log.gz'),
      together: fc.boolean(),
      asNew: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ count, dropped, appended, isCut, kept, name, together, asNew }) => {
        await using folder = await LogFolder.make();
        // The first record stays, so that the two begin alike.
        const gone = new Set(dropped.map((each) => 1 + (each % (count - 1))));
        const left = numbers(count).filter((index) => !gone.has(index));
        const more = numbers(appended).map((index) => 10_000 + index);
        const second = isCut ? left.slice(0, 1 + (kept % left.length)) : [...left, ...more];
        const [one, other] = [logOf(numbers(count)), logOf(second)];
        const paths = [await folder.write('a.conn.log', one), await folder.write(name, other)] as const;

        const first = new RecordingPort();
        if (!together) await ingest([paths[0]], first);
        const port = first.restarted();
        const result = await ingest(together ? paths : [paths[1]], port, { asNew });
        const verdict = verdictOn(one, other, asNew);
        expect(result.files.at(-1)).toMatchObject(
          {
            same: { accepted: Math.max(0, second.length - count), read: second.length },
            unsure: { duplicates: second.length, note: expect.stringContaining('could not be compared') },
            new: { accepted: second.length, note: expect.stringContaining('as one of its own') },
            another: { isAnother: true, read: 0 },
          }[verdict],
        );

        const again = await ingest(paths.toReversed(), port.restarted());
        expect(again.accepted).toBe(0);
        expect(again.files.map(({ isAnother = false }) => isAnother)).toEqual([verdict === 'another', false]);
      }),
      { numRuns: 80 },
    );
  });
});

/** By all bytes of both, of which a reading has only the checkpoints. */
function verdictOn(taken: string, other: string, asNew: boolean): 'same' | 'unsure' | 'new' | 'another' {
  const shorter = Math.min(taken.length, other.length);
  let same = 0;
  while (same < shorter && taken[same] === other[same]) same++;
  if (same === shorter) return 'same';
  const lastCheckpoint = other.length < 1_024 ? 0 : 2 ** Math.floor(Math.log2(other.length));
  if (other.length < taken.length && same >= lastCheckpoint) return 'unsure';
  return asNew ? 'new' : 'another';
}

describe('in a folder that is followed, a log that begins like one that was taken in', () => {
  const follow = (path: string, port: RecordingPort, faults: unknown[]) => {
    const onFault = (cause: unknown) => void faults.push(cause);
    const follower = followFolder(path, { site: SITE, now: () => NOW, port, pollMs: 3_600_000, onFault });
    return Object.assign(follower, { [Symbol.asyncDispose]: () => follower.stop() });
  };

  test('[SRC-ALIKE-4] is not taken, which is told once; taken by itself, it is followed again', async () => {
    await using folder = await LogFolder.make();
    const port = new RecordingPort();
    await ingest([await folder.write('elsewhere/conn.log', logOf(numbers(100)))], port);
    const path = await folder.write('live/conn.log', logOf(half(60)));
    const faults: unknown[] = [];
    await using follower = follow(folder.at('live'), port, faults);
    await follower.poll();
    await appendFile(path, connLine(flow(1_000)));
    await follower.poll();
    expect(follower.files()).toMatchObject([{ isAnother: true, accepted: 0 }]);
    expect(faults.map(String)).toEqual([expect.stringContaining('--as-new')]);
    expect(port.taken).toHaveLength(100);

    await ingest([path], port, { asNew: true });
    await appendFile(path, connLine(flow(1_001)));
    // It is set aside for five minutes of rounds.
    for (let round = 0; round < 1_500; round++) await follower.poll();
    await appendFile(path, connLine(flow(1_002)));
    await follower.poll();
    expect(port.taken.slice(100)).toEqual(uidsOf([...half(60), 1_000, 1_001, 1_002]));
    expect(faults).toHaveLength(1);
  });

  test('is told apart when a log was cut back, as by a loss of power, and has grown to another', async () => {
    await using folder = await LogFolder.make();
    const port = new RecordingPort();
    const path = await folder.write('conn.log', logOf(numbers(100)));
    await ingest([path], port);
    await truncate(path, logOf(numbers(40)).length);
    for (const index of numbers(100)) await appendFile(path, connLine(flow(2_000 + index)));
    const faults: unknown[] = [];
    await using follower = follow(folder.path, port.restarted(), faults);
    await follower.poll();
    expect(faults).toHaveLength(1);
  });
});
