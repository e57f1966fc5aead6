import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address } from '../../model/index.ts';
import { compilePolicies } from '../decider.ts';
import type { PolicyDestination } from '../destination-table.ts';
import { fingerprintOf } from '../any-policies.fixture.ts';
import type { PolicyParty } from '../party.ts';
import { readPolicies } from '../policy-file.ts';
import { readPolicyFiles } from '../policy-files.ts';

interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

function partyOf({ namespace, labels }: Pod): PolicyParty {
  const tags = Object.entries({ namespace, ...labels }).map(([key, value]) => `${key}=${value}`);
  return { id: `wkl_${tags.join('.')}`, type: 'workload', kind: 'container', tags, site: 'hq' };
}

function to(pod: Pod, port: number): PolicyDestination {
  return {
    address: '10.1.1.1' as Address,
    name: null,
    categories: [],
    party: partyOf(pod),
    internal: true,
    protocol: 'tcp',
    port,
  };
}

function isDenied(text: string, from: Pod, destination: PolicyDestination): boolean {
  const file = readPolicies(text);
  if (!file.ok) throw new Error(JSON.stringify(file.errors));
  const { policy } = compilePolicies(file.policies, fingerprintOf).decide(partyOf(from), destination);
  return policy?.action === 'deny';
}

const WEB: Pod = { namespace: 'shop', labels: { app: 'web' } };
const API: Pod = { namespace: 'shop', labels: { app: 'api', tier: 'back' } };
const OTHER: Pod = { namespace: 'lab', labels: { app: 'web' } };

const NETWORK_POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: api}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
      ports:
        - {protocol: TCP, port: 8080}
  egress:
    - to:
        - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.64/26]}
