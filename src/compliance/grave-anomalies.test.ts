import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANOMALY_STATUSES, SEVERITIES } from '../model/index.ts';
import { graveInAll, GraveTally } from './grave-anomalies.ts';

const anAnomaly = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  status: fc.constantFrom(...ANOMALY_STATUSES),
  detectedAt: fc.nat(20),
});

test('[COMPL-16] what is counted of grave anomalies is what a look at each of them finds', () => {
  const some = fc.array(fc.tuple(anAnomaly, fc.nat(2), fc.boolean()), { size: 'max', maxLength: 60 });
  fc.assert(
    fc.property(some, fc.nat(22), (all, instant) => {
      const parts = [new GraveTally(), new GraveTally(), new GraveTally()];
      for (const [each, part] of all) parts[part]?.count(each, 1);
      for (const [each, part, isGone] of all) if (isGone) parts[part]?.count(each, -1);
      const { open, unacknowledged, uncontained } = graveInAll(parts);

      const left = all.filter(([, , isGone]) => !isGone).map(([each]) => each);
      const grave = left.filter(
        ({ severity, status }) => ['high', 'critical'].includes(severity) && status !== 'closed',
      );
      const untaken = grave.filter(({ status }) => status === 'open');
      const loose = grave.filter(({ status }) => status !== 'contained');
      expect(open).toBe(grave.length);
      for (const [counted, looked] of [
        [unacknowledged, untaken],
        [uncontained, loose],
      ] as const) {
        const times = looked.map(({ detectedAt }) => detectedAt);
        expect(counted.before(instant)).toBe(times.filter((each) => each < instant).length);
        expect(counted.first).toBe(times.length === 0 ? null : Math.min(...times));
      }
    }),
  );
});
