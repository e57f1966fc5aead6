import { describe, expect, test } from 'vitest';
import { createChance } from '../../src/sources/zeek/mutated-lines.fixture.ts';
import { fuzz, REFUSED } from './target.ts';
import { TARGETS } from './targets/index.ts';

describe('[FUZZ-1] whatever strangers write is read or refused, soon, and what is read is sound', () => {
  // The long form is a command: npm run fuzz:readers.
  test.each(TARGETS.map((target) => [target.name, target] as const))('%s', (_, target) => {
    const { fault, read } = fuzz(target, createChance(20_261_130), 1_500);
    expect(fault).toBeNull();
    // Of what is always refused nothing would be learnt.
    expect(read).toBeGreaterThan(50);
  });

  test('a reader that throws, or accepts what is unsound, is told of with its input', () => {
    const chance = createChance(1);
    const target = { name: 'test', input: () => 'an input' };
    const throwing = { ...target, fault: () => JSON.parse('{') as null };
    expect(fuzz(throwing, chance, 9)).toMatchObject({
      inputs: 1,
      fault: expect.stringContaining('threw SyntaxError'),
    });
    expect(fuzz({ ...target, fault: () => 'odd' }, chance, 9).fault).toBe('odd: "an input"');
    expect(fuzz({ ...target, fault: () => REFUSED }, chance, 9)).toMatchObject({
      inputs: 9,
      read: 0,
      fault: null,
    });
  });
});
