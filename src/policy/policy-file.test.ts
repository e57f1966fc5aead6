import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type PolicyFile, readPolicies } from './policy-file.ts';
import { readPolicyFiles } from './policy-files.ts';

function mistakes(file: PolicyFile): string[] {
  if (file.ok) throw new Error('was accepted');
  return file.errors.map(({ path, line, message }) => `${line} ${path}: ${message}`);
}

test('[POLICY-FILE-1] the example file is read', () => {
  const file = readPolicies(readFileSync(new URL('../../examples/policies.yaml', import.meta.url), 'utf8'));
  expect(file.ok && file.policies.map((each) => each.id)).toEqual([
    'pol_c2_block_global',
    'pol_no_lateral_movement',
    'pol_camera_mgmt_only',
  ]);
});

test('JSON is read too; what is left out has its documented value; values become canonical', () => {
  const policy = {
    id: 'pol_a',
    action: 'deny',
    mode: 'monitor',
    destination: { networks: ['10.1.2.3/8'], domains: ['BÜCHER.example.'] },
  };
  expect(readPolicies(JSON.stringify({ policies: [policy] }))).toEqual({
    ok: true,
    form: 'stance',
    policies: [
      {
        id: 'pol_a',
        description: null,
        priority: 100,
        action: 'deny',
        mode: 'monitor',
        subject: {},
        destination: { networks: ['10.0.0.0/8'], domains: ['xn--bcher-kva.example'] },
      },
    ],
  });
});

describe('[POLICY-FILE-2] one mistake refuses the whole file, with line and field', () => {
  const GOOD = 'policies:\n  - id: pol_a\n    action: deny\n    mode: enforce\n';

  test.each<[string, string, string[]]>([
    ['an unknown key', `${GOOD}    colour: red\n`, ['5 policies[0].colour: is no key of a policy file here']],
    [
      'a misspelt key deep inside',
      `${GOOD}    destination:\n      except:\n        domain: [a.com]\n`,
      ['7 policies[0].destination.except.domain: is no key of a policy file here'],
    ],
    [
      'a network that is none',
      `${GOOD}    destination:\n      networks:\n        - 10.0.0.0/8\n        - 10.0.0.0/33\n`,
      ['8 policies[0].destination.networks[1]: must be an address or a CIDR block, e.g. 10.0.2.0/24'],
    ],
    [
      'an id twice',
      `${GOOD}  - id: pol_a\n    action: deny\n    mode: enforce\n`,
      ['5 policies[1].id: pol_a stands twice in the file'],
    ],
  ])('%s', (_, text, expected) => {
    expect(mistakes(readPolicies(text))).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ['an id without pol_', 'policies:\n  - id: a\n    action: deny\n    mode: enforce\n', '2 policies[0].id'],
    ['a missing mode', 'policies:\n  - id: pol_a\n    action: deny\n', '2 policies[0].mode'],
    [
      'an unknown action',
      'policies:\n  - id: pol_a\n    action: block\n    mode: enforce\n',
      '3 policies[0].action',
    ],
    [
      'a wildcard',
      `${GOOD}    destination: { domains: ["*.a.com"] }\n`,
      '5 policies[0].destination.domains[0]',
    ],
    ['an empty list', `${GOOD}    subject: { kinds: [] }\n`, '5 policies[0].subject.kinds'],
    ['a key twice', `${GOOD}    mode: monitor\n`, '5 '],
    ['no policies at all', 'rules: []\n', '1 '],
    ['an empty file', '', '1 '],
    ['no YAML', 'policies: [', '1 '],
    ['aliases that explode', `${explodingAliases()}policies: *i\n`, '1 '],
  ])('%s', (_, text, where) => {
    const [first] = mistakes(readPolicies(text));
    expect(first?.startsWith(where)).toBe(true);
  });
});

test.each([
  'policies: *secret\n',

  '%secret\n---\na: b\n',
  'policies: "\\secret"\n',
])('[PRIV-ERROR-1] what is said of %j quotes no word of it', (text) => {
  const said = mistakes(readPolicies(text));
  expect(said.length).toBeGreaterThan(0);
  expect(said.join('\n')).not.toContain('secret');
});

