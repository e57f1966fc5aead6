import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import type { Engine } from '../engine/index.ts';
import {
  configured,
  connection,
  dns,
  engineWith,
  entry,
  everyHour,
  fed,
  historyEnd,
  inventoried,
  LEARNT,
  listing,
  macFingerprint,
  policy,
  replayed,
  ruled,
  signIn,
  START,
  telemetry,
  viewOf,
  vulnerability,
} from '../engine/engine-harness.fixture.ts';
import {
  ANSWERS,
  DAY_MS,
  DETAILS,
  type EntityId,
  HOUR_MS,
  INPUTS,
  iso,
  type JournalRecord,
  LIMITS,
  MINUTE_MS,
  type ToolAnswer,
  type ToolInput,
  type ToolName,
} from '../model/index.ts';
import { createPostureReader, presentOnly } from './index.ts';

const GROUPS = ['kind', 'type', 'site', 'risk_level', 'factor', 'manufacturer', 'firmware'] as const;
const C2 = '203.0.113.66';

function reader(engine: Engine) {
  return createPostureReader(presentOnly(viewOf(engine)), () => LEARNT + DAY_MS);
}

/** The answer, parsed as a client would; inputs with their defaults, as a door gives them. */
async function ask<T extends ToolName>(engine: Engine, tool: T, input: object = {}): Promise<ToolAnswer<T>> {
  const outcome = await reader(engine).ask(tool, INPUTS[tool].parse(input) as ToolInput<T>, 'test');
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return ANSWERS[tool].parse(outcome.answer) as ToolAnswer<T>;
}

async function problem(engine: Engine, tool: ToolName, input: object) {
  const outcome = await reader(engine).ask(tool, INPUTS[tool].parse(input), 'test');
  if (outcome.ok) throw new Error(`${tool} answered`);
  return outcome.problem;
}

const tiny = replayed([configured, ...telemetry([connection(START, '10.0.0.1', '198.51.100.1')])]);

const WORKSTATIONS = Array.from({ length: 45 }, (_, i) => `10.0.2.${i + 1}`);

/** Forty-five workstations of which thirty move sideways, one server, its container, people, a C2. */
const rich = replayed([
  configured,
  inventoried(
    START,
    ...WORKSTATIONS.map((address, i) => entry(`dev_workstation_${i + 1}`, address, { tags: ['office'] })),
    entry('dev_files', '10.0.0.15', {
      kind: 'server',
      firmware: '5.51.2',
      macs: [macFingerprint('AC:CC:8E:01:02:03') ?? ''],
      supportEnds: START,
      workloads: [
        { id: 'wkl_files', kind: 'server', image: 'debian', instances: 1 },
        { id: 'wkl_shop', kind: 'container', image: 'shop:1', instances: 2 },
      ],
    }),
  ),
  built(START, 'dev_files', 'com.fasterxml/jackson-databind', '2.9.10'),
  fed(START, listing(C2, { actors: ['SOMEBODY'] }), listing('evil.example', { type: 'domain' })),
  ruled(
    START,
    policy('pol_web', { destination: { ports: [443] } }),
    policy('pol_no_c2', { action: 'deny', priority: 900, destination: { categories: ['c2_server'] } }),
  ),
  ...telemetry([
    ...WORKSTATIONS.flatMap((address) => everyHour(LEARNT - 30 * HOUR_MS, LEARNT, address, ['198.51.100.1'])),
    ...WORKSTATIONS.slice(0, 30).flatMap((address, i) =>
      Array.from({ length: 20 + (i % 10) }, (_, host) =>
        connection(LEARNT - 50 * MINUTE_MS + host * 1_000, address, `10.0.3.${host + 1}`, {
          port: 445,
          outcome: 'rejected',
        }),
      ),
    ),
    dns(LEARNT - HOUR_MS, '10.0.2.1', { query: 'www.evil.example', addresses: [C2] }),
    connection(LEARNT - HOUR_MS + 1, '10.0.2.1', C2),
    connection(LEARNT - HOUR_MS + 2, '10.0.2.2', C2, { outcome: 'blocked' }),
    connection(LEARNT - HOUR_MS, '10.0.2.3', '10.0.0.15'),
    vulnerability(LEARNT - HOUR_MS, '10.0.0.15', { exploited: true }),
    signIn(LEARNT - HOUR_MS, '10.0.2.1', 'ann@acme.example'),
    signIn(LEARNT - HOUR_MS, '10.0.2.2', 'ann@acme.example', 'failure'),
  ]),
  historyEnd,
]);

