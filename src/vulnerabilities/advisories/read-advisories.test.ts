import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS, type ProductVersions, type VulnerabilityKnowledge } from '../../model/index.ts';
import * as documents from '../documents.fixture.ts';
import { verdictOn } from '../version-range.ts';
import { orderNamed } from '../versions/orders.ts';
import { type AdvisoryReading, readAdvisories } from './read-advisories.ts';

function read(document: unknown): Extract<AdvisoryReading, { ok: true }> {
  const reading = readAdvisories(typeof document === 'string' ? document : JSON.stringify(document));
  if (!reading.ok) throw new Error(reading.message);
  return reading;
}

function known(document: unknown): VulnerabilityKnowledge {
  return read(document).knowledge;
}

describe('[VULN-READ-1] every format says what its publisher wrote', () => {
  test('OSV: ranges become intervals, listed versions stay, a vector gives its score', () => {
    expect(known(documents.OSV).advisories).toEqual([
      {
        source: 'osv',
        id: 'GHSA-aaaa-bbbb-cccc',
        aliases: ['CVE-2026-1000'],
        modified: Date.UTC(2026, 4, 1),
        withdrawn: false,
        cvss: 9.8,
        products: [
          {
            key: 'npm/@acme/parser',
            naming: 'purl',
            order: 'npm',
            intervals: [
              { from: null, before: '1.4.2', upTo: null },
              { from: '2.0.0', before: '2.1.0', upTo: null },
            ],
            versions: ['0.9-experimental'],
          },
        ],
      },
    ]);
  });

  test('OSV: a distribution is looked up in its release', () => {
    const [advisory] = known(documents.OSV_DEBIAN).advisories;
    expect(advisory?.products.map(({ key, release, order }) => [key, release, order])).toEqual([
      ['deb/debian/curl', '12', 'dpkg'],
      ['deb/debian/curl', '13', 'dpkg'],
    ]);
  });

  test('OSV: events in any order are sorted; commits say nothing of versions', () => {
    const events = [
      { fixed: '2.1.0' },
      { last_affected: '1.4.2' },
      { introduced: '2.0.0' },
      { introduced: '0' },
    ];
    const affected = (ranges: object[]) => ({
      ...documents.OSV,
      affected: [{ package: { ecosystem: 'npm', name: 'x' }, ranges }],
    });
    expect(known(affected([{ type: 'SEMVER', events }])).advisories[0]?.products[0]?.intervals).toEqual([
      { from: null, before: null, upTo: '1.4.2' },
      { from: '2.0.0', before: '2.1.0', upTo: null },
    ]);
    const git = affected([{ type: 'GIT', events: [{ introduced: '0' }, { fixed: 'abc' }] }]);
    expect(known(git).advisories[0]?.products[0]).toMatchObject({ otherwise: 'unknown' });
  });

  test.each([
    [[{ limit: '3.0.0' }], { before: '3.0.0', upTo: null }],
    [[{ limit: '2.0.0' }, { limit: '3.0.0' }], { before: '3.0.0', upTo: null }],
    [[{ limit: '*' }], { before: null, upTo: null }],
    [[{ fixed: '2.5.0' }, { limit: '3.0.0' }], { before: '2.5.0', upTo: null }],
    [[{ fixed: '3.5.0' }, { limit: '3.0.0' }], { before: '3.0.0', upTo: null }],
    [[{ last_affected: '3.0.0' }, { limit: '3.0.0' }], { before: '3.0.0', upTo: null }],
    [[{ last_affected: '2.5.0' }, { limit: '3.0.0' }], { before: null, upTo: '2.5.0' }],
  ])('OSV: what is not before a limit is not affected: %j', (events, end) => {
    const [affected] = documents.OSV.affected;
    const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }, ...events] }];
    const { advisories } = known({ ...documents.OSV, affected: [{ ...affected, ranges }] });
    expect(advisories[0]?.products[0]?.intervals).toEqual([{ from: null, ...end }]);
  });

  test('OSV: one that was withdrawn says so', () => {
    expect(known({ ...documents.OSV, withdrawn: '2026-05-02T00:00:00Z' }).advisories[0]?.withdrawn).toBe(
      true,
    );
  });

  test("CVE 5: ranges of the maker's product; what others added counts where the authority is silent", () => {
    expect(known(documents.CVE).advisories).toMatchObject([
      {
        id: 'CVE-2026-2000',
        cvss: 9.8,
        products: [
          {
            key: 'product/fortios',
            vendor: 'Fortinet',
            naming: 'product',
            order: 'firmware',
            intervals: [
              { from: '7.2.0', before: null, upTo: '7.2.7' },
              { from: '7.0.0', before: '7.0.14', upTo: null },
            ],
          },
        ],
      },
    ]);
  });

  test('CVE 5: a default of "affected" leaves out what is listed as unaffected; changes cut a range', () => {
    const versions = [
      {
        version: '1.0',
        lessThan: '*',
        status: 'unaffected',
        versionType: 'semver',
        changes: [{ at: '1.5', status: 'affected' }],
      },
    ];
    const affected = [{ vendor: 'Acme', product: 'Thing', defaultStatus: 'affected', versions }];
    const record = { ...documents.CVE, containers: { cna: { affected } } };
    expect(known(record).advisories[0]?.products).toEqual([
      {
        key: 'product/thing',
        vendor: 'Acme',
        naming: 'product',
        order: 'semver',
        intervals: [{ from: '1.5', before: null, upTo: null }],
        unaffected: [{ from: '1.0', before: '1.5', upTo: null }],
        otherwise: 'affected',
      },
    ]);
  });

  test('CVE 5: a rejected record is withdrawn; a package of a collection is looked up as one', () => {
    const affected = [
      { packageName: 'github.com/a/b', collectionURL: 'https://pkg.go.dev', versions: [], product: 'b' },
    ];
    const record = {
      cveMetadata: { cveId: 'CVE-2026-1', state: 'REJECTED' },
      containers: { cna: { affected } },
    };
    expect(known(record).advisories).toMatchObject([
      { withdrawn: true, products: [{ key: 'golang/github.com/a/b', naming: 'purl', otherwise: 'unknown' }] },
    ]);
  });

  test.each([
    ['unaffected', [{ version: '1.0', status: 'unaffected' }], []],
    ['unaffected', [{ version: 'n/a', status: 'affected' }], [{ otherwise: 'unknown' }]],
    ['unaffected', [], [{ otherwise: 'unknown' }]],
    ['affected', [], [{ otherwise: 'affected' }]],
    [
      'unaffected',
      [{ version: '*', status: 'affected' }],
      [{ intervals: [{ from: null, before: null, upTo: null }] }],
    ],
  ])('CVE 5: nothing named is never "all": default %s, %j', (defaultStatus, versions, said) => {
    const affected = [{ vendor: 'Acme', product: 'Thing', defaultStatus, versions }];
    const [advisory] = known({ ...documents.CVE, containers: { cna: { affected } } }).advisories;
    expect(advisory?.products.map(({ intervals, otherwise }) => ({ intervals, otherwise }))).toEqual(
      said.map((each) => ({ intervals: undefined, otherwise: undefined, ...each })),
    );
  });

  test('NVD: a version that is left open is not "all"', () => {
    const criteria = 'cpe:2.3:a:acme:thing:-:*:*:*:*:*:*:*';
    const configurations = [{ nodes: [{ cpeMatch: [{ vulnerable: true, criteria }] }] }];
    const cve = { id: 'CVE-2026-1', configurations };
    expect(known({ ...documents.NVD, vulnerabilities: [{ cve }] }).advisories[0]?.products).toMatchObject([
      { key: 'product/thing', otherwise: 'unknown' },
    ]);
  });

  test('NVD: a CPE is a weak name; rows that are not vulnerable are context', () => {
    expect(known(documents.NVD).advisories).toMatchObject([
      {
        id: 'CVE-2026-3000',
        cvss: 8.1,
        products: [
          {
            key: 'product/m3085vfirmware',
            naming: 'cpe',
            order: 'firmware',
            intervals: [{ from: null, after: '10.0', before: '11.8.61', upTo: null }],
            context: ['m3085v'],
          },
        ],
      },
    ]);
  });

  test("CSAF: what is affected is an advisory; all four states are the maker's word", () => {
    const { advisories, statements } = known(documents.CSAF);
    expect(advisories).toMatchObject([
      {
        id: 'ACME-2026-1/CVE-2026-4000',
        cvss: 7.4,
        products: [{ key: 'product/gateway', vendor: 'Acme', intervals: [{ from: '2.0', before: '2.5' }] }],
      },
      { id: 'ACME-2026-1/CVE-2026-4001', withdrawn: true, products: [] },
    ]);
    expect(
      statements.map(({ vulnerabilities, status, justification }) => [
        ...vulnerabilities,
        status,
        justification,
      ]),
    ).toEqual([
      ['CVE-2026-4000', 'affected', null],
      ['CVE-2026-4000', 'fixed', null],
      ['CVE-2026-4001', 'not_affected', 'vulnerable_code_not_in_execute_path'],
      ['CVE-2026-4001', 'not_affected', null],
      ['CVE-2026-4001', 'under_investigation', null],
    ]);
    expect(statements.at(-1)?.products).toMatchObject([{ otherwise: 'unknown' }]);
  });

  test('OpenVEX and CycloneDX: products by package URL, or by a link into a bill', () => {
    expect(known(documents.OPEN_VEX).statements).toMatchObject([
      { status: 'not_affected', products: [{ key: 'npm/@acme/parser', versions: ['2.0.5'] }] },
    ]);
    const { advisories, statements } = known(documents.CYCLONE_VEX);
    expect(advisories).toMatchObject([
      { products: [{ key: 'bom/cbb2cd68-2857-43b8-a10b-e8c03d277d18#gateway', naming: 'bom' }] },
    ]);
    expect(statements.map(({ status }) => status)).toEqual(['affected', 'not_affected']);
  });

  test('OpenVEX 0.0: names and identifiers alone', () => {
    const statement = {
      vulnerability: 'CVE-2026-1000',
      products: ['pkg:npm/a@1.0.0'],
      subcomponents: ['pkg:npm/b@2.0.0'],
      status: 'fixed',
    };
    const document = { ...documents.OPEN_VEX, '@context': 'https://openvex.dev/ns', statements: [statement] };
    const inside = { key: 'npm/b', versions: ['2.0.0'], within: [{ key: 'npm/a' }] };
    expect(known(document).statements).toMatchObject([
      { vulnerabilities: ['CVE-2026-1000'], status: 'fixed', products: [inside] },
    ]);
    const { subcomponents: _, ...whole } = statement;
    expect(known({ ...document, statements: [whole] }).statements).toMatchObject([
      { products: [{ key: 'npm/a', versions: ['1.0.0'] }] },
    ]);
  });

  test('answers of APIs that are lists: OSV and endoflife.date', () => {
    const one = { name: 'fortios', releases: [{ name: '7.2', isEol: true }] };
    expect(
      known({ result: [one, { ...one, name: 'pan-os' }] }).lifecycles.map(({ product }) => product),
    ).toEqual(['fortios', 'pan-os']);
    expect(known({ vulns: [documents.OSV, documents.OSV_DEBIAN] }).advisories).toHaveLength(2);
  });

  test('KEV, EPSS and endoflife.date', () => {
    expect(known(documents.KEV).exploited).toEqual({
      version: '2026.05.04',
      released: Date.UTC(2026, 4, 4, 10),
      entries: [{ cve: 'CVE-2026-2000', added: Date.UTC(2026, 4, 4), ransomware: true }],
    });
    expect(known(documents.EPSS).forecast).toEqual({
      modelVersion: 'v2026.05.01',
      scored: Date.UTC(2026, 4, 5),
      cves: ['CVE-2026-1000', 'CVE-2026-2000'],
      probabilities: [0.00042, 0.94321],
    });
    const withoutSign = documents.EPSS.replace('0.94321', '-0');
    expect(known(withoutSign).forecast?.probabilities).toEqual([0.00042, 0]);
    const [lifecycle] = known(documents.LIFECYCLE).lifecycles;
    expect(lifecycle).toEqual({
      product: 'fortios',
      keys: ['product/fortios'],
      cycles: [
        { cycle: '7.2', ends: Date.UTC(2026, 8, 30), ended: false, latest: '7.2.12' },
        { cycle: '7.0', ends: null, ended: true, latest: null },
        { cycle: '7.4', ends: null, ended: false, latest: '7.4.8' },
      ],
    });
    const result = {
      name: 'fortios',
      label: 'FortiOS',
      identifiers: [{ type: 'cpe', id: 'cpe:2.3:o:fortinet:fortios' }],
      releases: [
        { name: '7.2', isEol: false, eolFrom: '2026-09-30', latest: { name: '7.2.12' } },
        { name: '7.0', isEol: true, eolFrom: null, latest: null },
        { name: '7.4', isEol: false, eolFrom: null, latest: { name: '7.4.8' } },
      ],
    };
    expect(known({ schema_version: '1.2.0', result }).lifecycles).toEqual([lifecycle]);
  });
});

