import { describe, expect, test } from 'vitest';
import type { Policy } from '../model/index.ts';
import { fingerprintOf } from './any-policies.fixture.ts';
import { compilePolicies } from './decider.ts';
import { type DestinationUse, type KindUses, proposeFor, proposeForAll } from './proposal.ts';
import { readPolicies } from './policy-file.ts';
import { proposalFile, writePolicies } from './writing.ts';

const members = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `dev_c${from + n}`);

function use(
  key: string,
  known: number,
  services: Record<string, number> = {},
  kind?: string,
): DestinationUse {
  return {
    key,
    entity: kind === undefined ? null : { id: key, kind },
    members: members(known),
    services: Object.entries(services).map(([service, count]) => ({ service, members: members(count) })),
  };
}

const CAMERAS: KindUses = {
  kind: 'ip_camera',
  members: 30,
  established: 20,
  destinations: [
    use('axis-cloud.com', 18, { 'tcp/443': 18, 'udp/9999': 1 }),
    use('dev_video', 20, { 'tcp/554': 20 }, 'server'),
    use('203.0.113.7', 2, { 'tcp/443': 2 }),
    use('odd.example', 1, { 'tcp/443': 1 }),
  ],
};

describe('[POLICY-PROPOSE-1] what a kind commonly does is allowed, all else denied, to be watched first', () => {
  test('common destinations by their common services; rare ones are left out and told', () => {
    const { policies, allowed, leftOut } = proposeFor(CAMERAS);
    expect(policies).toMatchObject([
      {
        action: 'allow',
        destination: { networks: ['203.0.113.7/32'], domains: ['axis-cloud.com'], services: ['tcp/443'] },
      },
      { action: 'allow', destination: { ids: ['dev_video'], services: ['tcp/554'] } },
      { id: 'pol_proposed_ip_camera_least_privilege', action: 'deny', destination: {} },
    ]);
    expect(new Set(policies.map(({ mode }) => mode))).toEqual(new Set(['monitor']));
    expect(allowed.map(({ place, members: known }) => [place, known])).toEqual([
      ['dev_video', 20],
      ['axis-cloud.com', 18],
      ['203.0.113.7', 2],
    ]);
    expect(leftOut.map(({ place }) => place)).toEqual(['odd.example']);
  });

  test('many machines of one kind, each known to a few, are allowed as their kind; never its own kind', () => {
    const printers = Array.from({ length: 6 }, (_, n) => ({
      ...use(`dev_p${n}`, 1, {}, 'printer'),
      members: members(1, n),
      // One of them also looks round at every printer.
      services: [
        { service: 'tcp/9100', members: members(1, n) },
        { service: 'tcp/22', members: members(1, 5) },
      ],
    }));
    const clients = Array.from({ length: 6 }, (_, n) => ({
      ...use(`dev_w${n}`, 1, {}, 'workstation'),
      members: members(1, n),
    }));
    const { policies } = proposeFor({
      kind: 'workstation',
      members: 20,
      established: 20,
      destinations: [...printers, ...clients],
    });
    expect(policies[0]).toMatchObject({ destination: { kinds: ['printer'], services: ['tcp/9100'] } });
    expect(policies).toHaveLength(2);
  });

  test('machines of one kind that each member uses in another way are not allowed as their kind', () => {
    const printers = Array.from({ length: 6 }, (_, n) => ({
      ...use(`dev_p${n}`, 1, {}, 'printer'),
      members: members(1, n),
      services: [{ service: `tcp/${9_100 + n}`, members: members(1, n) }],
    }));
    const { policies, leftOut } = proposeFor({ ...CAMERAS, destinations: printers });
    expect(policies).toEqual([]);
    expect(leftOut).toHaveLength(6);
  });

  test('kinds that are spelt alike have rules of their own', () => {
    const kinds = ['Ip Camera', 'ip camera', 'ip-camera', 'ip-camera-2'];
    const policies = proposeForAll(kinds.map((kind) => ({ ...CAMERAS, kind }))).flatMap(
      (each) => each.policies,
    );
    expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
  });

  test('nothing where too few are established', () => {
    const { policies, refused } = proposeFor({ ...CAMERAS, established: 2 });
    expect(policies).toEqual([]);
    expect(refused).toContain('2 of 30');
  });

  test('what is used in too many ways is allowed as a whole', () => {
    const services = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`tcp/${5_000 + n}`, 20]));
    const { policies } = proposeFor({ ...CAMERAS, destinations: [use('dev_video', 20, services, 'server')] });
    expect(policies[0]?.destination).toEqual({ ids: ['dev_video'] });
  });
});

test('[POLICY-PROPOSE-2] a proposal is a policy file that reads back to itself', () => {
  const proposals = [proposeFor(CAMERAS), proposeFor({ ...CAMERAS, kind: 'sensor', established: 1 })];
  const file = readPolicies(proposalFile(proposals));
  expect(file.ok && file.policies).toEqual(proposals.flatMap(({ policies }) => policies));
  expect(proposalFile(proposals)).toContain('# sensor: nothing is proposed');
});

test('[POLICY-WRITE-1] what is in force is written as it can be put in force again', () => {
  const group = { name: 'cameras', kinds: ['ip_camera'] };
  const rule = (id: Policy['id'], over: Partial<Policy>): Policy => ({
    id,
    description: null,
    priority: 1,
    action: 'deny',
    mode: 'enforce',
    subject: {},
    destination: {},
    ...over,
  });
  const policies = [
    rule('pol_a', { subject: { groups: [group] }, destination: { except: { groups: [group] } } }),
    // Another file had another group of that name.
    rule('pol_b', { destination: { groups: [{ name: 'cameras', kinds: ['nvr'] }], services: ['tcp/443'] } }),
    rule('pol_c', { times: [{ days: ['mon'], from: '08:00', to: '18:00' }] }),
  ];
  const file = readPolicies(JSON.stringify(writePolicies(policies)));
  const again = file.ok ? file.policies : [];
  expect(JSON.stringify(again[0])).toBe(
    JSON.stringify(readPolicies(JSON.stringify(writePolicies(again))).ok ? again[0] : null),
  );
  expect(again[1]?.destination.groups?.[0]).toMatchObject({ kinds: ['nvr'] });
  const [decider, before] = [again, policies].map((each) => compilePolicies(each, fingerprintOf));
  expect(decider?.policies.map(({ times }) => times)).toEqual(before?.policies.map(({ times }) => times));
});
