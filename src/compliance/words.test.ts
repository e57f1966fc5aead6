import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import {
  type AttestationRecord,
  ATTESTATIONS,
  DAY_MS,
  type ExceptionRecord,
  FRAMEWORKS,
  LIMITS,
} from '../model/index.ts';
import { CATALOGUES } from './catalogue.ts';
import { ComplianceWords } from './words.ts';

const said = { at: 0, owner: 'ciso', actor: 'test', reason: 'ISMS-1', expiresAt: 10 * DAY_MS } as const;
const attest = (more: Partial<AttestationRecord> = {}): AttestationRecord => {
  return { kind: 'attestation', ...said, framework: 'nis2', control: '10.2', says: 'met', ...more };
};
const except = (more: Partial<ExceptionRecord> = {}): ExceptionRecord => {
  return { kind: 'exception', ...said, framework: 'nis2', control: '6.6', entity: null, ...more };
};

describe('[COMPL-8] what people say of controls', () => {
  test('holds until it runs out by time alone, and stays listed', () => {
    const words = new ComplianceWords();
    const made = words.attest(attest(), 0);
    words.expire(10 * DAY_MS - 1);
    expect(words.get(made?.id ?? '')?.ended).toBeNull();
    words.expire(10 * DAY_MS);
    expect(words.get(made?.id ?? '')?.ended).toEqual({ at: 10 * DAY_MS, by: 'expiry' });
    expect(words.count).toBe(0);
  });

  test('of one control the latest attestation holds; exceptions stand beside each other', () => {
    const words = new ComplianceWords();
    const first = words.attest(attest(), 0);
    const second = words.attest(attest({ at: 1, says: 'not_met' }), 1);
    expect(words.get(first?.id ?? '')?.ended).toEqual({ at: 1, by: 'newer' });
    expect(words.get(second?.id ?? '')?.ended).toBeNull();
    words.except(except({ entity: 'dev_a' }), 1);
    words.except(except({ entity: 'dev_b' }), 1);
    expect(words.count).toBe(3);
  });

  test('ends when it is withdrawn, once', () => {
    const words = new ComplianceWords();
    const id = words.except(except(), 0)?.id ?? '';
    const withdrawal = { kind: 'compliance_withdrawal', word: id, actor: 'test', reason: null } as const;
    words.withdraw({ ...withdrawal, at: 5 });
    words.withdraw({ ...withdrawal, at: 6 });
    words.withdraw({ ...withdrawal, at: 6, word: 'exc_nothing' });
    expect(words.get(id)?.ended).toEqual({ at: 5, by: 'withdrawal' });
  });

  test('changes nothing where it is said again, of no control, ended before it began, or beyond the bound', () => {
    const words = new ComplianceWords();
    expect(words.attest(attest(), 0)).not.toBeNull();
    expect(words.attest(attest(), 0)).toBeNull();
    expect(words.attest(attest({ control: 'A.8.8' }), 0)).toBeNull();
    expect(words.attest(attest({ control: '10.3' }), 10 * DAY_MS)).toBeNull();
    for (let each = 1; each < LIMITS.complianceWords; each++)
      words.except(except({ entity: `dev_${each}` }), 0);
    expect(words.count).toBe(LIMITS.complianceWords);
    expect(words.except(except({ entity: 'dev_more' }), 0)).toBeNull();
    // One that takes the place of another is no more.
    expect(words.attest(attest({ at: 2 }), 2)).not.toBeNull();
    expect(words.count).toBe(LIMITS.complianceWords);
  });

  test('runs a year at most, whatever a record says', () => {
    const made = new ComplianceWords().attest(attest({ expiresAt: 1_000 * DAY_MS }), 0);
    expect(made?.expiresAt).toBe(LIMITS.complianceWordMs);
  });

  test('is written down and read back whole, and goes on the same', () => {
    const anyWord = fc.record({
      framework: fc.constantFrom(...FRAMEWORKS),
      index: fc.nat(48),
      says: fc.constantFrom(...ATTESTATIONS),
      isException: fc.boolean(),
      days: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 20 }), fc.nat(20), (all, cut) => {
        const straight = new ComplianceWords();
        let broken = new ComplianceWords();
        for (const [turn, { framework, index, says, isException, days }] of all.entries()) {
          if (turn === cut) {
            const read = new ComplianceWords();
            read.load(WrittenState.of(broken));
            broken = read;
          }
          const control = CATALOGUES[framework].controls[index]?.id ?? '';
          const at = turn * DAY_MS;
          const common = { at, framework, control, expiresAt: at + days * DAY_MS };
          for (const words of [straight, broken]) {
            words.expire(at);
            if (isException) words.except(except({ ...common, entity: 'dev_a' }), at);
            else words.attest(attest({ ...common, says }), at);
          }
        }
        expect(broken.all).toEqual(straight.all);
      }),
    );
  });
});
