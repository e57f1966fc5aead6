import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FleetState } from '../../data-directory/index.ts';
import type { Effects } from '../../effects/index.ts';
import type { Fleet, JournalRecord } from '../../model/index.ts';
import type { BackupResult } from '../operations.ts';
import { openTokens } from '../tokens.ts';
import { backUp } from './backup.ts';
import { restoreBackup } from './restore.ts';

const effects: Effects = {
  now: () => Date.UTC(2026, 4, 21, 9),
  elapsed: () => 0,
  random: (bytes) => randomBytes(bytes),
  reportFault: () => 'none',
};
const quiet = () => undefined;
const fleet: Fleet = { tenant: 'acme', sites: [], domains: {} };
const configuration: JournalRecord = { kind: 'configuration', fleet, actor: 'test' };
const CONFIG = 'tenant: acme\n';

let place: string;
let data: string;
let state: FleetState;
/** Made once; a test that damages it works on a copy. */
let whole: string;
let made: BackupResult;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'stance-backup-'));
  data = join(place, 'data');
  await mkdir(data, { mode: 0o700 });
  state = await FleetState.open(data, effects, { progress: quiet });
  await state.append(configuration);
  await state.append({ kind: 'clock', at: Date.UTC(2026, 4, 21, 8) });
  await openTokens(data).createToken('assistant', ['read'], randomBytes(32), 0);
  await writeFile(join(data, 'stance.yaml'), CONFIG);
  await writeFile(join(data, 'keys', 'sealing.key.json.4711.new'), 'half a ke');
  await writeFile(join(data, 'feed-places.json'), '{}');
  await writeFile(join(data, 'known-logs.json'), '{}');
  whole = join(place, 'whole');
  made = await backUpTo(whole);
});
afterAll(async () => {
  await state.close();
  await rm(place, { recursive: true });
});

let from: string;
let to: string;
beforeEach(async () => {
  const own = await mkdtemp(join(place, 'test-'));
  from = join(own, 'backup');
  to = join(own, 'restored');
  await cp(whole, from, { recursive: true });
});
function backUpTo(path: string): Promise<BackupResult> {
  return backUp(state, { dir: data, configFile: join(data, 'stance.yaml') }, path, effects, quiet);
}

const restored = () => restoreBackup({ from, dir: to }, effects, quiet);

async function pathsIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1)).sort();
}

/** Writes the manifest anew, with a sum that fits. */
async function rewriteManifest(change: (manifest: Record<string, unknown>) => object): Promise<void> {
  const path = join(from, 'manifest.json');
  const text = JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>));
  await writeFile(path, text);
  const sum = createHash('sha256').update(text).digest('hex');
  await writeFile(`${path}.sha256`, `${sum}  manifest.json\n`);
}

describe('[BACKUP-2] a backup', () => {
  test('has the journal, the history, the keys, the tokens, the places of feeds, what logs were, the configuration, and no drafts', async () => {
    expect(await pathsIn(whole)).toEqual([
      'feed-places.json',
      'history.db',
      'journal/00000000000000000000.seg',
      'keys/sealing.key.json',
      'known-logs.json',
      'manifest.json',
      'manifest.json.sha256',
      'stance.yaml',
      'tokens.json',
    ]);
    expect(made).toMatchObject({ path: whole, records: 2, files: 7, createdAt: '2026-05-21T09:00:00.000Z' });
  });

  test('restores to the same state, with the same files', async () => {
    const result = await restored();
    expect(result).toMatchObject({ directory: to, records: 2, isStateEqual: true });
    expect(result.stateHash).toBe(made.stateHash);
    const own = (path: string) => !path.startsWith('manifest.json');
    expect(await pathsIn(to)).toEqual((await pathsIn(whole)).filter(own));
    expect(await readFile(join(to, 'stance.yaml'), 'utf8')).toBe(CONFIG);
    expect(openTokens(to).listTokens()).toEqual(openTokens(data).listTokens());
  });

  test('restores whatever else somebody has put beside the keys', async () => {
    const names = ['.note', 'sealing.key (copy).json', 'schlüssel~'];
    for (const name of names) await writeFile(join(data, 'keys', name), name);
    const second = join(from, '..', 'second');
    await backUpTo(second);
    for (const name of names) await rm(join(data, 'keys', name));
    from = second;
    await expect(restored()).resolves.toMatchObject({ isStateEqual: true });
    for (const name of names) expect(await readFile(join(to, 'keys', name), 'utf8')).toBe(name);
  });

  test('keeps a configuration file that stands elsewhere under the usual name', async () => {
    const elsewhere = join(from, '..', 'other.yaml');
    await writeFile(elsewhere, 'tenant: other\n');
    const second = join(from, '..', 'second');
    await backUp(state, { dir: data, configFile: elsewhere }, second, effects, quiet);
    expect(await readFile(join(second, 'stance.yaml'), 'utf8')).toBe('tenant: other\n');
  });
});

