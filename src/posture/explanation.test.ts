import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine/index.ts';
import {
  certificate,
  clock,
  configured,
  connection,
  elsewhere,
  entityIn,
  entry,
  fed,
  historyEnd,
  HQ,
  inventoried,
  listing,
  policy,
  replayed,
  ruled,
  START,
  telemetry,
  tls,
  viewOf,
  vulnerability,
} from '../engine/engine-harness.fixture.ts';
import {
  ANSWERS,
  DAY_MS,
  DETAILS,
  type Detail,
  type Detection,
  HOUR_MS,
  MINUTE_MS,
  iso,
  type PostureExplanation,
} from '../model/index.ts';
import { createPostureReader, presentOnly } from './index.ts';

const CAMERA = 'dev_camera';
const AT = START + 2 * DAY_MS;

const records = () => [
  configured,
  inventoried(
    START,
    entry(CAMERA, '10.0.0.1', { kind: 'ip_camera', supportEnds: START + 100 * DAY_MS }),
    entry('dev_files', '10.0.0.2', { kind: 'server', supportEnds: START - DAY_MS }),
  ),
  ruled(START, policy('pol_no_telnet', { action: 'deny', destination: { ports: [23] } })),
  fed(START, listing('203.0.113.66')),
  ...telemetry([
    connection(AT - HOUR_MS, '10.0.0.1', '10.0.0.2', { port: 23, sensor: 'zeek-7' }),
    connection(AT - HOUR_MS, '10.0.0.1', '203.0.113.66', { outcome: 'blocked' }),
    connection(AT - HOUR_MS, '10.0.0.9', '10.0.0.2'),
    tls(AT - HOUR_MS, '10.0.0.2', 'key'),
    certificate(AT - HOUR_MS, 'key', { notBefore: AT - 100 * DAY_MS, notAfter: AT + 40 * DAY_MS }),
    vulnerability(AT - HOUR_MS, '10.0.0.2', { exploited: true }),
    ...elsewhere(AT),
  ]),
  historyEnd,
];

async function explain(engine: Engine, input: { entity_id?: string; detail?: Detail } = {}) {
  const reader = createPostureReader(presentOnly(viewOf(engine)), () => AT + 400 * DAY_MS);
  const outcome = await reader.ask('explain_posture', input, 'test');
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return ANSWERS.explain_posture.parse(outcome.answer);
}

function accounted({ score_exact, factors, other_points }: PostureExplanation): number {
  const points = [score_exact, other_points, ...factors.map((each) => each.points)];
  return points.reduce((sum, each) => sum + Math.round(each * 1_000), 0);
}

describe.each(DETAILS)('an explanation, %s,', (detail) => {
  const engine = replayed(records());

  test.each([CAMERA, 'dev_files', undefined])(
    '[TOOL-EXPLAIN-1] of %s accounts for 100 points',
    async (id) => {
      const said = await explain(engine, { detail, ...(id === undefined ? {} : { entity_id: id }) });
      expect(accounted(said)).toBe(100_000);
      const lost = said.dimensions.reduce((sum, each) => sum + Math.round(each.points_lost * 1_000), 0);
      expect(lost).toBe(100_000 - Math.round(said.score_exact * 1_000));
    },
  );
});

test('[TOOL-EXPLAIN-3] evidence names the sensor that saw it', async () => {
  const { factors } = await explain(replayed(records()), { entity_id: 'dev_files', detail: 'full' });
  const seen = factors.find(({ factor }) => factor === 'known_exploited_vulnerability');
  expect(seen?.evidence).toMatchObject([{ sensor: 'zeek', subject: 'CVE-2026-0001' }]);
});

test('[TOOL-EXPLAIN-1] the fleet says how many have each factor, and who costs it most', async () => {
  const { factors, worst_contributors } = await explain(replayed(records()));
  expect(factors.find(({ factor }) => factor === 'firmware_eol')).toMatchObject({
    entities: 1,
    severity: null,
  });
  expect(worst_contributors[0]?.entity_id).toBe('dev_files');
});

test('an unknown entity is offered the nearest, a person is not', async () => {
  const engine = replayed(records());
  const reader = createPostureReader(presentOnly(viewOf(engine)), () => AT);
  const of = async (entity_id: string) => {
    const outcome = await reader.ask('explain_posture', { entity_id }, 'test');
    return outcome.ok ? [] : outcome.problem.nearest;
  };
  expect(await of('dev_camra')).toContain(CAMERA);
  expect(await of('anne@acme.example')).toEqual([]);
});

