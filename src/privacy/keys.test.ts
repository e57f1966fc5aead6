import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKeys } from './key-file.ts';
import { deriveKeys, PURPOSES } from './keys.ts';

let parent: string;
let dir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'stance-keys-'));
  dir = join(parent, 'keys');
});
afterEach(async () => {
  await rm(parent, { recursive: true });
});

const filled = (byte: number) => (bytes: number) => new Uint8Array(bytes).fill(byte);

describe('sealing keys', () => {
  test('give the same fingerprint for the same root, and another for each purpose, epoch and root', () => {
    const root = filled(1)(32);
    const all = [deriveKeys(root, 1), deriveKeys(root, 2), deriveKeys(filled(2)(32), 1)].flatMap((keys) =>
      PURPOSES.map((purpose) => keys.fingerprint(purpose, 'text', keys.accountEpochs[0])),
    );
    expect(new Set(all).size).toBe(3 * PURPOSES.length);
    expect(deriveKeys(root, 1).fingerprint('name', 'text')).toBe(all[0]);
    for (const fingerprint of all) expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    // Never under the key of another epoch than the one that is meant.
    expect(() => deriveKeys(root, 2).fingerprint('account', 'text')).toThrow(
      'no sealing key for account of epoch 1',
    );
  });

  test('do not show themselves', () => {
    const keys = deriveKeys(Buffer.from('canary-canary-canary-canary-1234'), 1);
    expect(inspect(keys, { depth: 9, showHidden: true }) + JSON.stringify(keys)).not.toMatch(
      /canary|63616e617279/,
    );
  });

  test('are refused from a root of another size', () => {
    expect(() => deriveKeys(new Uint8Array(16), 1)).toThrow('16 bytes: 32 are needed');
  });
});

describe('[PRV-1] the key file', () => {
  test('is made once, for the owner only, and nothing is left beside it', async () => {
    const made = await loadKeys(dir, filled(7));
    const again = await loadKeys(dir, filled(8));
    expect(again.fingerprint('mac', 'x')).toBe(made.fingerprint('mac', 'x'));
    const [name = '', ...others] = await readdir(dir);
    expect(others).toEqual([]);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
  });

  test('is the same for processes that start at once', async () => {
    const script = fileURLToPath(new URL('fixtures/print-fingerprint.ts', import.meta.url));
    const run = promisify(execFile);
    const prints = await Promise.all([1, 2, 3].map(() => run(process.execPath, [script, dir])));
    const settled = (await loadKeys(dir, filled(9))).fingerprint('mac', 'x');
    expect(prints.map(({ stdout }) => stdout)).toEqual([settled, settled, settled]);
    expect(await readdir(dir)).toHaveLength(1);
  });

  test('is refused when others can read it, or replace it, with the command that mends it', async () => {
    await loadKeys(dir, filled(1));
    const path = join(dir, 'sealing.key.json');
    await chmod(path, 0o640);
    await expect(loadKeys(dir, filled(1))).rejects.toMatchObject({
      code: 'exposed',
      message: `other users can read the key file ${path}: run chmod 600 ${path}`,
    });
    await chmod(path, 0o600);
    await chmod(dir, 0o770);
    await expect(loadKeys(dir, filled(1))).rejects.toMatchObject({ code: 'exposed' });
    await chmod(dir, 0o700);
    await chmod(parent, 0o777);
    await expect(loadKeys(dir, filled(1))).rejects.toMatchObject({
      code: 'exposed',
      message: `any user can replace what is in ${parent}: run chmod o-w ${parent}`,
    });
  });

  test('is never replaced when it is damaged, and its content is not told', async () => {
    await loadKeys(dir, filled(1));
    const path = join(dir, 'sealing.key.json');
    const text = (await readFile(path, 'utf8')).slice(0, 40);
    await writeFile(path, text);
    const error: unknown = await loadKeys(dir, filled(2)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'malformed' });
    expect(String(error)).not.toContain('0101');
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('without a usable directory is a clear error', async () => {
    await writeFile(dir, '');
    await expect(loadKeys(dir, filled(1))).rejects.toMatchObject({ code: 'unusable' });
  });
});
