import { describe, expect, test } from 'vitest';
import {
  type Criticality,
  DAY_MS,
  type Detection,
  type EpochMs,
  type Evidence,
  isIncidentByItself,
  LIMITS,
  type SiteId,
  type VerdictRecord,
} from '../model/index.ts';
import { Anomalies } from './anomalies.ts';
import type { AnomalyIds } from './anomaly-life.ts';

const DEVICE = 'dev_somebody';
const SITE = 'hq' as SiteId;
const T = Date.UTC(2026, 2, 2);

function anomalies(): Anomalies {
  const ids: AnomalyIds = {
    anomaly: (entity, type, at) => `ano_${entity.slice(4)}.${type}.${at}`,
    incident: (anomaly) => `inc_${anomaly.slice(4)}`,
  };
  return new Anomalies(ids, () => {});
}

function detection(at: EpochMs, facts: Partial<Detection> = {}): Detection {
  return {
    type: 'lateral_movement_attempt',
    at,
    severity: 'high',
    confidence: 0.6,
    description: 'Device attempting connections',
    technique: 'T1021',
    expected: 'few',
    observed: 'many',
    evidence: [],
    ...facts,
  };
}

function lived(criticality: Criticality, ...detections: readonly Detection[]): Anomalies {
  const all = anomalies();
  for (const each of detections) all.detect(DEVICE, SITE, each, criticality);
  return all;
}

const only = (all: Anomalies) => {
  const [first, ...rest] = all.of(DEVICE);
  if (first === undefined || rest.length > 0) throw new Error(`${rest.length + 1} anomalies`);
  return first;
};

function word(all: Anomalies, facts: Partial<VerdictRecord>): VerdictRecord {
  return {
    kind: 'verdict',
    at: T + DAY_MS,
    anomaly: only(all).id,
    status: 'closed',
    verdict: 'false_positive',
    remediated: false,
    actor: 'test',
    reason: null,
    ...facts,
  };
}

function line(at: EpochMs, subject: string, count: number): Evidence {
  return { summary: 'seen', at, sensor: null, uid: null, communityId: null, count, subject };
}

