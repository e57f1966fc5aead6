import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../model/index.ts';
import { type JournalDisk, REAL_DISK } from './disk.ts';
import { openJournal } from './embedded.ts';
import { JournalError } from './errors.ts';

/** Two or three records fill a segment. */
const segmentBytes = 150;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-journal-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

type Call = keyof JournalDisk;
const CALLS: readonly Call[] = ['open', 'write', 'sync', 'truncate', 'remove', 'syncDirectory'];

interface Fault {
  readonly call: Call;
  /** How many calls go well before. */
  readonly after: number;
  /** For so many calls. */
  readonly times: number;
  readonly code: 'EIO' | 'ENOSPC';
}

const anyFault: fc.Arbitrary<Fault> = fc.record({
  call: fc.constantFrom(...CALLS),
  after: fc.nat(12),
  times: fc.integer({ min: 1, max: 3 }),
  code: fc.constantFrom('EIO', 'ENOSPC'),
});

/** A disk on which some calls fail; a failing write leaves half of its bytes behind. */
function faulty(faults: readonly Fault[]): JournalDisk {
  const made = new Map<Call, number>();
  const refuse = (call: Call): boolean => {
    const before = made.get(call) ?? 0;
    made.set(call, before + 1);
    const fault = faults.find(
      ({ call: each, after, times }) => each === call && before >= after && before < after + times,
    );
    if (fault === undefined) return false;
    throw Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
  };
  return {
    open: async (...args) => refuse('open') || REAL_DISK.open(...args),
    write: async (file, bytes, offset, position) => {
      try {
        refuse('write');
      } catch (cause) {
        await file.write(bytes, offset, Math.floor((bytes.length - offset) / 2), position);
        throw cause;
      }
      return REAL_DISK.write(file, bytes, offset, position);
    },
    sync: async (file) => void (refuse('sync') || (await REAL_DISK.sync(file))),
    truncate: async (file, length) => void (refuse('truncate') || (await REAL_DISK.truncate(file, length))),
    remove: async (path) => void (refuse('remove') || (await REAL_DISK.remove(path))),
    syncDirectory: async (at) => void (refuse('syncDirectory') || (await REAL_DISK.syncDirectory(at))),
  } as JournalDisk;
}

const clock = (at: number): JournalRecord => ({ kind: 'clock', at });

/** Appends in groups (of none: cuts), whatever fails, and says what was acknowledged and with what codes the rest was refused. */
async function appendAll(
  disk: JournalDisk,
  groups: readonly number[],
): Promise<{ readonly acknowledged: ReadonlyMap<number, number>; readonly codes: readonly string[] }> {
  const acknowledged = new Map<number, number>();
  const codes: string[] = [];
  const journal = await openJournal(dir, { segmentBytes, disk });
  let at = 0;
  for (const size of groups) {
    const cuts = size === 0 ? [journal.cut()] : [];
    const appends = Array.from({ length: size }, async () => {
      const content = at++;
      acknowledged.set(await journal.append(clock(content)), content);
    });
    for (const result of await Promise.allSettled([...cuts, ...appends])) {
      if (result.status === 'fulfilled') continue;
      expect(result.reason).toBeInstanceOf(JournalError);
      codes.push((result.reason as JournalError).code);
    }
  }
  await journal.close();
  return { acknowledged, codes };
}

async function contentOf(): Promise<number[]> {
  const journal = await openJournal(dir, { segmentBytes });
  const found: number[] = [];
  for await (const batch of journal.read()) {
    for (const { record } of batch) if (record.kind === 'clock') found.push(record.at);
  }
  await journal.close();
  return found;
}

describe('[JRN-9] whatever the disk fails at', () => {
  test('nothing that was acknowledged is lost or moved, and nothing is there twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFault, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }),
        async (faults, groups) => {
          await rm(dir, { recursive: true });
          const { acknowledged, codes } = await appendAll(faulty(faults), groups).catch((cause: unknown) => {
            // The very first segment could not be made.
            if (!(cause instanceof JournalError)) throw cause;
            return { acknowledged: new Map<number, number>(), codes: [] };
          });
          const found = await contentOf();
          for (const [seq, content] of acknowledged) expect(found[seq]).toBe(content);
          expect(new Set(found).size).toBe(found.length);
          expect(found).toEqual([...found].sort((a, b) => a - b));
          for (const code of codes) expect(['disk_full', 'failed']).toContain(code);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a full disk refuses, and takes again when there is room', async () => {
    const fault: Fault = { call: 'write', after: 3, times: 2, code: 'ENOSPC' };
    const { acknowledged, codes } = await appendAll(faulty([fault]), [1, 1, 1, 1, 1, 1]);
    expect(codes).toEqual(['disk_full', 'disk_full']);
    expect([...acknowledged.values()]).toEqual([0, 1, 4, 5]);
    expect(await contentOf()).toEqual([0, 1, 4, 5]);
  });

  test.each(['open', 'write', 'syncDirectory'] as const)(
    'a new segment whose %s fails for want of room is begun again',
    async (call) => {
      // The first segment makes one of each, and the records before the roll a write each.
      const after = call === 'write' ? 4 : 1;
      const { codes } = await appendAll(faulty([{ call, after, times: 1, code: 'ENOSPC' }]), [1, 1, 1, 1, 1]);
      expect(codes).toEqual(['disk_full']);
      expect(await contentOf()).toEqual([0, 1, 2, 4]);
    },
  );

  test.each(['open', 'write', 'sync', 'syncDirectory'] as const)(
    'a cut whose %s fails for want of room leaves nothing behind: the segment before goes on',
    async (call) => {
      // The first segment makes one of each, and each record a write and a sync.
      const after = call === 'write' || call === 'sync' ? 2 : 1;
      const fault: Fault = { call, after, times: 1, code: 'ENOSPC' };
      const { codes } = await appendAll(faulty([fault]), [1, 0, 1, 1]);
      expect(codes).toEqual(['disk_full']);
      expect(await contentOf()).toEqual([0, 1, 2]);
    },
  );

  test('where a cut cannot be taken back, nothing is appended any more', async () => {
    const full: Fault = { call: 'write', after: 2, times: 1, code: 'ENOSPC' };
    const stuck: Fault = { call: 'remove', after: 0, times: 1, code: 'EIO' };
    const { codes } = await appendAll(faulty([full, stuck]), [1, 0, 1]);
    expect(codes).toEqual(['failed', 'failed']);
    expect(await contentOf()).toEqual([0]);
  });

  test('what an operator reads names the cause', async () => {
    const full = faulty([{ call: 'write', after: 0, times: 9, code: 'ENOSPC' }]);
    await expect(openJournal(dir, { disk: full })).rejects.toMatchObject({
      code: 'disk_full',
      message: 'no room left for the journal: free space on its disk, then try again',
    });
    const broken = faulty([{ call: 'open', after: 0, times: 1, code: 'EIO' }]);
    await expect(openJournal(dir, { disk: broken })).rejects.toMatchObject({ code: 'unusable_directory' });
  });
});
