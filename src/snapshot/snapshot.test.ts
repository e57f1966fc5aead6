import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stateful } from '../model/index.ts';
import { AnyState, anyFacts, type Facts, filledUp } from './any-state.fixture.ts';
import {
  hashOf,
  listSnapshots,
  openSnapshot,
  REAL_DISK,
  keepSnapshots,
  SnapshotDamaged,
  writeSnapshot,
} from './index.ts';

const HEAD = { records: 42, stateVersion: 3 };
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-snapshot-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function loaded(path: string, pageRows = 4): Facts | null {
  const snapshot = openSnapshot(path);
  try {
    const state = new AnyState(null, pageRows);
    snapshot.load(state);
    return state.facts;
  } finally {
    snapshot.close();
  }
}

function verified(path: string): void {
  const snapshot = openSnapshot(path);
  try {
    for (const _ of snapshot.verify());
  } finally {
    snapshot.close();
  }
}

const some: Facts = {
  plain: { since: 7, names: ['a', 'b'] },
  records: [{ id: 'dev_1' }, { id: 'ünïcode', at: 1.5 }],
  texts: ['', 'latin é', '名', 'half \ud800'],
  columns: {
    f64: [0.1, -1e300],
    f32: [1.5],
    u32: [4_294_967_295],
    i32: [-1, 1],
    u16: [65_535],
    u8: [1, 2, 3],
  },
  inner: null,
};

