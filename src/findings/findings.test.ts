import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Anomaly,
  ANOMALY_STATUSES,
  ANOMALY_TYPES,
  type AnomalyPublication,
  DAY_MS,
  type EntityId,
  millipoints,
  type Publication,
  RECOMMENDED_ACTIONS,
  RISK_LEVELS,
  type Risk,
  SEVERITIES,
  type SiteId,
  VERDICTS,
} from '../model/index.ts';
import { findingsOf } from './findings-of.ts';
import { againstSchema } from './ocsf-schema.fixture.ts';

const START = Date.UTC(2026, 2, 2, 9);
const PRODUCER = { version: '0.0.0-test', tenant: 'acme' };

const scan: Anomaly = {
  id: 'ano_7k2m9x4c1t8v3b6n',
  incidentId: 'inc_4c1t8v3b6n7k2m9x',
  entity: 'dev_camera_lobby',
  site: 'hq' as SiteId,
  type: 'port_scan',
  severity: 'high',
  confidence: 0.93,
  status: 'open',
  verdict: null,
  remediated: false,
  detectedAt: START,
  updatedAt: START + 60_000,
  closedAt: null,
  description: 'It asked 40 machines in 5 minutes, of which it knew 2',
  technique: 'T1046',
  expected: 'up to 4 machines in 5 minutes',
  observed: '40 machines in 5 minutes',
  action: 'investigate',
  evidence: [
    {
      summary: '40 machines were asked on port 445',
      at: START,
      sensor: 'zeek',
      uid: 'CAbcdE1fGh2iJ3kLm4',
      communityId: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
      count: 40,
      subject: '10.20.0.9',
    },
    {
      summary: 'A name was asked for',
      at: START,
      sensor: null,
      uid: null,
      communityId: null,
      count: null,
      subject: 'known-domain-9.com',
    },
  ],
};

const origin = { record: 1_234, ordinal: 5 };
const opened: AnomalyPublication = {
  kind: 'anomaly',
  origin,
  at: START + 60_000,
  before: null,
  anomaly: scan,
  incidents: [{ id: 'inc_4c1t8v3b6n7k2m9x', before: [], after: [scan] }],
};
const closedScan: Anomaly = {
  ...scan,
  status: 'closed',
  verdict: 'true_positive',
  remediated: true,
  closedAt: START + DAY_MS,
  updatedAt: START + DAY_MS,
};
const closed: AnomalyPublication = {
  ...opened,
  origin: { record: 2_000, ordinal: 1 },
  at: START + DAY_MS,
  before: scan,
  anomaly: closedScan,
  incidents: [{ id: 'inc_4c1t8v3b6n7k2m9x', before: [scan], after: [closedScan] }],
};
const riskOf = (level: Risk['level'], reason: string | null): Risk => ({
  level,
  reason,
  scoreExact: millipoints(41_400),
  confidence: 870,
});
const risen: Publication = {
  kind: 'risk',
  origin: { record: 1_234, ordinal: 6 },
  at: START + 60_000,
  entity: 'usr_3b6n7k2m9x4c1t8v',
  before: riskOf('low', null),
  after: riskOf('critical', 'c2_reached'),
};

describe('golden findings', () => {
  test.each<[string, Publication]>([
    ['anomaly-opens', opened],
    ['anomaly-closes', closed],
    ['risk-rises', risen],
  ])('[FINDINGS-1] %s: as it is written down', async (name, publication) => {
    const events = findingsOf(publication, PRODUCER).map(({ event }) => event);
    await expect(`${JSON.stringify(events, null, 2)}\n`).toMatchFileSnapshot(`fixtures/${name}.json`);
  });
});

