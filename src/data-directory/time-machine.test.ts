import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Effects } from '../effects/index.ts';
import {
  clock,
  configured,
  connection,
  entry,
  everyHour,
  inventoried,
  START,
  telemetry,
} from '../engine/engine-harness.fixture.ts';
import { createEngineView } from '../engine/index.ts';
import {
  type AnomalyList,
  DAY_MS,
  type FleetPosture,
  HOUR_MS,
  INPUTS,
  iso,
  type JournalRecord,
  MINUTE_MS,
  type PostureComparison,
  type PostureExplanation,
  type ToolName,
  type ToolOutcome,
} from '../model/index.ts';
import { simulate, viewsOf } from '../operations/index.ts';
import { createPostureReader } from '../posture/index.ts';
import { FleetState } from './fleet-state.ts';

const UNTIL = Date.UTC(2026, 4, 21);
const effects: Effects = {
  now: () => UNTIL,
  elapsed: () => 0,
  random: (bytes) => randomBytes(bytes),
  reportFault: () => 'none',
};
const quiet = (): void => undefined;

interface Asked {
  readonly tool: ToolName;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What is asked after every record, and of every instant again. */
const FLEET: readonly Asked[] = [
  { tool: 'get_fleet_posture', input: { detail: 'full' } },
  { tool: 'list_anomalies', input: { detail: 'full', limit: 100 } },
  { tool: 'list_anomalies', input: { status: 'closed', limit: 100 } },
  { tool: 'search_entities', input: { limit: 100, group_by: 'factor' } },
  { tool: 'search_entities', input: { limit: 100, type: 'device' } },
  { tool: 'get_fleet_statistics', input: { group: 'cohort', detail: 'full' } },
  { tool: 'get_compliance_evidence', input: { framework: 'nis2', limit: 100, detail: 'full' } },
  { tool: 'get_compliance_evidence', input: { framework: 'iso_27001', control: 'A.8.8', detail: 'full' } },
];

async function ask(state: FleetState, { tool, input }: Asked, asOf?: string): Promise<ToolOutcome<ToolName>> {
  const reader = createPostureReader(viewsOf(state), effects.now);
  const parsed = INPUTS[tool].parse(asOf === undefined ? input : { ...input, as_of: asOf });
  return reader.ask(tool, parsed, 'test');
}

/** What is not kept of the past, at any depth. Evidence is kept as it stood when its factor moved. */
const NOT_KEPT = new Set([
  'data_age_ms',
  'last_event',
  'last_seen',
  'truncated',
  'behavioral_baseline',
  'addresses',
  'devices',
  'sign_ins_24h',
  'components',
  'components_total',
  'vulnerabilities',
]);

function kept(outcome: ToolOutcome<ToolName>, tool: ToolName): unknown {
  const isEntity =
    (tool.endsWith('_posture') && tool !== 'get_fleet_posture') || tool === 'get_compliance_evidence';
  return JSON.parse(
    JSON.stringify(outcome, (key, value: unknown) =>
      NOT_KEPT.has(key) || (isEntity && key === 'evidence') ? undefined : value,
    ),
  );
}

/** Some of the entities known now, other ones after every record. */
async function entitiesAsked(state: FleetState, turn: number): Promise<Asked[]> {
  const found = await ask(state, { tool: 'search_entities', input: { limit: 100 } });
  if (!found.ok || !('groups' in found.answer)) return [];
  const { entities } = found.answer;
  return entities
    .filter((_, index) => (index + turn) % 17 === 0)
    .map(({ id, type }) => ({ tool: `get_${type}_posture`, input: { [`${type}_id`]: id, detail: 'full' } }));
}

interface Given {
  readonly asOf: string;
  readonly answers: readonly { readonly asked: Asked; readonly outcome: unknown }[];
}

async function answersNow(state: FleetState, turn: number): Promise<Given> {
  const answers = [];
  for (const asked of [...FLEET, ...(await entitiesAsked(state, turn))]) {
    answers.push({ asked, outcome: kept(await ask(state, asked), asked.tool) });
  }
  return { asOf: iso(state.engine.now), answers };
}

let dir: string;
let records: JournalRecord[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-time-'));
  const lived = await FleetState.open(join(dir, 'lived'), effects, { progress: quiet });
  const fleet = { seed: 5, until: iso(UNTIL), days: 4, devices: 18 };
  await simulate(lived, fleet, effects.now, quiet);
  records = [];
  for await (const read of lived.journal.read()) records.push(...read.map(({ record }) => record));
  await lived.close();
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

async function empty(name: string): Promise<FleetState> {
  await cp(join(dir, 'lived', 'keys'), join(dir, name, 'keys'), { recursive: true });
  return FleetState.open(join(dir, name), effects, { progress: quiet });
}

/** The answers given while the records came in, the last of each instant. */
async function relive(state: FleetState): Promise<readonly Given[]> {
  const given = new Map<string, Given>();
  for (const [turn, record] of records.entries()) {
    await state.append(record);
    if (state.engine.time.now === null) continue;
    const answers = await answersNow(state, turn);
    given.set(answers.asOf, answers);
  }
  return [...given.values()];
}

async function expectAgain(state: FleetState, given: readonly Given[]): Promise<void> {
  for (const { asOf, answers } of given) {
    for (const { asked, outcome } of answers) {
      expect({ asOf, asked, outcome: kept(await ask(state, asked, asOf), asked.tool) }).toEqual({
        asOf,
        asked,
        outcome,
      });
    }
  }
}

test('[HIST-8] of any instant the answer is the one that was given then: while records come in, after a restart, and where history is begun anew from the journal', async () => {
  const state = await empty('again');
  const given = await relive(state);
  expect(given.length).toBeGreaterThan(20);
  await expectAgain(state, given);
  await state.close();
  const restarted = await FleetState.open(join(dir, 'again'), effects, { progress: quiet });
  expect(restarted.past.history.mark.records).toBe(restarted.journal.length);
  await expectAgain(restarted, given);
  await restarted.close();
  await rm(join(dir, 'again', 'history.db'));
  const rebuilt = await FleetState.open(join(dir, 'again'), effects, { progress: quiet });
  await expectAgain(rebuilt, given);
  await rebuilt.close();
}, 120_000);

test('[HIST-9] an instant before the oldest is refused, and the oldest is named', async () => {
  const state = await FleetState.open(join(dir, 'lived'), effects, { progress: quiet });
  const from = state.past.span?.from ?? 0;
  const outcome = await ask(state, { tool: 'get_fleet_posture', input: {} }, iso(from - DAY_MS));
  expect(outcome).toMatchObject({
    ok: false,
    problem: { code: 'invalid_input', message: expect.stringContaining(`from ${iso(from)}`) },
  });
  await state.close();
});

test('who had no posture yet is told so, not offered the same id again', async () => {
  const state = await FleetState.open(join(dir, 'lived'), effects, { progress: quiet });
  const from = state.past.span?.from ?? 0;
  const then = new Set([...state.past.history.asOf(from).entities()].map(({ id }) => id));
  const later = [...state.engine.directory.entities()].find((id) => id.startsWith('dev_') && !then.has(id));
  const asked: Asked = { tool: 'get_device_posture', input: { device_id: later } };
  expect(await ask(state, asked, iso(from))).toMatchObject({
    problem: {
      code: 'unknown_entity',
      message: `"${later}" had no posture at ${iso(from)}; ask with a later instant`,
    },
  });
  await state.close();
});

test('[STRANGERS-7] a stranger that was forgotten is known of the instants before, and of none after', async () => {
  const state = await empty('strangers');
  for (const record of records) await state.append(record);
  const before = state.engine.now;
  const ids = () => new Set(state.engine.directory.entities());
  const known = ids();
  const fleet: Asked = { tool: 'get_fleet_posture', input: { detail: 'full' } };
  const then = kept(await ask(state, fleet), fleet.tool);
  for (let day = 1; day <= 95; day++) await state.append({ kind: 'clock', at: before + day * DAY_MS });
  const gone = [...known].filter((id) => !ids().has(id));
  expect(gone.length).toBeGreaterThan(0);
  for (const id of gone) {
    const asked: Asked = { tool: 'get_device_posture', input: { device_id: id } };
    expect(await ask(state, asked, iso(before))).toMatchObject({ ok: true, answer: { device_id: id } });
    expect(await ask(state, asked)).toMatchObject({ problem: { code: 'unknown_entity' } });
    const after = await ask(state, asked, iso(state.engine.now));
    expect(after).toMatchObject({ problem: { code: 'unknown_entity' } });
  }
  expect(kept(await ask(state, fleet, iso(before)), fleet.tool)).toEqual(then);
  const now = kept(await ask(state, fleet), fleet.tool);
  expect(kept(await ask(state, fleet, iso(state.engine.now)), fleet.tool)).toEqual(now);
  await state.close();
}, 60_000);

test('[STRANGERS-8] of any instant after a stranger was forgotten the answer is the one that was given then', async () => {
  const state = await empty('forgotten');
  const scan = Array.from({ length: 120 }, (_, i) =>
    connection(START + HOUR_MS + i * 500, '10.0.0.20', `10.0.3.${i + 1}`, {
      port: 22,
      outcome: 'rejected',
      bytesIn: 0,
    }),
  );
  const seen = telemetry([...everyHour(START, START + DAY_MS, '10.0.0.1', ['203.0.113.1']), ...scan]);
  const back = START + 500 * DAY_MS;
  const days = [2, 100, 399, 402, 499].map((day) => clock(START + day * DAY_MS));
  const lived = [
    configured,
    inventoried(START, entry('dev_camera', '10.0.0.1')),
    ...seen,
    ...days,
    ...telemetry([connection(back, '10.0.0.20', '203.0.113.2')]),
  ];
  const given = new Map<string, Given>();
  const open: number[] = [];
  for (const record of lived) {
    await state.append(record);
    if (state.engine.time.now === null) continue;
    const answers = await answersNow(state, 0);
    given.set(answers.asOf, answers);
    open.push(createEngineView(state.engine).anomalyCountOpen());
  }
  expect(open.some((count) => count > 0)).toBe(true);
  await expectAgain(state, [...given.values()]);
  await state.close();
}, 60_000);

test('[TREND-1] the trend of a day is what a comparison of its ends tells, also where much happened before a silence', async () => {
  const state = await empty('trend');
  const scan = (at: number, from: string) =>
    Array.from({ length: 120 }, (_, i) =>
      connection(at + i * 500, from, `10.0.3.${i + 1}`, { port: 22, outcome: 'rejected', bytesIn: 0 }),
    );
  const everyday = everyHour(START, START + DAY_MS, '10.0.0.1', ['203.0.113.1']);
  const [busy, again] = [START + DAY_MS + 61_000, START + 4 * DAY_MS + 61_000];
  const given: Given[] = [];
  const live = async (...all: readonly JournalRecord[]) => {
    for (const record of all) await state.append(record);
    given.push(await answersNow(state, 0));
    const { now } = state.engine;
    const told = await ask(state, { tool: 'get_fleet_posture', input: {} });
    const from = iso(now - DAY_MS);
    const compared = await ask(state, { tool: 'compare_posture', input: { from } });
    if (!told.ok || !compared.ok) return null;
    const [{ trend_basis, trend_delta }, { points }] = [
      told.answer as FleetPosture,
      compared.answer as PostureComparison,
    ];
    expect({ at: iso(now), trend_basis, trend_delta }).toEqual({
      at: iso(now),
      trend_basis: '24h',
      trend_delta: points,
    });
    return points;
  };
  const hours = async (from: number, ...gaps: readonly number[]) => {
    const deltas: (number | null)[] = [];
    let at = from;
    for (const gap of gaps) deltas.push(await live(clock((at += gap * HOUR_MS))));
    return deltas;
  };
  await live(configured, ...telemetry([...everyday, ...scan(busy, '10.0.0.20')]));
  const first = await hours(busy, 30, 1, 20, 3);
  // The first of a sensor's events move no time: they have an instant of their own.
  await live(clock(again - MINUTE_MS), ...telemetry(scan(again, '10.0.0.21')));
  const second = await hours(again, 2, 21, 2, 5);
  // The two who scanned are forgotten on the way, one after the other.
  const third: (number | null)[] = [];
  for (let at = again + 60 * DAY_MS; at < again + 430 * DAY_MS; at += 60 * DAY_MS) {
    await live(clock(at), ...telemetry([connection(at, '10.0.0.1', '203.0.113.1')]));
    third.push(...(await hours(at, 23, 1, 1)));
  }
  expect(first.every((each) => each === 0)).toBe(true);
  for (const deltas of [second, third]) expect(deltas.some((each) => each !== 0)).toBe(true);
  await expectAgain(state, given);
  await state.close();
}, 60_000);

test('[HIST-14] at any instant an anomaly has the same evidence in an explanation as in a list', async () => {
  const state = await FleetState.open(join(dir, 'lived'), effects, { progress: quiet });
  let compared = 0;
  for (let at = UNTIL - 6 * HOUR_MS; at <= UNTIL; at += HOUR_MS) {
    const listed = await ask(state, { tool: 'list_anomalies', input: { detail: 'full' } }, iso(at));
    const { anomalies } = listed.ok ? (listed.answer as AnomalyList) : { anomalies: [] };
    for (const { entity_id, type, evidence } of anomalies) {
      const asked: Asked = { tool: 'explain_posture', input: { entity_id, detail: 'full' } };
      const explained = await ask(state, asked, iso(at));
      const { factors } = explained.ok ? (explained.answer as PostureExplanation) : { factors: [] };
      const found = factors.find(({ factor }) => factor === type);
      expect({ at: iso(at), type, evidence: found?.evidence }).toEqual({ at: iso(at), type, evidence });
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(2);
  await state.close();
});

test('[HIST-10] what is not kept of the past is said, and a condition on it is refused', async () => {
  const state = await FleetState.open(join(dir, 'lived'), effects, { progress: quiet });
  const asOf = iso(UNTIL - 2 * HOUR_MS);
  const outcome = await ask(state, { tool: 'get_fleet_posture', input: {} }, asOf);
  expect(outcome).toMatchObject({
    answer: { as_of: asOf, data_age_ms: null, truncated: { what: expect.stringContaining('not kept') } },
  });
  const searched = await ask(state, { tool: 'search_entities', input: { cve: 'CVE-2026-0001' } }, asOf);
  expect(searched).toMatchObject({ problem: { message: expect.stringContaining('"cve" and "as_of"') } });
  await state.close();
});