describe('[SNAP-1] a state that is written down', () => {
  test('comes back as it was, whatever it is', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 1, max: 9 }), (facts, pageRows) => {
        const { path, stateHash, bytes } = writeSnapshot(dir, HEAD, new AnyState(facts, pageRows));
        expect(loaded(path, pageRows)).toEqual(filledUp(facts, pageRows));
        expect(statSync(path).size).toBe(bytes);
        const snapshot = openSnapshot(path);
        expect(snapshot).toMatchObject({ ...HEAD, stateHash, bytes });
        snapshot.close();
        verified(path);
      }),
      { numRuns: 150 },
    );
  });

  test('has the hash of what the file holds, however its numbers lie in pages', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { stateHash } = writeSnapshot(dir, HEAD, new AnyState(facts, 3));
        expect(hashOf(new AnyState(facts, 7))).toBe(stateHash);
      }),
      { numRuns: 50 },
    );
  });

  test('has another hash where anything in it is another', () => {
    const others: Facts[] = [
      { ...some, plain: { since: 8, names: ['a', 'b'] } },
      { ...some, records: some.records.slice(0, 1) },
      { ...some, texts: ['latin é', '', '名', 'half \ud800'] },
      { ...some, columns: { ...some.columns, u8: [1, 2, 4] } },
      { ...some, columns: { ...some.columns, u8: [1, 2, 3, 0] } },
      { ...some, inner: some },
    ];
    const hashes = [some, ...others].map((facts) => hashOf(new AnyState(facts)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('has one hash, in whatever order the fields of its values stand', () => {
    const other = { ...some, plain: { names: ['a', 'b'], since: 7, never: undefined } };
    expect(hashOf(new AnyState(other))).toBe(hashOf(new AnyState(some)));
  });

  test('may be larger than a block of the file, in each of its kinds', () => {
    const long: Facts = {
      ...some,
      plain: 'x'.repeat(1_500_000),
      records: Array.from({ length: 3 }, (_, index) => 'y'.repeat(700_000 + index)),
      texts: Array.from({ length: 9_000 }, (_, index) => `text ${index} ${index % 7 === 0 ? '名' : ''}`),
      columns: { ...some.columns, f64: Array.from({ length: 200_000 }, (_, index) => index / 3) },
    };
    const { path } = writeSnapshot(dir, HEAD, new AnyState(long, 1_000));
    expect(loaded(path, 1_000)).toEqual(filledUp(long, 1_000));
  });

  test('is readable by its owner only', () => {
    const { path } = writeSnapshot(dir, HEAD, new AnyState(some));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('[SNAP-2] damage', () => {
  test('of any byte is found, with the file and a place that is not behind it', () => {
    const { path } = writeSnapshot(dir, HEAD, new AnyState({ ...some, inner: some }));
    const whole = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const bad = Buffer.from(whole);
        bad[position] = (bad[position] ?? 0) ^ change;
        writeFileSync(path, bad);
        const error = failureOf(() => loaded(path));
        expect(error).toBeInstanceOf(SnapshotDamaged);
        expect(failureOf(() => verified(path))).toBeInstanceOf(SnapshotDamaged);
        expect(error).toMatchObject({ code: 'damaged', file: '00000000000000000042.snap' });
        // The trailer stands last and is read first.
        const isEnd = position >= whole.length - 32;
        expect((error as SnapshotDamaged).offset).toBeLessThanOrEqual(isEnd ? whole.length : position);
      }),
      { numRuns: 400 },
    );
  });

  test('of a file that was cut short, at any byte, is found', () => {
    const { path } = writeSnapshot(dir, HEAD, new AnyState(some));
    for (let size = statSync(path).size - 1; size >= 0; size--) {
      truncateSync(path, size);
      expect(failureOf(() => loaded(path))).toBeInstanceOf(SnapshotDamaged);
    }
  });

  test('is told from a later format, which asks for a newer release', () => {
    const { path } = writeSnapshot(dir, HEAD, new AnyState(some));
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(2, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(16, 32), crc32(bytes.subarray(0, 12))), 12);
    writeFileSync(path, bytes);
    expect(failureOf(() => loaded(path))).toMatchObject({ code: 'newer_format' });
  });

  test('is told from a state that asks for something else', () => {
    const { path } = writeSnapshot(dir, HEAD, new AnyState(some));
    const asking: Stateful = { save: () => undefined, load: (from) => from.column('plain', 'u8', 4) };
    const snapshot = openSnapshot(path);
    expect(failureOf(() => snapshot.load(asking))).toMatchObject({
      code: 'other_form',
      message: 'snapshot 00000000000000000042.snap: "plain" should be "u8", and there is "plain"',
    });
    snapshot.close();
  });
});

test('[SNAP-3] a snapshot of format 1 is readable by every later release', () => {
  const name = '00000000000000000042.snap';
  copyFileSync(new URL(`fixtures/${name}`, import.meta.url), join(dir, name));
  expect(loaded(join(dir, name))).toEqual(filledUp({ ...some, inner: some }, 4));
  const snapshot = openSnapshot(join(dir, name));
  // The hash is part of the format: it must be equal across releases.
  expect(snapshot).toMatchObject({ ...HEAD, stateHash: hashOf(new AnyState({ ...some, inner: some })) });
  snapshot.close();
});

test('those that are not kept are removed, and drafts of writers that died', () => {
  for (const records of [3, 12, 7, 30]) writeSnapshot(dir, { ...HEAD, records }, new AnyState(some));
  writeFileSync(join(dir, '00000000000000000031.snap.tmp'), 'half a sna');
  writeFileSync(join(dir, '00000000000000000032.snap.4711-2.tmp'), 'half a sna');
  writeFileSync(join(dir, 'notes.txt'), '');
  expect(listSnapshots(dir).map(({ records }) => records)).toEqual([30, 12, 7, 3]);
  keepSnapshots(dir, [30, 7]);
  expect(readdirSync(dir).sort()).toEqual([
    '00000000000000000007.snap',
    '00000000000000000030.snap',
    'notes.txt',
  ]);
  expect(listSnapshots(join(dir, 'missing'))).toEqual([]);
  expect(dirname(listSnapshots(dir)[0]?.path ?? '')).toBe(dir);
});

test('[SNAP-2] two that write the same snapshot at once do not spoil it', () => {
  let isFirst = true;
  const interrupted = {
    ...REAL_DISK,
    write: (file: number, bytes: Uint8Array) => {
      if (isFirst) {
        isFirst = false;
        writeSnapshot(dir, HEAD, new AnyState(some));
      }
      return REAL_DISK.write(file, bytes);
    },
  };
  const { path } = writeSnapshot(dir, HEAD, new AnyState(some), interrupted);
  expect(loaded(path)).toEqual(filledUp(some, 4));
  expect(readdirSync(dir)).toEqual(['00000000000000000042.snap']);
});

test('what cannot be written down is refused', () => {
  const writing = (save: Stateful['save']) => () => writeSnapshot(dir, HEAD, { save, load: () => undefined });
  expect(writing((to) => to.plain('a', undefined))).toThrow('JSON cannot say undefined');
  expect(writing((to) => [to.plain('a', 1), to.plain('a', 2)])).toThrow('the section a is written twice');
  expect(writing((to) => to.part('a/b'))).toThrow('"a/b" cannot be the name of a section');
  expect(writing((to) => to.column('a', [new Uint8Array(2)], 5))).toThrow('its pages end 3 rows early');
  expect(readdirSync(dir)).toEqual([]);
});

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('expected a failure');
}
