import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnomalyType, EntityId, Evidence, EvidenceTarget, SuppressionScope } from '../model/index.ts';
import { scopeMatcher, type Suppressible } from './suppression-scope.ts';

const ANY: SuppressionScope = { entity: null, tag: null, type: null, destination: null, port: null };
const canonical = (id: EntityId): EntityId => (id === 'dev_old' ? 'dev_a' : id);

function evidence(subject: string | null, port?: number): Evidence {
  const of = { summary: 'seen', at: 0, sensor: null, uid: null, communityId: null, count: null, subject };
  return port === undefined ? of : { ...of, port };
}

function matches(scope: Partial<SuppressionScope>, ...found: readonly Evidence[]): boolean {
  const whose = { id: 'dev_a', tags: ['lab'] } as const;
  return scopeMatcher({ ...ANY, ...scope }, canonical)(whose, { type: 'port_scan', evidence: found });
}

test.each([
  ['10.0.1.0/24', '10.0.1.200', true],
  ['10.0.1.0/24', '10.0.2.1', false],
  ['10.0.1.7', '10.0.1.7', true],
  ['2001:db8::/32', '2001:db8::1', true],
  ['Example.com', 'example.com', true],
  ['example.com', 'a.example.com', true],
  ['example.com', 'notexample.com', false],
  ['example.com', '10.0.1.7', false],
])('[SUPPRESS-6] the destination %s holds %s: %j', (destination, subject, isIn) => {
  expect(matches({ destination }, evidence(subject))).toBe(isIn);
});

test('[SUPPRESS-6] evidence that points at anything else, or at nothing, is not what was meant', () => {
  const tolerated = { destination: '10.0.1.0/24', port: 443 };
  expect(matches(tolerated, evidence('10.0.1.1', 443), evidence('10.0.1.2', 443))).toBe(true);
  expect(matches(tolerated, evidence('10.0.1.1', 443), evidence('10.0.9.9', 443))).toBe(false);
  expect(matches(tolerated, evidence('10.0.1.1', 443), evidence('10.0.1.1', 22))).toBe(false);
  expect(matches(tolerated, evidence('10.0.1.1'))).toBe(false);
  expect(matches({ destination: '10.0.1.0/24' }, evidence(null))).toBe(false);
  expect(matches({ destination: '10.0.1.0/24' })).toBe(false);
});

test('[SUPPRESS-6] what a detection is about beside its evidence must be meant, too; of what nobody knows nothing is', () => {
  const about = (scope: Partial<SuppressionScope>, found: Partial<Suppressible>) =>
    scopeMatcher({ ...ANY, ...scope }, canonical)(
      { id: 'dev_a', tags: [] },
      { type: 'port_scan', evidence: [evidence('10.0.1.1', 443)], ...found },
    );
  const here = { destination: '10.0.1.0/24', port: 443 };
  for (const at of ['targets', 'unshown'] as const) {
    const beside = (target: EvidenceTarget) =>
      at === 'targets' ? { targets: [target] } : { unshown: target };
    expect(about(here, beside({ subject: '10.0.1.2', port: 443 }))).toBe(true);
    expect(about(here, beside({ subject: '10.0.2.2', port: 443 }))).toBe(false);
    expect(about(here, beside({ subject: '10.0.1.2' }))).toBe(false);
    expect(about(here, beside({ subject: null, port: 443 }))).toBe(false);
    expect(about({ port: 443 }, beside({ subject: null, port: 443 }))).toBe(true);
    // The network that holds what is not shown one by one.
    expect(about(here, beside({ subject: '10.0.1.0/25', port: 443 }))).toBe(true);
    expect(about(here, beside({ subject: '10.0.0.0/23', port: 443 }))).toBe(false);
  }
});

test('a note of maintenance points at nothing', () => {
  const found = [evidence('10.0.1.1'), evidence('mnt_4k2m9x7q1a')];
  expect(matches({ destination: '10.0.1.1' }, ...found)).toBe(true);
});

test('[SUPPRESS-1] an entity is meant by any of its ids', () => {
  expect(matches({ entity: 'dev_old' })).toBe(true);
  expect(matches({ entity: 'dev_b' })).toBe(false);
});

test('[SUPPRESS-1] law: what is added to a scope never makes it match more', () => {
  const some = <T>(...values: readonly T[]) => fc.constantFrom<T | null>(null, ...values);
  const scope = fc.record({
    entity: some<EntityId>('dev_a', 'dev_b'),
    tag: some('lab', 'office'),
    type: some<AnomalyType>('port_scan', 'beaconing'),
    destination: some('10.0.0.0/8', 'example.com'),
    port: some(22, 443),
  });
  const found = fc.array(
    fc.tuple(fc.constantFrom('10.0.0.1', 'example.com', null), fc.constantFrom(22, 443, undefined)),
    { maxLength: 3 },
  );
  const key = fc.constantFrom(
    'entity' as const,
    'tag' as const,
    'type' as const,
    'destination' as const,
    'port' as const,
  );
  const held = fc.check(
    fc.property(scope, found, key, (narrow, pairs, dropped) => {
      const all = pairs.map(([subject, port]) => evidence(subject, port));
      const wide = { ...narrow, [dropped]: null };
      return !matches(narrow, ...all) || matches(wide, ...all);
    }),
    { numRuns: 300 },
  );
  expect(held.failed).toBe(false);
});
