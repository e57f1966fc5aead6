import { expect, test } from 'vitest';
import type { Factor } from '../model/index.ts';
import { attribute } from './attribute.ts';
import { DEFAULT_PROFILE } from './profile.ts';

const factor = (name: Factor['name'], p: number): Factor => ({ name, p, since: 7, evidence: [] });

test('the factors of an answer keep their evidence and come most costly first', () => {
  const attributed = attribute(
    [factor('threat_not_assessed', 0.3), factor('certificate_expired', 0.5)],
    DEFAULT_PROFILE,
  );
  expect(attributed).toEqual([
    {
      name: 'certificate_expired',
      p: 0.5,
      since: 7,
      evidence: [],
      dimension: 'identity',
      kind: 'finding',
      severity: 'medium',
      milliPoints: 15_000,
      regainedMilliPoints: 15_000,
      action: 'renew_certificate',
    },
    {
      name: 'threat_not_assessed',
      p: 0.3,
      since: 7,
      evidence: [],
      dimension: 'threat',
      kind: 'gap',
      severity: 'low',
      milliPoints: 4_500,
      regainedMilliPoints: 4_500,
      action: 'none',
    },
  ]);
});