describe('[BACKUP-3] a damaged backup', () => {
  test('is refused for any flipped bit of any file, which is named, and nothing is written', async () => {
    const paths = await pathsIn(from);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(7),
        async (path, share, bit) => {
          const file = join(from, path);
          const good = await readFile(file);
          const bad = Buffer.from(good);
          const at = Math.floor(share * good.length);
          bad[at] = (bad[at] ?? 0) ^ (1 << bit);
          await writeFile(file, bad);
          const named = path.startsWith('manifest.json') ? 'manifest.json' : path;
          await expect(restored()).rejects.toMatchObject({
            code: 'damaged_backup',
            message: expect.stringContaining(join(from, named)),
          });
          expect(await readdir(join(from, '..'))).toEqual(['backup']);
          await writeFile(file, good);
        },
      ),
      { numRuns: 120 },
    );
    expect(await restored()).toMatchObject({ isStateEqual: true });
  });

  test('is refused when a file is missing or cut short', async () => {
    await truncate(join(from, 'tokens.json'), 10);
    await expect(restored()).rejects.toThrow(/tokens\.json is damaged: it has 10 bytes, not \d+\./);
    await rm(join(from, 'tokens.json'));
    await expect(restored()).rejects.toThrow(/tokens\.json is damaged: it is missing/);
  });

  test('is told from a directory that is no backup', async () => {
    await rm(join(from, 'manifest.json'));
    await expect(restored()).rejects.toMatchObject({ code: 'not_a_backup' });
  });

  test.each(['../escape', 'keys/..', '..', 'keys/../../escape', '/etc/passwd'])(
    'cannot name a file outside of the directory: %s',
    async (path) => {
      await rewriteManifest((manifest) => ({
        ...manifest,
        files: [{ path, bytes: 1, sha256: '0'.repeat(64) }],
      }));
      await expect(restored()).rejects.toThrow('the field "files.0.path" is wrong');
    },
  );

  test('is refused where it holds fewer records than it says', async () => {
    await rewriteManifest((manifest) => ({ ...manifest, records: 3 }));
    await expect(restored()).rejects.toThrow('it holds 2 records, not 3');
  });
});

describe('[BACKUP-4] a state that differs from the one backed up', () => {
  const state_hash = '0'.repeat(64);

  test('is refused within one release', async () => {
    await rewriteManifest((manifest) => ({ ...manifest, state_hash }));
    await expect(restored()).rejects.toMatchObject({ code: 'state_differs' });
    // Neither under its name nor half-done.
    expect(await readdir(join(from, '..'))).toEqual(['backup']);
  });

  test('is told where another release made the backup', async () => {
    await rewriteManifest((manifest) => ({ ...manifest, state_hash, stance: '0.0.9' }));
    expect(await restored()).toMatchObject({ isStateEqual: false, madeBy: '0.0.9', records: 2 });
  });

  test('is not even looked for in a backup of a later format', async () => {
    await rewriteManifest((manifest) => ({ ...manifest, format: 3 }));
    await expect(restored()).rejects.toMatchObject({ code: 'newer_format' });
  });
});

