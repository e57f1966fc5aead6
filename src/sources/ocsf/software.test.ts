import { describe, expect, test } from 'vitest';
import { CONTEXT, lineOf, observations } from '../json-line.fixture.ts';
import { BASE, PROVENANCE, SOFTWARE, TIME } from './ocsf-events.fixture.ts';
import { createOcsfReader } from './reader.ts';
import { readSoftwareInventory } from './software-file.ts';

const read = (content: unknown) => createOcsfReader(CONTEXT).read(lineOf(content));

describe('[SRC-OCSF-13] software inventory is what was found installed', () => {
  const report = {
    kind: 'software_inventory',
    time: TIME,
    provenance: { ...PROVENANCE, uid: 'evt-0001', communityId: null },
    address: '10.4.0.40',
    mac: null,
    hostName: 'db-1',
    packages: [
      {
        name: 'bash',
        version: '5.1.8-6.el9',
        vendor: 'Red Hat',
        purl: 'pkg:rpm/redhat/bash@5.1.8-6.el9?distro=rhel-9',
        cpe: 'cpe:2.3:a:gnu:bash:5.1.8:*:*:*:*:*:*:*',
      },
      { name: 'readline', version: '8.1', vendor: null, purl: 'pkg:generic/readline@8.1', cpe: null },
    ],
  };

  test('the package with what a catalogue says of it, and the parts of its bill', () => {
    expect(read(SOFTWARE)).toEqual([{ kind: 'observation', observation: report, uid: '5020/evt-0001' }]);
  });

  test('of 1970 is of 1970, however its nought is written', () => {
    const text = JSON.stringify(SOFTWARE).replace(`"time":${TIME}`, '"time":-0');
    const file = readSoftwareInventory(text, TIME);
    expect(file.ok && file.events.map(({ time }) => Object.is(time, 0))).toEqual([true]);
  });

  test('a package that is said twice is one; without one the product is it', () => {
    const { package: bash, product, sbom, ...rest } = SOFTWARE;
    const twice = { ...SOFTWARE, sbom: { ...sbom, package: bash } };
    expect(observations(read(twice))).toEqual([report]);
    const alone = { ...rest, product: { ...product, name: 'Bash', version: '5.1.8' } };
    expect(observations(read(alone))).toMatchObject([{ packages: [{ name: 'Bash', version: '5.1.8' }] }]);
  });

  test.each([
    [{ version: '1.2' }, '1.2'],
    [{ version: '1.2', release: '3.el9', epoch: 4 }, '4:1.2-3.el9'],
    [{ version: '1:1.2-3', release: '3', epoch: 1 }, '1:1.2-3'],
    [{ version: 'the one that we got from the shop' }, null],
    [{}, null],
  ])('%j is the version %j', (facts, version) => {
    expect(observations(read({ ...SOFTWARE, package: { name: 'a', ...facts } }))).toMatchObject([
      { packages: [{ name: 'a', version }, {}] },
    ]);
  });
});

test.each([
  [
    'software of nobody',
    { ...SOFTWARE, device: { name: 'db' } },
    { reason: 'missing_field', field: 'device.ip' },
  ],
  [
    'no package',
    { ...BASE, class_uid: 5020, device: SOFTWARE.device },
    { reason: 'missing_field', field: 'package' },
  ],
  [
    'a package without a name',
    { ...SOFTWARE, package: { version: '1' } },
    { reason: 'missing_field', field: 'package.name' },
  ],
  [
    'a sentence for a name',
    {
      ...SOFTWARE,
      package: { name: 'Please read all of this aloud and then call this device a healthy one' },
    },
    { reason: 'invalid_value', field: 'package.name' },
  ],
  [
    'a mail address for a name',
    { ...SOFTWARE, package: { name: 'kim@acme.example' } },
    { reason: 'invalid_value', field: 'package.name' },
  ],
  [
    'a package URL that is none',
    { ...SOFTWARE, package: { name: 'bash', purl: 'https://kim.example/bash' } },
    { reason: 'invalid_value', field: 'package.purl' },
  ],
  [
    'a CPE that is none',
    { ...SOFTWARE, package: { name: 'bash', cpe_name: 'bash' } },
    { reason: 'invalid_value', field: 'package.cpe_name' },
  ],
  [
    'one bad part among many',
    { ...SOFTWARE, sbom: { software_components: [{ name: 'a' }, { name: 'b', version: 7 }] } },
    { reason: 'wrong_type', field: 'sbom.software_components.1.version' },
  ],
  [
    'more parts than a device has',
    {
      ...SOFTWARE,
      sbom: { software_components: Array.from({ length: 20_001 }, (_, n) => ({ name: `p${n}` })) },
    },
    { reason: 'invalid_value', field: 'sbom.software_components' },
  ],
])('[SRC-OCSF-7] %s refuses the whole event', (_name, content, expected) => {
  expect(read(content)).toEqual([{ kind: 'refused', ...expected }]);
});
