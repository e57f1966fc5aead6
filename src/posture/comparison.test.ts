import { describe, expect, test } from 'vitest';
import {
  clock,
  configured,
  connection,
  elsewhere,
  engineWith,
  entry,
  fed,
  inventoried,
  listing,
  policy,
  replayed,
  ruled,
  START,
  telemetry,
  viewOf,
  vulnerability,
} from '../engine/engine-harness.fixture.ts';
import type { EngineView } from '../engine/index.ts';
import {
  ANSWERS,
  type ChangeListener,
  DAY_MS,
  HOUR_MS,
  iso,
  type JournalRecord,
  LIMITS,
  type PostureChange,
  type PostureComparison,
} from '../model/index.ts';
import { DEFAULT_PROFILE } from '../scoring/index.ts';
import { createPostureReader, type PostureViews } from './index.ts';

const FROM = START + 2 * DAY_MS;
const TO = START + 3 * DAY_MS;
const FILES = 'dev_files';

const earlier: readonly JournalRecord[] = [
  configured,
  inventoried(START, entry(FILES, '10.0.0.2', { kind: 'server' }), entry('dev_old', '10.0.0.3')),
  fed(START, listing('203.0.113.66')),
  ...telemetry([
    connection(FROM - HOUR_MS, '10.0.0.3', '10.0.0.2'),
    connection(FROM - HOUR_MS, '10.0.0.2', '203.0.113.66', { outcome: 'blocked' }),
    ...elsewhere(FROM),
  ]),
];
const reweighed = {
  ...DEFAULT_PROFILE,
  version: '2026.90',
  dimensions: { identity: 20, behavior: 30, policy: 25, threat: 25 },
};
const later: Readonly<Record<string, readonly JournalRecord[]>> = {
  nothing: [],
  'a vulnerability': telemetry([
    vulnerability(FROM + HOUR_MS, '10.0.0.2', { exploited: true }),
    ...elsewhere(TO),
  ]),
  'an inventory with others': [
    inventoried(FROM, entry(FILES, '10.0.0.2', { supportEnds: START }), entry('dev_new', '10.0.0.4')),
    ...telemetry(elsewhere(TO)),
  ],
  'other policies and time': [
    ruled(FROM, policy('pol_watch', { action: 'deny', mode: 'monitor', destination: { ports: [23] } })),
    clock(TO),
  ],
  'another scoring profile': [
    { kind: 'profile', at: FROM, version: '2026.90', profile: reweighed, actor: 'ann' },
    clock(TO),
  ],
};

/** The past is a second engine that saw less; its changes are those that the engine told. */
function viewsOf(since: readonly JournalRecord[], before: readonly JournalRecord[] = earlier): PostureViews {
  const told: PostureChange[] = [];
  const engine = engineWith();
  const listener: ChangeListener = {
    postureChanged: (change) => void told.push(change),
    anomalyChanged: () => undefined,
    atRiskChanged: () => undefined,
  };
  engine.listen(listener);
  for (const record of [...before, ...since]) engine.apply(record);
  const past = viewOf(replayed(before));
  return {
    now: viewOf(engine),
    asOf: async () => past,
    changes: async (entity, from, until) =>
      told
        .filter((change) => change.entity === entity && change.at >= from && change.at <= until)
        .map(({ at, cause, factors }) => ({ at, cause, factors: factors.map(({ name }) => name) })),
  };
}

async function outcomeOf(views: PostureViews, input: object) {
  const reader = createPostureReader(views, () => TO + DAY_MS);
  return await reader.ask('compare_posture', { from: iso(FROM), ...input }, 'test');
}

async function compared(views: PostureViews, input: object = {}): Promise<PostureComparison> {
  const outcome = await outcomeOf(views, input);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return ANSWERS.compare_posture.parse(outcome.answer);
}

function summed({ terms, other_points }: PostureComparison): number {
  return [other_points, ...terms.map((each) => each.points)].reduce(
    (sum, each) => sum + Math.round(each * 1_000),
    0,
  );
}

