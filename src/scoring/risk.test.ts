import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FACTORS, RISK_LEVELS, type RiskLevel, rank } from '../model/index.ts';
import { factorSets } from './arbitraries.test.ts';
import { assess } from './assess.ts';
import type { PublishedFactor } from './dimension.ts';
import { DEFAULT_PROFILE as profile } from './profile.ts';
import { type RiskInput, riskLevel } from './risk.ts';

type Concerns = Partial<Omit<RiskInput, 'assessment'>>;

function riskOf(factors: readonly PublishedFactor[], concerns: Concerns = {}) {
  const quiet = {
    previousBandLevel: null,
    anomalies: [],
    c2Confidence: { reached: 0, blocked: 0 },
    exploitedServiceReachable: false,
  };
  return riskLevel({ ...quiet, ...concerns, assessment: assess(factors, profile) }, profile);
}

function anomaly(change: Partial<RiskInput['anomalies'][number]>): RiskInput['anomalies'][number] {
  return {
    type: 'port_scan',
    severity: 'high',
    confidence: 0.9,
    status: 'open',
    verdict: null,
    remediated: false,
    ...change,
  };
}

const bandLevelAt = (score: number, previousBandLevel: RiskLevel | null) =>
  riskLevel(
    {
      assessment: { ...assess([], profile), findingsScore: score },
      previousBandLevel,
      anomalies: [],
      c2Confidence: { reached: 0, blocked: 0 },
      exploitedServiceReachable: false,
    },
    profile,
  ).bandLevel;

describe('the risk level', () => {
  test('of nothing wrong is low, without a reason', () => {
    expect(riskOf([])).toEqual({ level: 'low', reason: null, bandLevel: 'low' });
  });

  test('[SCORE-11] is never raised by gaps alone', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        const gaps = factors.filter(({ name }) => FACTORS[name].kind === 'gap');
        expect(riskOf(gaps)).toMatchObject({ level: 'low', reason: null });
      }),
    );
  });

  test('[SCORE-11] with findings is what it is without the gaps', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        const findings = factors.filter(({ name }) => FACTORS[name].kind === 'finding');
        expect(riskOf(factors).level).toBe(riskOf(findings).level);
      }),
    );
  });

  test.each<[RiskLevel, number]>([
    ['low', 0.099],
    ['medium', 0.1],
    ['medium', 0.299],
    ['high', 0.3],
    ['high', 0.599],
    ['critical', 0.6],
  ])('[SCORE-12] is %s for a finding of severity %d', (level, p) => {
    expect(riskOf([{ name: 'malicious_file', p }]).level).toBe(level);
  });

  test('[SCORE-12] is that of the profile where it fixes one', () => {
    expect(riskOf([{ name: 'not_enrolled', p: 0.35 }])).toMatchObject({
      level: 'medium',
      reason: 'not_enrolled',
    });
    expect(riskOf([{ name: 'known_exploited_vulnerability', p: 0.75 }]).level).toBe('high');
  });

  test('[SCORE-13] has the page’s reasons', () => {
    expect(riskOf([{ name: 'firmware_eol', p: 0.45 }])).toMatchObject({
      level: 'high',
      reason: 'firmware_eol',
    });
    expect(riskOf([{ name: 'unexpected_offline', p: 0.2 }])).toMatchObject({
      level: 'medium',
      reason: 'unexpected_offline',
    });
    const anomalies = [anomaly({ type: 'lateral_movement_attempt', severity: 'critical', confidence: 0.97 })];
    expect(riskOf([{ name: 'lateral_movement_attempt', p: 0.85 }], { anomalies })).toMatchObject({
      level: 'critical',
      reason: 'lateral_movement_attempt',
    });
  });

  test('[SCORE-14] is that of an open anomaly, one lower when it is unsure, none when it is closed', () => {
    expect(riskOf([], { anomalies: [anomaly({ confidence: 0.5 })] })).toMatchObject({
      level: 'high',
      reason: 'port_scan',
    });
    expect(riskOf([], { anomalies: [anomaly({ confidence: 0.49 })] }).level).toBe('medium');
    expect(riskOf([], { anomalies: [anomaly({ confidence: 0.4, severity: 'low' })] }).level).toBe('low');
    expect(riskOf([], { anomalies: [anomaly({ status: 'contained' })] }).level).toBe('high');
    expect(riskOf([], { anomalies: [anomaly({ status: 'closed' })] }).level).toBe('low');
  });

  test('[SCORE-15] is critical for a true positive, even a small and closed one, until it is remediated', () => {
    const confirmed = { severity: 'low', status: 'closed', verdict: 'true_positive' } as const;
    expect(riskOf([], { anomalies: [anomaly(confirmed)] })).toMatchObject({
      level: 'critical',
      reason: 'port_scan',
    });
    expect(riskOf([], { anomalies: [anomaly({ ...confirmed, remediated: true })] }).level).toBe('low');
  });

  test('[SCORE-15] is critical for a command-and-control server reached, surely listed, however long ago', () => {
    const faded: PublishedFactor[] = [{ name: 'c2_reached', p: 0.1 }];
    expect(riskOf(faded, { c2Confidence: { reached: 0.8, blocked: 0 } })).toMatchObject({
      level: 'critical',
      reason: 'c2_reached',
    });
    expect(riskOf(faded, { c2Confidence: { reached: 0.79, blocked: 0 } }).level).toBe('medium');
    expect(riskOf([], { c2Confidence: { reached: 1, blocked: 1 } }).level).toBe('low');
  });

  test('[SCORE-15] is critical for a revoked identity in use', () => {
    expect(riskOf([{ name: 'revoked_identity_in_use', p: 0.01 }]).level).toBe('critical');
  });

  test('[SCORE-15] is high for a surely listed command-and-control server that was blocked', () => {
    const blocked: PublishedFactor[] = [{ name: 'c2_blocked', p: 0.25 }];
    expect(riskOf(blocked, { c2Confidence: { reached: 0, blocked: 0.8 } })).toMatchObject({
      level: 'high',
      reason: 'c2_blocked',
    });
    expect(riskOf(blocked, { c2Confidence: { reached: 0, blocked: 0.7 } }).level).toBe('medium');
  });

  test('[SCORE-15] is high for a known-exploited vulnerability on a reachable service', () => {
    const exploited: PublishedFactor[] = [{ name: 'known_exploited_vulnerability', p: 0.75 }];
    expect(riskOf(exploited, { exploitedServiceReachable: true })).toMatchObject({
      level: 'high',
      reason: 'known_exploited_vulnerability',
    });
  });

  test('[SCORE-16] worsens with the band at once and improves only a whole point inside the better one', () => {
    expect(bandLevelAt(70, 'low')).toBe('medium');
    expect(bandLevelAt(71, 'medium')).toBe('medium');
    expect(bandLevelAt(72, 'medium')).toBe('low');
    expect(bandLevelAt(71, null)).toBe('low');
    expect(bandLevelAt(40, 'low')).toBe('high');
    expect(bandLevelAt(41, 'high')).toBe('high');
    expect(bandLevelAt(42, 'high')).toBe('medium');
    expect(bandLevelAt(71, 'high')).toBe('medium');
    expect(bandLevelAt(100, 'high')).toBe('low');
  });

  test('never improves when a finding is added', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        const [added, ...others] = factors;
        fc.pre(added !== undefined);
        const less = rank(RISK_LEVELS, riskOf(others).level);
        expect(rank(RISK_LEVELS, riskOf(factors).level)).toBeGreaterThanOrEqual(less);
      }),
    );
  });
});
