import { setImmediate as loopTurn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type Turn, turnByTurn } from './turns.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Reads so many portions, and notes each. */
async function read(name: string, portions: number, turn: Turn, noted: string[]): Promise<void> {
  for (let portion = 0; portion < portions; portion++) {
    noted.push(name);
    await turn();
  }
}

test('[PRESS-4] readers take turns: in a turn of the event loop only one goes on, each after the other', async () => {
  let now = 0;
  // Every portion takes longer than a slice.
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 10));
  const turn = turnByTurn();
  const noted: string[] = [];
  const reading = Promise.all(['a', 'b', 'c'].map((name) => read(name, 4, turn, noted)));
  expect(noted).toEqual(['a', 'b', 'c']);
  for (let went = 4; went <= 12; went++) {
    await loopTurn();
    expect(noted).toHaveLength(went);
  }
  await reading;
  expect(noted.join('')).toBe('abcabcabcabc');
});

test('[PRESS-4] portions go on without a turn for as long as a slice lasts', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(1_000);
  const turn = turnByTurn();
  const noted: string[] = [];
  const reading = read('a', 100, turn, noted);
  await loopTurn();
  await loopTurn();
  expect(noted).toHaveLength(100);
  await reading;
});
