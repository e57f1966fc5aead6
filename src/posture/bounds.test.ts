import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  configured,
  connection,
  entry,
  fed,
  inventoried,
  listing,
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
  type ComponentsRecord,
  DAY_MS,
  type Detail,
  DETAILS,
  type FeedId,
  HOUR_MS,
  INPUTS,
  type JournalRecord,
  LIMITS,
  type SiteId,
  type ToolAnswer,
  type ToolName,
} from '../model/index.ts';
import { bounded } from './bounded.ts';
import { createPostureReader, presentOnly } from './index.ts';

/** At four characters to a token (contract §2). */
const DEFAULT_CHARS = 6_000;
const DEFAULT_ANOMALIES_CHARS = 16_000;

const C2 = '203.0.113.66';
const address = (host: number) => `10.0.${host >> 8}.${host & 255}`;

/** How long each list of the state is. */
interface Lengths {
  readonly feeds: number;
  readonly policies: number;
  readonly sensors: number;
  readonly sites: number;
  readonly kinds: number;
  readonly devices: number;
  readonly anomalies: number;
  readonly components: number;
}

const MOST: Lengths = {
  feeds: 1_200,
  policies: 2_000,
  sensors: LIMITS.sensors,
  sites: 300,
  kinds: 250,
  devices: LIMITS.devicesPerUser,
  anomalies: 130,
  components: 400,
};

function grown(lengths: Lengths, name: string) {
  if (configured.kind !== 'configuration') throw new Error('no configuration');
  const { fleet } = configured;
  const further = each(lengths.sites, (i) => ({
    ...(fleet.sites[0] as (typeof fleet.sites)[number]),
    id: `site${i}${name}` as SiteId,
    networks: [],
  }));
  const machines = each(Math.max(lengths.devices, lengths.anomalies, lengths.kinds), (i) =>
    entry(`dev_${i}${name}`, address(i + 1), { kind: `kind${i % lengths.kinds}${name}`.slice(0, 96) }),
  );
  const server = entry(`dev_server${name}`, '10.1.0.1', {
    kind: 'server',
    workloads: [{ id: `wkl_server${name}`, kind: 'server', image: 'debian', instances: 1 }],
  });
  const bill = {
    id: 'bill',
    format: 'cyclonedx' as const,
    created: null,
    components: each(lengths.components, (i) => ({
      name: `part${i}${name}`,
      version: '1.0.0',
      keys: [`npm/part${i}`],
      order: 'npm' as const,
    })),
  };
  const records: JournalRecord[] = [
    { ...configured, fleet: { ...fleet, sites: [...fleet.sites, ...further] } },
    inventoried(START, server, ...machines),
    ...each(lengths.feeds, (i) => named(`feed${i}${name}`)),
    ruled(
      START,
      ...each(lengths.policies, (i) =>
        policy(`pol_${i}${name}`, { mode: i % 3 === 0 ? 'monitor' : 'enforce' }),
      ),
    ),
    { kind: 'components', at: START, entity: server.id, bill, actor: 'test' } satisfies ComponentsRecord,
    ...telemetry([
      ...each(lengths.sensors, (i) =>
        connection(START + i, address(1), '198.51.100.1', { sensor: `s${i}${name}` }),
      ),
      ...each(lengths.devices, (i) => signIn(START + HOUR_MS + i, address(i + 1), 'ann@acme.example')),
      ...each(lengths.components, (i) =>
        vulnerability(START + HOUR_MS, '10.1.0.1', {
          cve: `CVE-2026-${1_000 + i}`,
          fixedVersion: `1.0.${i}${name}`,
        }),
      ),
      connection(START + HOUR_MS, '10.1.0.1', C2),
      ...each(lengths.anomalies, (i) => connection(START + HOUR_MS + i, address(i + 1), C2)),
      ...each(lengths.anomalies, (i) => scan(i)).flat(),
    ]),
  ];
  return replayed(records);
}

function each<T>(count: number, of: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => of(i));
}

function scan(i: number) {
  return each(25, (host) =>
    connection(START + 2 * HOUR_MS + host * 1_000, address(i + 1), `10.3.0.${host + 1}`, {
      port: 445,
      outcome: 'rejected',
    }),
  );
}

function named(id: string): JournalRecord {
  const record = fed(START, listing(C2));
  return record.kind === 'feed'
    ? { ...record, feed: { ...record.feed, id: id as FeedId, lineage: id } }
    : record;
}

function questions(name: string): readonly (readonly [ToolName, object])[] {
  const device = `dev_0${name}`;
  return [
    ['get_fleet_posture', {}],
    ['get_device_posture', { device_id: device }],
    ['get_device_posture', { device_id: `dev_server${name}` }],
    ['get_user_posture', { user_id: 'ann@acme.example' }],
    ['get_workload_posture', { workload_id: `wkl_server${name}` }],
    ['list_anomalies', {}],
    ['get_threat_context', { indicator: C2 }],
    ['search_entities', {}],
    ['search_entities', { group_by: 'kind' }],
    ['explain_posture', {}],
    ['explain_posture', { entity_id: device }],
    ['compare_posture', { from: '2026-03-04T00:00:00Z' }],
    ['compare_posture', { entity_id: device, from: '2026-03-04T00:00:00Z' }],
    ['simulate_change', {}],
    ['get_compliance_evidence', { framework: 'iso_27001' }],
    ['get_compliance_evidence', { framework: 'iso_27001', control: 'A.8.8' }],
    ['get_fleet_statistics', { group: 'site' }],
  ];
}