describe.each(Object.entries(later))('after %s', (_, since) => {
  const views = viewsOf(since);

  test.each([FILES, undefined])('[TOOL-COMPARE-1] the terms of %s are the difference', async (id) => {
    for (const detail of ['concise', 'standard', 'full']) {
      const said = await compared(views, { detail, ...(id === undefined ? {} : { entity_id: id }) });
      const difference =
        Math.round(said.after.score_exact * 1_000) - Math.round(said.before.score_exact * 1_000);
      expect(summed(said)).toBe(difference);
      expect(Math.round(said.points * 1_000)).toBe(difference);
    }
  });
});

describe('[TOOL-COMPARE-5] what was another identity then', () => {
  const merged = viewsOf([
    { kind: 'merge', at: FROM, from: 'dev_old', into: FILES, actor: 'ann', reason: null },
    clock(TO),
  ]);

  test.each(['dev_old', FILES])('%s is compared with what it was, as it is explained', async (id) => {
    const past = await merged.asOf(FROM, 'few');
    const was = 'entity' in past ? past.entity(id) : null;
    const is = merged.now.entity(FILES);
    const said = await compared(merged, { entity_id: id, detail: 'full' });
    expect(Math.round(said.before.score_exact * 1_000)).toBe(was?.scoreExact);
    expect(Math.round(said.after.score_exact * 1_000)).toBe(is?.scoreExact);
    expect(summed(said)).toBe(Math.round(said.points * 1_000));
  });

  test('what the other brought came by the merge', async () => {
    const { points, terms } = await compared(merged, { entity_id: 'dev_old', detail: 'full' });
    expect(points).not.toBe(0);
    expect(terms.map(({ cause }) => cause?.kind)).toEqual(terms.map(() => 'merge'));
  });
});

test('[TOOL-COMPARE-2] who came and who left are terms of their own', async () => {
  const { terms } = await compared(viewsOf(later['an inventory with others'] ?? []), { detail: 'full' });
  expect(terms).toContainEqual(expect.objectContaining({ term: 'entities_joined', entities_after: 1 }));
  expect(terms).toContainEqual(expect.objectContaining({ term: 'firmware_eol', change: 'appeared' }));
});

test('[TOOL-COMPARE-2] another scoring profile is a term of its own', async () => {
  const views = viewsOf(later['another scoring profile'] ?? []);
  for (const entity of [{}, { entity_id: FILES }]) {
    const { terms, after } = await compared(views, { ...entity, detail: 'full' });
    expect(terms.map(({ term }) => term)).toContain('scoring_profile');
    expect(after.scoring_profile).toBe('2026.90');
  }
});

describe('[TOOL-COMPARE-2] who counts for more or for less than before', () => {
  const running = (at: number, instances: number) =>
    inventoried(
      at,
      entry(FILES, '10.0.0.2', {
        kind: 'server',
        workloads: [{ id: 'wkl_shop', kind: 'container', image: 'shop:1', instances }],
      }),
    );
  const before = [...earlier, running(FROM, 1)];

  test('is a term of its own: no factor changed', async () => {
    const { points, terms } = await compared(viewsOf([running(FROM + HOUR_MS, 30), clock(TO)], before), {
      detail: 'full',
    });
    expect(points).not.toBe(0);
    const term = { term: 'entities_reweighed', change: 'changed', entities_before: 1, entities_after: 1 };
    expect(terms).toMatchObject([{ ...term, points, entities: ['wkl_shop'] }]);
  });

  test('is no term where it moves nothing', async () => {
    const { terms } = await compared(viewsOf([running(FROM + HOUR_MS, 1), clock(TO)], before));
    expect(terms).toEqual([]);
  });
});

test('[TOOL-COMPARE-3] a term names what it came by, with the evidence', async () => {
  const views = viewsOf(later['a vulnerability'] ?? []);
  const { terms } = await compared(views, { entity_id: FILES, detail: 'full' });
  const term = terms.find((each) => each.term === 'known_exploited_vulnerability');
  expect(term).toMatchObject({ change: 'appeared', p_before: 0, cause: { kind: 'events', actor: null } });
  expect(term?.evidence).toMatchObject([{ subject: 'CVE-2026-0001' }]);
  const eol = await compared(viewsOf(later['an inventory with others'] ?? []), { entity_id: FILES });
  expect(eol.terms.find((each) => each.term === 'firmware_eol')?.cause).toMatchObject({
    kind: 'inventory',
    actor: 'test',
  });
});