describe('[VULN-READ-1] where CVE 5 expects a version', () => {
  const productOf = (version: string) => {
    const affected = [{ vendor: 'Acme', product: 'Thing', versions: [{ version, status: 'affected' }] }];
    return known({ ...documents.CVE, containers: { cna: { affected } } }).advisories[0]?.products[0];
  };

  test.each([
    ['>= 9.0.0, < 9.5.3', [{ from: '9.0.0', before: '9.5.3', upTo: null }]],
    ['<9.5.3', [{ from: null, before: '9.5.3', upTo: null }]],
    ['> 9.0 and <= 9.5', [{ from: null, after: '9.0', before: null, upTo: '9.5' }]],
    [
      '<= 1.2 || >= 2.0, < 2.3',
      [
        { from: null, before: null, upTo: '1.2' },
        { from: '2.0', before: '2.3', upTo: null },
      ],
    ],
    ['>= 1 < 2', [{ from: '1', before: '2', upTo: null }]],
    ['All versions < 4.8 SP2', [{ from: null, before: '4.8 SP2', upTo: null }]],
    ['7.2.x', [{ from: '7.2', before: '7.3', upTo: null }]],
    ['<= 7.x', [{ from: null, before: '8', upTo: null }]],
  ])('%s is a range', (version, intervals) => {
    expect(productOf(version)).toMatchObject({ intervals });
    expect(productOf(version)).not.toHaveProperty('versions');
  });

  test('= 1.2 is a version', () => {
    expect(productOf('= 1.2')).toMatchObject({ versions: ['1.2'] });
  });

  test.each(['before 9.5.3', '< 9, < 8', '< V3.X.17', '<', '= 1, < 2'])('%s is left as it is', (version) => {
    expect(productOf(version)).toMatchObject({ versions: [version] });
  });

  test.each(['2.0 and earlier', '2.x before 2.3', '2.0-2.4'])(
    '%s leaves open what it is about',
    (version) => {
      const product = productOf(version);
      if (product === undefined) throw new Error('no product');
      for (const installed of ['1.9', '2.2', '3.0'])
        expect(verdictOn(product, installed, orderNamed('firmware')).outcome).toBe('indeterminate');
    },
  );
});

