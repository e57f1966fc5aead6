import { describe, expect, test } from 'vitest';
import { type FactorName, FACTOR_NAMES, FACTORS } from '../model/index.ts';
import data from './profile.json' with { type: 'json' };
import { DEFAULT_PROFILE, parseProfile, ScoringProfileError } from './profile.ts';
import { publish } from './publish.ts';
import { severityOf } from './risk.ts';

/** The default profile with one place changed. */
const altered = (path: readonly string[], value: unknown): unknown => {
  const copy: unknown = structuredClone(data);
  let place = copy;
  for (const key of path.slice(0, -1)) place = (place as Record<string, unknown>)[key];
  (place as Record<string, unknown>)[path.at(-1) ?? ''] = value;
  return copy;
};

const worstOf = (factor: FactorName) =>
  severityOf(factor, DEFAULT_PROFILE.factors[factor].steps.at(-1)?.p ?? 0, DEFAULT_PROFILE);

describe('the scoring profile', () => {
  test('[SCORE-9] weighs the dimensions as the page says', () => {
    expect(DEFAULT_PROFILE.dimensions).toEqual({ identity: 30, behavior: 30, policy: 25, threat: 15 });
  });

  test('[SCORE-9] gives every dimension that nobody assesses a gap of 0.30', () => {
    for (const factor of FACTOR_NAMES.filter((name) => name.endsWith('_not_assessed'))) {
      expect(DEFAULT_PROFILE.factors[factor].steps).toEqual([{ from: 1, p: 0.3 }]);
    }
  });

  test('has its factors in the model’s order', () => {
    expect(Object.keys(data.factors)).toEqual(FACTOR_NAMES);
  });

  test('lets reached weigh more than blocked at every confidence', () => {
    for (const confidence of [0.1, 0.25, 0.5, 0.75, 0.9, 1]) {
      expect(publish(DEFAULT_PROFILE, 'c2_reached', confidence, 0)).toBeGreaterThan(
        publish(DEFAULT_PROFILE, 'c2_blocked', confidence, 0),
      );
    }
  });

  test('[SCORE-9] makes end-of-life firmware high and an unexpected silence medium', () => {
    expect(worstOf('firmware_eol')).toBe('high');
    expect(worstOf('unexpected_offline')).toBe('medium');
  });

  test('lets no gap be more than low', () => {
    for (const factor of FACTOR_NAMES.filter((name) => FACTORS[name].kind === 'gap')) {
      expect(severityOf(factor, 0.99, DEFAULT_PROFILE)).toBe('low');
    }
  });
});

describe('a scoring profile that is wrong', () => {
  test.each([
    [['version'], 'next', /version: must be a year and a number/],
    [['dimensions', 'threat'], 20, /dimensions: must sum to 100/],
    [['dimensions', 'luck'], 1, /dimensions: .*luck/],
    [['anomalySeverity', 'critical'], 1, /anomalySeverity\.critical: /],
    [['factors', 'port_scan'], undefined, /factors\.port_scan: /],
    [['factors', 'bad_luck'], {}, /factors: .*bad_luck/],
    [
      ['factors', 'port_scan', 'steps'],
      [{ from: 1, p: 0.3001 }],
      /factors\.port_scan\.steps\.0\.p: must be a whole/,
    ],
    [['factors', 'port_scan', 'steps'], [{ from: 0, p: 0.3 }], /factors\.port_scan\.steps\.0\.from: /],
    [['factors', 'port_scan', 'steps'], [], /factors\.port_scan\.steps: /],
    [
      ['factors', 'port_scan', 'steps'],
      [
        { from: 1, p: 0.3 },
        { from: 2, p: 0.3 },
      ],
      /factors\.port_scan\.steps: must rise strictly/,
    ],
    [['factors', 'port_scan', 'hysteresis'], 1, /factors\.port_scan\.hysteresis: /],
    [['factors', 'port_scan', 'action'], 'pray', /factors\.port_scan\.action: /],
  ])('[SCORE-10] is refused with the field: %j = %j', (path, value, message) => {
    const parse = () => parseProfile(altered(path, value));
    expect(parse).toThrow(ScoringProfileError);
    expect(parse).toThrow(message);
  });

  test('[SCORE-10] is refused when it is no profile at all', () => {
    expect(() => parseProfile(null)).toThrow(/the profile: /);
  });
});
