import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address, Fingerprint, Policy, PolicyId, SealedName } from '../model/index.ts';
import { compilePolicies } from './decider.ts';
import type { PolicyDestination } from './destination-table.ts';
import { minuteOfWeek } from './weekly-times.ts';
import type { PolicyParty } from './party.ts';

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

const CAMERA: PolicyParty = {
  id: 'dev_camera',
  type: 'device',
  kind: 'ip_camera',
  tags: ['lobby', 'floor=3'],
  site: 'hq',
};
const SERVER: PolicyParty = {
  id: 'wkl_store',
  alias: 'dev_store',
  type: 'workload',
  kind: 'server',
  tags: ['backup', 'app=store', 'namespace=prod'],
  site: 'hq',
};
const PRINTER: PolicyParty = { id: 'dev_printer', type: 'device', kind: 'printer', tags: [], site: 'hq' };

function to(over: Partial<PolicyDestination> = {}): PolicyDestination {
  return {
    address: null,
    name: null,
    categories: [],
    party: null,
    internal: false,
    protocol: 'tcp',
    port: null,
    ...over,
  };
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
    ['a kind', { kinds: ['server'] }, { party: SERVER }, true],
    ['an id', { ids: ['wkl_store'] }, { party: SERVER }, true],
    ['the other id of a server', { ids: ['dev_store'] }, { party: SERVER }, true],
    ['a type', { types: ['workload'] }, { party: SERVER }, true],
    ['one of several tags', { tags: ['archive', 'backup'] }, { party: SERVER }, true],
    ['all labels', { labels: ['app=store', 'namespace=prod'] }, { party: SERVER }, true],
    ['not all labels', { labels: ['app=store', 'namespace=test'] }, { party: SERVER }, false],
    [
      'a group',
      { groups: [{ name: 'stores', kinds: ['server'], tags: ['backup'] }] },
      { party: SERVER },
      true,
    ],
    ['half a group', { groups: [{ name: 'x', kinds: ['server'], tags: ['web'] }] }, { party: SERVER }, false],
    ['an IPv6 network', { networks: ['2001:db8::/32'] }, { address: '2001:db8:7::5' as Address }, true],
    ['beside an IPv6 network', { networks: ['2001:db8::/32'] }, { address: '2001:db9::5' as Address }, false],
    ['a service', { services: ['tcp/443'] }, { protocol: 'tcp', port: 443 }, true],
    ['another protocol', { services: ['tcp/443'] }, { protocol: 'udp', port: 443 }, false],
    ['the last port of a range', { services: ['udp/100-200'] }, { protocol: 'udp', port: 200 }, true],
    ['behind a range', { services: ['udp/100-200'] }, { protocol: 'udp', port: 201 }, false],
    ['a protocol', { services: ['icmp'] }, { protocol: 'icmp', port: null }, true],
    ['a service or a port', { services: ['udp/53'], ports: [80] }, { protocol: 'tcp', port: 80 }, true],
    ['inside the fleet', { internal: true }, { internal: true }, true],
    ['outside the fleet', { internal: false }, { internal: true }, false],
    ['one place of several', { kinds: ['server'], domains: ['example.org'] }, { party: SERVER }, true],
    ['the place, not the port', { kinds: ['server'], ports: [22] }, { party: SERVER, port: 443 }, false],
    ['place and port', { kinds: ['server'], ports: [22] }, { party: SERVER, port: 22 }, true],
    ['the port, not the place', { kinds: ['server'], ports: [22] }, { party: PRINTER, port: 22 }, false],
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
    ['by type', { types: ['device'] }, true],
    ['by another type', { types: ['workload'] }, false],
    ['by all labels', { labels: ['lobby', 'floor=3'] }, true],
    ['not by some labels', { labels: ['lobby', 'floor=4'] }, false],
    ['by group', { groups: [{ name: 'cameras', kinds: ['ip_camera'] }] }, true],
    ['not by the id in another group', { groups: [{ name: 'x', ids: ['dev_other'] }] }, false],
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

describe('[POLICY-TIMES-1] a rule that holds at times holds by the clock of the site', () => {
  const berlin = minuteOfWeek('Europe/Berlin');
  const at = (times: Policy['times'], instant: string) =>
    compilePolicies([policy('a', times === undefined ? {} : { times })], fingerprint).decide(
      CAMERA,
      to(),
      berlin(Date.parse(instant)),
    ).policy !== null;
  const NIGHT: Policy['times'] = [{ days: ['fri'], from: '22:00', to: '06:00' }];

  test.each([
    ['2026-05-22T19:59:59Z', false],
    ['2026-05-22T20:00:00Z', true],
    ['2026-05-23T03:59:59Z', true],
    ['2026-05-23T04:00:00Z', false],
    ['2026-05-21T20:30:00Z', false],
    // Winter: an hour later by UTC.
    ['2026-01-09T20:30:00Z', false],
    ['2026-01-09T21:30:00Z', true],
  ])('a Friday night in Berlin, %s', (instant, expected) => {
    expect(at(NIGHT, instant)).toBe(expected);
  });

  test('from Sunday into Monday, and a whole day', () => {
    const sunday: Policy['times'] = [{ days: ['sun'], from: '23:00', to: '01:00' }];
    expect(at(sunday, '2026-05-24T22:30:00Z')).toBe(true);
    expect(at(sunday, '2026-05-24T23:30:00Z')).toBe(false);
    const monday: Policy['times'] = [{ days: ['mon'], from: '00:00', to: '24:00' }];
    expect(at(monday, '2026-05-24T22:00:00Z')).toBe(true);
    expect(at(monday, '2026-05-25T22:00:00Z')).toBe(false);
  });

  test('where the time is not known only those hold that always do', () => {
    const decider = compilePolicies([policy('a', { times: NIGHT, priority: 9 }), policy('b')], fingerprint);
    expect(decider.decide(CAMERA, to()).policy?.id).toBe('pol_b');
  });
});

describe('[POLICY-RECOMMEND-1] held to what it does is whom an enforced rule denies whatever is left', () => {
  const KIND = { subject: { kinds: ['ip_camera'] } };

  test.each<[string, Partial<Policy>, boolean]>([
    ['all', KIND, true],
    ['all but what it excepts', { ...KIND, destination: { except: { domains: ['example.org'] } } }, true],
    ['only watched', { ...KIND, mode: 'monitor' }, false],
    ['one place', { ...KIND, destination: { internal: true } }, false],
    ['one service', { ...KIND, destination: { services: ['tcp/22'] } }, false],
    ['at times', { ...KIND, times: [{ days: ['mon'], from: '00:00', to: '24:00' }] }, false],
    ['everybody', {}, false],
    ['another kind', { subject: { kinds: ['printer'] } }, false],
  ])('%s', (_, over, expected) => {
    expect(compilePolicies([policy('a', over)], fingerprint).isConfined(CAMERA)).toBe(expected);
  });
});

test('whoever changes is asked about anew', () => {
  const decider = compilePolicies([policy('a', { subject: { kinds: ['ip_camera'] } })], fingerprint);
  expect(decider.applicable(CAMERA)).toHaveLength(1);
  expect(decider.applicable({ ...CAMERA, kind: 'printer' })).toHaveLength(0);
  expect(decider.applicable({ ...CAMERA, tags: ['lobby'] })).toHaveLength(1);
});
