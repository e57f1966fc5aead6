import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type PolicyFile, readPolicies } from './policy-file.ts';

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