`;

describe('[POLICY-K8S-1] a NetworkPolicy decides as its cluster does', () => {
  test('whoever is selected is reached by those that are allowed, at their port, alone', () => {
    expect(isDenied(NETWORK_POLICY, WEB, to(API, 8_080))).toBe(false);
    expect(isDenied(NETWORK_POLICY, WEB, to(API, 22))).toBe(true);
    expect(isDenied(NETWORK_POLICY, OTHER, to(API, 8_080))).toBe(true);
    expect(isDenied(NETWORK_POLICY, WEB, to(OTHER, 22))).toBe(false);
  });

  test('and reaches out to a block, but for what is left out of it', () => {
    const outside = (address: string) => ({
      ...to(WEB, 443),
      address: address as Address,
      party: null,
      internal: false,
    });
    expect(isDenied(NETWORK_POLICY, API, outside('203.0.113.5'))).toBe(false);
    expect(isDenied(NETWORK_POLICY, API, outside('203.0.113.70'))).toBe(true);
    expect(isDenied(NETWORK_POLICY, API, outside('198.51.100.1'))).toBe(true);
  });

  test('several add up, whatever their order: as the rules of Kubernetes read', () => {
    const value = fc.constantFrom('a', 'b');
    const labels = fc.dictionary(fc.constantFrom('app', 'tier'), value, { maxKeys: 2 });
    const namespace = fc.constantFrom('x', 'y');
    const pod: fc.Arbitrary<Pod> = fc.record({ namespace, labels });
    const peer = fc.oneof(
      fc.record({ podSelector: fc.record({ matchLabels: labels }) }),
      fc.record({
        namespaceSelector: fc.constantFrom(
          {},
          { matchLabels: { 'kubernetes.io/metadata.name': 'x' } },
          { matchLabels: { 'kubernetes.io/metadata.name': 'y' } },
        ),
        podSelector: fc.record({ matchLabels: labels }),
      }),
    );
    const ports = fc.array(fc.constantFrom<Port>({ port: 80 }, { port: 90, endPort: 95 }), { maxLength: 2 });
    const rule = fc.record({ peers: fc.array(peer, { maxLength: 2 }), ports });
    const policy = fc.record({
      namespace,
      selector: labels,
      ingress: fc.option(fc.array(rule, { maxLength: 2 })),
      egress: fc.option(fc.array(rule, { maxLength: 2 })),
    });
    fc.assert(
      fc.property(
        fc.array(policy, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(pod, pod, fc.constantFrom(80, 93, 22)), { minLength: 10, maxLength: 10 }),
        (policies, connections) => {
          const text = policies.map((each, index) => JSON.stringify(manifest(each, index))).join('\n---\n');
          for (const [from, pod2, port] of connections) {
            expect(isDenied(text, from, to(pod2, port))).toBe(!isAllowed(policies, from, pod2, port));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

interface Port {
  readonly port: number;
  readonly endPort?: number;
}
interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}
interface Rule {
  readonly peers: readonly { readonly podSelector: Selector; readonly namespaceSelector?: Selector }[];
  readonly ports: readonly Port[];
}
interface Written {
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ingress: readonly Rule[] | null;
  readonly egress: readonly Rule[] | null;
}

function manifest({ namespace, selector, ingress, egress }: Written, index: number): object {
  const rules = (key: 'from' | 'to', all: readonly Rule[]) =>
    all.map(({ peers, ports }) => ({
      ...(peers.length === 0 ? {} : { [key]: peers }),
      ...(ports.length === 0 ? {} : { ports }),
    }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `p${index}`, namespace },
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: [...(ingress === null ? [] : ['Ingress']), ...(egress === null ? [] : ['Egress'])],
      ...(ingress === null ? {} : { ingress: rules('from', ingress) }),
      ...(egress === null ? {} : { egress: rules('to', egress) }),
    },
  };
}

/** https://kubernetes.io/docs/concepts/services-networking/network-policies: both ends must allow it. */
function isAllowed(written: readonly Written[], from: Pod, pod: Pod, port: number): boolean {
  // No types: ingress is isolated.
  const policies = written.map((each) =>
    each.egress === null ? { ...each, ingress: each.ingress ?? [] } : each,
  );
  const side = (own: Pod, other: Pod, direction: 'ingress' | 'egress') => {
    const selecting = policies.filter(
      (each) => each[direction] !== null && each.namespace === own.namespace && hasAll(own, each.selector),
    );
    if (selecting.length === 0) return true;
    return selecting.some((each) =>
      (each[direction] ?? []).some(
        ({ peers, ports }) =>
          (peers.length === 0 || peers.some((peer) => isPeer(peer, each.namespace, other))) &&
          (ports.length === 0 ||
            ports.some((each2) => port >= each2.port && port <= (each2.endPort ?? each2.port))),
      ),
    );
  };
  return side(from, pod, 'egress') && side(pod, from, 'ingress');
}

function isPeer({ podSelector, namespaceSelector }: Rule['peers'][number], own: string, pod: Pod): boolean {
  const named = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
  const isThere =
    namespaceSelector === undefined ? pod.namespace === own : (named ?? pod.namespace) === pod.namespace;
  return isThere && hasAll(pod, podSelector.matchLabels ?? {});
}

function hasAll(pod: Pod, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([key, value]) => pod.labels[key] === value);
}

const CILIUM = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {"k8s:app": api}}
  egress:
    - toFQDNs: [{matchPattern: "*.example.org"}]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
    - toEndpoints:
        - matchLabels: {app: web, "k8s:io.kubernetes.pod.namespace": lab}
    - toEntities: [world]
      toPorts: [{ports: [{port: "123", protocol: UDP}]}]
  egressDeny:
    - toCIDR: [198.51.100.0/24]
`;

describe('[POLICY-CILIUM-1] a policy of Cilium decides as its cluster does', () => {
  const outside = (over: Partial<PolicyDestination>): PolicyDestination => ({
    ...to(WEB, 443),
    address: '203.0.113.9' as Address,
    party: null,
    internal: false,
    ...over,
  });
  const name = {
    domain: 'example.org',
    fingerprint: fingerprintOf('a.example.org'),
    parents: [],
    labels: { count: 0, length: 0, entropy: 0 },
  };

  test.each<[string, PolicyDestination, boolean]>([
    ['a name below the domain', outside({ name }), false],
    ['another port of it', outside({ name, port: 80 }), true],
    ['a workload of another namespace', to(OTHER, 22), false],
    ['another workload', to(WEB, 22), true],
    ['time from anywhere outside', outside({ protocol: 'udp', port: 123 }), false],
    [
      'but not from what is denied',
      outside({ address: '198.51.100.3' as Address, protocol: 'udp', port: 123 }),
      true,
    ],
  ])('%s', (_, destination, expected) => {
    expect(isDenied(CILIUM, API, destination)).toBe(expected);
  });
});

