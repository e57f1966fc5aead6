import { expect, test } from 'vitest';
import type { Anomaly, Evidence } from '../model/index.ts';
import { DEFAULT_PROFILE } from '../scoring/index.ts';
import type { EntityPast, Past } from '../store/index.ts';
import { pastEntity } from './past-entity.ts';

const AT = Date.UTC(2026, 4, 21);

function seen(summary: string, at: number): Evidence {
  return { summary, at, sensor: 'zeek', uid: null, communityId: null, count: null, subject: null };
}

test('[HIST-14] an anomaly that grew after its factor was published is explained with all that it had then', () => {
  const [first, later] = [seen('20 machines', AT - 5_000), seen('40 machines', AT)];
  const factors = ['port_scan', 'firmware_eol'].map((name) => ({
    name,
    p: 0.3,
    milliPoints: 9_000,
    since: AT,
  }));
  const entity = {
    entity: 1,
    id: 'dev_a',
    picture: { scoreExact: 82_000, factors, confidence: 900, riskLevel: 'high', riskReason: 'port_scan' },
    facts: () => ({ enrolment: { state: 'discovered' } }),
    factors: () => factors.map((each) => ({ ...each, evidence: [first] })),
  } as unknown as EntityPast;
  const scan = { type: 'port_scan', evidence: [later, first] } as unknown as Anomaly;
  const past = { openAnomalies: () => [scan] } as unknown as Past;
  const view = pastEntity(past, entity, { scoring: DEFAULT_PROFILE, policies: [], baselineOf: () => null });
  const evidence = Object.fromEntries((view?.factors() ?? []).map((each) => [each.name, each.evidence]));
  expect(evidence).toEqual({ port_scan: [later, first], firmware_eol: [first] });
});

test('[HIST-17] of a baseline of the past is told whether it was established, and nothing is made up', () => {
  const at = (establishedAt: number | null) => {
    const entity = {
      id: 'dev_a',
      picture: { scoreExact: 82_000, factors: [], confidence: 900, riskLevel: 'low', riskReason: null },
      facts: () => ({ enrolment: { state: 'discovered' } }),
    } as unknown as EntityPast;
    const today = {
      established: establishedAt !== null,
      establishedAt,
      connectionsPerHour: 7,
      knownDestinations: ['example.org'],
      destinationsMet: 1,
      deviation: 0.5,
      maturity: 1,
    };
    const past = { at: AT, openAnomalies: () => [] } as unknown as Past;
    return pastEntity(past, entity, {
      scoring: DEFAULT_PROFILE,
      policies: [],
      baselineOf: () => today,
    })?.baseline();
  };
  const unknown = {
    connectionsPerHour: null,
    knownDestinations: null,
    destinationsMet: null,
    deviation: null,
  };
  expect(at(AT - 1)).toEqual({ ...unknown, established: true, establishedAt: AT - 1, maturity: 1 });
  expect(at(AT + 1)).toEqual({ ...unknown, established: false, establishedAt: null, maturity: null });
  expect(at(null)).toEqual({ ...unknown, established: false, establishedAt: null, maturity: null });
});
