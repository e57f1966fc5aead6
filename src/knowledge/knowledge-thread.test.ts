import { describe, expect, test } from 'vitest';
import { readAdvisories } from '../vulnerabilities/index.ts';
import { readingAdvisories } from './knowledge-thread.ts';

function osv(nth: number) {
  const events = [{ introduced: '0' }, { fixed: `1.${nth}.0` }];
  return {
    id: `GHSA-${nth}`,
    modified: '2026-05-01T00:00:00Z',
    aliases: [`CVE-2026-${10_000 + nth}`],
    affected: [{ package: { ecosystem: 'npm', name: `thing-${nth}` }, ranges: [{ type: 'SEMVER', events }] }],
  };
}

function openVex(nth: number) {
  const vulnerability = { name: `CVE-2026-${10_000 + nth}` };
  const products = [{ '@id': `pkg:npm/thing-${nth}@1.0.0` }];
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://example.com/vex-${nth}`,
    author: 'test',
    timestamp: '2026-05-01T00:00:00Z',
    version: 1,
    statements: [{ vulnerability, products, status: 'not_affected', justification: 'component_not_present' }],
  };
}

function lines(count: number, of: (nth: number) => object): string {
  return Array.from({ length: count }, (_, nth) => JSON.stringify(of(nth))).join('\n');
}

const kev = {
  title: 'catalogue',
  catalogVersion: '2026.05.01',
  dateReleased: '2026-05-01T00:00:00Z',
  vulnerabilities: Array.from({ length: 2_000 }, (_, nth) => ({
    cveID: `CVE-2026-${10_000 + nth}`,
    dateAdded: '2026-05-01',
    knownRansomwareCampaignUse: nth % 2 === 0 ? 'Known' : 'Unknown',
  })),
};
const epss = `#model_version:v2026.03.01,score_date:2026-05-01T00:00:00+0000\ncve,epss,percentile\n${Array.from(
  { length: 25_001 },
  (_, nth) => `CVE-2026-${10_000 + nth},0.${nth % 10},0.5`,
).join('\n')}\n`;

describe('[VULN-READ-5] a large file of advisories is read in a thread of its own', () => {
  test.each<[string, string]>([
    ['advisories', lines(1_001, osv)],
    ['with lines that are none', `${lines(1_000, osv)}\nnothing\n{"id":1}\n`],
    ["makers' words", lines(900, openVex)],
    ['a catalogue', JSON.stringify(kev)],
    ['a forecast', epss],
    ['a file that is none', JSON.stringify({ nothing: 'x'.repeat(200_000) })],
    ['a file that was cut off', JSON.stringify({ nothing: 'x'.repeat(200_000) }).slice(0, -1)],
  ])('%s: the same as read in place', async (_, text) => {
    const bytes = Buffer.from(text);
    const expected = readAdvisories(text);
    expect(await readingAdvisories(bytes)).toEqual(expected);
    // Its bytes were given away: nobody read them here.
    expect(bytes).toHaveLength(0);
  });

  test('a small one in place', async () => {
    const bytes = Buffer.from(lines(3, osv));
    expect(await readingAdvisories(bytes)).toEqual(readAdvisories(bytes.toString()));
    expect(bytes.length).toBeGreaterThan(0);
  });
});