function built(at: number, entity: EntityId, name: string, version: string): JournalRecord {
  const component = { name, version, keys: [`maven/${name}`], order: 'maven' as const };
  const bill = { id: 'bill', format: 'cyclonedx' as const, created: null, components: [component] };
  return { kind: 'components', at, entity, bill, actor: 'test' };
}

const engines = { empty: engineWith(), tiny, rich };

describe.each(Object.entries(engines))('on a %s fleet', (_, engine) => {
  test.each(DETAILS)('[POSTURE-1] every answer keeps its published shape, %s', async (detail) => {
    const fleet = await ask(engine, 'get_fleet_posture', { detail });
    await ask(engine, 'list_anomalies', { detail });
    for (const indicator of [C2, 'evil.example', '10.0.0.1', 'a'.repeat(64), 'hxxp://evil[.]example/x']) {
      await ask(engine, 'get_threat_context', { indicator, detail });
    }
    const found = await ask(engine, 'search_entities', { limit: 100, detail });
    for (const { id, type } of found.entities) {
      if (type === 'user') await ask(engine, 'get_user_posture', { user_id: id, detail });
      if (type === 'device') await ask(engine, 'get_device_posture', { device_id: id, detail });
      if (type === 'workload') await ask(engine, 'get_workload_posture', { workload_id: id, detail });
    }
    expect(fleet.score_basis === 'none').toBe(found.total === 0);
  });

  test('an unknown id is a problem that says what was looked for', async () => {
    for (const [tool, input] of [
      ['get_device_posture', { device_id: 'dev_nobody' }],
      ['get_workload_posture', { workload_id: 'wkl_nobody' }],
      ['get_user_posture', { user_id: 'nobody@acme.example' }],
    ] as const) {
      const { code, message } = await problem(engine, tool, input);
      expect(code).toBe('unknown_entity');
      expect(message).toContain(Object.values(input)[0]);
    }
  });

  test('what is no indicator is refused', async () => {
    expect((await problem(engine, 'get_threat_context', { indicator: 'not an indicator' })).code).toBe(
      'invalid_input',
    );
  });
});

test('[POSTURE-2] a fleet without entities scores 0 and says that this means nothing', async () => {
  const fleet = await ask(engines.empty, 'get_fleet_posture');
  expect(fleet).toMatchObject({ score: 0, confidence: 0, score_basis: 'none', device_count: 0 });
  expect(fleet.trend_basis).toBe('insufficient_history');
});

