import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine/index.ts';
import {
  certificate,
  configured,
  connection,
  elsewhere,
  entityIn,
  entry,
  everyHour,
  fed,
  historyEnd,
  inventoried,
  LEARNT,
  listing,
  policy,
  replayed,
  ruled,
  signIn,
  START,
  telemetry,
  tls,
  told,
  viewOf,
  vulnerability,
} from '../engine/engine-harness.fixture.ts';
import {
  ANSWERS,
  DAY_MS,
  type DeviceId,
  type EntityId,
  HOUR_MS,
  type JournalRecord,
  MINUTE_MS,
  type PostureSimulation,
  type ToolInput,
} from '../model/index.ts';
import { createPostureReader, presentOnly } from './index.ts';
import { worstFirst } from './worst-first.ts';

const AT = LEARNT;
const FILES = 'dev_files';
const CAMERA = 'dev_camera';
const STATION = 'dev_station';
const CVE = 'CVE-2026-0001';

const watched = policy('pol_no_telnet', { action: 'deny', mode: 'monitor', destination: { ports: [23] } });
const files = entry(FILES, '10.0.0.2', { kind: 'server' });
const camera = entry(CAMERA, '10.0.0.3', { kind: 'ip_camera', supportEnds: START });
const station = entry(STATION, '10.0.0.4');

const records: readonly JournalRecord[] = [
  configured,
  inventoried(START, files, camera, station),
  ruled(START, watched),
  fed(START, listing('203.0.113.66')),
  ...telemetry([
    ...everyHour(START, AT, '10.0.0.4', ['198.51.100.1']),
    ...everyHour(AT - 2 * DAY_MS, AT, '10.0.0.9', ['198.51.100.1']),
    ...Array.from({ length: 25 }, (_, host) =>
      connection(AT - 50 * MINUTE_MS + host * 1_000, '10.0.0.4', `10.0.3.${host + 1}`, {
        port: 445,
        outcome: 'rejected',
      }),
    ),
    connection(AT - HOUR_MS, '10.0.0.4', '10.0.0.2'),
    connection(AT - HOUR_MS, '10.0.0.3', '203.0.113.66', { outcome: 'blocked' }),
    tls(AT - HOUR_MS, '10.0.0.2', 'key'),
    certificate(AT - HOUR_MS, 'key', { notBefore: AT - 100 * DAY_MS, notAfter: AT - DAY_MS }),
    vulnerability(AT - HOUR_MS, '10.0.0.2', { exploited: true }),
    vulnerability(AT - HOUR_MS, '10.0.0.3'),
    ...elsewhere(AT),
  ]),
  historyEnd,
];

const engine = replayed(records);
const stranger = [...viewOf(engine).entities()].find(
  (each) => each.profile.type === 'device' && each.addresses().includes('10.0.0.9'),
);
const STRANGER = stranger?.id ?? FILES;
const anomaly = [...viewOf(engine).anomalies()].find(({ entity }) => entity === STATION);

type Input = ToolInput<'simulate_change'>;
type Change = NonNullable<Input['changes']>[number];

async function outcomeOf(of: Engine, input: Input) {
  return await createPostureReader(presentOnly(viewOf(of)), () => AT).ask('simulate_change', input, 'test');
}

async function simulated(of: Engine, input: Input): Promise<PostureSimulation> {
  const outcome = await outcomeOf(of, { detail: 'full', ...input });
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return ANSWERS.simulate_change.parse(outcome.answer);
}

