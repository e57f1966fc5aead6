import type { Canaries } from './canaries.ts';

/** A file that an operator gives, and the command that takes it. */
export interface OperatorFile {
  readonly name: string;
  readonly text: string;
  readonly command: readonly string[];
}

/**
 * What operators import, with canaries in all that is nobody's business: authors, descriptions, comments, links. Their own
 * words (names, tags, reasons, descriptions of policies) are theirs to choose and may enter; they have none.
 */
export function operatorFiles(canaries: Canaries): readonly OperatorFile[] {
  const put = (where: string) => canaries.word(`operator ${where}`);
  return [
    inventory(canaries),
    {
      name: 'bill.cdx.json',
      text: JSON.stringify(billOfMaterials(put)),
      command: ['inventory', 'import', '--device', 'dev_front_desk'],
    },
    {
      name: 'bill.spdx.json',
      text: JSON.stringify(spdx(put)),
      command: ['inventory', 'import', '--device', 'dev_front_desk'],
    },
    { name: 'advisory.osv.json', text: JSON.stringify(osv(put)), command: ['vulnerabilities', 'import'] },
    { name: 'advisory.csaf.json', text: JSON.stringify(csaf(put)), command: ['vulnerabilities', 'import'] },
    { name: 'bundle.stix.json', text: JSON.stringify(stix(put)), command: ['intel', 'import'] },
    { name: 'event.misp.json', text: JSON.stringify(misp(put)), command: ['intel', 'import'] },
    {
      name: 'plain.txt',
      text: `# ${put('plain comment')}\n198.51.100.91 # ${put('plain remark')}\nhttps://bad-place-4.com/${put('plain URL path')}?q=${put('plain URL query')}\n`,
      command: ['intel', 'import'],
    },
    {
      name: 'list.csv',
      text: `description,value,reporter\n"${put('csv description')}",198.51.100.92,${put('csv reporter')}\n`,
      command: ['intel', 'import'],
    },
    {
      name: 'policies.yaml',
      text: `# ${put('policy comment')}\nversion: 1\npolicies:\n  - id: pol_cameras # ${put('policy remark')}\n    priority: 5\n    action: deny\n    mode: monitor\n    subject: { kinds: [ip_camera] }\n    destination: { domains: [known-domain-9.com] }\n`,
      command: ['policy', 'apply'],
    },
  ];
}

/** Files that are broken: what is said of them must not quote them. */
export function brokenFiles(canaries: Canaries): readonly OperatorFile[] {
  const put = (where: string) => canaries.word(`broken ${where}`);
  const imports = ['intel', 'import'];
  return [
    {
      name: 'broken.stix.json',
      text: `{"type":"bundle","objects":[{"type":"${put('STIX')}"`,
      command: imports,
    },
    { name: 'broken.misp.json', text: `{"Event":{"info":"${put('MISP')}",,}}`, command: imports },
    {
      name: 'broken.yaml',
      text: `- id: dev_x\n  kind: [${put('inventory')}\n`,
      command: ['inventory', 'import'],
    },
    {
      name: 'broken.csv',
      text: `id,kind\ndev_y,"${put('inventory CSV')}\n`,
      command: ['inventory', 'import'],
    },
    {
      name: 'broken.cdx.json',
      text: `{"bomFormat":"CycloneDX","x":"${put('bill')}`,
      command: ['inventory', 'import', '--device', 'dev_front_desk'],
    },
    {
      name: 'broken.osv.json',
      text: `{"schema_version":"1.6.0","id":"${put('advisory')}`,
      command: ['vulnerabilities', 'import'],
    },
    {
      name: 'broken.policies.yaml',
      text: `version: 1\npolicies:\n  - {id: pol_z, action: deny, subject: {kinds: [${put('policies')}\n`,
      command: ['policy', 'apply'],
    },
    { name: 'broken.profile.json', text: `{"version":"${put('profile')}`, command: ['profile', 'apply'] },
    {
      name: 'broken.pem',
      text: `-----BEGIN CERTIFICATE-----\n${put('certificate')}\n-----END CERTIFICATE-----\n`,
      command: ['trust', 'anchors', 'import'],
    },
  ];
}

function inventory(canaries: Canaries): OperatorFile {
  const entry = {
    id: 'dev_front_desk',
    kind: 'workstation',
    addresses: ['10.20.0.7'],
    macs: [canaries.place('3c:22:fb:d1:7e:55', 'inventory mac')],
    host_names: [canaries.word('inventory host name')],
  };
  return { name: 'inventory.yaml', text: JSON.stringify([entry]), command: ['inventory', 'import'] };
}

type Put = (where: string) => string;