describe('the rich fleet', () => {
  test('[POSTURE-3] a mistyped id is offered the nearest', async () => {
    const { nearest } = await problem(rich, 'get_device_posture', { device_id: 'dev_worksation_7' });
    expect(nearest[0]).toBe('dev_workstation_7');
    expect((await problem(rich, 'get_user_posture', { user_id: 'anne@acme.example' })).nearest).toEqual([]);
  });

  test('[POSTURE-9] a known id that is another tool’s is sent there', async () => {
    const { entities } = await ask(rich, 'search_entities', { type: 'user', limit: 1 });
    const user = entities[0]?.id ?? '';
    for (const [tool, input, other] of [
      ['get_workload_posture', { workload_id: 'dev_workstation_7' }, 'get_device_posture'],
      ['get_device_posture', { device_id: 'wkl_shop' }, 'get_workload_posture'],
      ['get_device_posture', { device_id: user }, 'get_user_posture'],
      ['get_user_posture', { user_id: 'dev_workstation_7' }, 'get_device_posture'],
    ] as const) {
      const { message, nearest } = await problem(rich, tool, input);
      expect(message).toContain(`ask ${other}`);
      expect(nearest).toEqual([]);
    }
  });

  test('[POSTURE-8] a machine that is known by its address only is found by it', async () => {
    const device = await ask(rich, 'get_device_posture', { device_id: 'dev_workstation_7' });
    const [address = 'none'] = device.addresses;
    expect((await problem(rich, 'get_device_posture', { device_id: address })).nearest).toEqual([
      'dev_workstation_7',
    ]);
    const found = await ask(rich, 'search_entities', { query: address });
    expect(found.entities.map(({ id }) => id)).toContain('dev_workstation_7');
  });

  test.each([1, 7, 20, 100])(
    '[POSTURE-4] pages of %i show every anomaly and entity exactly once',
    async (limit) => {
      const shown = async (tool: 'list_anomalies' | 'search_entities') => {
        const ids: string[] = [];
        let cursor: string | null = null;
        let total = 0;
        do {
          const answer: ToolAnswer<typeof tool> = await ask(rich, tool, {
            limit,
            ...(cursor === null ? {} : { cursor }),
          });
          const page = 'anomalies' in answer ? answer.anomalies : answer.entities;
          expect(page.length).toBeLessThanOrEqual(limit);
          expect(answer.truncated === undefined).toBe(answer.next_cursor === null);
          ids.push(...page.map(({ id }) => id));
          cursor = answer.next_cursor;
          total = answer.total;
        } while (cursor !== null);
        expect(ids).toHaveLength(total);
        return ids;
      };
      const anomalies = await shown('list_anomalies');
      expect(new Set(anomalies).size).toBe(anomalies.length);
      expect(anomalies.length).toBeGreaterThanOrEqual(30);
      const entities = await shown('search_entities');
      expect(new Set(entities)).toEqual(new Set([...viewOf(rich).entities()].map(({ id }) => id)));
      expect(new Set(entities).size).toBe(entities.length);
    },
  );

  test('anomalies come most severe first, then newest; filters filter exactly', async () => {
    const { anomalies, total } = await ask(rich, 'list_anomalies', { limit: 100, severity: 'critical' });
    expect(total).toBe(anomalies.length);
    expect(new Set(anomalies.map(({ severity }) => severity))).toEqual(new Set(['critical']));
    const times = anomalies.map(({ detected_at }) => detected_at);
    expect(times).toEqual([...times].sort().toReversed());
    const of = await ask(rich, 'list_anomalies', { entity_id: 'dev_workstation_1' });
    expect(new Set(of.anomalies.map(({ entity_id }) => entity_id))).toEqual(new Set(['dev_workstation_1']));
    expect((await ask(rich, 'list_anomalies', { status: 'closed' })).total).toBe(0);
  });

  test('[POSTURE-5] a server answers to both of its names, with one posture', async () => {
    const device = await ask(rich, 'get_device_posture', { device_id: 'dev_files' });
    const workload = await ask(rich, 'get_workload_posture', { workload_id: 'wkl_files' });
    expect(workload.posture_score).toBe(device.posture_score);
    expect(workload).toMatchObject({ device_id: 'dev_files', kind: 'server', image: 'debian', instances: 1 });
    expect(workload.vulnerabilities).toMatchObject([{ cve: 'CVE-2026-0001', known_exploited: true }]);
    expect(device.firmware_status).toBe('eol');
    expect(await ask(rich, 'get_workload_posture', { workload_id: 'wkl_shop' })).toMatchObject({
      instances: 2,
    });
  });

  test('[POSTURE-20] more destinations than are remembered are told, and are not the whole', async () => {
    const devicePosture = (many: number) => {
      const met = Array.from({ length: many }, (_, i) =>
        connection(START + i * 1_000, '10.0.0.2', `198.51.${100 + (i >> 8)}.${i & 255}`),
      );
      const engine = replayed([
        configured,
        inventoried(START, entry('dev_busy', '10.0.0.2')),
        ...telemetry(met),
      ]);
      return ask(engine, 'get_device_posture', { device_id: 'dev_busy', detail: 'full' });
    };
    const { behavioral_baseline: known, truncated } = await devicePosture(300);
    expect(known.known_destinations_total).toBe(LIMITS.destinationsPerEntity);
    expect(truncated?.what).toBe(
      'destinations beyond the 128 used most: of at most 300 no more are remembered, nor in known_destinations_total',
    );
    const all = await devicePosture(LIMITS.destinationsPerEntity);
    expect(all.truncated).toBeUndefined();
  });

  test('risk factors and minor factors sum to what was lost', async () => {
    const { risk_factors, minor_factors } = await ask(rich, 'get_device_posture', {
      device_id: 'dev_workstation_1',
    });
    const lost = [...risk_factors, ...minor_factors].reduce(
      (sum, { points }) => sum + Math.round(points * 1_000),
      0,
    );
    const exact = viewOf(rich).entity('dev_workstation_1')?.scoreExact;
    expect(lost).toBe(100_000 - (exact ?? 0));
    expect(risk_factors.map(({ factor }) => factor)).toContain('c2_reached');
  });

  test('[POSTURE-6] a person is found by UPN; the answer names them as asked, and their devices', async () => {
    const user = await ask(rich, 'get_user_posture', { user_id: 'Ann@ACME.example' });
    expect(user.user_id).toBe('Ann@ACME.example');
    expect(user.pseudonym).toMatch(/^usr_/);
    expect(user.sign_ins_24h).toEqual({ success: 1, failure: 1, unknown: 0 });
    expect(user.devices.map(({ device_id }) => device_id)).toEqual(['dev_workstation_1']);
    expect(JSON.stringify(await ask(rich, 'search_entities', { type: 'user' }))).not.toContain(
      'acme.example',
    );
  });

  test('[POSTURE-7] what was listed, met and blocked is told of an indicator', async () => {
    const threat = await ask(rich, 'get_threat_context', { indicator: '203[.]0[.]113[.]66' });
    expect(threat).toMatchObject({
      reputation: 'malicious',
      categories: ['c2_server'],
      threat_actors: ['SOMEBODY'],
    });
    expect(threat.seen_in_fleet).toMatchObject({ entities: 2, blocked: 1 });
    const contacted = await ask(rich, 'search_entities', { contacted: C2 });
    expect(contacted.entities.map(({ id }) => id).sort()).toEqual(['dev_workstation_1', 'dev_workstation_2']);
  });

  test('groups count all that match, not only the page', async () => {
    const { groups, total, entities } = await ask(rich, 'search_entities', {
      group_by: 'kind',
      tag: 'office',
      limit: 1,
    });
    expect(entities).toHaveLength(1);
    expect(groups).toEqual([{ key: 'workstation', count: 45 }]);
    expect(total).toBe(45);
  });
});