/** Pages as long as may be asked for. */
const LONGEST: readonly (readonly [ToolName, object])[] = [
  ['list_anomalies', { limit: 100 }],
  ['search_entities', { limit: 100 }],
  ['get_compliance_evidence', { framework: 'iso_27001', limit: 100 }],
  ['get_compliance_evidence', { framework: 'iso_27001', control: 'A.8.8', limit: 100 }],
];

const lengths = fc.record({
  feeds: fc.constantFrom(1, 40, MOST.feeds),
  policies: fc.constantFrom(1, 40, MOST.policies),
  sensors: fc.constantFrom(1, 40, MOST.sensors),
  sites: fc.constantFrom(1, 40, MOST.sites),
  kinds: fc.constantFrom(1, 40, MOST.kinds),
  devices: fc.constantFrom(1, 40, MOST.devices),
  anomalies: fc.constantFrom(1, 40, MOST.anomalies),
  components: fc.constantFrom(1, 40, MOST.components),
});

test('[POSTURE-10] however long the lists of the state are, every answer keeps the contract’s size and says what it left out', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, fc.constantFrom('', '_with_a_name_of_ordinary_length'), async (long, name) => {
      const reader = createPostureReader(presentOnly(viewOf(grown(long, name))), () => START + 3 * DAY_MS);
      async function ask(tool: ToolName, input: object, detail: Detail) {
        const outcome = await reader.ask(tool, INPUTS[tool].parse({ ...input, detail }), 'test');
        if (!outcome.ok) throw new Error(`${tool}: ${outcome.problem.message}`);
        expectTold(outcome.answer);
        const { how_to_get: how = '' } = outcome.answer.truncated ?? {};
        expect(detail === 'full' && how.includes('detail: full')).toBe(false);
        return JSON.stringify(outcome.answer).length;
      }
      for (const detail of DETAILS) {
        for (const [tool, input] of [...questions(name), ...LONGEST])
          expect(await ask(tool, input, detail), `${tool} ${detail}`).toBeLessThanOrEqual(LIMITS.answerBytes);
      }
      for (const detail of ['concise', 'standard'] as const) {
        for (const [tool, input] of questions(name))
          expect(await ask(tool, input, detail), `${tool} ${detail}`).toBeLessThanOrEqual(
            tool === 'list_anomalies' ? DEFAULT_ANOMALIES_CHARS : DEFAULT_CHARS,
          );
      }
    }),
    { numRuns: 2, endOnFailure: true, examples: [[MOST, '_with_a_name_of_ordinary_length']] },
  );
}, 120_000);

test('[POSTURE-10] what long names make too long is given as half a page, or with a detail less, and says so', async () => {
  const long = 'x'.repeat(3_000);
  const frame = { as_of: '', data_age_ms: null, confidence: 1, groups: [], next_cursor: 'next' };
  const page = await bounded(
    'search_entities',
    INPUTS.search_entities.parse({ limit: 100 }),
    ({ limit }) => ({
      ...frame,
      entities: each(limit, () => ({ name: long })) as never,
      total: 100,
    }),
  );
  expect(page).toMatchObject({ entities: { length: 25 }, next_cursor: 'next' });

  const ask = { what: 'addresses', how_to_get: 'ask again with detail: full' };
  const one = await bounded('get_device_posture', { device_id: 'dev_a', detail: 'full' }, ({ detail }) => ({
    ...({} as ToolAnswer<'get_device_posture'>),
    addresses: each(detail === 'full' ? 200 : 20, () => long),
    ...(detail === 'full' ? {} : { truncated: ask }),
  }));
  expect(one).toMatchObject({
    addresses: { length: 20 },
    truncated: {
      what: 'addresses; the rest of detail: full, which would be more than 20,000 tokens',
      how_to_get: 'no more is given',
    },
  });
});

test('[POSTURE-10] a page of the length that nobody asked for keeps to the size of a default answer, and goes on from there', async () => {
  const long = `_${'n'.repeat(50)}`;
  const engine = replayed([
    configured,
    inventoried(
      START,
      ...each(120, (i) => entry(`dev_${i}${long}`, address(i + 1), { name: 'x'.repeat(120) })),
    ),
    ...telemetry([connection(START, address(1), C2)]),
  ]);
  const reader = createPostureReader(presentOnly(viewOf(engine)), () => START);
  for (const detail of ['concise', 'standard'] as const) {
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const outcome = await reader.ask(
        'search_entities',
        INPUTS.search_entities.parse({ detail, cursor }),
        'test',
      );
      if (!outcome.ok) throw new Error(outcome.problem.message);
      expect(JSON.stringify(outcome.answer).length).toBeLessThanOrEqual(DEFAULT_CHARS);
      const { entities, next_cursor: next } = outcome.answer;
      for (const { id } of entities) ids.add(id);
      cursor = next ?? undefined;
    } while (cursor !== undefined);
    expect(ids.size).toBe(120);
  }
  const page50 = await reader.ask('search_entities', INPUTS.search_entities.parse({ limit: 50 }), 'test');
  expect(page50).toMatchObject({ answer: { entities: { length: 50 } } });
});

/** Wherever a list stands beside its true number, what is missing of it is named. */
function expectTold(answer: object): void {
  const { truncated } = answer as { truncated?: { what: string } };
  for (const part of [answer, 'coverage' in answer ? answer.coverage : {}] as Record<string, unknown>[]) {
    for (const [key, total] of Object.entries(part)) {
      const list = part[key.replace(/_total$/, '')];
      if (!key.endsWith('_total') || !Array.isArray(list) || list.length === total) continue;
      expect(truncated?.what).toContain(key.replace(/_total$/, ''));
    }
  }
}
