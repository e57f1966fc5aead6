import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NamePattern } from './name-pattern.ts';

const CHARS = ['a', 'b', 'A', '1', '-', '\\.', '.', '\\d', '\\w', '\\W', '[ab]', '[^a]', '[A-b1]', '[\\d-]'];
const ANCHORS = ['^', '$', '\\b'];
const COUNTS = ['', '*', '+', '?', '*?', '{2}', '{0,2}', '{1,}'];

/** Patterns of all that is understood. */
const { pattern } = fc.letrec<{ pattern: string }>((tie) => {
  const atom = fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...CHARS),
    tie('pattern').map((inner) => `(${inner})`),
    tie('pattern').map((inner) => `(?:${inner})`),
  );
  const repeated = fc.tuple(atom, fc.constantFrom(...COUNTS)).map(([one, count]) => one + count);
  const piece = fc.oneof(
    { weight: 6, arbitrary: repeated },
    { weight: 1, arbitrary: fc.constantFrom(...ANCHORS) },
  );
  const sequence = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  return { pattern: fc.array(sequence, { minLength: 1, maxLength: 3 }).map((each) => each.join('|')) };
});
const name = fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', '.'), maxLength: 8 });

test('[WARN-READ-1] a pattern finds what it finds as a regular expression of JavaScript', () => {
  fc.assert(
    fc.property(pattern, fc.array(name, { size: 'max', maxLength: 8 }), (written, names) => {
      const ours = NamePattern.from(written);
      // Too long, or of too many states; and JavaScript's own way through many repetitions does not come to an end.
      fc.pre(ours !== null && (written.match(/[*+?{]/g) ?? []).length <= 5);
      const theirs = new RegExp(written, 'i');
      for (const each of names) expect([each, ours.isIn(each)]).toEqual([each, theirs.test(each)]);
    }),
    { numRuns: 2_000 },
  );
});

test('[WARN-READ-1] no pattern goes back: what takes others for ever ends at once', () => {
  for (const written of [`^${'(a|a)'.repeat(30)}b`, '(a*)*b', '(a|aa)+$', '(.*)(.*)(.*)(.*)[b-z]1'])
    expect(NamePattern.from(written)?.isIn(`${'a'.repeat(250)}.com-`)).toBe(false);
});

test('[WARN-READ-1] steps that were counted over many names do not mix them up', () => {
  const pattern17 = NamePattern.from('^a+$');
  for (let n = 0; n < 1_000; n++) expect(pattern17?.isIn('a'.repeat(n % 7))).toBe(n % 7 > 0);
});
