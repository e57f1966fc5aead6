import { describe, expect, test } from 'vitest';
import {
  type DeviceId,
  type FactorName,
  HOUR_MS,
  type JournalRecord,
  type Observation,
  type Policy,
} from '../model/index.ts';
import {
  configured,
  connection,
  discoveredId,
  entityIn,
  policy,
  replayed,
  ruled,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';

const ADDRESSES = ['10.0.0.5', '10.0.0.6'] as const;
const A = discoveredId(ADDRESSES[0]);
const ABOUT_NOBODY = policy('pol_nobody', {
  action: 'deny',
  subject: { ids: ['dev_typo'] },
  destination: { networks: ['192.0.2.1/32'] },
});
const FOR_ALL = policy('pol_all', { action: 'deny', destination: { networks: ['192.0.2.0/24'] } });

/** Of each of the two so many connections. */
function talk(count: number, from: number, to = '203.0.113.9'): JournalRecord[] {
  return telemetry(
    ADDRESSES.flatMap((address) =>
      Array.from({ length: count }, (_, n) => connection(from + n * 1_000, address, to)),
    ),
  );
}

function engineAfter(...records: readonly JournalRecord[]) {
  return replayed([configured, ...talk(5, START), ...records], 2);
}

const has = (engine: ReturnType<typeof replayed>, id: DeviceId, name: FactorName) =>
  entityIn(engine, id).factorNames.includes(name);

test('[POLICY-TIMES-2] a policy that holds at times decides a connection by when it was opened', () => {
  const night = policy('pol_night', {
    action: 'deny',
    times: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '20:00', to: '06:00' }],
  });
  const [evening, day] = [START + 19 * HOUR_MS, START + 35 * HOUR_MS];
  const lasting = (from: number, to: number) =>
    connection(to, ADDRESSES[0], '203.0.113.9', { durationMs: to - from });
  const violationsAfter = (...observations: readonly Observation[]) =>
    viewOf(replayed([configured, ruled(START, night), ...telemetry(observations)])).fleet().violations24h;
  // The whole night, which began under the policy and ended when it held no longer.
  expect(violationsAfter(lasting(evening + 2 * HOUR_MS, day - 4 * HOUR_MS))).toBe(1);
  // Allowed as it was opened.
  expect(violationsAfter(lasting(evening, evening + 2 * HOUR_MS))).toBe(0);
  expect(violationsAfter(connection(evening + 2 * HOUR_MS, ADDRESSES[0], '203.0.113.9'))).toBe(1);
});

describe('[POLICY-ASSESSED-1] policies assess whom they were held against', () => {
  test('one that is about nobody makes no score better before connections were seen under it', () => {
    const without = engineAfter();
    const at = START + 60_000;
    const applied = engineAfter(ruled(at, ABOUT_NOBODY));
    expect(entityIn(applied, A).scoreExact).toBe(entityIn(without, A).scoreExact);
    expect(viewOf(applied).fleet().value.scoreExact).toBe(viewOf(without).fleet().value.scoreExact);
    expect(entityIn(applied, A).confidence).toBe(entityIn(without, A).confidence);
    const few = engineAfter(ruled(at, ABOUT_NOBODY), ...talk(19, at));
    expect(has(few, A, 'policy_not_assessed')).toBe(true);
    const enough = engineAfter(ruled(at, ABOUT_NOBODY), ...talk(20, at));
    expect(has(enough, A, 'policy_not_assessed')).toBe(false);
    expect(has(enough, A, 'traffic_not_covered')).toBe(true);
    expect(viewOf(enough).fleet().reach).toEqual({ ruled: 2, denied: 0, confinable: 0 });
  });

  test('who is about whom is counted as policies come and go', () => {
    const at = START + 60_000;
    const forA: Policy = { ...FOR_ALL, subject: { ids: [A] } };
    expect(viewOf(engineAfter()).fleet().reach).toEqual({ ruled: 2, denied: 0, confinable: 0 });
    expect(viewOf(engineAfter(ruled(at, forA))).fleet().reach.denied).toBe(1);
    expect(viewOf(engineAfter(ruled(at, forA), ruled(at, FOR_ALL))).fleet().reach.denied).toBe(2);
    expect(viewOf(engineAfter(ruled(at, FOR_ALL), ruled(at))).fleet().reach.denied).toBe(0);
  });

  test('policies that speak of the same connections, in another mode, are not assessed anew', () => {
    const at = START + 60_000;
    const watching: Policy = { ...FOR_ALL, mode: 'monitor', description: 'first' };
    const seen = [ruled(at, watching), ...talk(20, at)];
    const enforced = engineAfter(...seen, ruled(at + 60_000, FOR_ALL));
    expect(has(enforced, A, 'policy_not_assessed')).toBe(false);
    const other = { ...FOR_ALL, destination: { networks: ['198.51.100.0/24'] } };
    expect(has(engineAfter(...seen, ruled(at + 60_000, other)), A, 'policy_not_assessed')).toBe(true);
  });
});