/** Each kind of change, and the records by which it is made in truth. */
const CHANGES: readonly (readonly [Change, readonly JournalRecord[], EntityId])[] = [
  [
    { kind: 'patch', cve: CVE },
    telemetry([
      vulnerability(AT - HOUR_MS + 1, '10.0.0.2', { resolved: true }),
      vulnerability(AT - HOUR_MS + 1, '10.0.0.3', { resolved: true }),
    ]),
    FILES,
  ],
  [{ kind: 'enforce_policy', policy: watched.id }, [ruled(AT, { ...watched, mode: 'enforce' })], STATION],
  [
    { kind: 'update_firmware', entities: [CAMERA] },
    [
      inventoried(AT, files, { ...camera, supportEnds: null }, station),
      ...telemetry([vulnerability(AT - HOUR_MS + 1, '10.0.0.3', { resolved: true })]),
    ],
    CAMERA,
  ],
  [
    { kind: 'enrol', entities: [STRANGER] },
    [{ kind: 'enrol', at: AT, entities: [STRANGER], actor: 'test', reason: null }],
    STRANGER,
  ],
  ...(['false_positive', 'remediated'] as const).map(
    (verdict) =>
      [
        { kind: 'close_anomaly', anomaly: anomaly?.id ?? '', verdict },
        [
          {
            kind: 'verdict',
            at: AT,
            anomaly: anomaly?.id ?? '',
            status: 'closed',
            verdict: verdict === 'remediated' ? 'true_positive' : 'false_positive',
            remediated: verdict === 'remediated',
            actor: 'test',
            reason: null,
          },
        ],
        STATION,
      ] as const,
  ),
];

describe.each(CHANGES)('%j', (change, made, id) => {
  test('[TOOL-SIMULATE-1] foretells what it gives when it is made', async () => {
    // Policies that are applied again, as they are or changed, forget what they covered.
    const again = change.kind === 'enforce_policy' ? [ruled(AT, watched)] : [];
    const said = await simulated(replayed([...records, ...again]), { changes: [change] });
    const truth = replayed([...records, ...made]);
    const { score_after, risk_after } = said.entities.find(({ entity_id }) => entity_id === id) ?? {};
    const is = entityIn(truth, id);
    expect({ score_after, risk_after }).toEqual({ score_after: is.score, risk_after: is.riskLevel });
    const fleet = viewOf(truth).fleet().value.scoreExact;
    expect(Math.round(said.fleet.score_exact_after * 1_000)).toBe(fleet);
  });
});

const QUESTIONS: readonly Input[] = [
  ...CHANGES.map(([change]): Input => ({ changes: [change] })),
  { changes: [{ kind: 'renew_certificate', entities: [FILES] }] },
  { changes: [{ kind: 'replace_device', entities: [CAMERA, STATION] }] },
  // An anomaly is closed in one way.
  { changes: CHANGES.slice(0, -1).map(([change]) => change) },
  {},
  { entity_id: FILES },
];

describe.each(QUESTIONS)('%j', (input) => {
  test('[TOOL-SIMULATE-2] [TOOL-SIMULATE-3] writes nothing, and its points sum', async () => {
    const hash = engine.stateHash();
    const { entities, factors, next_actions } = await simulated(engine, input);
    expect(engine.stateHash()).toBe(hash);
    const sum = (rows: readonly { points: number }[]) =>
      rows.reduce((total, { points }) => total + Math.round(points * 1_000), 0);
    expect(sum(factors)).toBe(sum(entities));
    expect(next_actions.length > 0).toBe(input.changes === undefined);
  });
});

test('a certificate renewed, and a device replaced, no longer cost what they cost', async () => {
  const renewed = await simulated(engine, { changes: [{ kind: 'renew_certificate', entities: [FILES] }] });
  expect(renewed.factors.map(({ factor }) => factor)).toEqual(['certificate_expired']);
  const replaced = await simulated(engine, { changes: [{ kind: 'replace_device', entities: [CAMERA] }] });
  expect(replaced.factors.map(({ factor }) => factor).sort()).toEqual([
    'c2_blocked',
    'firmware_eol',
    'vulnerability',
  ]);
});

test('[TOOL-SIMULATE-4] next actions come by points per device, and are true when simulated', async () => {
  const { next_actions } = await simulated(engine, {});
  const ranks = next_actions.map((each) => each.points_per_device);
  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
  expect(new Set(next_actions.map(({ change }) => change.kind)).size).toBeGreaterThanOrEqual(4);
  for (const { change, fleet_points, devices } of next_actions) {
    const { fleet, entities_total } = await simulated(engine, { changes: [change] });
    expect(fleet.points).toBe(fleet_points);
    expect(entities_total).toBe(devices);
  }
});

