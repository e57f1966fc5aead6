/** Small documents of each format, as their publishers write them. */
export const OSV = {
  schema_version: '1.6.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2026-05-01T00:00:00Z',
  aliases: ['CVE-2026-1000'],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: '@acme/parser' },
      ranges: [
        {
          type: 'SEMVER',
          events: [{ introduced: '0' }, { fixed: '1.4.2' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }],
        },
      ],
      versions: ['0.9-experimental'],
    },
  ],
};

export const OSV_DEBIAN = {
  id: 'DEBIAN-CVE-2026-1001',
  modified: '2026-05-01T00:00:00Z',
  upstream: ['CVE-2026-1001'],
  affected: [
    {
      package: { ecosystem: 'Debian:12', name: 'curl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '7.88.1-10+deb12u6' }] }],
    },
    {
      package: { ecosystem: 'Debian:13', name: 'curl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '8.14.1-2' }] }],
    },
  ],
};

export const CVE = {
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: { cveId: 'CVE-2026-2000', state: 'PUBLISHED', dateUpdated: '2026-05-02T00:00:00Z' },
  containers: {
    cna: {
      affected: [
        {
          vendor: 'Fortinet',
          product: 'FortiOS',
          defaultStatus: 'unaffected',
          versions: [
            { version: '7.2.0', lessThanOrEqual: '7.2.7', status: 'affected', versionType: 'custom' },
            { version: '7.0.0', lessThan: '7.0.14', status: 'affected', versionType: 'custom' },
          ],
        },
      ],
    },
    adp: [
      {
        providerMetadata: { shortName: 'CISA-ADP' },
        metrics: [
          { cvssV3_1: { baseScore: 9.8, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' } },
        ],
      },
    ],
  },
};

/** As the Linux kernel's own authority writes: commits, and beside them the versions that are not affected. */
export const CVE_KERNEL = {
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: { cveId: 'CVE-2026-2600', state: 'PUBLISHED', dateUpdated: '2026-05-02T00:00:00Z' },
  containers: {
    cna: {
      affected: [
        {
          vendor: 'Linux',
          product: 'Linux',
          defaultStatus: 'unaffected',
          versions: [
            { version: '761da2935d6e', lessThan: 'e4988d8415bd', status: 'affected', versionType: 'git' },
            { version: '761da2935d6e', lessThan: '16603605b667', status: 'affected', versionType: 'git' },
          ],
        },
        {
          vendor: 'Linux',
          product: 'Linux',
          defaultStatus: 'affected',
          versions: [
            { version: '4.1', status: 'affected' },
            { version: '0', lessThan: '4.1', status: 'unaffected', versionType: 'semver' },
            { version: '5.15.154', lessThanOrEqual: '5.15.*', status: 'unaffected', versionType: 'semver' },
            { version: '6.1.84', lessThanOrEqual: '6.1.*', status: 'unaffected', versionType: 'semver' },
            {
              version: '6.8',
              lessThanOrEqual: '*',
              status: 'unaffected',
              versionType: 'original_commit_for_fix',
            },
          ],
        },
      ],
    },
  },
};

export const NVD = {
  format: 'NVD_CVE',
  version: '2.0',
  vulnerabilities: [
    {
      cve: {
        id: 'CVE-2026-3000',
        lastModified: '2026-05-03T00:00:00.000',
        vulnStatus: 'Analyzed',
        metrics: { cvssMetricV31: [{ type: 'Primary', cvssData: { baseScore: 8.1 } }] },
        configurations: [
          {
            operator: 'AND',
            nodes: [
              {
                operator: 'OR',
                negate: false,
                cpeMatch: [
                  {
                    vulnerable: true,
                    criteria: 'cpe:2.3:o:axis:m3085-v_firmware:*:*:*:*:*:*:*:*',
                    versionStartExcluding: '10.0',
                    versionEndExcluding: '11.8.61',
                  },
                ],
              },
              {
                operator: 'OR',
                negate: false,
                cpeMatch: [{ vulnerable: false, criteria: 'cpe:2.3:h:axis:m3085-v:-:*:*:*:*:*:*:*' }],
              },
            ],
          },
        ],
      },
    },
  ],
};

export const KEV = {
  catalogVersion: '2026.05.04',
  dateReleased: '2026-05-04T10:00:00Z',
  count: 1,
  vulnerabilities: [{ cveID: 'CVE-2026-2000', dateAdded: '2026-05-04', knownRansomwareCampaignUse: 'Known' }],
};

export const EPSS = [
  '#model_version:v2026.05.01,score_date:2026-05-05T00:00:00+0000',
  'cve,epss,percentile',
  'CVE-2026-1000,0.00042,0.11',
  'CVE-2026-2000,0.94321,0.999',
  '',
].join('\n');

export const LIFECYCLE = `---
title: FortiOS
permalink: /fortios
identifiers:
  - cpe: cpe:2.3:o:fortinet:fortios
releases:
  - releaseCycle: "7.2"
    eol: 2026-09-30
    latest: "7.2.12"
  - releaseCycle: "7.0"
    eol: true
  - releaseCycle: "7.4"
    eol: false
    latest: "7.4.8"
---
> text
`;

export const CSAF = {
  document: {
    category: 'csaf_security_advisory',
    csaf_version: '2.0',
    tracking: { id: 'ACME-2026-1', status: 'final', current_release_date: '2026-05-06T00:00:00Z' },
  },
  product_tree: {
    branches: [
      {
        category: 'vendor',
        name: 'Acme',
        branches: [
          {
            category: 'product_name',
            name: 'Gateway',
            branches: [
              {
                category: 'product_version_range',
                name: 'vers:generic/>=2.0|<2.5',
                product: { product_id: 'P1', name: 'Acme Gateway >=2.0|<2.5' },
              },
              {
                category: 'product_version',
                name: '2.5',
                product: { product_id: 'P2', name: 'Acme Gateway 2.5' },
              },
              {
                category: 'product_version_range',
                name: 'all before the flood',
                product: { product_id: 'P3', name: 'Acme Gateway, long ago' },
              },
            ],
          },
        ],
      },
    ],
  },
  vulnerabilities: [
    {
      cve: 'CVE-2026-4000',
      product_status: { known_affected: ['P1'], fixed: ['P2'] },
      scores: [{ cvss_v3: { baseScore: 7.4 }, products: ['P1'] }],
    },
    {
      cve: 'CVE-2026-4001',
      product_status: { known_not_affected: ['P1', 'P2'], under_investigation: ['P3'] },
      flags: [{ label: 'vulnerable_code_not_in_execute_path', product_ids: ['P1'] }],
    },
  ],
};

export const OPEN_VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex/1',
  timestamp: '2026-05-07T00:00:00Z',
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1000' },
      products: [{ '@id': 'pkg:npm/%40acme/parser@2.0.5' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    },
  ],
};

export const CYCLONE_VEX = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  vulnerabilities: [
    {
      id: 'CVE-2026-5000',
      ratings: [{ method: 'CVSSv31', score: 6.5 }],
      analysis: { state: 'exploitable' },
      affects: [
        {
          ref: 'urn:cdx:cbb2cd68-2857-43b8-a10b-e8c03d277d18/1#gateway',
          versions: [
            { range: 'vers:generic/>=2.9|<=4.1', status: 'affected' },
            { version: '4.2', status: 'unaffected' },
          ],
        },
      ],
    },
  ],
};

export const CYCLONE_BILL = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: 'urn:uuid:cbb2cd68-2857-43b8-a10b-e8c03d277d18',
  metadata: {
    timestamp: '2026-05-01T00:00:00Z',
    component: {
      type: 'device',
      'bom-ref': 'gateway',
      name: 'Gateway',
      version: '3.0',
      supplier: { name: 'Acme' },
    },
    properties: [{ name: 'stance:device', value: 'dev_gateway' }],
  },
  components: [
    {
      type: 'library',
      'bom-ref': 'a',
      name: 'parser',
      group: '@acme',
      publisher: 'Somebody',
      author: 'Somebody Else',
      version: '2.0.5',
      purl: 'pkg:npm/%40acme/parser@2.0.5',
      components: [{ type: 'library', 'bom-ref': 'b', name: 'inner', version: '1.0' }],
    },
    {
      type: 'library',
      'bom-ref': 'c',
      name: 'libcurl4',
      version: '7.88.1-10+deb12u5',
      purl: 'pkg:deb/debian/libcurl4@7.88.1-10%2Bdeb12u5?distro=debian-12&upstream=curl',
    },
  ],
};

export const SPDX = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  documentNamespace: 'https://acme.example/spdx/1',
  creationInfo: { created: '2026-05-01T00:00:00Z', creators: ['Person: Somebody (a@b.example)'] },
  packages: [
    {
      SPDXID: 'SPDXRef-1',
      name: 'parser',
      versionInfo: '2.0.5',
      supplier: 'Organization: Acme (info@acme.example)',
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:npm/%40acme/parser@2.0.5',
        },
      ],
    },
    { SPDXID: 'SPDXRef-2', name: 'thing', versionInfo: 'NOASSERTION', originator: 'Person: Somebody' },
  ],
  relationships: [
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-1' },
  ],
};

