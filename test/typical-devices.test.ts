import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EntityView } from '../src/engine/index.ts';
import {
  certificate,
  configured,
  connection,
  discoveredId,
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
  START,
  telemetry,
  tls,
  vulnerability,
} from '../src/engine/engine-harness.fixture.ts';
import {
  DAY_MS,
  type EntityId,
  HOUR_MS,
  iso,
  MINUTE_MS,
  type Observation,
  rank,
  RISK_LEVELS,
} from '../src/model/index.ts';

/**
 * What a security team would see of typical devices, made by the real engine from telemetry of two and a
 * half weeks. `UPDATE_GOLDEN=1 npx vitest run test/typical-devices.test.ts` writes the table anew.
 */
const TABLE = new URL('../docs/typical-devices.md', import.meta.url);
const C2 = '203.0.113.66';
const MANAGEMENT = ['198.51.100.10', '198.51.100.11'];

interface Typical {
  readonly what: string;
  readonly id: EntityId;
  readonly address: string;
}

const device = (what: string, id: EntityId, address: string): Typical => ({ what, id, address });
const HEALTHY = device('Healthy enrolled camera', 'dev_camera_lobby', '10.0.0.11');
const UNKNOWN = device('New unknown device', discoveredId('10.0.0.12'), '10.0.0.12');
const END_OF_LIFE = device('End-of-life camera', 'dev_camera_parking', '10.0.0.13');
const MOVING = device('Workstation with critical lateral movement', 'dev_workstation_14', '10.0.0.14');
const EXPLOITABLE = device(
  'Server, known-exploited vulnerability, reachable',
  'dev_server_files',
  '10.0.0.15',
);
const OFFLINE = device('Offline sensor', 'dev_sensor_hvac', '10.0.0.16');
const EXPIRED = device('Server with an expired certificate', 'dev_server_portal', '10.0.0.17');
const REACHED = device('C2 reached', 'dev_workstation_18', '10.0.0.18');
const BLOCKED = device('C2 attempted and blocked', 'dev_workstation_19', '10.0.0.19');
const ENROLLED = [HEALTHY, END_OF_LIFE, MOVING, EXPLOITABLE, OFFLINE, EXPIRED, REACHED, BLOCKED];
const ALL = [HEALTHY, UNKNOWN, END_OF_LIFE, MOVING, EXPLOITABLE, OFFLINE, EXPIRED, REACHED, BLOCKED];

function kindOf({ id }: Typical): string {
  return ['camera', 'sensor', 'server'].find((kind) => id.startsWith(`dev_${kind}`)) ?? 'workstation';
}

function inventory() {
  return ENROLLED.map((each) =>
    entry(each.id as `dev_${string}`, each.address, {
      kind: kindOf(each),
      supportEnds: each === END_OF_LIFE ? START - 30 * DAY_MS : null,
    }),
  );
}

function story(): Observation[] {
  const end = LEARNT;
  const ordinary = ENROLLED.flatMap((each) =>
    everyHour(START, each === OFFLINE ? end - 6 * HOUR_MS : end, each.address, MANAGEMENT),
  );
  const movement = Array.from({ length: 14 }, (_, i) =>
    connection(end - 50 * MINUTE_MS + i * MINUTE_MS, MOVING.address, `10.0.1.${i + 1}`, {
      port: 445,
      outcome: i % 2 === 0 ? 'unanswered' : 'rejected',
    }),
  );
  return [
    ...ordinary,
    ...everyHour(end - 5 * HOUR_MS, end, UNKNOWN.address, MANAGEMENT),
    ...movement,
    connection(end - 2 * DAY_MS, HEALTHY.address, EXPLOITABLE.address),
    vulnerability(end - HOUR_MS, EXPLOITABLE.address, { cve: 'CVE-2026-0100', cvss: 9.8, exploited: true }),
    tls(end - 2 * DAY_MS, EXPIRED.address, 'portal-certificate'),
    certificate(end - 2 * DAY_MS, 'portal-certificate', {
      notBefore: START - 360 * DAY_MS,
      notAfter: end - 12 * HOUR_MS,
    }),
    connection(end - 3 * HOUR_MS, REACHED.address, C2),
    connection(end - 3 * HOUR_MS, BLOCKED.address, C2, { outcome: 'blocked' }),
  ];
}

