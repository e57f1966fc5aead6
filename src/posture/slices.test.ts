import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Engine, EntityView } from '../engine/index.ts';
import {
  configured,
  connection,
  discoveredId,
  entry,
  inventoried,
  replayed,
  START,
  telemetry,
  viewOf,
} from '../engine/engine-harness.fixture.ts';
import {
  type EntitySearch,
  HOUR_MS,
  INPUTS,
  type JournalRecord,
  MINUTE_MS,
  rank,
  RISK_LEVELS,
  type ToolInput,
} from '../model/index.ts';
import { createPostureReader, presentOnly } from './index.ts';
import type { Turn } from './turns.ts';

type Query = Partial<ToolInput<'search_entities'>>;

/** More than two portions. */
const HOSTS = 600;
const address = (host: number) => `10.0.${host >> 8}.${host & 255}`;
const kinds = ['camera', 'printer', 'server'] as const;
const listed = inventoried(
  START,
  ...Array.from({ length: 90 }, (_, i) =>
    entry(`dev_listed_${i}`, address(i + 1), { kind: kinds[i % 3] ?? 'camera', tags: i % 2 ? ['odd'] : [] }),
  ),
);

function fleet(): Engine {
  const hosts = Array.from({ length: HOSTS }, (_, i) =>
    connection(START + i * 1_000, address(i + 1), '198.51.100.1'),
  );
  const scans = Array.from({ length: 40 }, (_, i) =>
    connection(START + HOUR_MS + i * 1_000, address(7), address(i + 100), { port: 445, outcome: 'rejected' }),
  );
  return replayed([configured, listed, ...telemetry([...hosts, ...scans])]);
}

async function search(engine: Engine, query: Query, turn: Turn): Promise<EntitySearch> {
  const reader = createPostureReader(presentOnly(viewOf(engine)), () => START, turn);
  const input = INPUTS.search_entities.parse(query);
  const outcome = await reader.ask('search_entities', input, 'test');
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.answer;
}

/** What a search should find, by reading every entity whole. */
function found(engine: Engine, query: Query): readonly EntityView[] {
  const { risk_level, kind, enrolled, type, tag } = query;
  return [...viewOf(engine).entities()]
    .filter(({ riskLevel }) => risk_level === undefined || riskLevel === risk_level)
    .filter(({ profile }) => kind === undefined || profile.kind === kind)
    .filter(({ profile }) => enrolled === undefined || (profile.enrolment.state === 'enrolled') === enrolled)
    .filter(({ profile }) => tag === undefined || profile.tags.includes(tag))
    .filter(({ profile: { type: own, alias } }) => {
      return type === undefined || (alias === null ? own === type : type !== 'user');
    })
    .toSorted(
      (a, b) =>
        rank(RISK_LEVELS, b.riskLevel) - rank(RISK_LEVELS, a.riskLevel) ||
        a.scoreExact - b.scoreExact ||
        (a.id < b.id ? -1 : 1),
    );
}

const query: fc.Arbitrary<Query> = fc.record(
  {
    risk_level: fc.constantFrom(...RISK_LEVELS),
    kind: fc.constantFrom(...kinds),
    enrolled: fc.boolean(),
    type: fc.constantFrom('device', 'user', 'workload'),
    tag: fc.constant('odd'),
    limit: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: ['limit'] },
);

test('[PRESS-4] a fleet is read in portions, and the answer is that of one reading', async () => {
  const engine = fleet();
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      let turns = 0;
      const answer = await search(engine, asked, async () => void turns++);
      const whole = found(engine, asked);
      expect(answer.entities.map(({ id }) => id)).toEqual(whole.slice(0, asked.limit).map(({ id }) => id));
      expect(answer.total).toBe(whole.length);
      expect(turns).toBeGreaterThanOrEqual(Math.ceil(HOSTS / 256));
    }),
    { numRuns: 25 },
  );
});

test('[PRESS-4] at a glance an entity is what it is when it is looked into', () => {
  const view = viewOf(fleet());
  const glances = [...view.glances()];
  expect(Math.max(...glances.map(({ length }) => length))).toBeLessThanOrEqual(256);
  const whole = [...view.entities()].map(({ id, profile, riskLevel, scoreExact }) => {
    const { type, alias, kind, site, enrolment } = profile;
    return { id, type, alias, kind, site, isEnrolled: enrolment.state === 'enrolled', riskLevel, scoreExact };
  });
  expect(glances.flat()).toEqual(whole);
});

