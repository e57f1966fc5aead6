import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnomalyChange,
  type AnomalyId,
  type AtRiskChange,
  type ChangeListener,
  DAY_MS,
  type EntityId,
  FULL_SCORE,
  HOUR_MS,
  type JournalRecord,
  type PostureChange,
} from '../model/index.ts';
import { anyTelemetry, C2 } from './any-telemetry.fixture.ts';
import {
  clock,
  configured,
  connection,
  discoveredId,
  engineWith,
  entry,
  eventRecords,
  everyHour,
  fed,
  historyEnd,
  inventoried,
  LEARNT,
  listing,
  policy,
  ruled,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';

const OTHERS = ['198.51.100.1', '198.51.100.2'];

class Told implements ChangeListener {
  readonly all: (PostureChange | AnomalyChange)[] = [];

  postureChanged(change: PostureChange): void {
    if (change.after === null) this.atRisk.delete(change.entity);
    this.all.push(change);
  }

  anomalyChanged(change: AnomalyChange): void {
    this.all.push(change);
  }

  readonly atRisk = new Set<EntityId>();

  atRiskChanged({ entity, isAtRisk }: AtRiskChange): void {
    if (this.atRisk.has(entity) === isAtRisk) throw new Error(`${entity} was told twice`);
    if (isAtRisk) this.atRisk.add(entity);
    else this.atRisk.delete(entity);
  }

  get postures(): PostureChange[] {
    return this.all.filter((each) => 'entity' in each);
  }

  get anomalies(): AnomalyChange[] {
    return this.all.filter((each) => 'anomaly' in each);
  }
}

function listened(...records: readonly JournalRecord[]) {
  const engine = engineWith();
  const told = new Told();
  engine.listen(told);
  for (const record of records) engine.apply(record);
  return { engine, told };
}

const operators: readonly JournalRecord[] = [
  configured,
  inventoried(START, entry('dev_camera', '10.0.0.1', { kind: 'ip_camera' }), entry('dev_files', '10.0.0.2')),
  fed(START, listing(C2)),
  ruled(START, policy('pol_c2', { action: 'deny', destination: { networks: [C2] } })),
];

/** What a reader of the changes knows at their end. */
function remembered({ postures }: Told) {
  const known = new Map<
    EntityId,
    { summary: NonNullable<PostureChange['after']>; factors: Map<string, number> }
  >();
  for (const { entity, before, after, factors } of postures) {
    const last = known.get(entity);
    expect(before).toEqual(last?.summary ?? null);
    const own = new Map(last?.factors);
    for (const each of factors) {
      expect(each.before).toBe(own.get(each.name) ?? 0);
      if (each.p === 0) own.delete(each.name);
      else own.set(each.name, each.p);
      expect(each.evidence.length > 0).toBe(each.p > 0);
    }
    if (after === null) known.delete(entity);
    else known.set(entity, { summary: after, factors: own });
  }
  return known;
}

describe('[CHANGE-1] every published change is told', () => {
  test('so that who listened knows every posture and every anomaly as it stands', () => {
    fc.assert(
      fc.property(anyTelemetry, fc.boolean(), (events, parted) => {
        const word = { at: START, from: discoveredId('10.0.0.4'), into: discoveredId('10.0.0.5') } as const;
        const said = { ...word, actor: 'test', reason: null };
        const { engine, told } = listened(
          ...operators,
          ...eventRecords(events),
          historyEnd,
          { kind: 'merge', ...said },
          ...(parted ? [{ kind: 'split' as const, ...said }] : []),
        );
        const known = remembered(told);
        const entities = [...viewOf(engine).entities()];
        expect([...known.keys()].sort()).toEqual(entities.map(({ id }) => id).sort());
        for (const each of entities) {
          const { summary, factors } = known.get(each.id) ?? {};
          expect(summary).toMatchObject({
            scoreExact: each.scoreExact,
            dimensions: each.dimensions,
            riskLevel: each.riskLevel,
            riskReason: each.riskReason,
            confidence: Math.round(each.confidence * 1_000),
          });
          expect([...(factors?.keys() ?? [])].sort()).toEqual([...each.factorNames].sort());
          const lost = summary?.shares.reduce((sum, { milliPoints }) => sum + milliPoints, 0);
          expect(lost).toBe(FULL_SCORE - each.scoreExact);
        }
        const atRisk = viewOf(engine).fleet().devicesAtRisk(Number.POSITIVE_INFINITY);
        expect(new Set(atRisk.map(({ id }) => id))).toEqual(told.atRisk);
        const last = new Map<AnomalyId, unknown>();
        for (const { anomaly } of told.anomalies) last.set(anomaly.id, anomaly);
        expect([...last.values()]).toEqual(expect.arrayContaining([...viewOf(engine).anomalies()]));
      }),
      { numRuns: 20 },
    );
  });

  test('[CHANGE-4] and a confidence only in whole per cent: a smaller move is none', () => {
    fc.assert(
      fc.property(anyTelemetry, (events) => {
        const { told } = listened(...operators, ...eventRecords(events), historyEnd);
        for (const { before, after } of told.postures) {
          expect((after?.confidence ?? 0) % 10).toBe(0);
          expect(before).not.toEqual(after);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('and nothing where nothing changed', () => {
    const { told } = listened(...operators, fed(START, listing(C2)), configured);
    const changed = told.postures.map(({ entity }) => entity);
    expect(changed).toHaveLength(2 * 3);
    for (const { before, after, factors } of told.postures) {
      expect([before, factors.length]).not.toEqual([after, 0]);
    }
  });
});

test('[CHANGE-2] the same changes in the same order, however the events were batched', () => {
  fc.assert(
    fc.property(anyTelemetry, fc.integer({ min: 1, max: 40 }), (events, size) => {
      const whole = listened(...operators, ...eventRecords(events), historyEnd, clock(LEARNT));
      const parts = listened(...operators, ...eventRecords(events, size), historyEnd, clock(LEARNT));
      expect(parts.told.all).toEqual(whole.told.all);
    }),
    { numRuns: 20 },
  );
});

describe('[CHANGE-3] a change says by what it came', () => {
  test('a record of the operator, with who wrote it', () => {
    const { told } = listened(...operators);
    expect(told.postures.map(({ cause }) => cause.kind)).toEqual([
      'inventory',
      'inventory',
      'feed',
      'feed',
      'policies',
      'policies',
    ]);
    expect(new Set(told.postures.map(({ cause }) => cause.actor))).toEqual(new Set(['test']));
  });

  test('telemetry, or time alone', () => {
    const day = everyHour(START, START + DAY_MS, '10.0.0.1', OTHERS);
    const { told } = listened(
      ...operators,
      ...telemetry([...day, connection(START + HOUR_MS, '10.0.0.1', C2)]),
    );
    const violation = told.postures.flatMap(({ cause, factors }) =>
      factors.filter(({ name }) => name === 'policy_violation').map(({ p }) => [cause, p > 0]),
    );
    expect(violation).toEqual([[{ kind: 'events', actor: null }, true]]);
    told.all.length = 0;
    const later = listened(
      ...operators,
      ...telemetry([connection(START, '10.0.0.1', C2)]),
      clock(START + 2 * DAY_MS),
    );
    const ended = later.told.postures.filter(({ factors }) =>
      factors.some(({ name, p }) => name === 'policy_violation' && p === 0),
    );
    expect(ended.map(({ cause }) => cause)).toEqual([{ kind: 'time', actor: null }]);
  });

  test('an anomaly opens and closes by what happens, and is judged by a word', () => {
    const { engine, told } = listened(
      ...operators,
      ...telemetry([
        ...everyHour(START, LEARNT - 2 * DAY_MS, '10.0.0.1', OTHERS),
        ...everyHour(START, LEARNT, '10.0.0.2', OTHERS),
      ]),
    );
    const [opened] = told.anomalies;
    expect(opened).toMatchObject({ cause: { kind: 'time', actor: null }, anomaly: { status: 'open' } });
    engine.apply({
      kind: 'verdict',
      at: LEARNT,
      anomaly: opened?.anomaly.id ?? '',
      status: 'closed',
      verdict: 'false_positive',
      remediated: false,
      actor: 'ops',
      reason: null,
    });
    expect(told.anomalies.at(-1)).toMatchObject({
      cause: { kind: 'verdict', actor: 'ops' },
      anomaly: { status: 'closed', verdict: 'false_positive' },
    });
    expect(told.postures.at(-1)?.cause).toEqual({ kind: 'verdict', actor: 'ops' });
  });
});
