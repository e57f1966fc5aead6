import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { moduleOf, onFullDisk } from '../files/limited-disk.fixture.ts';
import { TokenStore } from './tokens.ts';

const NOW = Date.UTC(2026, 4, 21, 9);
const random = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stance-tokens-'));
  path = join(folder, 'tokens.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('tokens', () => {
  test('[HTTP-4] a token opens the door in its own name and scopes, also after a restart', async () => {
    const secret = await new TokenStore(path).createToken('soc-assistant', ['read'], random(1), NOW);
    expect(new TokenStore(path).verifyToken(`Bearer ${secret}`)).toEqual({
      name: 'soc-assistant',
      scopes: ['read'],
    });
  });

  test('[HTTP-4] of a token only its hash is kept, in a file that only the owner can read', async () => {
    const secret = await new TokenStore(path).createToken('soc-assistant', ['read'], random(1), NOW);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain(secret.slice('stance_'.length));
    expect(JSON.stringify(new TokenStore(path).listTokens())).not.toMatch(/sha256|[0-9a-f]{64}/);
  });

  test('[HTTP-5] a revoked token is refused at once, its name stays taken, and the door stays closed', async () => {
    const store = new TokenStore(path);
    const secret = await store.createToken('sensor-a', ['ingest'], random(2), NOW);
    await store.revokeToken('sensor-a', NOW + 1);
    expect(store.verifyToken(`Bearer ${secret}`)).toBeNull();
    expect(store.configured).toBe(true);
    expect(store.listTokens()).toEqual([
      { name: 'sensor-a', scopes: ['ingest'], createdAt: NOW, revokedAt: NOW + 1 },
    ]);
    await expect(store.createToken('sensor-a', ['ingest'], random(3), NOW)).rejects.toThrow(
      /was a token named "sensor-a"/,
    );
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'Bearer stance_wrong',
    `Bearer ${'a'.repeat(10_000)}`,
  ])('the header %s is nobody', async (header) => {
    const store = new TokenStore(path);
    await store.createToken('a', ['read'], random(1), NOW);
    expect(store.verifyToken(header)).toBeNull();
  });

  test.each(['', 'local', 'with space', '../etc', 'x'.repeat(65)])('"%s" is no name', async (name) => {
    await expect(new TokenStore(path).createToken(name, ['read'], random(1), NOW)).rejects.toThrow(/name/);
  });

  test('a token without a scope, too little chance, an unknown name: refused', async () => {
    const store = new TokenStore(path);
    await expect(store.createToken('a', [], random(1), NOW)).rejects.toThrow(
      /needs a scope: read, ingest, operate/,
    );
    await expect(store.createToken('a', ['read'], new Uint8Array(16), NOW)).rejects.toThrow(
      /32 random bytes/,
    );
    await expect(store.revokeToken('b', NOW)).rejects.toThrow(/no token named "b"/);
    expect(store.configured).toBe(false);
  });

  test('a file that others can read, or that is no token file, stops the start', () => {
    writeFileSync(path, '{"version":1,"tokens":[{"name":"a"}]}', { mode: 0o600 });
    expect(() => new TokenStore(path)).toThrow(/not a token file: the field "tokens\.0\./);
    writeFileSync(path, '{"version":1,');
    expect(() => new TokenStore(path)).toThrow(/not a token file/);
    chmodSync(path, 0o644);
    expect(() => new TokenStore(path)).toThrow(/chmod 600/);
  });

  test('[DISK-1] a full disk is told as such; no draft is left, and the tokens are as they were', async () => {
    await new TokenStore(path).createToken('a', ['read'], random(1), NOW);
    const said = await onFullDisk(`
      import { TokenStore } from ${moduleOf('http/tokens.ts')};
      const store = new TokenStore(${JSON.stringify(path)});
      try {
        await store.createToken('b', ['read'], new Uint8Array(32), 0);
      } catch ({ code }) {
        console.log(code, store.listTokens().length);
      }
    `);
    expect(said).toBe('disk_full 1\n');
    expect(readdirSync(folder)).toEqual(['tokens.json']);
    expect(new TokenStore(path).listTokens()).toMatchObject([{ name: 'a' }]);
  });

  test('[HTTP-5] a revoked token is revoked also after a loss of power: the file and its folder are on disk', async () => {
    await new TokenStore(path).createToken('a', ['read'], random(1), NOW);
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const open = fs.promises.open;
      fs.promises.open = async (path, ...rest) => {
        const file = await open(path, ...rest);
        const sync = file.sync.bind(file);
        file.sync = () => (console.log(path), sync());
        return file;
      };
      syncBuiltinESMExports();
      const { TokenStore } = await import(${moduleOf('http/tokens.ts')});
      await new TokenStore(${JSON.stringify(path)}).revokeToken('a', 1);`,
    ]);
    expect(stdout.trim().split('\n')).toEqual([`${path}.new`, folder]);
  });
});