describe('[VULN-READ-8] what names the versions of a product in CSAF', () => {
  const documentOf = (category: string, ...names: readonly string[]) => {
    const versions = names.map((name, index) => ({
      category,
      name,
      product: { product_id: `P${index}`, name },
    }));
    const branches = [
      {
        category: 'vendor',
        name: 'Acme',
        branches: [{ category: 'product_name', name: 'X firmware', branches: versions }],
      },
    ];
    const affected = versions.map(({ product }) => product.product_id);
    const vulnerabilities = [{ cve: 'CVE-2026-1', product_status: { known_affected: affected } }];
    return { ...documents.CSAF, product_tree: { branches }, vulnerabilities };
  };
  const productOf = (category: string, ...names: readonly string[]) => {
    const [product] = known(documentOf(category, ...names)).advisories[0]?.products ?? [];
    if (product === undefined) throw new Error('no product');
    return product;
  };
  const outcomes = (product: ProductVersions, ...versions: readonly (string | null)[]) =>
    versions.map((version) => verdictOn(product, version, orderNamed('firmware')).outcome);
  type Expected = readonly [version: string | null, outcome: string];
  type Row = readonly [name: string, expected: readonly Expected[]];
  const [yes, no, open] = ['affected', 'not_affected', 'indeterminate'];

  // CSAF 2.0 §3.1.2.3.2: the constraints of vers alone, its own examples first; then what CISA's and Siemens' documents write.
  test.each([
    [
      '<=2',
      [
        ['2', yes],
        ['2.1', no],
      ],
    ],
    [
      '<4.2',
      [
        ['4.1.9', yes],
        ['4.2', no],
      ],
    ],
    [
      '<V3.0.29',
      [
        ['3.0.28', yes],
        ['V3.0.29', no],
      ],
    ],
    [
      '>=8.1.5',
      [
        ['8.1.4', no],
        ['8.1.5', yes],
        ['9', yes],
      ],
    ],
    [
      '>=4.4|<=4.12',
      [
        ['4.3', no],
        ['4.10', yes],
        ['4.13', no],
      ],
    ],
    [
      '> 4.001 | < 4.005 | > 5.011 | < 5.017',
      [
        ['4.002', yes],
        ['4.9', no],
        ['5.012', yes],
        ['5.017', no],
      ],
    ],
    [
      '>= V7.80 < V9.30',
      [
        ['7.79', no],
        ['8.0', yes],
        ['9.30', no],
      ],
    ],
    [
      '>= V2.0 and < V2.5',
      [
        ['1.9', no],
        ['2.4.9', yes],
        ['2.5', no],
      ],
    ],
    [
      'vers:all/>=V7.80<V9.40',
      [
        ['7.79', no],
        ['8.0', yes],
        ['9.40', no],
      ],
    ],
    [
      'vers:gem/>=2.2.0|!= 2.2.1|<2.3.0',
      [
        ['2.1.9', no],
        ['2.2.0', yes],
        ['2.2.1', no],
        ['2.2.2', yes],
      ],
    ],
    [
      'vers:all/!=2.2.1|<2.3.0',
      [
        ['2.2.0', yes],
        ['2.2.1', no],
        ['2.2.2', yes],
        ['2.3.0', no],
      ],
    ],
    [
      'vers:all/*',
      [
        ['1', yes],
        [null, yes],
      ],
    ],
    [
      'All versions',
      [
        ['1', yes],
        [null, yes],
      ],
    ],
    [
      'All versions < V4.33',
      [
        ['4.32', yes],
        ['4.33', no],
        [null, open],
      ],
    ],
    [
      'All versions <= V7.x',
      [
        ['7.9', yes],
        ['8.0', no],
      ],
    ],
    [
      '< V14 SP1 Update 14',
      [
        ['14 SP1 Update 13', yes],
        ['14 SP1 Update 14', no],
      ],
    ],
    [
      '<V18_Update_2',
      [
        ['18 Update 1', yes],
        ['18 Update 2', no],
      ],
    ],
    // What nobody can compare.
    [
      '<= 4.2.21 | <= 5.0.27',
      [
        ['4.2.20', open],
        ['6', open],
      ],
    ],
    [
      '< V3.X.17',
      [
        ['3.0', open],
        ['3.5.1', open],
      ],
    ],
    [
      '<V6.23_in_connection_with_using_Create_MyConfig',
      [
        ['6.1', open],
        ['7', open],
      ],
    ],
    [
      '< 12.4 (firmware 1.46)',
      [
        ['12.3', open],
        ['13', open],
      ],
    ],
    [
      '<= 7.2x',
      [
        ['7.1', open],
        ['7.2.5', open],
        ['7.3', open],
      ],
    ],
    [
      '<= 1.597X',
      [
        ['1.597W', yes],
        ['1.597Y', no],
      ],
    ],
    [
      '< R9.90',
      [
        ['9.8', open],
        ['10', open],
      ],
    ],
    [
      'vers:all/!=2.2.1',
      [
        ['2.2.0', open],
        ['2.2.1', open],
      ],
    ],
    ['vers:none/*', [['1', open]]],
    ['All versions with Ethernet interface', [['1', open]]],
    ['>=', [['1', open]]],
  ] as readonly Row[])('product_version_range %s', (name, expected) => {
    const product = productOf('product_version_range', name);
    const versions = expected.map(([version]) => version);
    expect(outcomes(product, ...versions)).toEqual(expected.map(([, outcome]) => outcome));
  });

  test.each([
    [
      '2.5',
      [
        ['2.5', yes],
        ['2.6', no],
      ],
    ],
    [
      'vers:all/*',
      [
        ['1', yes],
        [null, yes],
      ],
    ],
    [
      '2.1.0 | 2.1.1',
      [
        ['2.1.1', yes],
        ['2.1.2', no],
      ],
    ],
    [
      '12.7.X',
      [
        ['12.7.3', yes],
        ['12.8', no],
      ],
    ],
    ['12.2.1-12.2.11', [['12.2.5', open]]],
    [
      '2009-2010',
      [
        ['2009', open],
        ['2011', open],
      ],
    ],
    [
      '7.00-20130619',
      [
        ['7.00-20130619', yes],
        ['7.00-20140101', no],
      ],
    ],
    [
      '1.2 with option G28',
      [
        ['1.2 with option G28', yes],
        ['1.2', open],
        ['1.3', open],
      ],
    ],
  ] as readonly Row[])('product_version %s', (name, expected) => {
    const product = productOf('product_version', name);
    const versions = expected.map(([version]) => version);
    expect(outcomes(product, ...versions)).toEqual(expected.map(([, outcome]) => outcome));
  });

  test('one name in words leaves open what the others do not say', () => {
    const product = productOf('product_version_range', '< 2.0', 'long before the flood');
    expect(outcomes(product, '1.9', '2.1')).toEqual([yes, open]);
    const { uncompared } = read(documentOf('product_version_range', '< 2.0', 'long before the flood'));
    expect(uncompared).toEqual({ 'versions that are not told, or told in words': 1 });
    expect(outcomes(productOf('product_version_range', '< 2.0', '*'), '2.1')).toEqual([yes]);
  });
});

