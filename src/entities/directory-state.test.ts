import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import type { Directory } from './directory.ts';
import { at, mac, newDirectory } from './directory.fixture.ts';
import { allAnswers, happen, life, type Step, type Talk } from './life.fixture.ts';
import { PooledTexts } from './text-pool.ts';

function live(directory: Directory, steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.kind === 'talk') talked(directory, step);
    else happen(directory, step);
  }
}

function talked(directory: Directory, { site, from, local, time, ...step }: Talk): void {
  const seen = step.mac === null ? undefined : mac(step.mac);
  const device = directory.resolve(site, at(from, local), time, seen);
  if (device !== null) directory.seen(device, time);
}

describe('a directory that was written down', () => {
  test('[STATE-10] comes back with the same answers, the same future, and the same words', () => {
    fc.assert(
      fc.property(life, life, (past, future) => {
        const one = newDirectory();
        live(one, past);
        const written = WrittenState.of(one);
        const other = newDirectory();
        other.load(written);
        expect(WrittenState.of(other).said()).toEqual(written.said());
        live(one, future);
        live(other, future);
        expect(allAnswers(other)).toEqual(allAnswers(one));
        expect(WrittenState.of(other).said()).toEqual(WrittenState.of(one).said());
      }),
      { numRuns: 40 },
    );
  });

  test('[STATE-10] a text that is not there is said, not made up', () => {
    const written = new WrittenState();
    written.texts('texts', ['one']);
    const texts = new PooledTexts(written);
    expect(texts.at(1)).toBe('one');
    expect(texts.atOrNull(0)).toBeNull();
    expect(() => texts.at(2)).toThrow('there is no text 2');
  });
});