test('[TOOL-SIMULATE-4] of a next action for more devices than it names that is said', async () => {
  const many = Array.from({ length: 6 }, (_, n) =>
    entry(`dev_old_${n}`, `10.0.7.${n + 1}`, { supportEnds: START }),
  );
  const fleet = replayed([configured, inventoried(START, ...many), historyEnd]);
  const { next_actions, truncated } = await simulated(fleet, { detail: 'standard' });
  expect(next_actions.map(({ devices, change }) => [devices, change.entities?.length])).toEqual([[6, 5]]);
  expect(truncated).toMatchObject({ what: 'the entities of next_actions', how_to_get: expect.any(String) });
  const full = await simulated(fleet, { detail: 'full' });
  expect([full.next_actions[0]?.change.entities?.length, full.truncated]).toEqual([6, undefined]);
});

test('[TOOL-SIMULATE-4] a watched policy that would confine is proposed to whom nothing confines', async () => {
  const others = policy('pol_others', { action: 'deny', mode: 'monitor', subject: { ids: [CAMERA] } });
  const rest = policy('pol_rest', { action: 'deny', mode: 'monitor', subject: { ids: [STATION] } });
  const enforced = { ...watched, mode: 'enforce' } as const;
  const ruledNow = replayed([...records, ruled(AT, enforced, rest, others)]);
  const { next_actions } = await simulated(ruledNow, {});
  const enforcing = next_actions.filter(({ change }) => change.kind === 'enforce_policy');
  expect(enforcing).toMatchObject([{ change: { policy: 'pol_rest' }, devices: 1 }]);
  const { entities, factors } = await simulated(ruledNow, {
    changes: [{ kind: 'enforce_policy', policy: 'pol_rest' }],
  });
  expect(entities.map(({ entity_id }) => entity_id)).toEqual([STATION]);
  expect(factors.map(({ factor }) => factor)).toContain('least_privilege_not_enforced');
});

test.each<[Change, string]>([
  [{ kind: 'patch' }, '"changes.0.cve" is required for patch'],
  [{ kind: 'enrol' }, '"changes.0.entities" is required for enrol'],
  [{ kind: 'enrol', entities: ['dev_nobody'] }, 'No entity with the id "dev_nobody"'],
  [{ kind: 'enforce_policy' }, '"changes.0.policy" is required'],
  [{ kind: 'enforce_policy', policy: 'pol_none' }, '"changes.0.policy" was "pol_none", no policy'],
  [{ kind: 'close_anomaly', anomaly: 'ano_none' }, '"changes.0.verdict" is required'],
  [
    { kind: 'close_anomaly', anomaly: 'ano_none', verdict: 'remediated' },
    '"changes.0.anomaly" was "ano_none", no anomaly',
  ],
  [
    { kind: 'enforce_policy', policy: watched.id, entities: [FILES] },
    '"changes.0.entities" is nothing that enforce_policy takes; allowed beside "kind" is "policy"; a policy is enforced for all',
  ],
  [
    { kind: 'update_firmware', entities: [CAMERA], cve: CVE },
    '"changes.0.cve" is nothing that update_firmware takes; allowed beside "kind" is "entities"',
  ],
  [
    { kind: 'enrol', entities: [STRANGER, CAMERA] },
    '"changes.0.entities.1" was "dev_camera", enrolled already',
  ],
])('[TOOL-SIMULATE-2] [TOOL-SIMULATE-5] %j is refused, and nothing is written', async (change, said) => {
  const hash = engine.stateHash();
  const outcome = await outcomeOf(engine, { changes: [change] });
  expect(outcome.ok ? '' : outcome.problem.message).toContain(said);
  expect(engine.stateHash()).toBe(hash);
});

