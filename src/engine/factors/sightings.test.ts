import { describe, expect, test } from 'vitest';
import type { Threat } from '../../exposure/index.ts';
import { DAY_MS } from '../../model/index.ts';
import { DEFAULT_PROFILE, decayed, publish } from '../../scoring/index.ts';
import { sightingFactors, sightingFadings } from './sightings.ts';

const NOW = Date.UTC(2026, 4, 21);

function c2(confidence: number, daysAgo: number): Threat {
  const last = NOW - daysAgo * DAY_MS;
  const evidence = { summary: 'contact', at: last, sensor: null, uid: null, communityId: null, count: null };
  return { factor: 'c2_reached', confidence, last, evidence: { ...evidence, subject: null } };
}

describe('[THREAT-SIGHT-5] of several sightings the one that weighs most now counts', () => {
  test('an old sure one lends no weight to a new doubtful one', () => {
    const [factor] = sightingFactors([c2(0.95, 60), c2(0.3, 0)], DEFAULT_PROFILE, NOW);
    expect(factor).toMatchObject({ measure: 0.3, confidence: 0.3 });
    expect(factor?.evidence().map(({ at }) => at)).toEqual([NOW, NOW - 60 * DAY_MS]);
  });

  test('a factor steps down when the last of them falls below its step, and not a millisecond before', () => {
    const threats = [c2(0.9, 5), c2(0.9, 1)];
    const measureAt = (now: number) => sightingFactors(threats, DEFAULT_PROFILE, now)[0]?.measure ?? 0;
    const p = publish(DEFAULT_PROFILE, 'c2_reached', measureAt(NOW), 0);
    const [instant = 0] = sightingFadings(threats, () => p, DEFAULT_PROFILE);
    expect(publish(DEFAULT_PROFILE, 'c2_reached', measureAt(instant - 1), p)).toBe(p);
    expect(publish(DEFAULT_PROFILE, 'c2_reached', measureAt(instant), p)).toBeLessThan(p);
    expect(measureAt(instant)).toBe(decayed(DEFAULT_PROFILE, 'c2_reached', 0.9, instant - NOW + DAY_MS));
  });

  test('what is not published has no deadline', () => {
    expect(sightingFadings([c2(0.9, 400)], () => 0, DEFAULT_PROFILE)).toEqual([]);
  });
});