describe('[TOOL-COMPARE-6] a term of the fleet', () => {
  test('names the commonest cause, whose it was, and the evidence', async () => {
    const { terms } = await compared(viewsOf(later['a vulnerability'] ?? []), { detail: 'full' });
    const term = terms.find((each) => each.term === 'known_exploited_vulnerability');
    expect(term).toMatchObject({
      change: 'appeared',
      cause: { kind: 'events', actor: null },
      evidence: [{ subject: 'CVE-2026-0001', summary: expect.stringMatching(/^dev_files: CVE-2026-0001/u) }],
      entities: [FILES],
    });
    const eol = await compared(viewsOf(later['an inventory with others'] ?? []));
    expect(eol.terms.find((each) => each.term === 'firmware_eol')).toMatchObject({
      cause: { kind: 'inventory', actor: 'test' },
      entities: [FILES],
    });
  });

  test('has those in whom the factor moved as in the whole fleet', async () => {
    const since = telemetry([
      vulnerability(FROM + HOUR_MS, '10.0.0.3', { cve: 'CVE-2026-0002' }),
      ...elsewhere(TO),
    ]);
    const { terms } = await compared(viewsOf(since), { detail: 'concise' });
    const term = terms.find((each) => each.term === 'vulnerability');
    expect(term).toMatchObject({ entities: ['dev_old'], evidence: [] });
    expect(term?.points).toBeLessThan(0);
    expect(term?.cause?.kind).toBe('events');
  });
});

test('[TOOL-COMPARE-8] a factor of a stranger, over whom no mean is taken, is not counted in a term of the fleet', async () => {
  const since = telemetry([
    connection(FROM + HOUR_MS, '10.0.0.9', '10.0.0.2'),
    vulnerability(FROM + HOUR_MS, '10.0.0.9', { cve: 'CVE-2026-0002' }),
    vulnerability(FROM + HOUR_MS, '10.0.0.3', { cve: 'CVE-2026-0002' }),
    ...elsewhere(TO),
  ]);
  const views = viewsOf(since);
  expect(views.now.fleet().today?.contributions.get('vulnerability')?.entities).toBe(2);
  const { terms } = await compared(views, { detail: 'full' });
  const term = terms.find((each) => each.term === 'vulnerability');
  expect(term).toMatchObject({ change: 'appeared', entities_before: 0, entities_after: 1 });
});

test('[TOOL-COMPARE-7] a fleet that is too large to be compared one by one says who came and left beside', async () => {
  const views = viewsOf(later['an inventory with others'] ?? []);
  const large = <V extends EngineView>(view: V): V => {
    const fleet = view.fleet();
    return {
      ...view,
      fleet: () => ({ ...fleet, value: { ...fleet.value, entities: LIMITS.entitiesCompared + 1 } }),
    };
  };
  const largeViews: PostureViews = {
    ...views,
    now: large(views.now),
    asOf: async (at, scope) => {
      const then = await views.asOf(at, scope);
      return 'message' in then ? then : large(then);
    },
  };
  const said = await compared(largeViews);
  expect(said.terms.map(({ term }) => term)).not.toContain('entities_joined');
  expect(said.truncated?.what).toContain('entities_joined (1) and entities_left (0): the fleet is too large');
  const few = await compared(views);
  expect(few.truncated?.what ?? '').not.toContain('too large');
});

test.each([
  [{ from: '2027-01-01T00:00:00Z' }, '"from" was 2027-01-01T00:00:00.000Z; it lies in the future'],
  [{ to: '2027-01-01T00:00:00Z' }, '"to" was 2027-01-01T00:00:00.000Z; it lies in the future'],
  [{ from: iso(TO), to: iso(FROM) }, 'allowed is any instant up to "to"'],
  [{ entity_id: 'dev_new' }, 'had no posture then'],
])('[TOOL-COMPARE-4] %j is refused', async (input, said) => {
  const outcome = await outcomeOf(viewsOf(later['an inventory with others'] ?? []), input);
  expect(outcome.ok ? '' : outcome.problem.message).toContain(said);
});
