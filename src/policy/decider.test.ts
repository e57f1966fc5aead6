import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address, Fingerprint, Policy, PolicyId, SealedName } from '../model/index.ts';
import { compilePolicies, type PolicySubject } from './decider.ts';
import type { PolicyDestination } from './destination.ts';

function fingerprint(name: string): Fingerprint {
  return createHash('sha256').update(name).digest('hex').slice(0, 32) as Fingerprint;
}

/** Names under example.org and example.com: their registrable domain is the last two labels. */
function seal(name: string): SealedName {
  const labels = name.split('.');
  const parents = labels.slice(1, -1).map((_, index) => fingerprint(labels.slice(index + 1).join('.')));
  const domain = labels.slice(-2).join('.');
  return { domain, fingerprint: fingerprint(name), parents, labels: { count: 0, length: 0, entropy: 0 } };
}

function policy(id: string, over: Partial<Policy> = {}): Policy {
  return {
    id: `pol_${id}`,
    description: null,
    priority: 100,
    action: 'deny',
    mode: 'enforce',
    subject: {},
    destination: {},
    ...over,
  };
}

const CAMERA: PolicySubject = { id: 'dev_camera', kind: 'ip_camera', tags: ['lobby'], site: 'hq' };

function to(over: Partial<PolicyDestination> = {}): PolicyDestination {
  return { address: null, name: null, categories: [], kind: null, internal: false, port: null, ...over };
}

function decided(
  policies: readonly Policy[],
  destination: PolicyDestination,
  subject = CAMERA,
): string | null {
  return compilePolicies(policies, fingerprint).decide(subject, destination).policy?.id ?? null;
}

describe('[POLICY-DECIDE-1] of the rules that match, one decides', () => {
  test('the highest priority; then deny before alert before allow; then the id', () => {
    const all = [
      policy('z', { priority: 5 }),
      policy('b', { priority: 9, action: 'allow' }),
      policy('d', { priority: 9 }),
      policy('c', { priority: 9 }),
      policy('a', { priority: 9, action: 'alert' }),
    ];
    const order = compilePolicies(all, fingerprint).applicable(CAMERA);
    expect(order.map((each) => each.id)).toEqual(['pol_c', 'pol_d', 'pol_a', 'pol_b', 'pol_z']);
  });

  test('the order of the file never matters', () => {
    const arbitrary = fc.record({
      id: fc.constantFrom('pol_a', 'pol_b', 'pol_c').map((id): PolicyId => id),
      priority: fc.nat(2),
      action: fc.constantFrom('allow', 'deny', 'alert'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(arbitrary, { selector: (each) => each.id }), (some) => {
        const policies = some.map((each) => policy('x', each));
        expect(decided(policies, to())).toBe(decided(policies.toReversed(), to()));
      }),
    );
  });
});

describe('[POLICY-DECIDE-2] a destination matches', () => {
  test.each<[string, Policy['destination'], Partial<PolicyDestination>, boolean]>([
    ['everything where nothing is said', {}, {}, true],
    ['inside a network', { networks: ['45.9.0.0/16'] }, { address: '45.9.148.1' as Address }, true],
    ['outside a network', { networks: ['45.9.0.0/16'] }, { address: '45.10.0.1' as Address }, false],
    ['a registrable domain', { domains: ['example.org'] }, { name: seal('example.org') }, true],
    ['below it', { domains: ['example.org'] }, { name: seal('a.b.example.org') }, true],
    ['a host name', { domains: ['b.example.org'] }, { name: seal('b.example.org') }, true],
    ['below a host name', { domains: ['b.example.org'] }, { name: seal('a.b.example.org') }, true],
    ['its sibling', { domains: ['b.example.org'] }, { name: seal('c.example.org') }, false],
    ['a longer label', { domains: ['ample.org'] }, { name: seal('example.org') }, false],
    ['a whole top-level domain', { domains: ['org'] }, { name: seal('a.example.org') }, true],
    ['no name', { domains: ['example.org'] }, {}, false],
    ['a category', { categories: ['c2_server'] }, { categories: ['botnet', 'c2_server'] }, true],
    ['another category', { categories: ['c2_server'] }, { categories: ['scanner'] }, false],
    ['a kind', { kinds: ['server'] }, { kind: 'server' }, true],
    ['inside the fleet', { internal: true }, { internal: true }, true],
    ['outside the fleet', { internal: false }, { internal: true }, false],
    ['one place of several', { kinds: ['server'], domains: ['example.org'] }, { kind: 'server' }, true],
    ['the place, not the port', { kinds: ['server'], ports: [22] }, { kind: 'server', port: 443 }, false],
    ['place and port', { kinds: ['server'], ports: [22] }, { kind: 'server', port: 22 }, true],
    ['the port, not the place', { kinds: ['server'], ports: [22] }, { kind: 'printer', port: 22 }, false],
    ['what is excepted', { except: { domains: ['example.org'] } }, { name: seal('a.example.org') }, false],
    ['what is not excepted', { except: { domains: ['example.org'] } }, { name: seal('a.example.com') }, true],
  ])('%s', (_, destination, contacted, expected) => {
    expect(decided([policy('a', { destination })], to(contacted)) !== null).toBe(expected);
  });
});

describe('[POLICY-DECIDE-3] a subject matches', () => {
  test.each<[string, Policy['subject'], boolean]>([
    ['everyone', {}, true],
    ['by id', { ids: ['dev_camera'] }, true],
    ['by another id', { ids: ['dev_other'] }, false],
    ['by kind', { kinds: ['sensor', 'ip_camera'] }, true],
    ['by tag', { tags: ['lobby'] }, true],
    ['by site', { sites: ['hq'] }, true],
    ['not when one of the keys fails', { kinds: ['ip_camera'], sites: ['depot'] }, false],
  ])('%s', (_, subject, expected) => {
    expect(decided([policy('a', { subject })], to()) !== null).toBe(expected);
  });

  test('two of one class are told apart where a rule names one of them', () => {
    const decider = compilePolicies([policy('a', { subject: { ids: ['dev_camera'] } })], fingerprint);
    expect(decider.applicable(CAMERA)).toHaveLength(1);
    expect(decider.applicable({ ...CAMERA, id: 'dev_other' })).toHaveLength(0);
  });
});

test('[POLICY-DECIDE-4] what a rule leaves alone is covered by it, but not denied', () => {
  const only = policy('only', {
    subject: { kinds: ['ip_camera'] },
    destination: { except: { domains: ['example.org'] } },
  });
  const decider = compilePolicies([only], fingerprint);
  expect(decider.decide(CAMERA, to({ name: seal('mgmt.example.org') }))).toEqual({
    policy: null,
    covered: true,
  });
  expect(decider.decide(CAMERA, to())).toEqual({ policy: only, covered: true });
  expect(decider.decide({ ...CAMERA, kind: 'server' }, to())).toEqual({ policy: null, covered: false });
});