describe('[POLICY-FILE-3] groups, services and times', () => {
  const read = (text: string) => {
    const file = readPolicies(text);
    if (!file.ok) throw new Error(JSON.stringify(file.errors));
    return file.policies;
  };
  const RULE = 'action: deny\n    mode: enforce\n';

  test('a group stands in the rule that names it; a service by its name is what IANA assigns', () => {
    const [policy] = read(
      `version: 1\ngroups:\n  eyes: {kinds: [ip_camera], tags: [lobby]}\npolicies:\n  - id: pol_a\n    ${RULE}` +
        '    subject: {groups: [eyes]}\n    destination: {services: [dns, TCP/8000-8100, udp/7-7]}\n',
    );
    expect(policy?.subject).toEqual({ groups: [{ name: 'eyes', kinds: ['ip_camera'], tags: ['lobby'] }] });
    expect(policy?.destination.services).toEqual(['tcp/53', 'udp/53', 'tcp/8000-8100', 'udp/7']);
  });

  test('times without days are of every day', () => {
    const [policy] = read(
      `policies:\n  - id: pol_a\n    ${RULE}    times:\n      - {from: "22:00", to: "06:00"}\n      - {days: [sat, sun], from: "00:00", to: "24:00"}\n`,
    );
    expect(policy?.times?.map(({ days }) => days.length)).toEqual([7, 2]);
  });

  test.each<[string, string, string]>([
    [
      'a group that is none',
      '    subject: {groups: [ears]}\n',
      '7 policies[0].subject.groups[0]: must be a group of this file; there is eyes',
    ],
    [
      'a service that is none',
      '    destination: {services: [tpc/443]}\n',
      '7 policies[0].destination.services[0]: must be a protocol',
    ],
    [
      'a range that runs backwards',
      '    destination: {services: [tcp/9-8]}\n',
      '7 policies[0].destination.services[0]',
    ],
    ['a port of icmp', '    destination: {services: [icmp/8]}\n', '7 policies[0].destination.services[0]'],
    [
      'a time that is none',
      '    times: [{from: "25:00", to: "06:00"}]\n',
      '7 policies[0].times[0].from: must be a time of day',
    ],
    ['a type that is none', '    subject: {types: [robot]}\n', '7 policies[0].subject.types[0]'],
  ])('%s', (_, rule, expected) => {
    const [first] = mistakes(
      readPolicies(`groups:\n  eyes: {kinds: [x]}\npolicies:\n  - id: pol_a\n    ${RULE}${rule}`),
    );
    expect(first).toContain(expected);
  });

  test('another version is refused, a second document too', () => {
    expect(mistakes(readPolicies('version: 2\npolicies: []\n'))).toEqual([
      '1 version: must be 1, the form of policy files that this release reads',
    ]);
    expect(mistakes(readPolicies('policies: []\n---\npolicies: []\n'))[0]).toMatch(
      /^3 : begins a second document/,
    );
  });
});

test('[POLICY-FILE-4] files that are applied together hold each id once', () => {
  const text = 'policies:\n  - id: pol_a\n    action: deny\n    mode: enforce\n';
  const { ok, files, policies } = readPolicyFiles([
    { path: 'a.yaml', text },
    { path: 'b.yaml', text },
  ]);
  expect({ ok, policies }).toEqual({ ok: false, policies: [] });
  expect(files.map(({ errors }) => errors)).toEqual([
    [],
    [{ path: 'pol_a', line: 2, message: 'stands in a.yaml too' }],
  ]);
});

/** Nine lines that stand for 9⁹ values. */
function explodingAliases(): string {
  const names = 'abcdefghi'.split('');
  return names
    .map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? 'x' : `*${names[index - 1]}`)
          .join(', ')}]\n`,
    )
    .join('');
}

describe('[POLICY-FILE-2] what a small file would come to is bounded', () => {
  const RULE = { action: 'deny', mode: 'enforce' };
  const messages = (content: object) => {
    const file = readPolicies(JSON.stringify(content));
    return file.ok ? [] : file.errors.map(({ message }) => message);
  };

  test('a group that stands in many rules', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `dev_${n}`);
    const rules = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ id: `pol_${n}`, ...RULE, subject: { groups: ['many'] } }));
    const groups = { many: { ids } };
    expect(messages({ groups, policies: rules(200) })).toEqual([]);
    expect(messages({ groups, policies: rules(201) })).toEqual([
      expect.stringMatching(/^name groups of 201000 members in all/),
    ]);
  });

  test('many rules that begin and end at many places, in one file or several', () => {
    const rules = (count: number, from: number) =>
      Array.from({ length: count }, (_, n) => ({
        id: `pol_${from + n}`,
        ...RULE,
        destination: { ports: Array.from({ length: 4 }, (__, k) => (from + n) * 4 + k) },
      }));
    expect(messages({ policies: rules(3_000, 0) })).toEqual([]);
    expect(messages({ policies: rules(6_000, 0) })).toEqual([
      expect.stringMatching(/^come to tables of \d+ MB/),
    ]);
    const { ok, files } = readPolicyFiles([
      { path: 'a', text: JSON.stringify({ policies: rules(3_000, 0) }) },
      { path: 'b', text: JSON.stringify({ policies: rules(3_000, 3_000) }) },
    ]);
    expect([ok, files.map((each) => each.ok)]).toEqual([false, [true, false]]);
  });
});