function billOfMaterials(put: Put): object {
  const person = (where: string) => ({
    name: put(`${where} name`),
    email: `${put(`${where} mail`)}@corp.example`,
    phone: put(`${where} phone`),
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: 'urn:uuid:cbb2cd68-2857-43b8-a10b-e8c03d277d18',
    metadata: {
      timestamp: '2026-02-01T00:00:00Z',
      authors: [person('bill author')],
      manufacture: { name: put('bill manufacture'), contact: [person('bill contact')] },
      properties: [{ name: put('bill property'), value: put('bill property value') }],
      component: { type: 'firmware', name: 'Gateway', version: '3.0', description: put('bill description') },
    },
    components: [
      {
        type: 'library',
        name: 'parser',
        version: '2.0.5',
        purl: 'pkg:npm/parser@2.0.5',
        author: put('component author'),
        publisher: put('component publisher'),
        copyright: put('component copyright'),
        description: put('component description'),
        licenses: [{ license: { name: put('license'), text: { content: put('license text') } } }],
        externalReferences: [
          {
            type: 'website',
            url: `https://example.com/${put('component link')}`,
            comment: put('component comment'),
          },
        ],
        evidence: { occurrences: [{ location: `/home/${put('occurrence')}` }] },
        [put('component unknown key')]: put('component unknown value'),
      },
    ],
  };
}

function spdx(put: Put): object {
  return {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'parts',
    documentNamespace: 'https://example.com/spdx/parts-1',
    comment: put('spdx comment'),
    creationInfo: {
      created: '2026-02-01T00:00:00Z',
      creators: [`Person: ${put('spdx person')} (${put('spdx mail')}@corp.example)`],
      comment: put('spdx creation comment'),
    },
    packages: [
      {
        SPDXID: 'SPDXRef-a',
        name: 'thing',
        versionInfo: '1.0',
        supplier: `Person: ${put('spdx supplier')} (${put('spdx supplier mail')}@corp.example)`,
        originator: `Person: ${put('spdx originator')}`,
        downloadLocation: `https://example.com/${put('spdx download')}`,
        packageFileName: put('spdx file'),
        summary: put('spdx summary'),
        description: put('spdx description'),
        attributionTexts: [put('spdx attribution')],
        annotations: [{ annotator: put('spdx annotator'), comment: put('spdx annotation') }],
      },
    ],
    files: [{ fileName: `./home/${put('spdx listed file')}`, SPDXID: 'SPDXRef-f' }],
  };
}

function osv(put: Put): object {
  return {
    schema_version: '1.6.0',
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2026-02-01T00:00:00Z',
    summary: put('advisory summary'),
    details: put('advisory details'),
    credits: [{ name: put('advisory credit'), contact: [put('advisory contact')] }],
    references: [{ type: 'WEB', url: `https://example.com/${put('advisory reference')}` }],
    database_specific: { [put('advisory unknown key')]: put('advisory unknown value') },
    affected: [
      {
        package: { ecosystem: 'npm', name: 'parser' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.1.0' }] }],
        ecosystem_specific: { note: put('advisory ecosystem note') },
      },
    ],
  };
}

function csaf(put: Put): object {
  return {
    document: {
      category: 'csaf_security_advisory',
      csaf_version: '2.0',
      title: put('csaf title'),
      publisher: {
        category: 'vendor',
        name: 'Acme',
        namespace: 'https://acme.example',
        contact_details: put('csaf contact'),
      },
      notes: [{ category: 'summary', text: put('csaf note'), title: put('csaf note title') }],
      references: [{ summary: put('csaf reference'), url: `https://acme.example/${put('csaf link')}` }],
      acknowledgments: [{ names: [put('csaf thanks')] }],
      tracking: {
        id: 'ACME-1',
        status: 'final',
        version: '1',
        initial_release_date: '2026-02-01T00:00:00Z',
        current_release_date: '2026-02-01T00:00:00Z',
        revision_history: [{ number: '1', date: '2026-02-01T00:00:00Z', summary: put('csaf revision') }],
      },
    },
    product_tree: {
      full_product_names: [
        {
          product_id: 'P1',
          name: 'Acme Gateway 3.0',
          product_identification_helper: { purl: 'pkg:generic/gateway@3.0' },
        },
      ],
    },
    vulnerabilities: [
      {
        cve: 'CVE-2026-1000',
        title: put('csaf vulnerability'),
        notes: [{ category: 'description', text: put('csaf description') }],
        threats: [{ category: 'impact', details: put('csaf impact') }],
        remediations: [
          {
            category: 'vendor_fix',
            details: put('csaf remediation'),
            product_ids: ['P1'],
            url: `https://acme.example/${put('csaf fix link')}`,
          },
        ],
        product_status: { known_affected: ['P1'] },
      },
    ],
  };
}

function stix(put: Put): object {
  return {
    type: 'bundle',
    id: 'bundle--1',
    objects: [
      {
        type: 'identity',
        id: 'identity--1',
        name: put('stix identity'),
        contact_information: put('stix contact'),
        description: put('stix identity description'),
      },
      {
        type: 'indicator',
        id: 'indicator--1',
        created_by_ref: 'identity--1',
        modified: '2026-02-02T00:00:00Z',
        name: put('stix name'),
        description: put('stix description'),
        pattern: "[ipv4-addr:value = '198.51.100.90']",
        pattern_type: 'stix',
        valid_from: '2026-02-01T00:00:00Z',
        labels: [put('stix label')],
        external_references: [
          {
            source_name: put('stix source'),
            url: `https://example.com/${put('stix link')}`,
            description: put('stix reference'),
          },
        ],
        [put('stix unknown key')]: put('stix unknown value'),
      },
      {
        type: 'note',
        id: 'note--1',
        content: put('stix note'),
        authors: [put('stix author')],
        object_refs: ['indicator--1'],
      },
    ],
  };
}

function misp(put: Put): object {
  return {
    Event: {
      info: put('misp info'),
      timestamp: '1772400000',
      Orgc: { name: put('misp organisation'), uuid: put('misp organisation id') },
      event_creator_email: `${put('misp creator')}@corp.example`,
      EventReport: [{ name: put('misp report'), content: put('misp report text') }],
      Tag: [{ name: put('misp tag') }],
      Attribute: [
        { type: 'ip-dst', value: '198.51.100.93', to_ids: true, comment: put('misp comment') },
        { type: 'email-src', value: `${put('misp mail')}@corp.example`, to_ids: true },
        { type: 'filename', value: put('misp filename'), to_ids: true },
        { type: 'text', value: put('misp text'), to_ids: false },
      ],
    },
  };
}