describe('[POLICY-K8S-1] small print of clusters', () => {
  const kubernetes = (name: string, spec: object) =>
    JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: 'shop' },
      spec,
    });
  const cilium = (name: string, app: string, spec: object) =>
    JSON.stringify({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name, namespace: 'shop' },
      spec: { endpointSelector: { matchLabels: { app } }, ...spec },
    });

  test('manifests of several files add up as those of one do', () => {
    const openers = kubernetes('web', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [{}],
    });
    const receivers = kubernetes('api', {
      podSelector: { matchLabels: { app: 'api' } },
      policyTypes: ['Ingress'],
    });
    const { policies } = readPolicyFiles([
      { path: 'a.yaml', text: openers },
      { path: 'b.yaml', text: receivers },
    ]);
    const { policy } = compilePolicies(policies, fingerprintOf).decide(partyOf(WEB), to(API, 80));
    expect(policy?.action).toBe('deny');
    const one = readPolicies(`${openers}\n---\n${receivers}`);
    expect(policies).toEqual(one.ok && one.policies);
  });

  test('an empty list of egress, or of types, says nothing of egress', () => {
    for (const said of [{ egress: [] }, { policyTypes: [] }]) {
      const text = kubernetes('web', { podSelector: { matchLabels: { app: 'web' } }, ...said });
      expect(isDenied(text, WEB, to(API, 80))).toBe(false);
      expect(isDenied(text, API, to(WEB, 80))).toBe(true);
    }
  });

  test("Cilium's empty list isolates nobody, one empty rule does", () => {
    expect(isDenied(cilium('web', 'web', { ingress: [] }), API, to(WEB, 80))).toBe(false);
    expect(isDenied(cilium('web', 'web', { ingress: [{}] }), API, to(WEB, 80))).toBe(true);
  });

  test('what an end allows that is not isolated does not open the other end', () => {
    const all = { toEndpoints: [{}] };
    const opener = cilium('web', 'web', { enableDefaultDeny: { egress: false }, egress: [all] });
    const receiver = cilium('api', 'api', { ingress: [{}] });
    expect(isDenied(`${opener}\n---\n${receiver}`, WEB, to(API, 80))).toBe(true);
    const isolated = cilium('web-2', 'web', { egress: [{}] });
    expect(isDenied(isolated, WEB, to(API, 80))).toBe(true);
    expect(isDenied(`${opener}\n---\n${isolated}`, WEB, to(API, 80))).toBe(false);
  });

  test('a label is not cut at its dot', () => {
    const text = cilium('web', 'web', {
      ingress: [{ fromEndpoints: [{ matchLabels: { 'k8s.io/name': 'x' } }] }],
    });
    const file = readPolicies(text);
    expect(JSON.stringify(file)).toContain('"k8s.io/name=x"');
  });

  test('what comes to too many rules is refused before it is worked out', () => {
    const many = Array.from({ length: 1_000 }, (_, n) =>
      kubernetes(`p${n}`, {
        podSelector: { matchLabels: { app: `a${n}` } },
        policyTypes: ['Ingress', 'Egress'],
      }),
    );
    const file = readPolicies(many.join('\n---\n'));
    expect(file).toMatchObject({
      ok: false,
      errors: [{ message: expect.stringMatching(/more than 10000 rules/) }],
    });
    const expressions = Array.from({ length: 12 }, (_, n) => ({
      key: `k${n}`,
      operator: 'In',
      values: Array.from({ length: 12 }, (__, value) => `v${value}`),
    }));
    expect(readPolicies(kubernetes('p', { podSelector: { matchExpressions: expressions } }))).toMatchObject({
      ok: false,
      errors: [{ path: 'spec.podSelector', message: expect.stringMatching(/combinations/) }],
    });
  });
});

