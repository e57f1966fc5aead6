import { describe, expect, test } from 'vitest';
import { readAdvisories } from './advisories/read-advisories.ts';
import { installed } from './sboms/component.ts';
import { VulnerabilityBook } from './vulnerability-book.ts';

const PLAIN = '10.19.0-1.el8';
const MODULAR = '10.19.0-1.module+el8.1.0+5726+6ed65f8c';
const ROCKY = '10.19.0-1.module_el8.4.0+2432';

/** What an advisory of a distribution says of one that is installed; `null` for nothing. */
function statusOf(installedAs: string, fixed: string, purl?: string): string | null {
  const named = { ecosystem: 'AlmaLinux:8', name: 'nodejs', ...(purl === undefined ? {} : { purl }) };
  const events = [{ introduced: '0' }, { fixed }];
  const advisory = { id: 'ALSA-1', modified: '2026-05-01T00:00:00Z' };
  const affected = [{ package: named, ranges: [{ type: 'ECOSYSTEM', events }] }];
  const reading = readAdvisories(JSON.stringify({ ...advisory, affected }));
  if (!reading.ok) throw new Error(reading.message);
  const book = new VulnerabilityBook();
  book.learn(reading.knowledge, 0);
  const nothing = { vendor: null, cpe: null, bill: null, ref: null, isSubject: false, version: null };
  const seen = [installed({ name: 'nodejs', ...nothing, purl: `pkg:rpm/almalinux/nodejs@${installedAs}` })];
  return book.weaknesses({ ids: [], firmware: null, seen })[0]?.status ?? null;
}

function encoded(version: string, module = ''): string {
  return `${encodeURIComponent(version)}?distro=almalinux-8${module === '' ? '' : `&rpmmod=${encodeURIComponent(module)}`}`;
}

describe('[VULN-MATCH-4] packages of a module are not the plain packages of the same name', () => {
  const fixedPlain = '10.24.0-1.el8';
  const fixedModular = '10.24.0-1.module_el8.4.0+2521';
  const stream10 = 'pkg:rpm/almalinux/nodejs?rpmmod=nodejs:10';

  test.each<[string, string, string, string | undefined, string | null]>([
    ['plain against plain', encoded(PLAIN), fixedPlain, undefined, 'affected'],
    ['plain against a module', encoded(PLAIN), fixedModular, undefined, null],
    ['a module against plain', encoded(MODULAR), fixedPlain, undefined, null],
    [
      'the same stream',
      encoded(MODULAR, 'nodejs:10:8010020190612:cdc1202b'),
      fixedModular,
      stream10,
      'affected',
    ],
    ['another stream', encoded(MODULAR, 'nodejs:8'), fixedModular, stream10, null],
    ['a stream that the bill does not tell', encoded(ROCKY), fixedModular, stream10, 'indeterminate'],
    [
      'a stream that the advisory does not tell',
      encoded(MODULAR, 'nodejs:10'),
      fixedModular,
      undefined,
      'indeterminate',
    ],
    ['a version without a release', encoded('10.19.0'), fixedModular, undefined, 'indeterminate'],
    ['a version without a release, against plain', encoded('10.19.0'), fixedPlain, undefined, 'affected'],
    ['mended in its stream', encoded('10.25.0-1.module+el8', 'nodejs:10'), fixedModular, stream10, null],
    ['a statement without a release says it of all', encoded(MODULAR), '10.24.0', undefined, 'affected'],
  ])('%s', (_, installedAs, fixed, purl, expected) => {
    expect(statusOf(installedAs, fixed, purl)).toBe(expected);
  });
});
