import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { type EntityId, LIMITS, type SoftwarePackage } from '../model/index.ts';
import { readAdvisories } from './advisories/read-advisories.ts';
import { OSV } from './documents.fixture.ts';
import { VulnerabilityBook } from './vulnerability-book.ts';

const GATEWAY: EntityId = 'dev_gateway';
const PARSER = 'npm/@acme/parser';
const NO_MORE = { vendor: null, purl: null, cpe: null };

function learn(book: VulnerabilityBook): void {
  const reading = readAdvisories(JSON.stringify(OSV));
  if (!reading.ok) throw new Error(reading.message);
  book.learn(reading.knowledge, 0);
}

function parser(version: string): SoftwarePackage {
  return { ...NO_MORE, name: 'parser', version, purl: `pkg:npm/%40acme/parser@${version}` };
}

function found(book: VulnerabilityBook) {
  return book.weaknesses({ ids: [GATEWAY], firmware: null, seen: [] });
}

const anyPackage: fc.Arbitrary<SoftwarePackage> = fc.oneof(
  fc.constantFrom('0.1', '2.0.5', '2.1.0').map(parser),
  fc.constantFrom('a', 'b').map((name) => ({ ...NO_MORE, name, version: '1' })),
);
const anyReport = fc.record({ packages: fc.array(anyPackage, { maxLength: 3 }), at: fc.nat(4) });

describe('[VULN-MATCH-3] software inventory, package by package', () => {
  test('what follows is what a look at all of it would find, and whoever has nothing of a product holds none', () => {
    const reports = fc.array(anyReport, { maxLength: 12, size: 'max' });
    fc.assert(
      fc.property(reports, fc.nat(12), (all, learnt) => {
        const lived = new VulnerabilityBook();
        for (const [nth, { packages, at }] of all.entries()) {
          if (nth === learnt) learn(lived);
          const known = found(lived);
          const mayBeWeak = lived.report(GATEWAY, packages, at);
          expect(mayBeWeak ? known : found(lived)).toEqual(known);
        }
        learn(lived);
        const fresh = new VulnerabilityBook();
        learn(fresh);
        fresh.load(WrittenState.of(lived));
        expect(found(fresh)).toEqual(found(lived));
        const hasParser = lived.componentsOf([GATEWAY]).some(({ keys }) => keys.includes(PARSER));
        expect(lived.holders([PARSER]).has(GATEWAY)).toBe(hasParser);
        expect(lived.componentCount).toBe(lived.componentsOf([GATEWAY]).length);
      }),
      { numRuns: 300 },
    );
  });

  test('of more packages than a device has those go that nobody spoke of for longest', () => {
    const book = new VulnerabilityBook();
    const named = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => ({ ...NO_MORE, name: `p${from + n}`, version: '1' }));
    book.report(GATEWAY, named(0, LIMITS.componentsPerBill), 1);
    book.report(
      GATEWAY,
      [...named(0, 1), ...named(LIMITS.componentsPerBill, LIMITS.componentsPerBill + 1)],
      2,
    );
    expect(book.componentCount).toBe(LIMITS.componentsPerBill);
    expect(['product/p0', 'product/p1', 'product/p20000'].map((key) => book.holders([key]).size)).toEqual([
      1, 0, 1,
    ]);
  });
});