describe('[POLICY-K8S-2] what cannot be expressed is refused with its place', () => {
  const line = (text: string) => {
    const file = readPolicies(text);
    if (file.ok) throw new Error('was accepted');
    return file.errors.map((each) => `${each.line} ${each.path}`);
  };
  const policy = (spec: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n${spec}`;
  const cilium = (spec: string) =>
    `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec:\n  endpointSelector: {}\n${spec}`;

  test.each<[string, string, string]>([
    [
      'who opens by address',
      policy('  podSelector: {}\n  ingress:\n    - from:\n        - ipBlock: {cidr: 10.0.0.0/8}\n'),
      '8 spec.ingress[0].from[0].ipBlock',
    ],
    [
      'a named port',
      policy('  podSelector: {}\n  ingress:\n    - ports:\n        - port: web\n'),
      '8 spec.ingress[0].ports[0].port',
    ],
    [
      'a negative selector',
      policy('  podSelector:\n    matchExpressions:\n      - {key: app, operator: NotIn, values: [web]}\n'),
      '7 spec.podSelector.matchExpressions[0].operator',
    ],
    [
      'namespaces by a label',
      policy(
        '  podSelector: {}\n  egress:\n    - to:\n        - namespaceSelector: {matchLabels: {team: x}}\n',
      ),
      '8 spec.egress[0].to[0].namespaceSelector.matchLabels.team',
    ],
    ['an unknown key', policy('  podSelector: {}\n  egres: []\n'), '6 spec.egres'],
    [
      'rules of HTTP',
      cilium('  egress:\n    - toPorts:\n        - ports: [{port: "80"}]\n          rules: {http: []}\n'),
      '9 spec.egress[0].toPorts[0].rules',
    ],
    ['a service by name', cilium('  egress:\n    - toServices: []\n'), '7 spec.egress[0].toServices'],
    ['the host', cilium('  ingress:\n    - fromEntities: [host]\n'), '7 spec.ingress[0].fromEntities[0]'],
    ['another kind', 'apiVersion: v1\nkind: Pod\n', '2 kind'],
    [
      'a policy without a spec',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n',
      '1 spec',
    ],
    ['a selector that is a text', policy('  podSelector: web\n'), '5 spec.podSelector'],
    [
      'a port that is no object',
      policy('  podSelector: {}\n  ingress:\n    - ports: [80]\n'),
      '7 spec.ingress[0].ports[0]',
    ],
    [
      'an end of no port',
      policy('  podSelector: {}\n  ingress:\n    - ports: [{endPort: 80}]\n'),
      '7 spec.ingress[0].ports[0].endPort',
    ],
    ['a rule that is nothing', policy('  podSelector: {}\n  ingress:\n    -\n'), '7 spec.ingress[0]'],
    [
      'a peer that is nothing',
      policy('  podSelector: {}\n  ingress:\n    - from: [{}]\n'),
      '7 spec.ingress[0].from[0]',
    ],
    [
      'a block beside a selector',
      policy('  podSelector: {}\n  egress:\n    - to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]\n'),
      '7 spec.egress[0].to[0]',
    ],
    [
      'no endpoint selector',
      'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec: {ingress: []}\n',
      '4 spec.endpointSelector',
    ],
    [
      'endpoints that are no objects',
      cilium('  ingress:\n    - fromEndpoints: [web]\n'),
      '7 spec.ingress[0].fromEndpoints[0]',
    ],
    [
      'a denial that is neither',
      cilium('  enableDefaultDeny: {egress: "false"}\n  egress: [{}]\n'),
      '6 spec.enableDefaultDeny.egress',
    ],
  ])('%s', (_, text, expected) => {
    expect(line(text)).toContain(expected);
  });

  test('in a list as in several documents', () => {
    const list = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'a' },
          spec: { podSelector: {}, policyTypes: ['Egress'] },
        },
      ],
    });
    const file = readPolicies(list);
    expect(file.ok && file.policies).toMatchObject([
      { id: 'pol_k8s_default_a_egress_1', action: 'deny', subject: { labels: ['namespace=default'] } },
    ]);
  });
});
