import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stateful } from '../model/index.ts';
import { openSnapshot, REAL_DISK, type SnapshotDisk, writeSnapshot } from './index.ts';

/** Large enough for several writes. */
const numbers: Stateful = {
  save: (to) => to.column('numbers', [new Float64Array(400_000)], 400_000),
  load: (from) => from.column('numbers', 'f64', 1_024),
};
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-snapshot-'));
  writeSnapshot(dir, { records: 1, stateVersion: 1 }, numbers);
});
afterEach(() => rmSync(dir, { recursive: true }));

function failure(code: string): never {
  throw Object.assign(new Error(`${code}: injected`), { code });
}

describe('[SNAP-4] a disk that fails', () => {
  let writes = 0;
  const cases: readonly [string, string, Partial<SnapshotDisk>][] = [
    ['at the first write', 'failed', { write: () => failure('EIO') }],
    [
      'at a later write',
      'disk_full',
      { write: (file, bytes) => (++writes > 2 ? failure('ENOSPC') : REAL_DISK.write(file, bytes)) },
    ],
    ['by quota', 'disk_full', { write: () => failure('EDQUOT') }],
    ['to sync', 'failed', { sync: () => failure('EIO') }],
    ['to rename', 'failed', { rename: () => failure('EIO') }],
  ];

  test.each(cases)('%s leaves the older snapshots, and nothing else', (_, code, broken) => {
    const disk = { ...REAL_DISK, ...broken };
    expect(() => writeSnapshot(dir, { records: 2, stateVersion: 1 }, numbers, disk)).toThrow(
      expect.objectContaining({ code }),
    );
    expect(readdirSync(dir)).toEqual(['00000000000000000001.snap']);
    openSnapshot(join(dir, '00000000000000000001.snap')).close();
  });

  test('to sync the directory is told: the name may not last', () => {
    const disk: SnapshotDisk = { ...REAL_DISK, syncDirectory: () => failure('EIO') };
    expect(() => writeSnapshot(dir, { records: 2, stateVersion: 1 }, numbers, disk)).toThrow(
      expect.objectContaining({ code: 'failed' }),
    );
  });

  test('by short writes is written on', () => {
    const disk: SnapshotDisk = {
      ...REAL_DISK,
      write: (file, bytes) => REAL_DISK.write(file, bytes.subarray(0, 65_521)),
    };
    const { path } = writeSnapshot(dir, { records: 2, stateVersion: 1 }, numbers, disk);
    const snapshot = openSnapshot(path);
    expect(() => snapshot.load(numbers)).not.toThrow();
    snapshot.close();
  });

  test('because it is full is told by its code', () => {
    const script = fileURLToPath(new URL('fixtures/write-until-full.ts', import.meta.url));
    // The limit is in blocks of 512 bytes; with the signal ignored, a write beyond it is cut short and then fails.
    const shell = `trap '' XFSZ; ulimit -f 3000; exec "$0" "$1" "$2"`;
    const { stdout } = spawnSync('/bin/sh', ['-c', shell, process.execPath, script, dir]);
    expect(stdout.toString()).toBe('disk_full\n');
    expect(readdirSync(dir)).toEqual(['00000000000000000001.snap']);
  });
});
