import { describe, expect, it } from 'vitest';
import { type Anomaly, DAY_MS } from '../../../src/model/index.ts';
import type { OpenedAnomaly } from '../product/simulated.ts';
import { measureQuietSimulated } from './quiet-simulated.ts';

describe('a simulated fleet in quiet', () => {
  const opened = [
    told(1, 'volume_anomaly', 'low'),
    told(14, 'beaconing', 'high', 'low'),
    told(20.9, 'beaconing', 'low'),
  ];
  const report = measureQuietSimulated({ begin: 0, end: 21 * DAY_MS, events: 9, entities: 100, opened });

  it('[EVAL-15] counts the last week per 1,000 entities per day, and every week beside it', () => {
    expect(report).toMatchObject({
      simulated: true,
      alarms: 2,
      alarms_per_1000_day: 2.9,
      high_per_1000_day: 1.4,
      by_type: { beaconing: 2 },
      alarms_by_week: [1, 0, 2],
      entity_days: 700,
    });
  });

  it('[EVAL-15] gives each kind an example', () => {
    expect(report.kinds['beaconing high']).toBe('1, first: beaconing on day 14');
  });
});

/** What was high once stays high here, whatever it became. */
function told(day: number, type: string, ...severities: Anomaly['severity'][]): OpenedAnomaly {
  const anomaly = { type, severity: severities.at(-1), description: `${type} on day ${day}` };
  return {
    at: day * DAY_MS,
    entity: 'dev_x',
    anomaly,
    severities: new Set(severities),
  } as unknown as OpenedAnomaly;
}