describe('[VULN-READ-2] what cannot be read is refused with its place and reason', () => {
  test('one line of many', () => {
    const lines = [JSON.stringify(documents.OSV), '{"id": ', JSON.stringify(documents.CVE), '{"id": "x"}'];
    const reading = read(lines.join('\n'));
    expect(reading.knowledge.advisories).toHaveLength(1);
    expect(reading).toMatchObject({ records: 4, refusedTotal: 3 });
    expect(reading.refused).toEqual([
      'line 2: no JSON object',
      'line 3: cve among osv',
      'line 4: no advisory of a known format',
    ]);
  });

  test.each([
    ['a file that was cut short', JSON.stringify(documents.CSAF).slice(0, -20), 'cut short'],
    ['another kind of JSON', '{"bundle": true}', 'no advisory of a known format'],
    [
      'an object of STIX',
      '{"type": "identity", "id": "identity--cd2fbc26-fdf5-4f38-8e50-d1a1e8b2ee5b", "modified": "2018-11-01T23:24:48.446Z"}',
      'no advisory of a known format',
    ],
    ['a bill of materials', JSON.stringify(documents.CYCLONE_BILL), 'stance inventory import'],
    ['EPSS without its first line', 'cve,epss,percentile\nCVE-2026-1,0.1,0.2', 'take epss_scores'],
    [
      "EPSS's API",
      '{"status":"OK","data":[{"cve":"CVE-2026-1","epss":"0.5","percentile":"0.9"}]}',
      'take epss_scores',
    ],
    ['KEV as CSV', 'cveID,vendorProject,product\nCVE-2026-1,Acme,Thing', 'take known_exploited'],
    ['endoflife.date v0', '[{"cycle":"7.2","eol":"2026-09-30"}]', 'take https://endoflife.date/api/v1'],
    [
      "GitHub's REST API",
      '{"id":"GHSA-1","ghsa_id":"GHSA-1","vulnerabilities":[]}',
      'take the advisory as OSV',
    ],
    ['NVD 1.1', '{"CVE_data_type":"CVE","CVE_Items":[]}', 'API 2.0'],
    ['XML', '<?xml version="1.0"?><nvd/>', 'as JSON'],
    ['an EPSS file with another first line', '#model_version\ncve,epss,percentile', 'model_version'],
    ['a page without releases', '---\ntitle: X\n---\n', 'no releases'],
    ['a page of broken YAML', '---\ntitle: [\n---\n', 'YAML'],
    ['nothing', '', 'neither JSON'],
  ])('%s', (_, text, message) => {
    const reading = readAdvisories(text);
    expect(reading).toMatchObject({ ok: false, message: expect.stringContaining(message) as unknown });
  });

  test("what of a document of makers' words cannot be taken is counted, with its place", () => {
    const [statement] = documents.OPEN_VEX.statements;
    const { products: _, ...nameless } = statement ?? {};
    const statements = [
      statement,
      nameless,
      { ...statement, products: [{ '@id': 'my product' }] },
      { ...statement, status: 'weird' },
      { ...statement, vulnerability: {} },
      { ...statement, vulnerability: { '@id': 'https://nvd.nist.gov/vuln/detail/CVE-2026-1001' } },
    ];
    const open = read({ ...documents.OPEN_VEX, statements });
    expect(open.knowledge.statements.map(({ vulnerabilities }) => vulnerabilities)).toEqual([
      ['CVE-2026-1000'],
      ['CVE-2026-1001'],
    ]);
    expect(open).toMatchObject({ records: 1, refusedTotal: 4 });
    expect(open.refused).toEqual([
      'the document, statement 2: it names no product by a package URL or a CPE',
      'the document, statement 3: it names no product by a package URL or a CPE',
      'the document, statement 4: its status is none of affected, not_affected, fixed, under_investigation',
      'the document, statement 5: it names no vulnerability',
    ]);
    const [vulnerability] = documents.CYCLONE_VEX.vulnerabilities;
    const { analysis: _analysis, ...found } = vulnerability ?? {};
    const scanned = { ...found, affects: [{ ref: 'pkg:npm/a@1.0.0' }] };
    const vulnerabilities = [vulnerability, scanned, { ...vulnerability, affects: [{ ref: 'nowhere' }] }];
    expect(read({ ...documents.CYCLONE_VEX, vulnerabilities }).refused).toEqual([
      expect.stringContaining('CVE-2026-5000: its analysis.state is none of exploitable'),
      'the document, vulnerability CVE-2026-5000: it affects nothing that the document or a package URL names',
    ]);
    const csaf = [...documents.CSAF.vulnerabilities, { cve: 'CVE-1', product_status: { fixed: ['P9'] } }, {}];
    expect(read({ ...documents.CSAF, vulnerabilities: csaf }).refused).toEqual([
      expect.stringContaining('the document, vulnerability 3: CVE-1: no product that it names'),
      'the document, vulnerability 4: it has neither a CVE nor an id',
    ]);
  });

  test('[VULN-READ-10] an OpenVEX document of too many products in products is refused whole', () => {
    const many = (type: string, count: number) =>
      Array.from({ length: count }, (_, index) => `pkg:npm/${type}${index}@1`);
    const statement = { vulnerability: 'CVE-2026-1000', status: 'affected' };
    const of = (products: number, subcomponents: number) => ({
      ...documents.OPEN_VEX,
      statements: [
        { ...statement, products: many('a', products), subcomponents: many('b', subcomponents) },
        { ...statement, products: ['pkg:npm/c@1'] },
      ],
    });
    const began = performance.now();
    const refused = read(of(2_800, 2_800));
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(refused).toMatchObject({
      records: 1,
      refusedTotal: 1,
      knowledge: { statements: [], advisories: [] },
    });
    expect(refused.refused[0]).toContain('7840000 components in products; at most 10000 are taken');
    const written = {
      ...statement,
      products: [{ '@id': 'pkg:npm/a@1', subcomponents: many('b', 100_001).map((id) => ({ '@id': id })) }],
    };
    expect(read({ ...documents.OPEN_VEX, statements: [written] }).refused[0]).toContain(
      '100001 products and components in products; at most 100000 are taken',
    );
    const taken = read(of(100, 100)).knowledge;
    expect(taken.statements.map(({ products }) => products.length)).toEqual([100, 1]);
    expect(taken.advisories[0]?.products).toHaveLength(101);
  });

  describe('[VULN-READ-12] what is said of many components within one product', () => {
    const long = (letter: string) => letter.repeat(200);
    const cyclone = (refs: readonly string[], vulnerabilities = 1) => ({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
      metadata: {
        component: {
          name: long('n'),
          version: long('v'),
          purl: `pkg:npm/${long('p')}@1`,
          'bom-ref': 'whole',
        },
      },
      components: refs.map((ref) => ({ name: ref, purl: `pkg:npm/${ref}@1`, 'bom-ref': ref })),
      vulnerabilities: Array.from({ length: vulnerabilities }, (_, index) => ({
        id: `CVE-2026-${1_000 + index}`,
        analysis: { state: 'exploitable' },
        affects: refs.map((ref) => ({ ref })),
      })),
    });
    const refsOf = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

    test('a reference that stands twice is one', () => {
      const twice = [{ ref: 'c' }, { ref: 'c', versions: [{ version: '2' }] }];
      const document = cyclone(['c']);
      const [vulnerability] = document.vulnerabilities;
      const { knowledge } = read({
        ...document,
        vulnerabilities: [{ ...vulnerability, affects: Array.from({ length: 500 }, () => twice).flat() }],
      });
      expect(knowledge.statements.map(({ products }) => products.length)).toEqual([4]);
    });

    test.each([
      ['references', cyclone(refsOf(1_001), 100), '100100 components; at most 100000 are taken: split it'],
      [
        'bytes',
        cyclone(refsOf(500), 150),
        /about \d{8} bytes of products, each as often as it is said; at most 33554432 are taken: split it/,
      ],
    ])('CycloneDX: too many %s are refused whole, with the figure', (_, document, message) => {
      const { refused, knowledge } = read(document);
      expect(knowledge).toMatchObject({ statements: [], advisories: [] });
      expect(refused).toHaveLength(1);
      expect(refused[0]).toMatch(message);
    });

    test('CycloneDX: of what a scanner found, without an analysis, each is refused by itself', () => {
      const document = cyclone(refsOf(1_001), 100);
      const vulnerabilities = document.vulnerabilities.map(({ id, affects }) => ({ id, affects }));
      const { refused } = read({ ...document, vulnerabilities });
      expect(refused[0]).toContain("nobody's word on the product");
    });

    test('CycloneDX: whatever is taken is no more, written down, than one record holds', () => {
      const { knowledge, refused } = read(cyclone(refsOf(500), 50));
      expect(refused).toEqual([]);
      expect(JSON.stringify(knowledge).length).toBeLessThan(2.1 * LIMITS.vexProductBytes);
    });

    test('OpenVEX: the same of components in a product with a long name', () => {
      const subcomponents = refsOf(90_000).map((ref) => ({ '@id': `pkg:npm/${ref}` }));
      const product = { '@id': `pkg:npm/${long('p')}${long('q')}@1`, subcomponents };
      const statement = { vulnerability: 'CVE-2026-1000', status: 'affected', products: [product] };
      expect(read({ ...documents.OPEN_VEX, statements: [statement] }).refused[0]).toContain(
        'bytes of products, each as often as it is said; at most 33554432',
      );
    });
  });

  test.each<[string, object]>([
    ['OSV', { ...documents.OSV, id: 'CVE-2026-1\u001B[31mRED' }],
    ['CVE 5', { ...documents.CVE, cveMetadata: { ...documents.CVE.cveMetadata, cveId: 'CVE-2026-\u202E1' } }],
    ['OpenVEX', { ...documents.OPEN_VEX, '@id': 'https://acme.example/\u0000' }],
  ])('[VULN-READ-11] %s: an id with what is not seen is none', (_, document) => {
    expect(read(document).refused).toEqual([expect.stringContaining('characters that are not seen')]);
  });

  test('a word on components that are not known by name is none on the whole product', () => {
    const [statement] = documents.OPEN_VEX.statements;
    const products = [{ '@id': 'pkg:npm/a@1.0.0', subcomponents: [{ '@id': 'the engine' }] }];
    const document = { ...documents.OPEN_VEX, statements: [{ ...statement, products }] };
    expect(read(document)).toMatchObject({ refusedTotal: 1, knowledge: { statements: [] } });
  });

  test('[VULN-READ-9] advisories that nothing can be compared with are counted, by the reason', () => {
    const of = (id: string, ...ecosystems: readonly string[]) => ({
      id,
      affected: ecosystems.map((ecosystem) => ({ package: { ecosystem, name: 'x' }, versions: ['1.0'] })),
    });
    const lines = [
      of('A', 'npm', 'Debian:12'),
      of('B', 'Android:13', 'Android:14'),
      of('C', 'ConanCenter'),
      of('D', 'Android'),
    ];
    expect(read(lines).uncompared).toEqual({ 'ecosystem Android': 2, 'ecosystem ConanCenter': 1 });
    const commits = {
      id: 'E',
      affected: [{ package: { ecosystem: 'npm', name: 'x' }, ranges: [{ type: 'GIT' }] }],
    };
    expect(read(commits).uncompared).toEqual({ 'versions that are not told, or told in words': 1 });
    const many = Array.from({ length: 150 }, (_, index) => of(String(index), `none ${index}`));
    expect(Object.entries(read(many).uncompared).at(-1)).toEqual(['others', 50]);
  });

  test('rows of EPSS that are none are counted', () => {
    const reading = read(`${documents.EPSS}CVE-2026-9,high,1\nCVE-2026-8,2,1\n`);
    expect(reading).toMatchObject({ records: 4, refusedTotal: 2 });
  });
});