const later = START + 2 * HOUR_MS;
/** What may happen to a fleet while somebody searches it. */
const happening: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.nat(HOSTS + 200).map((host) => event(later, host)),
  fc.nat(HOSTS - 1).map((host): JournalRecord => {
    const into = discoveredId(address(((host + 7) % HOSTS) + 1));
    return {
      kind: 'merge',
      at: later,
      from: discoveredId(address(host + 1)),
      into,
      actor: 'a',
      reason: null,
    };
  }),
  fc.nat(HOSTS - 1).map(
    (host): JournalRecord => ({
      kind: 'enrol',
      at: later,
      entities: [discoveredId(address(host + 1))],
      actor: 'a',
      reason: null,
    }),
  ),
);

test('[PRESS-4] while records are applied in between, each comes once and what is shown is true at the end', async () => {
  await fc.assert(
    fc.asyncProperty(query, fc.array(happening, { maxLength: 12 }), async (asked, records) => {
      const engine = fleet();
      const before = new Set(found(engine, asked).map(({ id }) => id));
      const coming = [...records];
      const answer = await search(engine, asked, async () => {
        for (const record of coming.splice(0, 4)) engine.apply(record);
      });
      const after = new Set(found(engine, asked).map(({ id }) => id));
      const shown = answer.entities.map(({ id }) => id);
      expect(new Set(shown).size).toBe(shown.length);
      for (const id of shown) expect(after).toContain(id);
      for (const { id, posture_score } of answer.entities) {
        expect(viewOf(engine).entity(id)?.score).toBe(posture_score);
      }
      // Who met the conditions all along is counted.
      expect(answer.total).toBeGreaterThanOrEqual([...before].filter((id) => after.has(id as never)).length);
      expect(answer.total).toBeLessThanOrEqual(new Set([...before, ...after]).size);
    }),
    { numRuns: 25 },
  );
});

test('[PRESS-9] a comparison with the present adds up, though the fleet goes on while it is read', async () => {
  const scans = Array.from({ length: 30 }, (_, i) =>
    connection(START + HOUR_MS + i * 1_000, address(9), address(i + 100), { port: 445, outcome: 'rejected' }),
  );
  const [then, now] = [fleet(), fleet()];
  for (const record of telemetry(scans)) now.apply(record);
  // The mean is taken over those that are enrolled, so there are some more of them.
  const coming = Array.from({ length: HOSTS }, (_, host) => discoveredId(address(host + 1)));
  now.apply({ kind: 'enrol', at: later, entities: coming.slice(90, 500), actor: 'a', reason: null });
  const views = { ...presentOnly(viewOf(now)), asOf: async () => viewOf(then) };
  let turns = 0;
  const reader = createPostureReader(
    views,
    () => later + HOUR_MS,
    async () => {
      const next = coming[500 + turns++];
      if (next !== undefined)
        now.apply({ kind: 'enrol', at: later, entities: [next], actor: 'a', reason: null });
      now.apply(event(later + turns * MINUTE_MS, turns));
    },
  );
  const input = INPUTS.compare_posture.parse({ from: new Date(START).toISOString(), detail: 'full' });
  const outcome = await reader.ask('compare_posture', input, 'test');
  if (!outcome.ok) throw new Error(outcome.problem.message);
  const { before, after, points, terms, other_points } = outcome.answer;
  expect(turns).toBeGreaterThan(1);
  expect(terms.map(({ term }) => term)).toContain('entities_joined');
  const sum = terms.reduce((all, each) => all + each.points, other_points);
  expect(sum).toBeCloseTo(points, 9);
  expect(after.score_exact - before.score_exact).toBeCloseTo(points, 9);
});

test('[PRESS-4] events are applied while a search waits for its turn', async () => {
  const engine = fleet();
  const seen: (number | null)[] = [];
  await search(engine, {}, async () => {
    engine.apply(event(later + seen.length * MINUTE_MS, 1));
    seen.push(viewOf(engine).newestEvent);
  });
  expect(seen).toEqual(seen.map((_, turn) => later + turn * MINUTE_MS));
  expect(seen.length).toBeGreaterThan(1);
});

function event(at: number, host: number): JournalRecord {
  const [record] = telemetry([connection(at, address(host + 1), '198.51.100.1')]);
  if (record === undefined) throw new Error('no record of an event');
  return record;
}

test('[PRESS-19] questions that come at once are answered one in each turn', async () => {
  const waiting: (() => void)[] = [];
  const turn: Turn = () => new Promise((resolve) => void waiting.push(resolve));
  const reader = createPostureReader(presentOnly(viewOf(fleet())), () => START, turn);
  let answered = 0;
  const asked = Array.from({ length: 5 }, async (_each, index) => {
    await reader.ask('get_fleet_posture', {}, `asker ${index}`);
    answered++;
  });
  for (let turns = 0; turns < 5; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(turns);
    waiting.shift()?.();
  }
  await Promise.all(asked);
});
