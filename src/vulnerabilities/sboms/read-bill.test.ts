import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as documents from '../documents.fixture.ts';
import { isBill, readBill } from './read-bill.ts';

function read(text: string) {
  const reading = readBill(text);
  if (!reading.ok) throw new Error(reading.message);
  return reading;
}

describe('[VULN-BILL-1] a bill of materials says what is installed', () => {
  test('CycloneDX: parts, parts within parts, and what it is of', () => {
    const { bill, device } = read(JSON.stringify(documents.CYCLONE_BILL));
    expect(device).toBe('dev_gateway');
    expect(bill).toMatchObject({ format: 'cyclonedx', created: Date.UTC(2026, 4, 1) });
    const ref = (name: string) => `bom/cbb2cd68-2857-43b8-a10b-e8c03d277d18#${name}`;
    expect(bill.components).toEqual([
      {
        name: 'Gateway',
        version: '3.0',
        vendor: 'Acme',
        keys: ['product/gateway', ref('gateway')],
        order: 'dotted',
        isSubject: true,
      },
      {
        name: 'parser',
        version: '2.0.5',
        keys: ['npm/@acme/parser', ref('a')],
        order: 'npm',
      },
      { name: 'inner', version: '1.0', keys: ['product/inner', ref('b')], order: 'dotted' },
      {
        name: 'libcurl4',
        version: '7.88.1-10+deb12u5',
        keys: ['deb/debian/libcurl4', 'deb/debian/curl', ref('c')],
        order: 'dpkg',
        release: '12',
      },
    ]);
  });

  test('[VULN-READ-11] what is not seen of a name is left out', () => {
    const bill = structuredClone(documents.CYCLONE_BILL);
    bill.metadata.component.name = '\u001B]0;Gate\u0007\u202Eway';
    expect(read(JSON.stringify(bill)).bill.components[0]?.name).toBe(']0;Gateway');
  });

  test('CycloneDX: what a scanner found in it is no part of it, and is counted', () => {
    const { findings, bill } = read(
      JSON.stringify({ ...documents.CYCLONE_BILL, vulnerabilities: documents.CYCLONE_VEX.vulnerabilities }),
    );
    expect(findings).toBe(documents.CYCLONE_VEX.vulnerabilities.length);
    expect(bill).toEqual(read(JSON.stringify(documents.CYCLONE_BILL)).bill);
    expect(read(JSON.stringify(documents.SPDX)).findings).toBe(0);
  });

  test('CycloneDX: no person is kept', () => {
    const text = JSON.stringify(documents.CYCLONE_BILL);
    expect(text).toContain('Somebody');
    expect(JSON.stringify(read(text).bill)).not.toContain('Somebody');
  });

  test('SPDX: packages; no person is kept', () => {
    const text = JSON.stringify(documents.SPDX);
    const { bill, device } = read(text);
    expect(device).toBe('parser');
    expect(bill.components).toMatchObject([
      { name: 'parser', version: '2.0.5', vendor: 'Acme', isSubject: true, order: 'npm' },
      { name: 'thing', version: null },
    ]);
    expect(JSON.stringify(bill)).not.toMatch(/Somebody|example\)|@acme.example|a@b/);
  });

  test('SPDX as tag-value says the same', () => {
    const [tagged] = read(documents.SPDX_TAGS).bill.components;
    const [plain] = read(JSON.stringify(documents.SPDX)).bill.components;
    expect(tagged).toMatchObject({ name: 'parser', version: '2.0.5', order: 'npm', isSubject: true });
    expect(tagged?.keys[0]).toBe(plain?.keys[0]);
  });
});