describe('[VULN-READ-3] any document is read or refused, and nothing breaks', () => {
  const all = [
    documents.OSV,
    documents.OSV_DEBIAN,
    documents.CVE,
    documents.NVD,
    documents.KEV,
    documents.CSAF,
    documents.OPEN_VEX,
    documents.CYCLONE_VEX,
  ];
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('*', '', 'vers:x/', '%', 'pkg:npm/%'));

  test('with any value in any place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.nat(), junk, (document, place, value) => {
        const text = JSON.stringify(withValueAt(document, place, value));
        expect(typeof readAdvisories(text).ok).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });

  test('with any bytes cut out or put in', () => {
    const texts = [...all.map((each) => JSON.stringify(each)), documents.EPSS, documents.LIFECYCLE];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(2_000),
        fc.nat(40),
        fc.string(),
        (text, at, length, put) => {
          const mutated = text.slice(0, at) + put + text.slice(at + length);
          expect(typeof readAdvisories(mutated).ok).toBe('boolean');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

/** The document with one of its values, counted in the order of writing, replaced. */
function withValueAt(document: unknown, place: number, value: unknown): unknown {
  let count = 0;
  JSON.stringify(document, (_, each: unknown) => {
    count++;
    return each;
  });
  let left = place % count;
  return JSON.parse(
    JSON.stringify(document, (_, each: unknown) => (left-- === 0 ? value : each)) ?? 'null',
  ) as unknown;
}