describe('[BACKUP-5] what is there already', () => {
  test('is never restored over', async () => {
    await mkdir(to);
    await writeFile(join(to, 'precious'), '');
    await expect(restored()).rejects.toMatchObject({ code: 'directory_not_empty' });
    expect(await readdir(to)).toEqual(['precious']);
  });

  test('is never backed up over', async () => {
    await expect(backUpTo(from)).rejects.toMatchObject({ code: 'backup_exists' });
    await expect(backUpTo(join(to, 'deep'))).rejects.toMatchObject({ code: 'missing_directory' });
  });

  test('[BACKUP-10] is not the data directory, under whatever name: an erasure would not reach it', async () => {
    const outside = {
      code: 'invalid_arguments',
      message: expect.stringContaining('outside the data directory'),
    };
    await expect(backUpTo(join(data, 'inside'))).rejects.toMatchObject(outside);
    const another = `${data}-by-another-name`;
    await symlink(data, another);
    try {
      await expect(backUpTo(join(another, 'keys', 'deep'))).rejects.toMatchObject(outside);
    } finally {
      await unlink(another);
    }
  });

  test('[BACKUP-11] is not the backup itself, under whatever name: the restored would go with it', async () => {
    const outside = { code: 'invalid_arguments', message: expect.stringContaining('outside the backup') };
    const another = `${from}-by-another-name`;
    await symlink(from, another);
    for (const dir of [from, join(from, 'inside'), join(another, 'new', 'deep')])
      await expect(restoreBackup({ from, dir }, effects, quiet)).rejects.toMatchObject(outside);
    await expect(
      restoreBackup({ from: another, dir: join(from, 'inside') }, effects, quiet),
    ).rejects.toMatchObject(outside);
    expect(await pathsIn(from)).toEqual(await pathsIn(whole));
    await restoreBackup({ from, dir: `${from}-restored` }, effects, quiet);
  });

  test('may be an empty directory', async () => {
    await mkdir(to, { mode: 0o755 });
    await restored();
    expect((await stat(to)).mode & 0o777).toBe(0o700);
  });
});

test('[BACKUP-9] a target that is full is named, in whatever words it says so', async () => {
  const full = Object.assign(new Error('database or disk is full'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: 13,
  });
  const copying = vi.spyOn(state.past, 'copyTo').mockRejectedValueOnce(full);
  const second = join(from, '..', 'second');
  const refusal = { code: 'unwritable', message: `${second} was not made: database or disk is full.` };
  await expect(backUpTo(second)).rejects.toMatchObject(refusal);
  copying.mockRestore();
  expect((await readdir(join(from, '..'))).filter((name) => name.startsWith('second'))).toEqual([]);
});

test('[BACKUP-6] only the owner can read a backup and what is restored from it', async () => {
  for (const path of await pathsIn(from)) await chmod(join(from, path), 0o644);
  await restored();
  for (const dir of [whole, to]) {
    for (const folder of ['', 'journal', 'keys'])
      expect((await stat(join(dir, folder))).mode & 0o777).toBe(0o700);
    for (const path of await pathsIn(dir)) expect((await stat(join(dir, path))).mode & 0o777).toBe(0o600);
  }
});

test('records that come while the journal is copied are not in the backup, nor in its hash', async () => {
  const second = join(from, '..', 'second');
  const before = state.journal.length;
  const appending: Promise<void>[] = [];
  const result = await backUp(state, { dir: data, configFile: null }, second, effects, ({ what }) => {
    if (what !== 'Copying the journal') return;
    appending.push(state.append({ kind: 'clock', at: Date.UTC(2026, 4, 21, 10, appending.length) }));
  });
  await Promise.all(appending);
  expect(state.journal.length).toBeGreaterThan(before);
  from = second;
  expect(await restored()).toMatchObject({ records: before, stateHash: result.stateHash });
});
