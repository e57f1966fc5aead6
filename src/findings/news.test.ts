import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Anomaly,
  ANOMALY_STATUSES,
  type Evidence,
  HOUR_MS,
  SEVERITIES,
  type SiteId,
  VERDICTS,
} from '../model/index.ts';
import { confidenceBand } from './finding.ts';
import { findingsOf } from './findings-of.ts';
import { isNews } from './news.ts';

const START = Date.UTC(2026, 2, 2, 9);
const PRODUCER = { version: '0.0.0-test', tenant: 'acme' };

function found(at: number): Evidence {
  const nothing = { sensor: null, uid: null, communityId: null, subject: null };
  return { summary: 'It asked many machines', at, count: 1, ...nothing };
}

const scan: Anomaly = {
  id: 'ano_a',
  incidentId: 'inc_a',
  entity: 'dev_a',
  site: 'hq' as SiteId,
  type: 'port_scan',
  severity: 'medium',
  confidence: 0.6,
  status: 'open',
  verdict: null,
  remediated: false,
  detectedAt: START,
  updatedAt: START,
  closedAt: null,
  description: 'It asked many machines',
  technique: 'T1046',
  expected: 'few',
  observed: 'many',
  action: 'investigate',
  evidence: [found(START)],
};

/** What an anomaly goes through: it grows, and now and then somebody or something says more of it. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: HOUR_MS }).map((gap) => ({ gap })) },
  fc.record(
    {
      severity: fc.constantFrom(...SEVERITIES),
      confidence: fc.constantFrom(0.4, 0.6, 0.62, 0.9),
      status: fc.constantFrom(...ANOMALY_STATUSES),
      verdict: fc.constantFrom(null, ...VERDICTS),
      assignee: fc.constantFrom('soc-1', 'soc-2'),
    },
    { requiredKeys: [] },
  ),
);

function grown(anomaly: Anomaly, change: Record<string, unknown>): Anomaly {
  const { gap, ...said } = change;
  if (typeof gap !== 'number') return { ...anomaly, ...said };
  const at = anomaly.updatedAt + gap;
  return { ...anomaly, updatedAt: at, evidence: [found(at), ...anomaly.evidence].slice(0, 5) };
}

/** Its states one after the other, and which of them left. */
function lived(steps: readonly Record<string, unknown>[]) {
  const states = [scan];
  for (const each of steps) states.push(grown(states.at(-1) ?? scan, each));
  return states.map((anomaly, index) => {
    const before = states[index - 1] ?? null;
    const incidents = [{ id: 'inc_a' as const, before: before === null ? [] : [before], after: [anomaly] }];
    const origin = { record: index + 1, ordinal: 1 };
    const at = anomaly.updatedAt;
    const findings = findingsOf({ kind: 'anomaly', origin, at, before, anomaly, incidents }, PRODUCER);
    const told = new Set(findings.map(({ kind }) => kind));
    return { anomaly, isTold: told.has('detection_finding'), isIncidentTold: told.has('incident_finding') };
  });
}

function actedUpon({ severity, confidence, status, verdict, assignee }: Anomaly): string {
  return JSON.stringify([severity, confidenceBand(confidence), status, verdict, assignee]);
}

describe('a receiver', () => {
  test('[FINDINGS-14] hears at once of all that it acts upon, of an anomaly and of its incident', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let known = '';
        let ofIncident = '';
        for (const { anomaly, isTold, isIncidentTold } of lived(steps)) {
          if (isTold) known = actedUpon(anomaly);
          if (isIncidentTold) ofIncident = actedUpon({ ...anomaly, assignee: '' });
          expect([known, ofIncident]).toEqual([actedUpon(anomaly), actedUpon({ ...anomaly, assignee: '' })]);
        }
      }),
    );
  });

  test('[FINDINGS-14] hears of growth alone once an hour of the data, and then hears of it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const life = lived(steps);
        const hours = life.flatMap(({ anomaly, isTold }, index) => {
          const before = life[index - 1]?.anomaly;
          const isGrowth = before !== undefined && actedUpon(before) === actedUpon(anomaly);
          return isTold && isGrowth ? [Math.floor(anomaly.updatedAt / HOUR_MS)] : [];
        });
        expect(new Set(hours).size).toBe(hours.length);
        const told = new Set(life.flatMap(({ anomaly, isTold }) => (isTold ? hourOf(anomaly) : [])));
        expect(life.filter(({ anomaly }) => !told.has(hourOf(anomaly)))).toEqual([]);
      }),
    );
  });

  test('[FINDINGS-14] hears of growth also while one record, whose clock was ahead, is the newest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 40 }), (ahead, hours) => {
        const skewed = { ...scan, evidence: [found(START + ahead * HOUR_MS), ...scan.evidence] };
        let before: Anomaly = skewed;
        let told = 0;
        for (let nth = 1; nth <= hours; nth++) {
          const at = START + nth * HOUR_MS;
          const evidence = [found(at), ...before.evidence].slice(0, 5);
          const anomaly = { ...before, updatedAt: Math.max(before.updatedAt, at), evidence };
          if (isNews(before, anomaly)) told++;
          if (isNews(anomaly, { ...anomaly, evidence: [found(at + 1), ...evidence].slice(0, 5) })) told = -1;
          before = anomaly;
        }
        // The hour that its clock named has been told.
        expect(told).toBeGreaterThanOrEqual(hours - 1);
      }),
    );
  });

  test('[FINDINGS-14] hears of an incident that 100 anomalies join one by one when there are twice as many', () => {
    const joined = (size: number) =>
      Array.from({ length: size }, (_, index) => ({ ...scan, id: `ano_${index}` as const }));
    const told = Array.from({ length: 100 }, (_, size) => {
      const incident = { id: 'inc_a' as const, before: joined(size), after: joined(size + 1) };
      const origin = { record: size, ordinal: 1 };
      const change = { kind: 'anomaly', origin, at: START, before: scan, anomaly: scan } as const;
      return findingsOf({ ...change, incidents: [incident] }, PRODUCER).length;
    });
    expect(told.flatMap((each, size) => (each === 0 ? [] : [size + 1]))).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  test('[ANOMALY-8] hears at once, as an alert, of a call to another destination within the same hour', () => {
    const call = (subject: string) => ({ ...found(START), subject });
    const first: Anomaly = { ...scan, type: 'beaconing', evidence: [call('203.0.113.9')] };
    const told = (evidence: readonly Evidence[]) => {
      const origin = { record: 1, ordinal: 1 };
      const change = { kind: 'anomaly', origin, at: START, before: first, incidents: [] } as const;
      return findingsOf({ ...change, anomaly: { ...first, evidence } }, PRODUCER).map(({ event }) => event);
    };
    expect(told([call('203.0.113.9'), ...first.evidence])).toEqual([]);
    expect(told([call('203.0.113.66'), ...first.evidence])).toMatchObject([{ is_alert: true }]);
  });

  test('[FINDINGS-14] hears nothing of an incident whose member only grew', () => {
    const growth = Array.from({ length: 30 }, () => ({ gap: HOUR_MS }));
    const life = lived(growth);
    expect(life.filter(({ isTold }) => isTold)).toHaveLength(31);
    expect(life.filter(({ isIncidentTold }) => isIncidentTold)).toHaveLength(1);
  });
});

function hourOf({ updatedAt }: Anomaly): number {
  return Math.floor(updatedAt / HOUR_MS);
}
