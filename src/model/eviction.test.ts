import { describe, expect, test } from 'vitest';
import { dropOldest } from './eviction.ts';

const filled = (size: number) => new Set(Array.from({ length: size }, (_, index) => index));

describe('making room', () => {
  test('drops what came first', () => {
    const set = filled(3);
    dropOldest(set);
    expect([...set]).toEqual([1, 2]);
    const map = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    map.delete('a');
    map.set('a', 3);
    dropOldest(map);
    expect([...map]).toEqual([['a', 3]]);
  });

  test('in what is large, drops a share of it at once', () => {
    const set = filled(16_000);
    dropOldest(set);
    expect(set.size).toBe(15_000);
    expect([set.has(999), set.has(1_000), set.has(15_999)]).toEqual([false, true, true]);
  });

  test('leaves what is empty', () => {
    const set = new Set<number>();
    dropOldest(set);
    expect(set.size).toBe(0);
  });
});