export const SPDX_TAGS = `SPDXVersion: SPDX-2.3
DocumentNamespace: https://acme.example/spdx/2
Created: 2026-05-01T00:00:00Z
PackageName: parser
SPDXID: SPDXRef-1
PackageVersion: 2.0.5
ExternalRef: PACKAGE-MANAGER purl pkg:npm/%40acme/parser@2.0.5
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-1
`;

/** As SPDX 3.0.1 writes it: elements beside each other, in the words of its context. */
export const SPDX3 = {
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    {
      type: 'CreationInfo',
      '@id': '_:creation',
      specVersion: '3.0.1',
      created: '2026-05-01T00:00:00Z',
      createdBy: ['https://acme.example/spdx/3/somebody'],
    },
    { type: 'Person', spdxId: 'https://acme.example/spdx/3/somebody', name: 'Somebody' },
    { type: 'Organization', spdxId: 'https://acme.example/spdx/3/acme', name: 'Acme' },
    {
      type: 'SpdxDocument',
      spdxId: 'https://acme.example/spdx/3',
      rootElement: ['https://acme.example/spdx/3/sbom'],
    },
    {
      type: 'software_Sbom',
      spdxId: 'https://acme.example/spdx/3/sbom',
      rootElement: ['https://acme.example/spdx/3/parser'],
    },
    {
      type: 'software_Package',
      spdxId: 'https://acme.example/spdx/3/parser',
      creationInfo: '_:creation',
      name: 'parser',
      software_packageVersion: '2.0.5',
      software_packageUrl: 'pkg:npm/%40acme/parser@2.0.5',
      suppliedBy: 'https://acme.example/spdx/3/acme',
    },
    {
      type: 'software_Package',
      spdxId: 'https://acme.example/spdx/3/curl',
      name: 'libcurl4',
      originatedBy: ['https://acme.example/spdx/3/somebody'],
      externalIdentifier: [
        {
          type: 'ExternalIdentifier',
          externalIdentifierType: 'packageUrl',
          identifier: 'pkg:deb/debian/libcurl4@7.88.1-10+deb12u5?distro=debian-12&upstream=curl',
        },
        {
          type: 'ExternalIdentifier',
          externalIdentifierType: 'cpe23',
          identifier: 'cpe:2.3:a:haxx:curl:7.88.1:*:*:*:*:*:*:*',
        },
      ],
    },
    { type: 'software_File', spdxId: 'https://acme.example/spdx/3/file', name: './main.js' },
  ],
};

/** Software inventory as OCSF tells it: an event for each package. */
export const OCSF_SOFTWARE = [
  {
    class_uid: 5020,
    category_uid: 5,
    time: 1_777_593_600_000,
    device: { hostname: 'gateway', type_id: 1, owner: { name: 'Somebody' } },
    actor: { user: { name: 'somebody' } },
    package: {
      name: 'bash',
      version: '5.1.8',
      release: '6.el9',
      epoch: 0,
      vendor_name: 'Red Hat',
      purl: 'pkg:rpm/redhat/bash@5.1.8-6.el9?distro=rhel-9',
    },
  },
  {
    class_uid: 5020,
    category_uid: 5,
    time: 1_777_593_601_000,
    device: { hostname: 'gateway', type_id: 1 },
    package: { name: 'perl', version: '5.32.1', release: '480.el9', epoch: 4 },
    sbom: {
      package: { name: 'perl', version: '5.32.1', release: '480.el9', epoch: 4 },
      software_components: [{ name: 'zlib', version: '1.2.11', author: 'Somebody' }],
    },
  },
];
