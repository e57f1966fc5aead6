import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { moduleOf } from '../files/limited-disk.fixture.ts';
import { type Ownership, takeOwnership } from './ownership.ts';

const SCRIPT = fileURLToPath(new URL('fixtures/own.ts', import.meta.url));
const NOBODY = 65_534;

interface Taker {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: { readonly owned?: boolean; readonly socketPath?: string; readonly error?: string };
}

let dir: string;
let children: ChildProcessWithoutNullStreams[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-own-'));
});
afterEach(async () => {
  await Promise.all(children.map((child) => end(child, 'SIGKILL')));
  children = [];
  await rm(dir, { recursive: true });
});

/** Another process that tries to take the directory. */
async function take(place = dir, options: { readonly uid?: number } = {}): Promise<Taker> {
  const child = spawn(process.execPath, [SCRIPT, place], options);
  children.push(child);
  let text = '';
  for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(piece);
    if (text.endsWith('\n')) break;
  }
  return { child, said: JSON.parse(text) as Taker['said'] };
}

async function end(child: ChildProcessWithoutNullStreams, how: 'SIGKILL' | 'input'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (how === 'input') child.stdin.end();
  else child.kill(how);
  await exit;
}

async function mustOwn(place = dir): Promise<Extract<Ownership, { owned: true }>> {
  const ownership = await takeOwnership(place);
  if (!ownership.owned) throw new Error('expected to own the directory');
  return ownership;
}

describe('[OWN-1] a data directory has one owner', () => {
  test('of several processes that race for it; the others learn where it listens', async () => {
    const takers = await Promise.all([1, 2, 3, 4].map(() => take()));
    expect(takers.filter(({ said }) => said.owned === true)).toHaveLength(1);
    expect(takers.map(({ said }) => said.socketPath)).toEqual(takers.map(() => join(dir, 'owner.sock')));
  });

  test('also within one process', async () => {
    const first = await mustOwn();
    expect(await takeOwnership(dir)).toEqual({ owned: false, socketPath: first.socketPath });
    expect((await take()).said.owned).toBe(false);
    await first.release();
  });

  test('who says its process, its socket and since when', async () => {
    const { child } = await take();
    const owner: unknown = JSON.parse(await readFile(join(dir, 'owner.json'), 'utf8'));
    expect(owner).toEqual({
      pid: child.pid,
      socket: join(dir, 'owner.sock'),
      started: expect.stringMatching(/Z$/),
    });
  });

  test('until it lets go: then nothing of it is left, and it is free', async () => {
    const { child } = await take();
    await end(child, 'input');
    expect(await readdir(dir)).toEqual(['owner.db']);
    const next = await mustOwn();
    await next.release();
    await next.release();
  });
});

describe('[OWN-2] an owner killed by kill -9', () => {
  test('leaves the directory free at once, whatever its files still say', async () => {
    const killed = await take();
    await writeFile(join(dir, 'owner.sock'), '');
    await end(killed.child, 'SIGKILL');
    expect(await readdir(dir)).toContain('owner.json');
    const { child, said } = await take();
    expect(said.owned).toBe(true);
    expect(await readdir(dir)).not.toContain('owner.sock');
    expect(JSON.parse(await readFile(join(dir, 'owner.json'), 'utf8'))).toMatchObject({ pid: child.pid });
  });

  test('is followed by exactly one of those who wait', async () => {
    const killed = await take();
    await end(killed.child, 'SIGKILL');
    const takers = await Promise.all([1, 2, 3].map(() => take()));
    expect(takers.filter(({ said }) => said.owned === true)).toHaveLength(1);
  });
});

describe('an owner that is still starting', () => {
  test('is waited for', async () => {
    const lock = new DatabaseSync(join(dir, 'owner.db'));
    lock.exec('BEGIN EXCLUSIVE');
    const waiting = takeOwnership(dir);
    const owner = { pid: process.pid, socket: '/run/x.sock', started: '2026-01-01T00:00:00.000Z' };
    await writeFile(join(dir, 'owner.json'), JSON.stringify(owner));
    expect(await waiting).toEqual({ owned: false, socketPath: '/run/x.sock' });
    lock.close();
  });

  test('but not for ever', async () => {
    const lock = new DatabaseSync(join(dir, 'owner.db'));
    lock.exec('BEGIN EXCLUSIVE');
    await expect(takeOwnership(dir, 100)).rejects.toMatchObject({ code: 'owner_silent' });
    lock.close();
  });

  test('and its place is taken when it gives up', async () => {
    const lock = new DatabaseSync(join(dir, 'owner.db'));
    lock.exec('BEGIN EXCLUSIVE');
    const waiting = takeOwnership(dir);
    lock.close();
    const ownership = await waiting;
    expect(ownership.owned).toBe(true);
    if (ownership.owned) await ownership.release();
  });
});

describe('the socket', () => {
  test('of a directory with a long path stands in a directory of its own, for this user only', async () => {
    const deep = join(dir, 'x'.repeat(90));
    await mkdir(deep);
    const first = await mustOwn(deep);
    expect(Buffer.byteLength(first.socketPath)).toBeLessThan(100);
    expect((await stat(dirname(first.socketPath))).mode & 0o777).toBe(0o700);
    await chmod(dirname(first.socketPath), 0o755);
    await first.release();
    await expect(stat(dirname(first.socketPath))).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(dirname(first.socketPath), { mode: 0o755 });
    await expect(takeOwnership(deep)).rejects.toMatchObject({ code: 'unsafe_socket_directory' });
    await rm(dirname(first.socketPath), { recursive: true });
  });
});

describe('a directory that cannot be owned is a clear error', () => {
  test('when it is missing or a file', async () => {
    await writeFile(join(dir, 'file'), '');
    for (const place of [join(dir, 'nowhere'), join(dir, 'file')]) {
      await expect(takeOwnership(place)).rejects.toMatchObject({ code: 'missing_directory' });
    }
  });

  test('[DISK-1] when its disk is full', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      fs.promises.open = async () => {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      };
      syncBuiltinESMExports();
      const { takeOwnership } = await import(${moduleOf('data-directory/ownership.ts')});
      await takeOwnership(${JSON.stringify(dir)}).catch(({ code }) => console.log(code));`,
    ]);
    expect(stdout).toBe('disk_full\n');
    await (await mustOwn()).release();
  });

  test('when it is read-only, also if another user has owned it before', async () => {
    const others = process.getuid?.() === 0 ? { uid: NOBODY } : {};
    await chmod(dir, 0o555);
    expect((await take(dir, others)).said).toEqual({ error: 'unusable_directory' });
    await chmod(dir, 0o755);
    await (await mustOwn()).release();
    await chmod(join(dir, 'owner.db'), 0o444);
    await chmod(dir, 0o555);
    expect((await take(dir, others)).said).toEqual({ error: 'unusable_directory' });
    await chmod(dir, 0o755);
  });
});
