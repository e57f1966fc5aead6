import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Attestation,
  ATTESTATIONS,
  type ComplianceException,
  type ComplianceWord,
  CONTROL_STATES,
  type ControlState,
  DAY_MS,
  FACTOR_NAMES,
  type FactorName,
  type Framework,
  FRAMEWORKS,
} from '../model/index.ts';
import { assessFramework, frameworkState, rolledUp } from './assessment.ts';
import { CATALOGUES } from './catalogue.ts';
import { GraveTally } from './grave-anomalies.ts';
import { type FleetFacts, readSignals } from './reading.ts';
import { fixesOf, gapsOf, stateSince } from './told.ts';

const NOW = 100 * DAY_MS;
const NOTHING: FleetFacts = {
  now: null,
  entities: 0,
  isInventoried: false,
  isAdvised: false,
  having: () => 0,
  sensors: 0,
  silentSensors: 0,
  feeds: [],
  policies: 0,
  reach: { ruled: 0, denied: 0, confinable: 0 },
  graveAnomalies: new GraveTally(),
  hasYesterday: false,
};
/** A fleet of which a machine sees all that it can, and finds nothing wrong. */
const SPOTLESS: FleetFacts = {
  ...NOTHING,
  now: NOW,
  entities: 100,
  isInventoried: true,
  isAdvised: true,
  sensors: 2,
  feeds: [NOW - DAY_MS],
  policies: 3,
  reach: { ruled: 100, denied: 100, confinable: 100 },
  graveAnomalies: GraveTally.of([{ severity: 'high', status: 'contained', detectedAt: NOW - 60 * DAY_MS }]),
  hasYesterday: true,
};

interface Told {
  readonly facts?: FleetFacts;
  readonly words?: readonly ComplianceWord[];
  readonly excused?: readonly FactorName[];
}

function assessed(framework: Framework, { facts = SPOTLESS, words = [], excused = [] }: Told = {}) {
  // Several exceptions may name one entity.
  return assessFramework(framework, readSignals(facts), {
    words,
    excepted: ({ entity }) => (entity === null ? null : { id: entity, factors: excused }),
  });
}

function controlIn(framework: Framework, id: string, told?: Told) {
  const found = assessed(framework, told).controls.find(({ control }) => control.id === id);
  if (found === undefined) throw new Error(`no control ${id}`);
  return found;
}

const said = {
  owner: 'ciso',
  actor: 'test',
  reason: 'ISMS-1',
  since: NOW - DAY_MS,
  expiresAt: NOW + DAY_MS,
  ended: null,
};
function attested(framework: Framework, control: string, more: Partial<Attestation> = {}): Attestation {
  return { kind: 'attestation', id: 'att_1', framework, control, says: 'met', ...said, ...more };
}
function excepted(framework: Framework, control: string, more: Partial<ComplianceException> = {}) {
  return { kind: 'exception', id: 'exc_1', framework, control, entity: null, ...said, ...more } as const;
}
function withFactor(facts: FleetFacts, counts: Partial<Record<FactorName, number>>): FleetFacts {
  return { ...facts, having: (factor) => counts[factor] ?? 0 };
}

const anyFacts = fc
  .record({
    entities: fc.nat(500),
    isInventoried: fc.boolean(),
    isAdvised: fc.boolean(),
    sensors: fc.nat(4),
    feeds: fc.array(fc.integer({ min: NOW - 30 * DAY_MS, max: NOW }), { maxLength: 3 }),
    policies: fc.nat(3),
    hasYesterday: fc.boolean(),
    shares: fc.dictionary(fc.constantFrom(...FACTOR_NAMES), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ shares, ...rest }): FleetFacts => {
    const having = (factor: FactorName) => Math.floor((shares[factor] ?? 0) * rest.entities);
    const [ruled, denied] = [rest.entities, rest.policies === 0 ? 0 : rest.entities];
    return { ...SPOTLESS, ...rest, reach: { ruled, denied, confinable: ruled }, having };
  });
const anyAttestation = fc.constantFrom(...FRAMEWORKS).chain((framework) =>
  fc.record({
    framework: fc.constant(framework),
    control: fc.constantFrom(...CATALOGUES[framework].controls.map(({ id }) => id)),
    says: fc.constantFrom(...ATTESTATIONS),
  }),
);
const anyWords = fc
  .array(anyAttestation, { maxLength: 30 })
  .map((all) => all.map(({ framework, control, says }) => attested(framework, control, { says })));

/** From bad to good. */
const GOODNESS: readonly ControlState[] = ['non_compliant', 'not_assessed', 'partial', 'compliant'];
const goodness = (state: ControlState) => GOODNESS.indexOf(state);