test('[POSTURE-12] where more met something, or used an account, than is remembered, the answer says so', async () => {
  const many = replayed([
    configured,
    ...telemetry(
      Array.from({ length: LIMITS.devicesPerUser + 6 }, (_, i) => [
        connection(START + i, `10.0.6.${i + 1}`, C2),
        signIn(START + MINUTE_MS + i, `10.0.6.${i + 1}`, 'ann@acme.example'),
        ...(i < 5 ? [signIn(START + MINUTE_MS + i, `10.0.6.${i + 1}`, 'bob@acme.example')] : []),
      ]).flat(),
    ),
  ]);
  const user = await ask(many, 'get_user_posture', { user_id: 'ann@acme.example', detail: 'full' });
  expect(user.devices).toHaveLength(LIMITS.devicesPerUser);
  expect(user.truncated?.what).toContain('devices beyond the 64');
  expect((await ask(many, 'get_user_posture', { user_id: 'bob@acme.example' })).truncated).toBeUndefined();

  const contacted = await ask(many, 'search_entities', { contacted: C2, limit: 100 });
  expect(contacted.total).toBe(LIMITS.entitiesPerDestination);
  expect(contacted.truncated?.what).toContain('beyond the 32');
  const threat = await ask(many, 'get_threat_context', { indicator: C2 });
  expect(threat.seen_in_fleet).toMatchObject({ entities: contacted.total, approximate: true });
});