describe('[VULN-BILL-3] the newer and the other forms say the same', () => {
  test('SPDX 3: packages by both places of a package URL, what the document is of, and no person', () => {
    const { bill, device } = read(JSON.stringify(documents.SPDX3));
    const [plain] = read(JSON.stringify(documents.SPDX)).bill.components;
    expect(device).toBe('parser');
    const id = 'https://acme.example/spdx/3';
    // The number at the end of a serial number is its version.
    const key = 'bom/https://acme.example/spdx';
    expect(bill).toMatchObject({ id, format: 'spdx', created: Date.UTC(2026, 4, 1) });
    expect(bill.components).toEqual([
      { ...plain, keys: ['npm/@acme/parser', `${key}#${id}/parser`] },
      {
        name: 'libcurl4',
        version: '7.88.1-10+deb12u5',
        vendor: 'haxx',
        keys: ['deb/debian/libcurl4', 'deb/debian/curl', `${key}#${id}/curl`],
        order: 'dpkg',
        release: '12',
      },
    ]);
    expect(JSON.stringify(bill)).not.toContain('Somebody');
  });
});

describe('[VULN-BILL-6] a bill of Trivy tells source packages beside the package URLs', () => {
  const properties = (told: Readonly<Record<string, string>>) =>
    Object.entries(told).map(([part, value]) => ({ name: `aquasecurity:trivy:Src${part}`, value }));
  const cyclone = (purl: string, told: Readonly<Record<string, string>>, version?: string) => {
    const component = { name: 'part', purl, version, properties: properties(told) };
    return read(JSON.stringify({ bomFormat: 'CycloneDX', components: [component] })).bill.components[0];
  };
  const spdx = (purl: string, sourceInfo: string) => {
    const externalRefs = [{ referenceType: 'purl', referenceLocator: purl }];
    const packages = [{ name: 'part', externalRefs, sourceInfo }];
    return read(JSON.stringify({ spdxVersion: 'SPDX-2.3', packages })).bill.components[0];
  };
  const tagged = (purl: string, sourceInfo: string) =>
    read(
      `SPDXVersion: SPDX-2.3\nPackageName: part\nPackageSourceInfo: ${sourceInfo}\n` +
        `ExternalRef: PACKAGE-MANAGER purl ${purl}\n`,
    ).bill.components[0];

  const SSL = 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1%2Bb1?distro=debian-12.2';
  test.each([
    ['CycloneDX', cyclone(SSL, { Name: 'openssl', Version: '3.0.11', Release: '1~deb12u1' })],
    ['SPDX', spdx(SSL, 'built package from: openssl 3.0.11-1~deb12u1')],
    ['SPDX as tag-value', tagged(SSL, 'built package from: openssl 3.0.11-1~deb12u1')],
  ])('%s, as the package URL of others would', (_, component) => {
    const source = { key: 'deb/debian/openssl', version: '3.0.11-1~deb12u1' };
    expect(component).toMatchObject({ keys: ['deb/debian/libssl3', 'deb/debian/openssl'], source });
  });

  test('with its epoch, and without a version where that is the package’s own', () => {
    const purl = 'pkg:deb/debian/part@2.38-5?distro=debian-12&epoch=1';
    const told = { Name: 'whole', Version: '2.38', Release: '5' };
    expect(cyclone(purl, told)).toMatchObject({ version: '1:2.38-5', source: { version: '2.38-5' } });
    expect(cyclone(purl, { ...told, Epoch: '2' })?.source?.version).toBe('2:2.38-5');
    expect(cyclone(purl, { ...told, Epoch: '1' })).not.toHaveProperty('source');
    expect(cyclone('pkg:apk/alpine/part@1-r0', { Name: 'whole', Version: '1-r0' })).not.toHaveProperty(
      'source',
    );
    expect(cyclone(purl, { Name: 'whole' })?.keys).toEqual(['deb/debian/part', 'deb/debian/whole']);
    expect(spdx(purl, 'package found in: app/whole.jar')?.keys).toEqual(['deb/debian/part']);
  });

  test('of RPM without the epoch, which is that of the package', () => {
    const purl = 'pkg:rpm/redhat/part@1-2.el9?epoch=3&distro=redhat-9.2';
    const told = { Name: 'whole', Version: '5', Release: '6.el9', Epoch: '3' };
    const source = { key: 'rpm/redhat/whole', version: '5-6.el9' };
    expect(cyclone(purl, told)).toMatchObject({ version: '3:1-2.el9', source });
    expect(spdx(purl, 'built package from: whole 3:5-6.el9')).toMatchObject({ source });
    expect(cyclone(purl, { ...told, Version: '1', Release: '2.el9' })).not.toHaveProperty('source');
  });

  test('and distributions and modules in its own words', () => {
    expect(cyclone('pkg:rpm/alma/part@1-2?distro=alma-9.6', {})).toMatchObject({
      keys: ['rpm/almalinux/part'],
      release: '9',
    });
    expect(cyclone('pkg:rpm/sles/part@1-2?distro=sles-15.4', {})).toMatchObject({
      keys: ['rpm/suse/part'],
      release: '15.4',
    });
    const module = 'nodejs:10:8020020200707141642:6a468ee4';
    expect(cyclone(`pkg:rpm/redhat/part@1-2?modularitylabel=${module}`, {})?.module).toBe('nodejs:10');
  });

  test('a maintainer with a mail address is not kept', () => {
    const supplier = { name: 'Somebody <somebody@example.org>' };
    const components = [{ name: 'part', supplier, purl: 'pkg:deb/debian/part@1' }];
    expect(
      read(JSON.stringify({ bomFormat: 'CycloneDX', components })).bill.components[0],
    ).not.toHaveProperty('vendor');
  });
});

