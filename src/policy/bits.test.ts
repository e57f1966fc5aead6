import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, has, Joining, lengthFor, noRules, remove, type RuleSet, wordsIn } from './bits.ts';

/** What a set says of its words, as a look at each of them finds it. */
function expectTold(set: RuleSet): void {
  const words = wordsIn(set);
  for (let word = 0; word < words; word++) {
    const told = ((set[words + (word >>> 5)] as number) & (1 << (word & 31))) !== 0;
    expect([word, told]).toEqual([word, set[word] !== 0]);
  }
}

test('[POLICY-TABLE-2] a set says which of its words are not empty, whatever is put in and taken out, alone and joined', () => {
  const aSize = fc.oneof(fc.nat(70), fc.nat(3_000), fc.constantFrom(32, 1_023, 1_024, 1_025));
  const someSteps = fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.boolean()), { size: 'max', maxLength: 200 });
  fc.assert(
    fc.property(aSize, someSteps, (rules, steps) => {
      const [one, other] = [noRules(rules), noRules(rules)];
      expect(one).toHaveLength(lengthFor(rules));
      expect(wordsIn(one)).toBe(Math.ceil(rules / 32));
      const kept = new Set<number>();
      for (const [isOne, number, isPut] of rules === 0 ? [] : steps) {
        const rule = number % rules;
        (isPut ? add : remove)(isOne ? one : other, rule);
        if (!isOne) continue;
        if (isPut) kept.add(rule);
        else kept.delete(rule);
      }
      for (const each of [one, other]) expectTold(each);
      for (let rule = 0; rule < rules; rule++) expect(has(one, rule)).toBe(kept.has(rule));
      const joining = new Joining(rules);
      joining.begin();
      for (const each of [one, undefined, other]) joining.take(each);
      expectTold(joining.all);
    }),
    { numRuns: 60 },
  );
});