describe('[TOOL-EXPLAIN-4] a risk level that two kinds of evidence bring about', () => {
  const found = (type: Detection['type'], at: number, confidence = 0.7): Detection => ({
    type,
    at,
    severity: 'medium',
    confidence,
    description: 'It does what it never did',
    technique: null,
    expected: 'little',
    observed: 'much',
    evidence: [],
  });
  const of = async (...detections: readonly Detection[]) => {
    const plain = connection(AT - HOUR_MS, '10.0.0.1', '198.51.100.1');
    const engine = replayed([
      configured,
      inventoried(START, entry(CAMERA, '10.0.0.1')),
      ...telemetry([plain]),
      historyEnd,
    ]);
    const partition = engine.partitionOf(CAMERA);
    for (const each of detections) partition.anomalies.detect(CAMERA, HQ, each, 'normal');
    partition.settle(CAMERA, engine.now);
    return await explain(engine, { entity_id: CAMERA });
  };

  test('says so in a sentence', async () => {
    const told = await of(found('beaconing', AT), found('volume_anomaly', AT + MINUTE_MS));
    expect(told).toMatchObject({ risk_level: 'high', risk_reason: 'beaconing' });
    expect(told.corroboration).toBe(
      'beaconing counts as high instead of medium, because volume_anomaly of the same entity within an hour tells of it independently.',
    );
  });

  test.each<[string, readonly Detection[]]>([
    ['one alone', [found('beaconing', AT)]],
    ['two of one family', [found('beaconing', AT), found('dga_domains', AT)]],
    ['two hours apart', [found('beaconing', AT), found('volume_anomaly', AT + 2 * HOUR_MS)]],
    [
      'one that is grave by itself',
      [{ ...found('beaconing', AT, 0.95), severity: 'critical' }, found('volume_anomaly', AT)],
    ],
  ])('says nothing of %s', async (_, detections) => {
    expect(await of(...detections)).not.toHaveProperty('corroboration');
  });
});

describe('[TOOL-EXPLAIN-2] what is foretold', () => {
  test.each([CAMERA, 'dev_files'] as const)('of %s comes true then and not before', (id) => {
    const engine = replayed(records());
    let foretold = 0;
    for (let step = 0; step < 12; step++) {
      const before = entityIn(engine, id);
      const { now } = viewOf(engine);
      const next = before.nextChange();
      if (next === null) break;
      const hash = engine.stateHash();
      expect(entityIn(engine, id).nextChange()).toEqual(next);
      expect(engine.stateHash()).toBe(hash);
      const moved = () => {
        const is = new Map(entityIn(engine, id).published.map(({ name, p }) => [name, p]));
        const was = new Map(before.published.map(({ name, p }) => [name, p]));
        return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
      };
      // As a live process writes it: the hours one by one.
      for (let hour = Math.ceil((now ?? 0) / HOUR_MS); hour * HOUR_MS < next.at; hour++)
        engine.apply(clock(hour * HOUR_MS));
      engine.apply(clock(next.at - 1));
      if (entityIn(engine, id).openAnomalies().length > before.openAnomalies().length) break;
      expect({ step, at: iso(next.at), moved: moved() }).toEqual({ step, at: iso(next.at), moved: [] });
      engine.apply(clock(next.at));
      if (next.milliPoints === null) break;
      expect(moved().sort()).toEqual(next.factors);
      expect(entityIn(engine, id).scoreExact - before.scoreExact).toBe(next.milliPoints);
      foretold++;
    }
    expect(foretold).toBeGreaterThan(0);
  });
});

test('[IDENT-11] the last third of a certificate is foretold by the tool itself: when, by what and how much', async () => {
  const held = {
    fingerprint: '01'.repeat(32),
    key: '02'.repeat(32),
    serial: '01',
    issuer: 'b'.repeat(64),
    anchor: 'a'.repeat(64),
    notBefore: AT,
    notAfter: AT + 90 * DAY_MS,
    isWeak: false,
  };
  const anchor = {
    id: held.anchor,
    kind: 'own',
    name: null,
    certificate: '',
    key: held.issuer,
  } as const;
  const engine = replayed([
    configured,
    inventoried(START, entry(CAMERA, '10.0.0.1', { kind: 'ip_camera' })),
    historyEnd,
    { kind: 'trust_anchors', at: AT, anchors: [{ ...anchor, notAfter: AT + 900 * DAY_MS }], actor: 'test' },
    clock(AT),
    { kind: 'certificate_issued', at: AT, device: CAMERA, certificate: held, token: null, actor: 'test' },
  ]);
  const seen: string[] = [];
  let last: string[] = [];
  for (let step = 0; step < 8; step++) {
    const { next_change: next, score_exact: before } = await explain(engine, { entity_id: CAMERA });
    if (next === null || next.points === null) break;
    const at = Date.parse(next.at);
    // As a live process writes it: the hours one by one.
    for (let hour = Math.ceil(engine.now / HOUR_MS); hour * HOUR_MS < at; hour++)
      engine.apply(clock(hour * HOUR_MS));
    engine.apply(clock(at - 1));
    expect((await explain(engine, { entity_id: CAMERA })).score_exact).toBe(before);
    engine.apply(clock(at));
    const { score_exact: after, factors } = await explain(engine, { entity_id: CAMERA });
    expect(after - before).toBeCloseTo(next.points, 6);
    seen.push(...next.factors);
    expect(at).toBeGreaterThan(AT + 60 * DAY_MS);
    expect(at).toBeLessThanOrEqual(held.notAfter);
    last = factors.map(({ factor }) => factor);
    if (at === held.notAfter) break;
  }
  expect(last).toContain('certificate_expired');
  expect(seen).toContain('certificate_expiring');
  expect(seen).toContain('certificate_expired');
});