describe('an anomaly', () => {
  test('[ANOMALY-1] is opened once and updated as evidence grows; what is known never shrinks', () => {
    const all = lived(
      'normal',
      detection(T),
      detection(T + 1_000, { severity: 'critical', confidence: 0.95, observed: 'more' }),
      detection(T + 2_000, { severity: 'high', confidence: 0.7, observed: 'fewer' }),
    );
    expect(only(all)).toMatchObject({
      detectedAt: T,
      updatedAt: T + 2_000,
      severity: 'critical',
      confidence: 0.95,
      // What is told by itself of a part of it is less than what has been told of all.
      observed: 'more',
    });
  });

  describe('[ANOMALY-8] under which a further act is found', () => {
    const call = (at: EpochMs, subject: string, count: number, facts: Partial<Detection> = {}) =>
      detection(at, {
        type: 'beaconing',
        severity: 'medium',
        description: `${subject} ${count} times`,
        evidence: [line(at, subject, count)],
        ...facts,
      });

    test.each(['acknowledged', 'contained'] as const)('is open again, though it was %s', (status) => {
      const all = lived('normal', call(T, '203.0.113.9', 40));
      all.verdict(word(all, { at: T, status, verdict: 'true_positive' }));
      all.detect(DEVICE, SITE, call(T + 1_000, '203.0.113.9', 80), 'normal');
      expect(only(all)).toMatchObject({ status, description: '203.0.113.9 80 times' });
      all.detect(DEVICE, SITE, call(T + 2_000, '203.0.113.66', 6), 'normal');
      expect(only(all)).toMatchObject({
        status: 'open',
        verdict: 'true_positive',
        description: '203.0.113.66 6 times',
      });
    });

    test('goes on naming what it was opened for, and each destination before a repetition of one', () => {
      const all = lived('normal', call(T, '203.0.113.9', 40));
      const others = ['101', '102', '103', '103', '103', '103'];
      for (const [i, each] of others.entries())
        all.detect(DEVICE, SITE, call(T + i + 1, `203.0.113.${each}`, 12), 'normal');
      const subjects = () => only(all).evidence.map(({ subject }) => subject?.slice(10));
      expect(new Set(subjects())).toEqual(new Set(['103', '102', '101', '9']));
      for (let i = 0; i < 9; i++)
        all.detect(DEVICE, SITE, call(T + 10 + i, `203.0.113.${110 + i}`, 12), 'normal');
      expect(subjects()).toEqual(['118', '117', '116', '115', '9']);
    });

    test('is told of a second service as of the first', () => {
      const answers = (at: EpochMs, port: number) =>
        detection(at, { type: 'new_service', evidence: [{ ...line(at, '10.0.0.2', 1), port }] });
      const all = lived('normal', answers(T, 4444));
      all.verdict(word(all, { at: T, status: 'acknowledged', verdict: null }));
      all.detect(DEVICE, SITE, answers(T + 1, 4444), 'normal');
      expect(only(all).status).toBe('acknowledged');
      all.detect(DEVICE, SITE, answers(T + 2, 5555), 'normal');
      expect(only(all).status).toBe('open');
    });

    test('but not where one more host is more of the same', () => {
      const scan = (at: EpochMs, host: string) => detection(at, { evidence: [line(at, host, 9)] });
      const all = lived('normal', scan(T, '10.0.0.1'));
      all.verdict(word(all, { at: T, status: 'contained', verdict: null }));
      all.detect(DEVICE, SITE, scan(T + 1, '10.0.0.2'), 'normal');
      expect(only(all).status).toBe('contained');
    });
  });

  test('[ANOMALY-2] of an act, high or critical and sure, is an incident by itself', () => {
    const isIncident = (facts: Partial<Detection>) =>
      isIncidentByItself(only(lived('normal', detection(T, facts))));
    expect(isIncident({ confidence: 0.89 })).toBe(false);
    expect(isIncident({ confidence: 0.9 })).toBe(true);
    expect(isIncident({ severity: 'medium', confidence: 0.95 })).toBe(false);
    expect(isIncident({ type: 'unexpected_offline', severity: 'high', confidence: 0.95 })).toBe(false);
  });

  test('[ANOMALY-3] weighs by criticality, and never isolates what is vital: it says why', () => {
    expect(only(lived('normal', detection(T)))).toMatchObject({ severity: 'high', action: 'isolate' });
    expect(only(lived('low', detection(T)))).toMatchObject({ severity: 'medium', action: 'isolate' });
    const vital = lived('vital', detection(T), detection(T + 1));
    expect(only(vital)).toMatchObject({ severity: 'critical', action: 'investigate' });
    expect(only(vital).description).toContain('vital');
  });

  test('[ANOMALY-4] of a state closes when the state ends; again within 7 days it is the same one', () => {
    const offline = (at: EpochMs) => detection(at, { type: 'unexpected_offline', severity: 'medium' });
    const all = lived('normal', offline(T));
    expect(all.endState(DEVICE, 'unexpected_offline', T + 1)).toBe(true);
    expect(all.endState(DEVICE, 'unexpected_offline', T + 2)).toBe(false);
    expect(only(all)).toMatchObject({ status: 'closed', closedAt: T + 1 });
    all.detect(DEVICE, SITE, offline(T + 1 + 7 * DAY_MS), 'normal');
    expect(only(all)).toMatchObject({ status: 'open', closedAt: null, detectedAt: T });
    all.endState(DEVICE, 'unexpected_offline', T + 8 * DAY_MS);
    all.detect(DEVICE, SITE, offline(T + 15 * DAY_MS + 1), 'normal');
    expect(all.of(DEVICE).map(({ status }) => status)).toEqual(['closed', 'open']);
  });

  test('[ANOMALY-5] of an act closes by quiet only where it is medium or low, after 30 days', () => {
    const medium = lived('normal', detection(T, { severity: 'medium' }));
    expect(medium.nextQuietClose(DEVICE)).toBe(T + 30 * DAY_MS);
    expect(medium.closeQuiet(DEVICE, T + 30 * DAY_MS - 1)).toBe(false);
    expect(medium.closeQuiet(DEVICE, T + 30 * DAY_MS)).toBe(true);
    expect(only(medium).status).toBe('closed');
    const high = lived('normal', detection(T));
    expect(high.nextQuietClose(DEVICE)).toBeNull();
    expect(high.closeQuiet(DEVICE, T + 365 * DAY_MS)).toBe(false);
  });

  test.each([
    ['an act by quiet', detection(T, { severity: 'medium' })],
    ['a state by its end', detection(T, { type: 'volume_anomaly', severity: 'low' })],
    ['what becomes usual by quiet', detection(T, { type: 'new_service', severity: 'low' })],
  ])('[ANOMALY-7] that was confirmed does not close, %s, until it is mended', (_, found) => {
    const all = lived('normal', found);
    all.verdict(word(all, { at: T, status: 'open', verdict: 'true_positive' }));
    expect(all.nextQuietClose(DEVICE)).toBeNull();
    expect(all.closeQuiet(DEVICE, T + 365 * DAY_MS)).toBe(false);
    expect(all.endState(DEVICE, found.type, T + DAY_MS)).toBe(false);
    expect(only(all)).toMatchObject({ status: 'open', verdict: 'true_positive', closedAt: null });
    all.verdict(word(all, { verdict: 'true_positive', remediated: true, status: 'closed' }));
    expect(only(all).status).toBe('closed');
  });

  test('[ANOMALY-6] that happens again after a verdict is judged anew', () => {
    const all = lived('normal', detection(T));
    all.verdict(word(all, { verdict: 'true_positive', remediated: true }));
    expect(all.detect(DEVICE, SITE, detection(T + 2 * DAY_MS), 'normal')).toBe(true);
    expect(only(all)).toMatchObject({ status: 'open', verdict: null, remediated: false });
  });

  test('that was confirmed and never mended stays confirmed when it happens again', () => {
    const all = lived('normal', detection(T));
    all.verdict(word(all, { verdict: 'true_positive' }));
    all.detect(DEVICE, SITE, detection(T + 2 * DAY_MS), 'normal');
    expect(only(all)).toMatchObject({ status: 'open', verdict: 'true_positive' });
  });

  test('is one of at most so many, and a confirmed one is never the one to give way', () => {
    const all = lived('normal', detection(T));
    all.verdict(word(all, { at: T, verdict: 'true_positive' }));
    for (let i = 1; i < 2 * LIMITS.anomaliesPerEntity; i++) {
      const at = T + i * 8 * DAY_MS;
      all.detect(DEVICE, SITE, detection(at, { type: 'unexpected_offline' }), 'normal');
      all.endState(DEVICE, 'unexpected_offline', at);
    }
    expect(all.of(DEVICE)).toHaveLength(LIMITS.anomaliesPerEntity);
    expect(all.of(DEVICE)[0]?.verdict).toBe('true_positive');
  });

  test('that does not exist takes no verdict', () => {
    const all = lived('normal', detection(T));
    expect(all.verdict({ ...word(all, {}), anomaly: 'ano_nothing' })).toBeNull();
  });
});
