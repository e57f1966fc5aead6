import { expect, test } from 'vitest';
import type { EntityId, VulnerabilityKnowledge } from '../model/index.ts';
import { readAdvisories } from './advisories/read-advisories.ts';
import { readBill } from './sboms/read-bill.ts';
import { VulnerabilityBook } from './vulnerability-book.ts';

const DEVICE = 'dev_a' as EntityId;
const NOW = Date.UTC(2026, 10, 30);
const CVE = 'CVE-2026-1';

/** With so many what grows with the square of their number takes minutes, and does not end within a test's time. */
const COUNT = 16_000;
const ENOUGH_MS = 20_000;

function knowledge(documents: readonly unknown[]): VulnerabilityKnowledge {
  const reading = readAdvisories(documents.map((each) => JSON.stringify(each)).join('\n'));
  if (!reading.ok) throw new Error(reading.message);
  return reading.knowledge;
}

function withBill(): VulnerabilityBook {
  const component = { type: 'library', name: 'x', version: '1.0.0', purl: 'pkg:npm/x@1.0.0' };
  const text = JSON.stringify({
    bomFormat: 'CycloneDX',
    serialNumber: 'urn:uuid:1',
    components: [component],
  });
  const reading = readBill(text);
  if (!reading.ok) throw new Error(reading.message);
  const book = new VulnerabilityBook();
  book.install(DEVICE, reading.bill, NOW);
  return book;
}

const many = <T>(count: number, of: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => of(index));
const named = (id: string, aliases: readonly string[], modified = '2026-05-01T00:00:00Z') => ({
  id,
  modified,
  aliases,
  affected: [{ package: { ecosystem: 'npm', name: 'x' }, versions: ['1.0.0'] }],
});
const vex = (document: number, version: number, statements: readonly unknown[]) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': `https://acme.example/${document}`,
  timestamp: '2026-05-02T00:00:00Z',
  version,
  statements,
});
const word = (name: string, product: string, status = 'affected') => ({
  vulnerability: { name },
  status,
  products: [{ '@id': product }],
});

test.each([
  [
    'advisories of one alias, and a later version of each',
    (count: number) => [
      many(count, (index) => named(`B-${index}`, ['X'])),
      many(count, (index) => named(`B-${index}`, ['X'], '2026-06-01T00:00:00Z')),
    ],
  ],
  [
    'words of one document on one name, and a later version of it',
    (count: number) => [
      many(count, (index) => named(`B-${index}`, ['X'])),
      [
        vex(
          1,
          1,
          many(count, (index) => word('X', `pkg:npm/x@1.1.${index}`)),
        ),
      ],
      [
        vex(
          1,
          2,
          many(count, (index) => word('X', `pkg:npm/x@1.1.${index}`)),
        ),
      ],
    ],
  ],
  [
    'documents on one CVE, a later version of each, and one more',
    (count: number) => [
      many(count, (index) => vex(index, 1, [word(CVE, 'pkg:npm/x@1.0.0')])),
      many(count, (index) => vex(index, 2, [word(CVE, 'pkg:npm/x@1.0.0')])),
      [vex(count, 1, [word(CVE, 'pkg:npm/x@1.0.0')])],
    ],
  ],
  [
    'documents on one CVE, whose words are on another product',
    (count: number) => [
      many(count, (index) =>
        vex(index, 1, [
          word(CVE, 'pkg:npm/x'),
          word(CVE, 'pkg:npm/y', 'fixed'),
          word(`X-${index}`, 'pkg:npm/y', 'fixed'),
        ]),
      ),
    ],
  ],
  [
    'advisories of an alias that joins two CVEs',
    (count: number) => [
      [
        named('A-1', ['X', CVE]),
        named('A-2', ['X', 'CVE-2026-2']),
        ...many(count, (index) => named(`B-${index}`, ['X'])),
      ],
    ],
  ],
  [
    'advisories of an alias that joins as many CVEs',
    (count: number) => [many(count, (index) => named(`B-${index}`, ['X', `CVE-2026-${1_000 + index}`]))],
  ],
  [
    'advisories of two CVEs, of which one has many names',
    (count: number) => [
      [
        ...many(count, (index) => named(`B-${index}`, [CVE])),
        ...many(count, (index) => named(`C-${index}`, [CVE, `CVE-2025-${1_000 + index}`])),
      ],
    ],
  ],
  [
    'many names of one advisory of two CVEs',
    (count: number) => {
      const names = many(count, (index) => `X-${index}`);
      return [[named('A-1', names), named('A-2', [...names, CVE, 'CVE-2026-2'])]];
    },
  ],
])(
  '[VULN-WORK-2] %s cost what grows with their number',
  (_, files) => {
    const book = withBill();
    for (const each of files(COUNT).map(knowledge)) {
      book.learn(each, NOW);
      expect(book.weaknesses({ ids: [DEVICE], firmware: null, seen: [] }).length).toBeGreaterThan(0);
    }
  },
  ENOUGH_MS,
);

test(
  '[VULN-WORK-2] what many words mean is looked for once, also which of them mean nothing',
  () => {
    const book = withBill();
    book.learn(knowledge(many(COUNT, (index) => named(`B-${index}`, []))), NOW);
    const words = many(COUNT, (index) => `B-${index + 1}`);
    expect(book.meantBy(words).unknown).toEqual([`B-${COUNT}`]);
  },
  ENOUGH_MS,
);