describe('[COMPL-3] nothing is compliant by default', () => {
  test.each(FRAMEWORKS)('without data nothing of %s is assessed', (framework) => {
    const { state, counts, controls } = assessed(framework, { facts: NOTHING });
    expect(state).toBe('not_assessed');
    expect(counts.not_assessed).toBe(controls.length);
  });

  test('of a spotless fleet only what a machine sees wholly is compliant, until a person attests the rest', () => {
    for (const framework of FRAMEWORKS) {
      const { controls } = assessed(framework);
      const unattested = controls.filter(({ state }) => state === 'compliant').map(({ control }) => control);
      expect(unattested).toEqual(CATALOGUES[framework].controls.filter(({ sight }) => sight === 'full'));
      const words = CATALOGUES[framework].controls.map(({ id }) => attested(framework, id));
      const whole = assessed(framework, { facts: withFactor(SPOTLESS, {}), words });
      expect(whole.state).toBe('compliant');
      expect(whole.controls.flatMap(gapsOf)).toEqual([]);
    }
  });

  test('whatever is true, a compliant control was attested or is wholly seen, and no test of it fails', () => {
    fc.assert(
      fc.property(anyFacts, anyWords, fc.constantFrom(...FRAMEWORKS), (facts, words, framework) => {
        for (const each of assessed(framework, { facts, words }).controls) {
          if (each.state !== 'compliant') continue;
          expect(each.control.sight === 'full' || each.attestation?.says === 'met').toBe(true);
          for (const { outcome } of each.tests) expect(['passed', 'not_disproved']).toContain(outcome);
        }
      }),
    );
  });
});

describe('[COMPL-4] the state of a control', () => {
  test('never gets better by one more who fails, and never worse by an attestation', () => {
    fc.assert(
      fc.property(
        anyFacts,
        anyWords,
        fc.constantFrom(...FRAMEWORKS),
        fc.constantFrom(...FACTOR_NAMES),
        (facts, words, framework, factor) => {
          const isGap = factor.endsWith('_not_assessed') && factor !== 'behavior_not_assessed';
          const more = (each: FactorName) => facts.having(each) + (each === factor && !isGap ? 1 : 0);
          const before = assessed(framework, { facts, words }).controls;
          const after = assessed(framework, { facts: { ...facts, having: more }, words }).controls;
          const met = words.filter(({ says }) => says === 'met');
          const without = assessed(framework, { facts, words: [] }).controls;
          const withMet = assessed(framework, { facts, words: met }).controls;
          for (const [index, { state }] of before.entries()) {
            expect(goodness(after[index]?.state ?? state)).toBeLessThanOrEqual(goodness(state));
            expect(goodness(withMet[index]?.state ?? state)).toBeGreaterThanOrEqual(
              goodness(without[index]?.state ?? state),
            );
          }
        },
      ),
    );
  });

  test('follows from what is said of this framework alone', () => {
    fc.assert(
      fc.property(anyFacts, anyWords, fc.constantFrom(...FRAMEWORKS), (facts, words, framework) => {
        const own = words.filter((word) => word.framework === framework);
        expect(assessed(framework, { facts, words })).toEqual(assessed(framework, { facts, words: own }));
      }),
    );
  });

  test('is not met where a test fails, whoever attests it', () => {
    const facts = withFactor(SPOTLESS, { firmware_eol: 1 });
    const found = controlIn('iso_27001', 'A.8.8', { facts, words: [attested('iso_27001', 'A.8.8')] });
    expect(found.state).toBe('non_compliant');
    expect(gapsOf(found)).toEqual(['support_ended: 1 of 100 entities fail']);
    expect(fixesOf(found)).toEqual(['replace what is past the end of its support']);
    expect(stateSince(found, (factor) => (factor === 'firmware_eol' ? 7 : null))).toBe(7);
  });

  test('is not met where a person says so, and not counted where one says that it does not apply', () => {
    const words = [
      attested('nis2', '10.2', { says: 'not_met' }),
      attested('nis2', '6.2', { says: 'not_applicable' }),
    ];
    expect(controlIn('nis2', '10.2', { words }).state).toBe('non_compliant');
    expect(controlIn('nis2', '6.2', { words }).state).toBe('not_applicable');
    expect(assessed('nis2', { words }).counts.not_applicable).toBe(1);
  });

  test('says that its attestation ran out', () => {
    const ended = { at: NOW - 1, by: 'expiry' } as const;
    const found = controlIn('nis2', '10.2', { words: [attested('nis2', '10.2', { ended })] });
    expect(found.state).toBe('not_assessed');
    expect(gapsOf(found).join()).toMatch(/its attestation ran out at 1970-04-10T23:59:59.999Z/);
    const taken = { at: NOW, by: 'withdrawal' } as const;
    const both = [attested('nis2', '10.2', { ended }), attested('nis2', '10.2', { ended: taken })];
    expect(gapsOf(controlIn('nis2', '10.2', { words: both })).join()).toMatch(/nobody attests it/);
  });
});