test('[POSTURE-11] groups are by what was asked for, whatever that is', async () => {
  const made = { manufacturer: 'Axis', firmware: '1.0' };
  const mixed = replayed([
    configured,
    inventoried(
      START,
      entry('dev_camera', '10.0.5.1', { ...made, kind: 'ip_camera' }),
      entry('dev_door', '10.0.5.2', { manufacturer: 'Bosch', kind: 'ip_camera' }),
      entry('dev_mail', '10.0.5.3', {
        kind: 'server',
        workloads: [{ id: 'wkl_mail', kind: 'server', image: null, instances: 1 }],
      }),
    ),
    ...telemetry([
      connection(START, '10.0.5.1', '198.51.100.1'),
      signIn(START, '10.0.5.2', 'ann@acme.example'),
    ]),
  ]);
  for (const group_by of GROUPS) {
    const { groups, entities } = await ask(mixed, 'search_entities', { group_by });
    const expected: Record<string, number> = {};
    for (const { id, profile, riskLevel, factorNames } of viewOf(mixed).entities()) {
      const { kind, site, type, alias, manufacturer, firmware } = profile;
      const keys = {
        kind: [kind],
        site: [site],
        risk_level: [riskLevel],
        type: alias === null ? [type] : ['device', 'workload'],
        manufacturer: [manufacturer],
        firmware: [firmware],
        factor: factorNames,
      }[group_by];
      expect(entities.map((each) => each.id)).toContain(id);
      for (const key of keys) expected[key ?? 'unknown'] = (expected[key ?? 'unknown'] ?? 0) + 1;
    }
    expect(Object.fromEntries(groups.map(({ key, count }) => [key, count]))).toEqual(expected);
  }
});

describe('[HIST-1] an instant that is asked for', () => {
  const at = new Date(LEARNT + DAY_MS).toISOString();

  test('from the newest data on is the present', async () => {
    expect(await ask(rich, 'get_fleet_posture', { as_of: at })).toEqual(await ask(rich, 'get_fleet_posture'));
  });

  test('is refused in the future, with what came and what is allowed', async () => {
    const { code, message } = await problem(rich, 'list_anomalies', { as_of: '2026-12-24T12:00:00+01:00' });
    expect(code).toBe('invalid_input');
    expect(message).toBe(
      `"as_of" was 2026-12-24T11:00:00.000Z; it lies in the future; allowed is any instant up to ${at}`,
    );
  });

  test('of a simulation is the present or refused: a change is tried on the state as it is', async () => {
    expect(await ask(rich, 'simulate_change', { as_of: at })).toEqual(await ask(rich, 'simulate_change'));
    const past = { ...viewOf(rich), asOf: START, now: START };
    const views = { ...presentOnly(viewOf(rich)), asOf: async () => past };
    const input = { as_of: new Date(START).toISOString() };
    const outcome = await createPostureReader(views, () => LEARNT).ask('simulate_change', input, 'test');
    expect(outcome).toMatchObject({ problem: { code: 'invalid_input' } });
    expect(JSON.stringify(outcome)).toContain('a change is tried on the state as it is');
  });

  test('is refused where no past is kept', async () => {
    const { message } = await problem(rich, 'get_fleet_posture', { as_of: new Date(START).toISOString() });
    expect(message).toContain('no earlier instant is kept');
  });
});