test('[TOOL-SIMULATE-5] people have no firmware, and an anomaly is closed in one way', async () => {
  const refusal = async (...changes: readonly Change[]) => {
    const outcome = await outcomeOf(withPeople, { changes: [...changes] });
    return outcome.ok ? '' : outcome.problem.message;
  };
  const user = [...viewOf(withPeople).entities()].find(({ profile }) => profile.type === 'user')?.id ?? '';
  for (const kind of ['update_firmware', 'replace_device'] as const)
    expect(await refusal({ kind, entities: [FILES, user] })).toBe(
      `"changes.0.entities.1" was "${user}", a user; allowed for ${kind} is a device`,
    );
  expect(await refusal({ kind: 'renew_certificate', entities: [user] })).toContain(
    'is a device or a workload',
  );
  const close = (verdict: 'false_positive' | 'remediated') =>
    ({ kind: 'close_anomaly', anomaly: anomaly?.id ?? '', verdict }) as const;
  const outcome = await outcomeOf(engine, { changes: [close('remediated'), close('false_positive')] });
  expect(outcome.ok ? '' : outcome.problem.message).toBe(
    '"changes.1.verdict" was false_positive, and "changes.0" closes the same anomaly as remediated; allowed is one verdict for each',
  );
});

describe('what nobody has', () => {
  test('[TOOL-SIMULATE-6] is named, instead of a silent nothing', async () => {
    const nobodys = 'CVE-2020-9999';
    const none = await simulated(engine, { changes: [{ kind: 'patch', cve: nobodys }] });
    expect(none).toMatchObject({ unknown: [nobodys], entities_total: 0, fleet: { points: 0 } });
    const both = [nobodys, CVE.toLowerCase()].map((cve) => ({ kind: 'patch', cve }) as const);
    const some = await simulated(engine, { changes: both });
    expect(some.unknown).toEqual([nobodys]);
    expect(some.entities_total).toBeGreaterThan(0);
    const notHere = await simulated(engine, { changes: [{ kind: 'patch', cve: CVE, entities: [STATION] }] });
    expect(notHere.unknown).toEqual([CVE]);
  });

  test('[TOOL-SIMULATE-6] is looked for in portions, between which others have their turn', async () => {
    const hosts = Array.from({ length: 1_000 }, (_, i) =>
      connection(START + i * 100, `10.1.${i >> 8}.${i & 255}`, '198.51.100.1'),
    );
    const large = replayed([configured, ...telemetry(hosts), historyEnd]);
    let turns = 0;
    const turn = () => Promise.resolve(void turns++);
    const reader = createPostureReader(presentOnly(viewOf(large)), () => START, turn);
    const input = { changes: [{ kind: 'patch', cve: 'CVE-2020-9999' } as const] };
    const outcome = await reader.ask('simulate_change', input, 'test');
    expect(outcome).toMatchObject({ ok: true, answer: { unknown: ['CVE-2020-9999'] } });
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test('[TOOL-SIMULATE-5] a policy that is enforced already is refused', async () => {
    const enforced = replayed([configured, ruled(START, { ...watched, mode: 'enforce' }), historyEnd]);
    const outcome = await outcomeOf(enforced, { changes: [{ kind: 'enforce_policy', policy: watched.id }] });
    expect(outcome).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('enforced already') },
    });
  });
});

const withPeople = replayed([
  configured,
  inventoried(START, files),
  ...telemetry([
    ...['10.0.0.21', '10.0.0.22', '10.0.0.23'].map((from) => connection(AT - HOUR_MS, from, '10.0.0.2')),
    ...['ann', 'bob'].map((who) => signIn(AT - HOUR_MS, '10.0.0.21', `${who}@acme.example`)),
    ...elsewhere(AT),
  ]),
]);

test('[TOOL-SIMULATE-7] people are told beside devices, and enrolled by an action of their own', async () => {
  const { next_actions: actions } = await simulated(withPeople, { detail: 'full' });
  const enrolling = actions.filter(({ change }) => change.kind === 'enrol');
  const isOfUsers = ({ change }: (typeof actions)[number]) =>
    change.entities?.[0]?.startsWith('usr_') === true;
  expect(enrolling.find(isOfUsers)).toMatchObject({
    devices: 0,
    users: 2,
    change: { entities: { length: 2 } },
  });
  const machines = enrolling.find((each) => !isOfUsers(each));
  expect(machines).toMatchObject({ users: 0 });
  expect(machines?.devices).toBe(machines?.change.entities?.length);
  for (const { points, points_per_device: per, devices, users } of enrolling)
    expect(per).toBeCloseTo(points / (devices + users), 2);
});

