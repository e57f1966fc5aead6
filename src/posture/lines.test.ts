import { expect, test } from 'vitest';
import { Lines } from './lines.ts';

test('[PRESS-5] a thousand readings of one asker make only that one wait, and only so many', async () => {
  const lines = new Lines();
  const read: string[] = [];
  const reading = (name: string) => async () => void read.push(name);
  const flood = Array.from({ length: 1_000 }, (_, i) => lines.join('a', reading(`a${i}`)));
  const other = lines.join('b', reading('b'));
  expect(flood.filter((each) => each !== null)).toHaveLength(1 + Lines.WAITING);
  await other;
  expect(read.slice(0, 2)).toEqual(['a0', 'b']);
  for (const each of flood) await each;
  expect(read).toHaveLength(2 + Lines.WAITING);
  expect(lines.join('a', reading('again'))).not.toBeNull();
});

test('[PRESS-5] a reading that fails is told, and those behind it go on', async () => {
  const lines = new Lines();
  const failing = lines.join('a', () => Promise.reject(new Error('no')));
  const next = lines.join('a', async () => 'read');
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('read');
});

test('[PRESS-18] what waited in line for so long that nobody listens any more is not read, and that is said', async () => {
  let now = 0;
  const lines = new Lines(() => now);
  const read: string[] = [];
  const slow = (name: string) => async () => {
    read.push(name);
    now += Lines.PATIENCE_MS * 0.6;
    return name;
  };
  const said = await Promise.all(['a', 'b', 'c', 'd'].map(async (each) => lines.join('asker', slow(each))));
  expect(said).toEqual(['a', 'b', null, null]);
  expect(read).toEqual(['a', 'b']);
  await expect(lines.join('asker', slow('again'))).resolves.toBe('again');
});