test('[POSTURE-5] an anomaly of a server is listed among those of workloads, and of devices', async () => {
  const busy = replayed([
    configured,
    inventoried(
      START,
      entry('dev_mail', '10.0.5.3', {
        kind: 'server',
        workloads: [{ id: 'wkl_mail', kind: 'server', image: null, instances: 1 }],
      }),
      entry('dev_desk', '10.0.5.4'),
    ),
    ...telemetry(
      ['10.0.5.3', '10.0.5.4'].flatMap((from) =>
        Array.from({ length: 30 }, (_, host) =>
          connection(START + host * 1_000, from, `10.0.3.${host + 1}`, { port: 445, outcome: 'rejected' }),
        ),
      ),
    ),
  ]);
  const of = async (entity_type: string) => {
    const { anomalies, total } = await ask(busy, 'list_anomalies', { entity_type });
    expect(total).toBe(anomalies.length);
    return new Set(anomalies.map(({ entity_id }) => entity_id));
  };
  expect(await of('workload')).toEqual(new Set(['dev_mail']));
  expect(await of('device')).toEqual(new Set(['dev_mail', 'dev_desk']));
  expect(await of('user')).toEqual(new Set());
});

test('[HIST-18] spans that end before they begin, or after as_of, are refused', async () => {
  const day = (days: number) => new Date(LEARNT + days * DAY_MS).toISOString();
  const backwards = await problem(rich, 'list_anomalies', { since: day(0), until: day(-1) });
  expect(backwards.message).toBe(`"since" was ${day(0)}; allowed is any instant before "until", ${day(-1)}`);
  const later = await problem(rich, 'compare_posture', { from: day(0), to: day(1), as_of: day(0.5) });
  expect(later.message).toBe(`"to" was ${day(1)}; allowed with "as_of" is any instant up to it, ${day(0.5)}`);
});

test.each([
  ['iso_27001', '8.8', 'A.8.8'],
  ['iso_27001', 'A8.8', 'A.8.8'],
  ['iso_27001', 'A.8.08', 'A.8.8'],
  ['nist_csf', 'PR.AA-1', 'PR.AA-01'],
  ['nist_csf', 'pr.aa-', 'PR.AA-01'],
] as const)(
  '[POSTURE-14] of %s, whoever asks for %s is offered %s first',
  async (framework, control, first) => {
    const { nearest } = await problem(rich, 'get_compliance_evidence', { framework, control });
    expect(nearest[0]).toBe(first);
  },
);

test('[POSTURE-14] a function of a framework is offered its categories', async () => {
  const { nearest } = await problem(rich, 'get_compliance_evidence', {
    framework: 'nist_csf',
    control: 'PR.AC',
  });
  expect(nearest).toContain('PR.AA');
});

test.each([
  [{ kind: 'close_anomaly', anomaly: 'ano_x', verdict: 'remediated' }, 'was "ano_x", no anomaly'],
  [{ kind: 'close_anomaly', anomaly: 'ano_x' }, 'required for close_anomaly: false_positive or remediated'],
  [{ kind: 'enforce_policy', policy: 'pol_x' }, 'was "pol_x", no policy that is loaded'],
])('[POSTURE-15] a change that cannot be tried is refused with what came: %j', async (change, said) => {
  expect((await problem(rich, 'simulate_change', { changes: [change] })).message).toContain(said);
});

test('[POSTURE-15] next actions of one entity, or changes: both at once are refused', async () => {
  const both = { entity_id: 'dev_files', changes: [{ kind: 'patch', cve: 'CVE-2026-0001' }] };
  expect((await problem(rich, 'simulate_change', both)).message).toContain('allowed is one of the two');
});

test('[TOOL-EXPLAIN-5] of the fleet a factor counts those over whom the mean is taken', async () => {
  const mixed = replayed([
    configured,
    inventoried(START, entry('dev_a', '10.0.5.1'), entry('dev_b', '10.0.5.2')),
    ...telemetry(
      Array.from({ length: 9 }, (_, i) => connection(START + i, `10.0.5.${i + 1}`, '198.51.100.1')),
    ),
  ]);
  const { factors } = await ask(mixed, 'explain_posture', { detail: 'full' });
  expect(factors.length).toBeGreaterThan(1);
  const copy = engineWith();
  copy.load(WrittenState.of(mixed));
  expect((await ask(copy, 'explain_posture', { detail: 'full' })).factors).toEqual(factors);
  for (const { factor, entities } of factors) {
    const { total } = await ask(mixed, 'search_entities', { factor, enrolled: true });
    expect(entities).toBe(total);
  }
});