const SOFT = ['alpha', 'beta'] as const;

/** Two weaknesses alike in `alpha`, and one in `beta`. */
function weakComponents(betaCvss: number): JournalRecord[] {
  const weakness = (id: string, name: string, cvss: number) => ({
    source: 'osv' as const,
    id,
    aliases: [`CVE-2026-${id.slice(-4)}`],
    modified: START,
    withdrawn: false,
    cvss,
    products: [
      {
        key: `npm/${name}`,
        naming: 'purl' as const,
        order: 'npm' as const,
        intervals: [{ from: null, before: '2.0.0', upTo: null }],
      },
    ],
  });
  const components = SOFT.map((name) => ({
    name,
    version: '1.0.0',
    keys: [`npm/${name}`],
    order: 'npm' as const,
  }));
  return [
    configured,
    inventoried(START, files, camera, station),
    told(START, {
      advisories: [
        weakness('GHSA-aa-1001', 'alpha', 9.8),
        weakness('GHSA-aa-1002', 'alpha', 9.8),
        weakness('GHSA-bb-1003', 'beta', betaCvss),
      ],
    }),
    {
      kind: 'components',
      at: START,
      entity: FILES,
      bill: { id: 'bill', format: 'cyclonedx', created: null, components },
      actor: 'test',
    },
    historyEnd,
  ];
}

describe('[TOOL-SIMULATE-8] weaknesses alike', () => {
  const patching = (action: PostureSimulation['next_actions'][number]) => action.change.kind === 'patch';

  test('of one component are mended with it', async () => {
    const fleet = replayed(weakComponents(4));
    const { next_actions: actions } = await simulated(fleet, { entity_id: FILES });
    const [patch, ...others] = actions.filter(patching);
    expect(others).toEqual([]);
    expect(patch).toMatchObject({ change: { component: 'alpha', entities: [FILES] }, devices: 1 });
    const both = ['CVE-2026-1001', 'cve-2026-1002'].map((cve) => ({ kind: 'patch', cve }) as const);
    const { entities } = await simulated(fleet, { changes: both });
    expect(entities[0]?.points).toBe(patch?.points);
    const said = await simulated(fleet, { changes: [patch?.change ?? { kind: 'patch' }] });
    expect(said.fleet.points).toBe(patch?.fleet_points);
    // One alone hides behind the other.
    const one = await simulated(fleet, { changes: [{ kind: 'patch', cve: 'CVE-2026-1001' }] });
    expect(one.entities[0]?.points).toBe(0);
  });

  test('of two components are mended together, where neither alone brings anything', async () => {
    const fleet = replayed(weakComponents(9.8));
    const { next_actions: actions } = await simulated(fleet, {});
    const [all, ...others] = actions.filter(patching);
    expect(others).toEqual([]);
    expect(all?.change).toEqual({ kind: 'patch', entities: [FILES] });
    expect(all?.points).toBeGreaterThan(0);
  });

  test('are named by an advisory, or a component, of which nobody has any', async () => {
    const fleet = replayed(weakComponents(4));
    const changes = [
      { kind: 'patch', cve: 'ghsa-bb-1003' },
      { kind: 'patch', component: 'gamma' },
    ] as const;
    const { unknown, entities } = await simulated(fleet, { changes: [...changes] });
    expect(unknown).toEqual(['gamma']);
    expect(entities.map(({ entity_id: id }) => id)).toEqual([FILES]);
  });

  test('of a firmware are mended by a newer one, with what it costs to be behind', async () => {
    const facts = { kind: 'firewall', manufacturer: 'Fortinet', model: 'FortiGate 60F', firmware: '7.2.4' };
    const gates = ['dev_gate_1', 'dev_gate_2'].map((id, n) =>
      entry(id as DeviceId, `10.0.6.${n + 1}`, facts),
    );
    const weak = ['GHSA-a', 'GHSA-b'].map((id) => ({
      source: 'osv' as const,
      id,
      aliases: [],
      modified: START,
      withdrawn: false,
      cvss: 9.8,
      products: [
        {
          key: 'product/fortios',
          naming: 'product' as const,
          order: 'firmware' as const,
          vendor: 'Fortinet',
          intervals: [{ from: null, before: '7.2.5', upTo: null }],
        },
      ],
    }));
    const fleet = replayed([
      configured,
      inventoried(START, ...gates),
      told(START, { advisories: weak }),
      historyEnd,
    ]);
    const { next_actions: actions } = await simulated(fleet, {});
    const [update] = actions;
    expect(update).toMatchObject({
      change: { kind: 'update_firmware', entities: ['dev_gate_1', 'dev_gate_2'] },
      devices: 2,
    });
    const { factors, fleet: sum } = await simulated(fleet, {
      changes: [update?.change ?? { kind: 'enrol' }],
    });
    expect(factors.map(({ factor }) => factor).sort()).toEqual(['firmware_outdated', 'vulnerability']);
    expect(sum.points).toBe(update?.fleet_points);
    expect(actions.filter(patching)).toEqual([]);
  });
});