const instants = fc.integer({ min: START, max: START + 400 * DAY_MS });
const words = fc.constantFrom('12', 'up to 4 machines', '1.5 kB');
const anomalies: fc.Arbitrary<Anomaly> = fc.record({
  id: fc.constantFrom('ano_a', 'ano_b', 'ano_c'),
  incidentId: fc.constantFrom('inc_a', 'inc_b', null),
  entity: fc.constantFrom<EntityId>('dev_a', 'usr_b', 'wkl_c'),
  site: fc.constant('hq' as SiteId),
  type: fc.constantFrom(...ANOMALY_TYPES),
  severity: fc.constantFrom(...SEVERITIES),
  confidence: fc.integer({ min: 0, max: 1_000 }).map((n) => n / 1_000),
  status: fc.constantFrom(...ANOMALY_STATUSES),
  verdict: fc.constantFrom(...VERDICTS, null),
  remediated: fc.boolean(),
  detectedAt: instants,
  updatedAt: instants,
  closedAt: fc.option(instants),
  description: fc.constantFrom('It looked around', 'Es sah sich um – überall'),
  technique: fc.constantFrom('T1046', 'T1071.001', null),
  expected: words,
  observed: words,
  action: fc.constantFrom(...RECOMMENDED_ACTIONS),
  evidence: fc.array(
    fc.record({
      summary: words,
      at: instants,
      sensor: fc.constantFrom('zeek', null),
      uid: fc.constantFrom('C1', null),
      communityId: fc.constantFrom('1:abc=', null),
      count: fc.option(fc.nat()),
      subject: fc.constantFrom('10.0.0.1', '2001:db8::1', 'a.example', 'pol_a', 'ab'.repeat(32), null),
    }),
    { maxLength: 5 },
  ),
});
const risks: fc.Arbitrary<Risk> = fc.record({
  level: fc.constantFrom(...RISK_LEVELS),
  reason: fc.constantFrom('firmware_eol', null),
  scoreExact: fc.integer({ min: 0, max: 100_000 }).map(millipoints),
  confidence: fc.integer({ min: 0, max: 1_000 }),
});
const origins = fc.record({ record: fc.nat(), ordinal: fc.integer({ min: 1, max: 99 }) });
const publications: fc.Arbitrary<Publication> = fc.oneof(
  fc.record({
    kind: fc.constant('anomaly' as const),
    origin: origins,
    at: instants,
    before: fc.option(anomalies),
    anomaly: anomalies,
    incidents: fc.array(
      fc.record({
        id: fc.constantFrom('inc_a' as const, 'inc_b' as const),
        before: fc.array(anomalies, { maxLength: 3 }),
        after: fc.array(anomalies, { maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.record({
    kind: fc.constant('risk' as const),
    origin: origins,
    at: instants,
    entity: fc.constantFrom<EntityId>('dev_a', 'usr_b', 'wkl_c'),
    before: fc.option(risks),
    after: fc.option(risks),
  }),
);

describe('whatever happens', () => {
  test('[FINDINGS-1] a finding is as the OCSF schema has it: required, known, of its type, in its enum', () => {
    fc.assert(
      fc.property(publications, (publication) => {
        for (const { event, kind } of findingsOf(publication, PRODUCER))
          expect(againstSchema(event, kind)).toEqual([]);
      }),
    );
  });

  test('the check against the schema finds what is wrong', () => {
    const [finding] = findingsOf(opened, PRODUCER);
    const event = finding?.event ?? {};
    const { finding_info: _, ...without } = event;
    expect(againstSchema(without, 'detection_finding')).toEqual([
      'detection_finding.finding_info: is required',
    ]);
    expect(againstSchema({ ...event, severity_id: 17 }, 'detection_finding')).toHaveLength(1);
    expect(againstSchema({ ...event, severity: 'Low' }, 'detection_finding')).toHaveLength(1);
    expect(againstSchema({ ...event, resources: [{ type: 'device' }] }, 'detection_finding')).toHaveLength(1);
    expect(againstSchema({ ...event, site: 'hq' }, 'detection_finding')).toEqual([
      'detection_finding.site: is unknown',
    ]);
  });

  test('[FINDINGS-2] the same change has the same id, another change another one', () => {
    fc.assert(
      fc.property(publications, origins, (publication, other) => {
        const uids = findingsOf(publication, PRODUCER).map(({ uid }) => uid);
        const again = findingsOf(structuredClone(publication), PRODUCER).map(({ uid }) => uid);
        expect(again).toEqual(uids);
        fc.pre(other.record !== publication.origin.record || other.ordinal !== publication.origin.ordinal);
        const later = findingsOf({ ...publication, origin: other }, PRODUCER).map(({ uid }) => uid);
        expect(uids.filter((uid) => later.includes(uid))).toEqual([]);
      }),
    );
  });

  test('[FINDINGS-15] a finding is not dated before its evidence, nor seen last before it', () => {
    const ofAnomalies = publications.filter((each) => each.kind === 'anomaly');
    fc.assert(
      fc.property(ofAnomalies, (publication) => {
        const newest = Math.max(...publication.anomaly.evidence.map(({ at }) => at), 0);
        for (const { event } of findingsOf(publication, PRODUCER)) {
          const infos = [event['finding_info_list'] ?? event['finding_info']].flat();
          for (const each of infos as Record<
            'first_seen_time' | 'last_seen_time' | 'modified_time',
            number
          >[]) {
            expect(each.last_seen_time).toBeGreaterThanOrEqual(each.first_seen_time);
            expect(each.modified_time).toBeGreaterThanOrEqual(each.last_seen_time);
            expect(event['time']).toBeGreaterThanOrEqual(each.modified_time);
          }
        }
        const [own] = findingsOf({ ...publication, before: null, incidents: [] }, PRODUCER);
        expect(own?.event['time']).toBeGreaterThanOrEqual(newest);
        expect(own?.event['finding_info']).toMatchObject({
          last_seen_time: Math.max(newest, publication.anomaly.detectedAt),
        });
      }),
    );
  });
});

describe('what changes', () => {
  const activity = (publication: Publication) =>
    findingsOf(publication, PRODUCER).map(({ event }) => event['activity_name']);

  test('[FINDINGS-3] a finding is created once, updated, closed, and updated when it opens again', () => {
    expect(activity(opened)).toEqual(['Create', 'Create']);
    expect(activity({ ...opened, before: { ...scan, severity: 'medium' } })).toEqual(['Update', 'Create']);
    expect(activity(closed)).toEqual(['Close', 'Close']);
    const reopened = {
      ...opened,
      before: closedScan,
      incidents: [{ id: 'inc_x' as const, before: [closedScan], after: [scan] }],
    };
    expect(activity(reopened)).toEqual(['Update', 'Update']);
    expect(findingsOf(reopened, PRODUCER)[0]?.event['is_alert']).toBe(true);
  });

  test('[FINDINGS-3] an incident stays open while one of its anomalies is, and has the gravest of them', () => {
    const other: Anomaly = { ...scan, id: 'ano_other', type: 'beaconing', severity: 'critical' };
    const incident = { id: 'inc_x' as const, before: [scan, other], after: [closedScan, other] };
    const [, finding] = findingsOf({ ...closed, incidents: [incident] }, PRODUCER);
    expect(finding).toMatchObject({
      level: 'critical',
      message: '2 anomalies tell one story: beaconing, port_scan',
      event: { activity_name: 'Update', status: 'New', verdict: 'True Positive', severity: 'Critical' },
    });
    expect(finding?.event['finding_info_list']).toHaveLength(2);
  });

  test('[FINDINGS-17] an incident of many is as severe, and as open, as all of them say; the worst are listed', () => {
    const first: Anomaly = { ...scan, id: 'ano_0', severity: 'critical', status: 'open', verdict: null };
    const noise = Array.from({ length: 129 }, (_, i): Anomaly => {
      const asClosed = { status: 'closed', verdict: 'false_positive' } as const;
      return {
        ...scan,
        id: `ano_${i + 1}`,
        severity: 'medium',
        detectedAt: scan.detectedAt + i,
        ...asClosed,
      };
    });
    const incident = { id: 'inc_x' as const, before: [first, ...noise.slice(1)], after: [first, ...noise] };
    const opening = { ...incident, before: [] };
    const [, finding] = findingsOf({ ...opened, incidents: [opening] }, PRODUCER);
    expect(finding).toMatchObject({
      level: 'critical',
      message: expect.stringMatching(/^130 anomalies/),
      event: { activity_name: 'Create', status: 'New', severity: 'Critical' },
    });
    const listed = finding?.event['finding_info_list'] as { uid: string }[];
    expect(listed).toHaveLength(100);
    expect(listed[0]).toMatchObject({ uid: 'ano_0' });
    const closing = { ...incident, after: [{ ...first, status: 'closed' as const }, ...noise] };
    expect(findingsOf({ ...opened, incidents: [closing] }, PRODUCER).at(-1)?.event).toMatchObject({
      activity_name: 'Close',
      status: 'Closed',
    });
  });

  test('[FINDINGS-3] an incident whose last anomaly went to another one is closed', () => {
    const moved = { id: 'inc_old' as const, before: [scan], after: [] };
    const [finding] = findingsOf({ ...opened, before: scan, incidents: [moved] }, PRODUCER);
    expect(finding?.event).toMatchObject({ activity_name: 'Close', status: 'Closed' });
  });

  test('[FINDINGS-3] a risk that falls and is not low is no new finding', () => {
    const fallen: Publication = {
      ...risen,
      before: riskOf('critical', 'c2_reached'),
      after: riskOf('medium', null),
    };
    const worse: Publication = {
      ...risen,
      before: riskOf('medium', null),
      after: riskOf('high', 'port_scan'),
    };
    const eventOf = (change: Publication) => findingsOf(change, PRODUCER)[0]?.event;
    expect(eventOf(fallen)).toMatchObject({
      activity_name: 'Update',
      status: 'In Progress',
      is_alert: false,
    });
    expect(eventOf(worse)).toMatchObject({ activity_name: 'Update', status: 'New', is_alert: true });
  });

  test('[FINDINGS-3] a fall of the risk level reaches whoever heard of the rise', () => {
    const fallen: Publication = { ...risen, before: riskOf('high', 'port_scan'), after: riskOf('low', null) };
    expect(findingsOf(fallen, PRODUCER)).toMatchObject([
      {
        level: 'high',
        event: { activity_name: 'Close', severity: 'Low', risk_level: 'Low', risk_score: 59 },
      },
    ]);
  });
});