describe('[POSTURE-13] a word of a search that nobody has is refused, and the nearest are offered', () => {
  test.each([
    [{ policy: 'pol_webb' }, '"policy" was "pol_webb"; allowed is one that is known here', ['pol_web']],
    [{ tag: 'offfice' }, '"tag" was "offfice"', ['office']],
    [{ site: 'berlin' }, '"site" was "berlin"', ['hq']],
    [{ kind: 'WORKSTATION' }, '"kind" was "WORKSTATION"', ['workstation']],
    [{ kind: 'workstation', tag: 'offfice' }, '"tag" was', ['office']],
    [{ cve: 'foo' }, '"cve" was "foo"; allowed is an id such as CVE-2026-0001', []],
    [{ contacted: 'not a domain' }, '"contacted": ', []],
    [{ firmware: '5.51' }, '"firmware" was "5.51"; allowed is one that is known here', ['5.51.2']],
    [
      { component: 'jackson-databnd' },
      '"component" was "jackson-databnd"',
      ['com.fasterxml/jackson-databind'],
    ],
    [{ component: 'jackson-databind@2.9' }, '"component" was', ['com.fasterxml/jackson-databind@2.9.10']],
    [{ contacted: '203.0.113.0/24' }, '"contacted": ', []],
  ])('%j', async (query, said, nearest) => {
    const refused = await problem(rich, 'search_entities', query);
    expect(refused.code).toBe('invalid_input');
    expect(refused.message).toContain(said);
    expect(refused.nearest.slice(0, 1)).toEqual(nearest);
  });

  test.each([
    { policy: 'pol_no_c2', query: 'nobody' },
    { tag: 'office', kind: 'container' },
    { cve: 'CVE-2020-0001' },
    { contacted: '192.0.2.77' },
    { site: 'hq', query: 'nobody' },
  ])('but %j is answered: that nobody meets it says something', async (query) => {
    expect((await ask(rich, 'search_entities', query)).total).toBe(0);
  });

  test('and an address is found in any of its spellings', async () => {
    for (const query of ['10.0.2.7', '10.0.2[.]7', '::ffff:10.0.2.7', ' 10.0.2.7 ']) {
      const { entities } = await ask(rich, 'search_entities', { query });
      expect(entities.map(({ id }) => id)).toContain('dev_workstation_7');
    }
  });
});

describe('[POSTURE-16] a search finds what is known of an entity in each form that people have of it', () => {
  const found = async (query: object) =>
    (await ask(rich, 'search_entities', query)).entities.map(({ id, type }) => (type === 'user' ? type : id));

  test('a person by the account, and nobody else', async () => {
    for (const query of ['ann@acme.example', ' ANN@acme.example'])
      expect(await found({ query })).toEqual(['user']);
    expect(await found({ query: 'anna@acme.example' })).toEqual([]);
    expect(await found({ query: 'ann@acme.example', tag: 'office' })).toEqual([]);
  });

  test('a machine by its MAC, in a search as in a question about it', async () => {
    for (const query of ['AC:CC:8E:01:02:03', 'ac-cc-8e-01-02-03', 'accc.8e01.0203'])
      expect(await found({ query })).toEqual(['dev_files']);
    expect(await found({ query: 'AC:CC:8E:01:02:04' })).toEqual([]);
    const { device_id: id } = await ask(rich, 'get_device_posture', { device_id: 'AC:CC:8E:01:02:03' });
    expect(id).toBe('dev_files');
  });

  test.each([
    'jackson-databind',
    'Jackson-Databind@2.9.10',
    'com.fasterxml/jackson-databind@2.9.10',
    'pkg:maven/com.fasterxml/jackson-databind@2.9.10?type=jar',
    'pkg:maven/com.fasterxml/jackson-databind',
  ])('a component as %s', async (component) => {
    expect(await found({ component, type: 'device' })).toEqual(['dev_files']);
  });

  test.each([
    'jackson-databind@2.9.1',
    'pkg:maven/org.other/databind@2.9.10',
    'pkg:maven/com.fasterxml/jackson-databind@2.9.1',
  ])('but not as %s', async (component) => {
    expect((await problem(rich, 'search_entities', { component })).code).toBe('invalid_input');
  });
});