describe('next actions of many', () => {
  const strangers = telemetry(
    Array.from({ length: 1_200 }, (_, i) =>
      connection(START + i * 100, `10.1.${i >> 8}.${i & 255}`, '198.51.100.1'),
    ),
  );
  const old = (many: number) =>
    Array.from({ length: many }, (_, n) =>
      entry(`dev_old_${n}`, `10.0.7.${n + 1}`, { supportEnds: START, model: `M${n}` }),
    );

  test('[TOOL-SIMULATE-9] begin with the enrolled, whenever they came, and the worst', async () => {
    const clean = entry('dev_clean', '10.0.7.99');
    const fleet = replayed([
      configured,
      ...strangers,
      inventoried(START + DAY_MS, clean, ...old(2)),
      historyEnd,
    ]);
    const { ids, total } = await worstFirst(viewOf(fleet), 4, () => Promise.resolve());
    expect(ids.slice(0, 3)).toEqual(['dev_old_0', 'dev_old_1', 'dev_clean']);
    expect(ids.length).toBe(4);
    expect(total).toBeGreaterThan(1_000);
    expect((await worstFirst(viewOf(fleet), total + 1, () => Promise.resolve())).ids.length).toBe(total);
  });

  test('[TOOL-SIMULATE-10] tell on how many they were tried', async () => {
    // The inventory comes after all that passed by.
    const fleet = replayed([configured, ...strangers, inventoried(START + DAY_MS, ...old(1)), historyEnd]);
    const { next_actions: actions, truncated } = await simulated(fleet, {});
    expect(actions.map(({ change }) => change.kind)).toContain('replace_device');
    const enrolling = actions.findIndex(({ change }) => change.kind === 'enrol');
    expect(actions[enrolling]?.devices).toBe(200);
    expect(truncated?.what).toMatch(
      new RegExp(`next_actions.${enrolling}: tried on 200 of 1,19\\d entities`, 'u'),
    );
  });

  test('[TOOL-SIMULATE-9] [TOOL-SIMULATE-10] try the best of each kind, and tell how many were not tried', async () => {
    const people = ['ann', 'bob'].map((who) => signIn(START + HOUR_MS, '10.0.7.1', `${who}@acme.example`));
    const fleet = replayed([configured, inventoried(START, ...old(60)), ...telemetry(people), historyEnd]);
    const { next_actions: actions, truncated } = await simulated(fleet, {});
    expect(actions.map(({ users }) => users)).toContain(2);
    expect(truncated?.what).toMatch(
      /next_actions; \d+ less promising candidates for next_actions: not tried/u,
    );
  });
});
