import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requirements } from './requirements.ts';

/** An id opens a title, or follows another one there. */
const CITATION = /(?<=['"`]|\] ?)\[([A-Z]+(?:-[A-Z0-9]+)*-\d+)\]/g;
const TEST_TITLE = /\b(?:it|test|describe)\b.*['"`].*|^\s*['"`].*|^\s*\]\)\(/;
const NEVER_RUNS = /\.(?:skip|todo)\b/;

function citedIds(testSource: string): string[] {
  return testSource
    .split('\n')
    .filter((line) => TEST_TITLE.test(line) && !NEVER_RUNS.test(line))
    .flatMap((line) => [...line.matchAll(CITATION)].map((match) => match[1] ?? ''));
}

describe('requirements', () => {
  const files = globSync('{src,test,eval}/**/*.test.ts', {
    cwd: new URL('..', import.meta.url).pathname,
  });
  const cited = new Set(
    files.flatMap((file) => citedIds(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))),
  );
  const promised = new Set<string>(Object.keys(requirements));

  it('[GATE-1] are cited by tests, each at least once', () => {
    expect(promised.size).toBeGreaterThan(0);
    expect([...promised.difference(cited)]).toEqual([]);
  });

  it('[GATE-1] contain every id that a test cites', () => {
    expect([...cited.difference(promised)]).toEqual([]);
  });

  it('count only ids in titles of tests that run', () => {
    const id = '[A-B-1]';
    expect(citedIds(`  it('${id} holds', () => {`)).toEqual(['A-B-1']);
    expect(citedIds(`  it.each(rows)(\n    '${id} holds',`)).toEqual(['A-B-1']);
    expect(citedIds(`  it.skip('${id} holds', () => {`)).toEqual([]);
    expect(citedIds(`  // ${id} is elsewhere`)).toEqual([]);
    expect(citedIds('  const pattern = /[A-Z0-9]/;')).toEqual([]);
  });
});