describe('[POSTURE-17] what a detail leaves out of a list is told, and full gives it', () => {
  test('causes of a trend', async () => {
    const { trend_causes: all, truncated } = await ask(rich, 'get_fleet_posture', { detail: 'full' });
    expect(all.length).toBeGreaterThan(5);
    expect(truncated?.what ?? '').not.toContain('trend_causes');
    for (const detail of ['concise', 'standard'] as const) {
      const short = await ask(rich, 'get_fleet_posture', { detail });
      expect(short.trend_causes).toEqual(all.slice(0, short.trend_causes.length));
      expect(short.truncated?.what).toContain('trend_causes');
    }
  });

  test('since when a control fails, and its gaps', async () => {
    const framework = 'nist_csf';
    const listed = async (detail: string) =>
      ask(rich, 'get_compliance_evidence', { framework, detail, limit: 100, state: 'non_compliant' });
    const [full, standard] = [await listed('full'), await listed('standard')];
    expect(full.controls.length).toBeGreaterThan(0);
    let known = 0;
    for (const each of full.controls) {
      const { controls } = await ask(rich, 'get_compliance_evidence', { framework, control: each.control });
      expect(each.since).toBe(controls[0]?.since);
      if (each.since !== null) known++;
    }
    expect(known).toBeGreaterThan(0);
    expect(standard.truncated?.what).toContain('since');
    expect(full.truncated?.what ?? '').not.toContain('since');
    const isCut = full.controls.some(({ gaps }, i) => gaps.length !== standard.controls[i]?.gaps.length);
    expect((standard.truncated?.what ?? '').includes('gaps')).toBe(isCut);
    expect((await listed('concise')).truncated?.what).toContain('gaps');
  });
});

test('[POSTURE-18] what is new since an instant is also news of what was there before', async () => {
  const { anomalies } = await ask(rich, 'list_anomalies', { limit: 100 });
  const [grown] = anomalies.filter((each) => each.updated_at > each.detected_at);
  if (grown === undefined) throw new Error('nothing grew');
  const after = (instant: string) => iso(Date.parse(instant) + 1);
  const listed = async (input: object) =>
    (await ask(rich, 'list_anomalies', { limit: 100, ...input })).anomalies.some(({ id }) => id === grown.id);
  expect(await listed({ since: after(grown.detected_at) })).toBe(true);
  expect(await listed({ since: grown.updated_at })).toBe(true);
  expect(await listed({ since: after(grown.updated_at) })).toBe(false);
  expect(await listed({ until: grown.detected_at })).toBe(false);
  expect(await listed({ until: after(grown.detected_at) })).toBe(true);
});

test('[POSTURE-19] a page longer than any is the longest, and its cursor goes on', async () => {
  for (const limit of [101, 1_000, 2 ** 40]) {
    expect(INPUTS.search_entities.parse({ limit }).limit).toBe(100);
    expect(INPUTS.list_anomalies.parse({ limit }).limit).toBe(100);
    expect(INPUTS.get_compliance_evidence.parse({ framework: 'nis2', limit }).limit).toBe(100);
  }
  const { entities, total, next_cursor, truncated } = await ask(rich, 'search_entities', { limit: 1_000 });
  expect([entities.length, next_cursor, truncated]).toEqual([total, null, undefined]);
  expect(INPUTS.search_entities.safeParse({ limit: 0 }).success).toBe(false);
});
