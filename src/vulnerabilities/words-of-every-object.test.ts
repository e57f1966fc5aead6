import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InstalledComponent, ProductVersions, VulnerabilityKnowledge } from '../model/index.ts';
import { readAdvisories } from './advisories/read-advisories.ts';
import * as documents from './documents.fixture.ts';
import { unknownOrderOf, unknownWordIn } from './known-words.ts';
import { readBill } from './sboms/read-bill.ts';
import { VulnerabilityBook } from './vulnerability-book.ts';

/** Names that every object of this language answers to. */
const INHERITED = [
  'constructor',
  '__proto__',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
] as const;

/** What the journal gives back of what was read. */
function journaled(document: unknown): VulnerabilityKnowledge {
  const reading = readAdvisories(JSON.stringify(document));
  if (!reading.ok) throw new Error(reading.message);
  return JSON.parse(JSON.stringify(reading.knowledge)) as VulnerabilityKnowledge;
}

function statusOf(knowledge: VulnerabilityKnowledge, component: InstalledComponent) {
  const book = new VulnerabilityBook();
  book.learn(knowledge, 0);
  return book.weaknesses({ ids: [], firmware: null, seen: [component] })[0];
}

const SERVER: InstalledComponent = {
  name: 'Widget Server',
  version: '9.2.0',
  vendor: 'Acme',
  keys: ['product/widgetserver'],
  order: 'dotted',
};

function cveOf(versionType: string) {
  const versions = [{ version: '9.0.0', lessThan: '9.5.3', status: 'affected', versionType }];
  const affected = [{ vendor: 'Acme', product: 'Widget Server', versions }];
  return { ...documents.CVE, containers: { cna: { affected } } };
}

describe.each(INHERITED)('[VULN-READ-6] the word %s has no meaning of its own', (word) => {
  test('as a type of versions it is one that is not known', () => {
    const knowledge = journaled(cveOf(word));
    expect(knowledge.advisories[0]?.products[0]?.order).toBe('dotted');
    expect(statusOf(knowledge, SERVER)?.status).toBe('affected');
  });

  test('as a type of package it has no order', () => {
    const affected = [
      { package: { purl: `pkg:${word}/evil` }, ranges: [{ events: [{ introduced: '0' }, { fixed: '2' }] }] },
      { package: { ecosystem: word, name: 'evil' }, versions: ['1'] },
      { package: { ecosystem: `${word}:12`, name: 'evil' }, versions: ['1'] },
    ];
    const products = journaled({ ...documents.OSV, affected }).advisories[0]?.products ?? [];
    expect(products.filter(({ order }) => order !== 'unknown')).toEqual([]);
  });

  test('as a status of VEX it is no word', () => {
    const [vulnerability] = documents.CSAF.vulnerabilities;
    const csaf = {
      ...documents.CSAF,
      vulnerabilities: [{ ...vulnerability, product_status: JSON.parse(`{"${word}":["P1"]}`) as unknown }],
    };
    expect(journaled(csaf).statements).toEqual([]);
    const [first] = documents.CYCLONE_VEX.vulnerabilities;
    const affects = [{ ref: 'pkg:npm/thing@1' }];
    const vex = {
      ...documents.CYCLONE_VEX,
      vulnerabilities: [{ ...first, analysis: { state: word }, affects }],
    };
    expect(journaled(vex).statements).toEqual([]);
  });

  test('as a type of package in a bill of materials it has no order', () => {
    const components = [{ name: 'evil', version: '1', purl: `pkg:${word}/evil@1` }];
    const reading = readBill(JSON.stringify({ ...documents.CYCLONE_BILL, components }));
    for (const { order } of reading.ok ? reading.bill.components : []) {
      expect(['dotted', 'unknown']).toContain(order);
    }
  });
});

describe('[VULN-READ-7] knowledge of an older release whose words are not known', () => {
  const product: ProductVersions = {
    key: 'product/widgetserver',
    naming: 'product',
    order: 'dotted',
    vendor: 'Acme',
    intervals: [{ from: '9.0.0', before: '9.5.3', upTo: null }],
  };
  const { order: _, ...orderless } = product;
  const none = { exploited: null, forecast: null, lifecycles: [] };
  const advisory = { ...journaled(cveOf('custom')).advisories[0], source: 'cve', products: [orderless] };
  const knowledge = { ...none, advisories: [advisory], statements: [] } as unknown as VulnerabilityKnowledge;

  test('is indeterminate without an order', () => {
    expect(statusOf(knowledge, SERVER)).toMatchObject({ status: 'indeterminate', comparator: 'unknown' });
    const { order: __, ...componentless } = SERVER;
    const known = { ...knowledge, advisories: [{ ...advisory, products: [product] }] };
    expect(
      statusOf(known as unknown as VulnerabilityKnowledge, componentless as InstalledComponent),
    ).toMatchObject({ status: 'indeterminate', comparator: 'unknown' });
  });

  test('a word of VEX without a status says nothing', () => {
    const said = {
      ...none,
      advisories: [{ ...advisory, products: [product] }],
      statements: [
        {
          document: 'd',
          vulnerabilities: ['CVE-2026-2000'],
          at: 1,
          products: [product],
          justification: null,
        },
      ],
    };
    expect(statusOf(said as unknown as VulnerabilityKnowledge, SERVER)).toMatchObject({
      status: 'affected',
      vex: null,
    });
  });
});

test('[VULN-READ-6] what a reader made of no known words is named, to be refused', () => {
  const [advisory] = journaled(cveOf('custom')).advisories;
  const statement = journaled(documents.OPEN_VEX).statements[0];
  if (advisory === undefined || statement === undefined) throw new Error('the documents say something');
  const odd = { ...SERVER, order: 'constructor' as 'dotted' };
  expect(unknownWordIn({ advisories: [advisory], statements: [statement] })).toBeNull();
  expect(unknownWordIn({ advisories: [{ ...advisory, products: [odd as never] }], statements: [] })).toBe(
    'the order of versions "constructor" of advisory CVE-2026-2000',
  );
  const voiceless = { ...statement, status: 'constructor' as 'fixed' };
  expect(unknownWordIn({ advisories: [], statements: [voiceless] })).toContain('the status "constructor"');
  expect(unknownOrderOf([odd])).toBe('the order of versions "constructor"');
});

describe('[VULN-READ-6] whatever word stands in whatever place', () => {
  const all = [
    documents.OSV,
    documents.OSV_DEBIAN,
    documents.CVE,
    documents.NVD,
    documents.CSAF,
    documents.OPEN_VEX,
    documents.CYCLONE_VEX,
  ].map((each) => JSON.stringify(each));

  test('what is read can be written down, read back and applied', () => {
    const texts = all.flatMap((text) =>
      Array.from(text.matchAll(/"[^"\\]*"/g), ({ index, 0: found }) => ({ text, index, found })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.constantFrom(...INHERITED),
        ({ text, index, found }, word) => {
          const reading = readAdvisories(
            `${text.slice(0, index)}"${word}"${text.slice(index + found.length)}`,
          );
          if (!reading.ok) return;
          const back = JSON.parse(JSON.stringify(reading.knowledge)) as VulnerabilityKnowledge;
          expect(back).toEqual(reading.knowledge);
          const book = new VulnerabilityBook();
          book.learn(back, 0);
          const keys = back.advisories.flatMap(({ products }) => products.map(({ key }) => key));
          const seen = keys.map((key) => ({
            name: 'x',
            version: '1.0',
            keys: [key],
            order: 'dotted' as const,
          }));
          book.weaknesses({ ids: [], firmware: null, seen });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
