import { type Detection, type EpochMs, iso } from '../../model/index.ts';

/** A device that is nearly always heard has fallen silent while its sensor still hears others. */
export function offlineDetection(since: EpochMs, now: EpochMs): Detection {
  const text = `Device has been silent since ${iso(since)}; it is usually heard every hour`;
  return {
    type: 'unexpected_offline',
    at: now,
    severity: 'medium',
    confidence: 0.8,
    description: text,
    technique: null,
    expected: 'an event in nearly every hour',
    observed: `none since ${iso(since)}`,
    evidence: [
      { summary: text, at: since, sensor: null, uid: null, communityId: null, count: null, subject: null },
    ],
  };
}