describe('[COMPL-5] a test speaks of how many it covers, how fresh it is, and how many pass', () => {
  const outcomeOf = (facts: FleetFacts, control: string, signal: string) =>
    controlIn('nist_csf', control, { facts }).tests.find(({ name }) => name === signal)?.outcome;

  test.each([
    ['passed', { sensors: 20, silentSensors: 1 }],
    ['failed', { sensors: 19, silentSensors: 1 }],
    ['no_evidence', { sensors: 0 }],
  ] as const)('sensors: %s of %o', (outcome, facts) => {
    expect(outcomeOf({ ...SPOTLESS, ...facts }, 'DE.CM-01', 'sensors_heard')).toBe(outcome);
  });

  test.each([
    ['passed', [NOW - 7 * DAY_MS]],
    ['failed', [NOW - 7 * DAY_MS - 1, NOW]],
    ['no_evidence', []],
  ] as const)('feeds: %s', (outcome, feeds) => {
    expect(outcomeOf({ ...SPOTLESS, feeds }, 'ID.RA-02', 'feeds_current')).toBe(outcome);
  });

  test.each([
    ['passed', { policy_not_assessed: 5 }],
    ['incomplete', { policy_not_assessed: 6 }],
    ['failed', { policy_not_assessed: 6, traffic_not_covered: 10 }],
    ['no_evidence', { policy_not_assessed: 100 }],
  ] as const)('coverage: %s of %o', (outcome, counts) => {
    expect(outcomeOf(withFactor(SPOTLESS, counts), 'PR.IR-01', 'policy_coverage')).toBe(outcome);
  });

  test.each([
    ['passed', 'policy_enforced', 'A.8.3', { denied: 95 }, {}],
    ['incomplete', 'policy_enforced', 'A.8.3', { denied: 94 }, {}],
    ['no_evidence', 'policy_enforced', 'A.8.3', { denied: 0 }, {}],
    ['failed', 'policy_enforced', 'A.8.3', { denied: 10 }, { policy_monitor_only: 1 }],
    ['incomplete', 'least_privilege', 'A.8.3', { confinable: 94 }, {}],
    ['no_evidence', 'least_privilege', 'A.8.3', { confinable: 0 }, {}],
    ['failed', 'least_privilege', 'A.8.3', { confinable: 10 }, { least_privilege_not_enforced: 1 }],
    ['no_evidence', 'policy_coverage', 'A.5.15', {}, { policy_not_assessed: 100 }],
    ['failed', 'policy_conformance', 'A.5.36', {}, { policy_not_assessed: 100, policy_violation: 1 }],
    ['failed', 'enforcing_policies', 'A.5.1', { denied: 0 }, {}],
    ['failed', 'enforcing_policies', 'A.5.1', { denied: 9 }, { policy_monitor_only: 9 }],
    ['passed', 'enforcing_policies', 'A.5.1', { denied: 9 }, { policy_monitor_only: 8 }],
    // What an older release kept does not say whom policies are about.
    ['no_evidence', 'enforcing_policies', 'A.5.1', { ruled: 0, denied: 0, confinable: 0 }, {}],
    ['no_evidence', 'policy_enforced', 'A.8.3', { ruled: 0, denied: 0, confinable: 0 }, {}],
  ] as const)('of policies: %s, %s of %s, by %o of 100 and %o', (outcome, signal, control, reach, counts) => {
    const facts = withFactor({ ...SPOTLESS, reach: { ...SPOTLESS.reach, ...reach } }, counts);
    const { tests } = controlIn('iso_27001', control, { facts });
    expect(tests.find(({ name }) => name === signal)?.outcome).toBe(outcome);
  });

  test('where no sensor is heard what passed is stale, and what failed has not got better', () => {
    const silent = { ...SPOTLESS, silentSensors: 2 };
    expect(outcomeOf(silent, 'DE.CM-03', 'monitoring_reach')).toBe('stale');
    const failing = withFactor(silent, { behavior_not_assessed: 50 });
    expect(outcomeOf(failing, 'DE.CM-03', 'monitoring_reach')).toBe('failed');
  });

  test('what nobody took up within a day fails from then on', () => {
    const left = { severity: 'critical', status: 'open' } as const;
    const at = (detectedAt: number) => ({
      ...SPOTLESS,
      graveAnomalies: GraveTally.of([{ ...left, detectedAt }]),
    });
    expect(outcomeOf(at(NOW - DAY_MS), 'DE.AE-02', 'incidents_acknowledged')).toBe('passed');
    expect(outcomeOf(at(NOW - DAY_MS - 1), 'DE.AE-02', 'incidents_acknowledged')).toBe('failed');
    const late = controlIn('nist_csf', 'DE.AE-02', { facts: at(NOW - 2 * DAY_MS) });
    expect(stateSince(late, () => null)).toBe(NOW - DAY_MS);
    const none = { ...SPOTLESS, graveAnomalies: new GraveTally() };
    expect(outcomeOf(none, 'DE.AE-02', 'incidents_acknowledged')).toBe('no_evidence');
  });
});