test('[VULN-BILL-2] bills are told from other files', () => {
  for (const bill of [documents.CYCLONE_BILL, documents.SPDX, documents.SPDX3])
    expect(isBill(JSON.stringify(bill))).toBe(true);
  expect(isBill(documents.SPDX_TAGS)).toBe(true);
  for (const other of [documents.OSV, documents.CSAF, []]) expect(isBill(JSON.stringify(other))).toBe(false);
  expect(isBill('- id: dev_camera\n  kind: ip_camera\n')).toBe(false);
});

test.each([
  [JSON.stringify(documents.CYCLONE_BILL).slice(0, -9), 'cut short'],
  ['{"bomFormat":"CycloneDX","components":[]}', 'no component'],
  ['{"spdxVersion":"SPDX-3.0"}', 'SPDX-3.0'],
])('[VULN-BILL-2] a bill that cannot be read is refused whole', (text, message) => {
  expect(readBill(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) as unknown });
});

test.each([
  ['CycloneDX', documents.CYCLONE_BILL],
  ['SPDX', documents.SPDX],
])('[VULN-BILL-2] a bill that is wrapped is read as it is: %s', (_, bill) => {
  const plain = readBill(JSON.stringify(bill));
  const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [], predicate: bill };
  for (const text of [JSON.stringify({ sbom: bill }), JSON.stringify(statement)])
    expect([isBill(text), readBill(text)]).toEqual([true, plain]);
});

test.each([
  ['<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>', 'export it as JSON'],
  ['<rdf:RDF xmlns:spdx="http://spdx.org/rdf/terms#"/>', 'as tag-value'],
  ['spdxVersion: "SPDX-2.3"\npackages: []\n', 'as tag-value'],
  [
    `{"artifacts":[${' '.repeat(9_000)}],"schema":{"url":"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.json"}}`,
    '-o cyclonedx-json',
  ],
  ['{"SchemaVersion":2,"ArtifactName":"x","Results":[]}', '--format cyclonedx'],
  ['{"payloadType":"application/vnd.in-toto+json","payload":"e30="}', 'give its payload'],
])('[VULN-BILL-2] a bill in another form is refused with what to do: %s', (text, message) => {
  expect(isBill(text)).toBe(true);
  expect(readBill(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) as unknown });
});

test('[VULN-READ-3] any text is a bill or refused', () => {
  const texts = [
    JSON.stringify(documents.CYCLONE_BILL),
    JSON.stringify(documents.SPDX),
    documents.SPDX_TAGS,
    JSON.stringify(documents.SPDX3),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.nat(1_500),
      fc.nat(30),
      fc.string(),
      (text, at, length, put) => {
        expect(typeof readBill(text.slice(0, at) + put + text.slice(at + length)).ok).toBe('boolean');
      },
    ),
    { numRuns: 1_500 },
  );
});
