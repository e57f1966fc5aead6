import { describe, expect, test } from 'vitest';
import type { ComplianceReport, ControlAnswer } from '../model/index.ts';
import { oscalResults } from './oscal.ts';

const AT = '2026-05-21T09:00:00.000Z';

const evidence = {
  factor: 'firmware_eol',
  summary: 'Firmware is past the end of its support',
  at: AT,
  sensor: 'zeek-1',
  uid: 'CHhAvVGS1DHFjwGM9',
  community_id: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  count: null,
  subject: null,
};

function control(id: string, more: Partial<ControlAnswer> = {}): ControlAnswer {
  const none = { tests: [], entities: [], entities_total: 0, words: [], fix: [] };
  return {
    control: id,
    groups: ['21.2.e'],
    summary: 'Patches are applied in time',
    sight: 'part',
    state: 'partial',
    since: null,
    gaps: [],
    ...none,
    ...more,
  };
}

const failing = control('6.10', {
  state: 'non_compliant',
  since: AT,
  gaps: ['support_ended: 1 of 9 entities fail'],
  entities: [
    {
      entity_id: 'dev_a',
      factors: ['firmware_eol', 'weak_credentials'],
      since: AT,
      excepted: false,
      evidence: [evidence, { ...evidence, factor: 'weak_credentials', summary: 'Of something else' }],
    },
  ],
  tests: [
    {
      signal: 'support_ended',
      measures: 'Firmware is still supported by its maker',
      outcome: 'failed',
      subjects: 9,
      covered: 9,
      failing: 1,
      pass_share: 0.8889,
      pass_needed: 1,
      coverage_needed: 0.95,
      evidence_at: null,
      factors: { firmware_eol: 1 },
    },
  ],
});
const word = {
  id: 'att_1',
  framework: 'nis2',
  control: '10.2',
  says: 'met',
  entity_id: null,
  owner: 'hr',
  actor: 'soc',
  reason: 'HR-7',
  since: AT,
  said_at: null,
  expires_at: '2026-12-01T00:00:00.000Z',
  ended_at: null,
  ended_by: null,
} as const;

const report: ComplianceReport = {
  title: 'NIS2',
  source: 'Sections of the annex',
  sites: ['hq'],
  framework: 'nis2',
  state: 'non_compliant',
  counts: { compliant: 1, partial: 1, non_compliant: 1, not_assessed: 0, not_applicable: 1 },
  sight: { full: 0, part: 2, none: 2 },
  by_group: {},
  as_of: AT,
  data_age_ms: 0,
  confidence: 0.9,
  controls: [
    failing,
    control('6.6'),
    control('10.2', { state: 'compliant', words: [word] }),
    control('6.2', { state: 'not_applicable', words: [{ ...word, id: 'att_2', says: 'not_applicable' }] }),
  ],
};

interface Finding {
  readonly target: { readonly 'target-id': string; readonly status: { readonly state: string } };
  readonly 'related-observations'?: readonly { readonly 'observation-uuid': string }[];
}

interface Result {
  readonly 'reviewed-controls': {
    readonly 'control-selections': readonly Readonly<Record<string, readonly { 'control-id': string }[]>>[];
  };
  readonly findings: readonly Finding[];
  readonly observations: readonly { readonly uuid: string; readonly [key: string]: unknown }[];
  readonly 'local-definitions': { readonly 'inventory-items': readonly { readonly uuid: string }[] };
}

function resultOf(given: ComplianceReport): Result {
  const { results } = oscalResults(given, '1.2.3', 'here')['assessment-results'];
  return (results as unknown as readonly Result[])[0] as Result;
}

/** Every value under a key, at any depth. */
function valuesOf(key: string, json: unknown): unknown[] {
  if (typeof json !== 'object' || json === null) return [];
  const entries: [string, unknown][] = Object.entries(json);
  return entries.flatMap(([name, value]) => [...(name === key ? [value] : []), ...valuesOf(key, value)]);
}

// Against NIST's own schema: npm run oscal:validate (docs/compliance.md).
describe('[COMPL-9] OSCAL assessment results', () => {
  test('have a finding for each control that applies; only what is compliant is satisfied', () => {
    const states = resultOf(report).findings.map(({ target }) => [target['target-id'], target.status.state]);
    expect(states).toEqual([
      ['nis2-6.10', 'not-satisfied'],
      ['nis2-6.6', 'not-satisfied'],
      ['nis2-10.2', 'satisfied'],
    ]);
  });

  test('exclude what does not apply, and keep who said so', () => {
    const [selection] = resultOf(report)['reviewed-controls']['control-selections'];
    expect(selection?.['exclude-controls']).toEqual([{ 'control-id': 'nis2-6.2' }]);
    expect(selection?.['include-controls']).toHaveLength(3);
    const interviews = resultOf(report).observations.filter(({ methods }) => String(methods) === 'INTERVIEW');
    expect(interviews.map(({ title, expires }) => [title, expires])).toEqual([
      ['att_1', word.expires_at],
      ['att_2', word.expires_at],
    ]);
  });

  test("lead from a finding to the sensor's own ids", () => {
    const { findings, observations, 'local-definitions': local } = resultOf(report);
    const [related] = findings[0]?.['related-observations'] ?? [];
    const observed = observations.find(({ uuid }) => uuid === related?.['observation-uuid']);
    expect(valuesOf('subject-uuid', observed)).toEqual(local['inventory-items'].map(({ uuid }) => uuid));
    expect(JSON.stringify(observed)).toContain(evidence.uid);
    // Of what the test is about, and of nothing else that the entity has.
    expect(JSON.stringify(observed)).not.toContain('Of something else');
    expect(JSON.stringify(observed)).toContain(evidence.community_id);
  });

  test('name each thing once, refer to nothing that is not there, and have no empty list', () => {
    const document = oscalResults(report, '1.2.3', 'here');
    const ids = valuesOf('uuid', document);
    expect(new Set(ids).size).toBe(ids.length);
    for (const key of ['observation-uuid', 'subject-uuid'])
      for (const id of valuesOf(key, document)) expect(ids).toContain(id);
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(JSON.stringify(document)).not.toMatch(/\[\]/);
  });

  test('are the same for the same report, and others for another', () => {
    expect(oscalResults(report, '1.2.3', 'here')).toEqual(
      oscalResults(structuredClone(report), '1.2.3', 'here'),
    );
    const later = { ...report, as_of: '2026-05-22T09:00:00.000Z' };
    const ids = new Set(valuesOf('uuid', resultOf(report).findings));
    for (const id of valuesOf('uuid', resultOf(later).findings)) expect(ids.has(id)).toBe(false);
  });

  test('[COMPL-18] have ids of their own in each directory, and a finding has others where it says something else', () => {
    const ids = new Set(valuesOf('uuid', oscalResults(report, '1.2.3', 'here')));
    for (const id of valuesOf('uuid', oscalResults(report, '1.2.3', 'elsewhere')))
      expect(ids.has(id)).toBe(false);
    const [first, ...others] = report.controls;
    const changed = { ...report, controls: [{ ...(first ?? failing), gaps: ['something else'] }, ...others] };
    const [before, after] = [report, changed].map((each) => valuesOf('uuid', resultOf(each).findings));
    expect(after?.[0]).not.toBe(before?.[0]);
    expect(after?.slice(1)).toEqual(before?.slice(1));
  });
});