const views = new Map<Typical, EntityView>();
const seen = (typical: Typical): EntityView => {
  const view = views.get(typical);
  if (view === undefined) throw new Error(`no posture of ${typical.what}`);
  return view;
};

beforeAll(() => {
  const engine = replayed([
    configured,
    inventoried(START, ...inventory()),
    fed(LEARNT - 2 * DAY_MS, listing(C2)),
    ruled(
      START,
      policy('pol_web', { destination: { ports: [443] } }),
      policy('pol_no_c2', { action: 'deny', priority: 900, destination: { categories: ['c2_server'] } }),
    ),
    ...telemetry(story()),
    historyEnd,
  ]);
  for (const typical of ALL) views.set(typical, entityIn(engine, typical.id));
});

const levels: readonly (readonly [Typical, string, string | null])[] = [
  [HEALTHY, 'low', null],
  [UNKNOWN, 'medium', 'not_enrolled'],
  [END_OF_LIFE, 'high', 'firmware_eol'],
  [MOVING, 'critical', 'lateral_movement_attempt'],
  [EXPLOITABLE, 'high', 'known_exploited_vulnerability'],
  [OFFLINE, 'medium', 'unexpected_offline'],
  [EXPIRED, 'medium', 'certificate_expired'],
  [REACHED, 'critical', 'c2_reached'],
  [BLOCKED, 'high', 'c2_blocked'],
];

describe('a security team nods at', () => {
  test.each(levels)('[TYPICAL-1] $0.what: $1', (typical, level, reason) => {
    const { riskLevel, riskReason } = seen(typical);
    expect([riskLevel, riskReason]).toEqual([level, reason]);
  });

  test('the healthy camera, which is the best of all and in the healthy band', () => {
    const best = seen(HEALTHY);
    expect(best.score).toBeGreaterThan(70);
    for (const other of ALL.filter((each) => each !== HEALTHY)) {
      expect(seen(other).scoreExact).toBeLessThan(best.scoreExact);
    }
  });

  test('the order within a story: reached is worse than blocked, and so is moving than being offline', () => {
    expect(seen(REACHED).scoreExact).toBeLessThan(seen(BLOCKED).scoreExact);
    expect(seen(MOVING).scoreExact).toBeLessThan(seen(OFFLINE).scoreExact);
    expect(seen(EXPLOITABLE).scoreExact).toBeLessThan(seen(END_OF_LIFE).scoreExact);
  });

  test('the advice for the workstation that moves', () => {
    const [anomaly] = seen(MOVING).openAnomalies();
    expect(anomaly).toMatchObject({ severity: 'critical', action: 'isolate', technique: 'T1021' });
    expect(anomaly?.incidentId).toMatch(/^inc_/);
  });
});

test('the table in docs is what the engine says', () => {
  const table = render();
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(TABLE, table);
  expect(readFileSync(TABLE, 'utf8')).toBe(table);
});

function render(): string {
  const rows = [...ALL]
    .sort(
      (a, b) =>
        rank(RISK_LEVELS, seen(b).riskLevel) - rank(RISK_LEVELS, seen(a).riskLevel) ||
        seen(a).scoreExact - seen(b).scoreExact,
    )
    .map((typical) => {
      const view = seen(typical);
      const { score, riskScore, riskLevel, riskReason } = view;
      const costs = view
        .factors()
        .slice(0, 4)
        .map(({ name, milliPoints }) => `${name} ${(milliPoints / 1_000).toFixed(1)}`);
      return `| ${typical.what} | ${score} | ${riskScore} | ${riskLevel} | ${riskReason ?? '–'} | ${costs.join(', ')} |`;
    });
  return [
    '# Typical devices',
    '',
    'What the engine says of typical devices after two and a half weeks of telemetry (as of',
    `${iso(LEARNT)}), with an inventory, a feed and two policies loaded. Made and compared by`,
    '`test/typical-devices.test.ts`; higher posture scores are better.',
    '',
    '| device | posture | risk score | risk level | reason | most costly factors (points) |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