describe('[COMPL-6] an exception', () => {
  const facts = withFactor(SPOTLESS, { known_exploited_vulnerability: 1 });
  const attestation = attested('nis2', '6.6');

  test('of the whole control makes it partial at best, and says until when', () => {
    const found = controlIn('nis2', '6.6', { facts, words: [attestation, excepted('nis2', '6.6')] });
    expect(found.state).toBe('partial');
    expect(gapsOf(found)).toContain('exploited_vulnerabilities: 1 of 100 entities fail, excepted');
    expect(gapsOf(found).join()).toMatch(/excepted until 1970-04-12/);
  });

  test('of one entity makes the control partial while it hides a failure, and takes out no other', () => {
    const exception = excepted('nis2', '6.6', { entity: 'dev_a' });
    const words = [attestation, exception];
    const excused = ['known_exploited_vulnerability'] as const;
    const found = controlIn('nis2', '6.6', { facts, words, excused });
    expect(found.state).toBe('partial');
    const exploited = found.tests.find(({ name }) => name === 'exploited_vulnerabilities');
    expect(exploited).toMatchObject({ outcome: 'excepted', failing: 1, excused: 1, passShare: 0.99 });
    expect(gapsOf(found)).toContain('exploited_vulnerabilities: 1 of 100 entities fail, excepted');
    // Unattested too: a person took it on, and nothing else speaks for it.
    expect(controlIn('nis2', '6.6', { facts, words: [exception], excused }).state).toBe('partial');
    // What is mended hides nothing any more.
    const mended = controlIn('nis2', '6.6', { facts: SPOTLESS, words, excused: [] });
    expect(mended.state).toBe('compliant');
    const two = withFactor(SPOTLESS, { known_exploited_vulnerability: 2 });
    const left = controlIn('nis2', '6.6', { facts: two, words, excused });
    expect(left.state).toBe('non_compliant');
    expect(gapsOf(left)).toContain('exploited_vulnerabilities: 2 of 100 entities fail, 1 of them excepted');
    expect(controlIn('nis2', '6.6', { facts, words, excused: [] }).state).toBe('non_compliant');
    // Said twice of one entity it still excuses one.
    const twice = [...words, { ...exception, id: 'exc_2' } as const];
    expect(controlIn('nis2', '6.6', { facts: two, words: twice, excused }).state).toBe('non_compliant');
  });
});

test('[COMPL-7] a whole is as its worst control, and compliant only if all that apply are', () => {
  const anyState = fc.constantFrom(...CONTROL_STATES);
  fc.assert(
    fc.property(fc.array(anyState, { minLength: 1 }), (states) => {
      const state = rolledUp(states);
      const applicable = states.filter((each) => each !== 'not_applicable');
      expect(state === 'non_compliant').toBe(states.includes('non_compliant'));
      expect(state === 'not_applicable').toBe(applicable.length === 0);
      expect(state === 'compliant').toBe(
        applicable.length > 0 && applicable.every((each) => each === 'compliant'),
      );
      expect(rolledUp(states.toReversed())).toBe(state);
    }),
  );
});

test('[COMPL-7] the state at a glance is that of the whole assessment', () => {
  const aFactor = fc.constantFrom(...FACTOR_NAMES);
  const someFacts = fc
    .record({
      having: fc.dictionary(aFactor, fc.integer({ min: 1, max: 100 })),
      silentSensors: fc.nat(2),
      policies: fc.nat(1),
      isInventoried: fc.boolean(),
    })
    .map(({ having, ...facts }) => withFactor({ ...SPOTLESS, ...facts }, having));
  const words = fc.constantFrom(...FRAMEWORKS).chain((framework) => {
    const controls = CATALOGUES[framework].controls.map(({ id }) => id);
    return fc
      .uniqueArray(fc.constantFrom(...controls), { size: 'max', maxLength: controls.length })
      .map((some) =>
        some.map((id, index) => (index % 7 === 0 ? excepted(framework, id) : attested(framework, id))),
      );
  });
  fc.assert(
    fc.property(someFacts, words, fc.constantFrom(...FRAMEWORKS), (facts, spoken, framework) => {
      const readings = readSignals(facts);
      const by = { words: spoken, excepted: () => null };
      const { state } = assessFramework(framework, readings, by);
      expect(frameworkState(framework, readings, by)).toBe(state);
    }),
  );
});
