import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDurably, Draft, readIfThere, replaceDurably } from './index.ts';
import { moduleOf, onFullDisk } from './limited-disk.fixture.ts';

describe('a file that is whole or not there', () => {
  let dir: string;
  let path: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stance-files-'));
    path = join(dir, 'file');
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('is replaced, for its owner alone, also where a crash left a draft', async () => {
    await writeFile(`${path}.new`, 'a half that is longer than the whole', { mode: 0o644 });
    await replaceDurably(path, 'one');
    await replaceDurably(path, Buffer.from('two'));
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['file']);
  });

  it('is created once, whoever else does it meanwhile', async () => {
    expect(await readIfThere(path)).toBeNull();
    const another = await Draft.open(path, '.of-another-process');
    await another.write('first');
    const [isFirst, isSecond] = [await another.create(), await createDurably(path, 'second')];
    await another.drop();
    expect([isFirst, isSecond]).toEqual([true, false]);
    expect((await readIfThere(path))?.toString()).toBe('first');
    expect(await readdir(dir)).toEqual(['file']);
  });

  it('leaves nothing where it could not come to its place, and what is there as it is', async () => {
    const folder = join(dir, 'folder');
    await replaceDurably(path, 'before');
    await expect(replaceDurably(join(path, 'below'), 'content')).rejects.toThrow('ENOTDIR');
    await createDurably(join(dir, 'other'), 'content');
    await rm(join(dir, 'other'));
    const draft = await Draft.open(folder);
    await draft.write('content');
    await draft.drop();
    expect(await readdir(dir)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('before');
  });

  it('[DISK-1] leaves no draft on a full disk, and what is there as it is', async () => {
    await replaceDurably(path, 'before');
    const said = await onFullDisk(`
      import { createDurably, replaceDurably } from ${moduleOf('files/index.ts')};
      for (const write of [replaceDurably, createDurably])
        await write(${JSON.stringify(path)}, 'after').catch(({ code, message }) => console.log(code, message));
    `);
    const words = `disk_full no room left for ${path}: free space on its disk, then try again\n`;
    expect(said).toBe(words + words);
    expect(await readdir(dir)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('before');
  });
});
