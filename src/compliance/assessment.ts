import {
  type Attestation,
  type ComplianceException,
  type ComplianceState,
  type ComplianceWord,
  CONTROL_STATES,
  type ControlState,
  type EntityId,
  type EpochMs,
  type FactorName,
  type Framework,
  type Sight,
  type TestOutcome,
} from '../model/index.ts';
import { type Catalogue, CATALOGUES, type Control } from './catalogue.ts';
import type { Readings } from './reading.ts';
import type { SignalName } from './signals.ts';
import { type TakenOn, type Tested, tested } from './testing.ts';

/** What people said, and what the excepted entities are like. */
export interface Said {
  readonly words: readonly ComplianceWord[];
  /** Who the excepted entity is now, and the factors that it has; `null` where nobody is known by that id any more. */
  readonly excepted: (exception: ComplianceException) => ExceptedEntity | null;
}

interface ExceptedEntity {
  readonly id: EntityId;
  readonly factors: readonly FactorName[];
}

/** A control as it stands. */
export interface AssessedControl {
  readonly framework: Framework;
  readonly control: Control;
  readonly state: ControlState;
  readonly tests: readonly Tested[];
  /** In force. */
  readonly attestation: Attestation | null;
  readonly exceptions: readonly ComplianceException[];
  /** The last attestation, where it ran out and none took its place. */
  readonly lapsedAt: EpochMs | null;
}

export interface AssessedFramework {
  readonly catalogue: Catalogue;
  readonly state: ComplianceState;
  readonly counts: Readonly<Record<ControlState, number>>;
  readonly sight: Readonly<Record<Sight, number>>;
  readonly groups: Readonly<Record<string, ControlState>>;
  readonly controls: readonly AssessedControl[];
}

/** Each control from its own evidence; nothing is carried over from another framework. */
export function assessFramework(framework: Framework, readings: Readings, said: Said): AssessedFramework {
  const catalogue = CATALOGUES[framework];
  const words = wordsByControl(framework, said);
  const untouched = new Map<SignalName, Tested>();
  const controls = catalogue.controls.map((control): AssessedControl => {
    const own = words.get(control.id);
    if (own !== undefined) return { framework, control, ...judged(control, readings, own, said) };
    const tests = control.tests.map((name) => {
      const known = untouched.get(name) ?? tested(name, readings, NOTHING_TAKEN_ON);
      untouched.set(name, known);
      return known;
    });
    const state = stateOf(control.sight, tests, null, false);
    return { framework, control, state, tests, ...NOTHING_SAID };
  });
  return {
    catalogue,
    state: ofWhole(controls.map((each) => each.state)),
    counts: countsOf(controls),
    sight: sightOf(controls),
    groups: groupsOf(controls),
    controls,
  };
}

/** Controls of the same sight and tests: they are in the same state, until a person says something of one. */
const ALIKE: Readonly<Record<Framework, readonly (readonly Control[])[]>> = {
  iso_27001: alikeIn('iso_27001'),
  nis2: alikeIn('nis2'),
  nist_csf: alikeIn('nist_csf'),
};

/** The same state without what leads to it, for who asks at every glance at the fleet. */
export function frameworkState(framework: Framework, readings: Readings, said: Said): ComplianceState {
  const words = wordsByControl(framework, said);
  const states: ControlState[] = [];
  for (const alike of ALIKE[framework]) {
    const untouched = alike.find(({ id }) => !words.has(id));
    if (untouched !== undefined) states.push(untouchedState(untouched, readings));
    for (const control of words.size === 0 ? [] : alike) {
      const own = words.get(control.id);
      if (own !== undefined) states.push(judged(control, readings, own, said).state);
    }
  }
  return ofWhole(states);
}

function alikeIn(framework: Framework): Control[][] {
  const { controls } = CATALOGUES[framework];
  return [...Map.groupBy(controls, ({ sight, tests }) => `${sight} ${tests.join()}`).values()];
}

function untouchedState({ sight, tests }: Control, readings: Readings): ControlState {
  const results = tests.map((name) => tested(name, readings, NOTHING_TAKEN_ON));
  return stateOf(sight, results, null, false);
}

function wordsByControl(framework: Framework, { words }: Said): ReadonlyMap<string, ComplianceWord[]> {
  return Map.groupBy(
    words.filter((word) => word.framework === framework),
    ({ control }) => control,
  );
}

function ofWhole(states: readonly ControlState[]): ComplianceState {
  const state = rolledUp(states);
  return state === 'not_applicable' ? 'not_assessed' : state;
}

const NOTHING_TAKEN_ON: TakenOn = { isExcepted: false, excused: () => 0 };
const NOTHING_SAID = { attestation: null, exceptions: [], lapsedAt: null } as const;

function sightOf(controls: readonly AssessedControl[]): Record<Sight, number> {
  const seen = { full: 0, part: 0, none: 0 };
  for (const { control } of controls) seen[control.sight]++;
  return seen;
}

function groupsOf(controls: readonly AssessedControl[]): Record<string, ControlState> {
  const byGroup = new Map<string, ControlState[]>();
  for (const { control, state } of controls) {
    for (const group of control.groups) {
      const states = byGroup.get(group);
      if (states === undefined) byGroup.set(group, [state]);
      else states.push(state);
    }
  }
  return Object.fromEntries([...byGroup].map(([group, states]) => [group, rolledUp(states)]));
}

function countsOf(controls: readonly AssessedControl[]): Record<ControlState, number> {
  const counts = Object.fromEntries(CONTROL_STATES.map((state) => [state, 0])) as Record<
    ControlState,
    number
  >;
  for (const { state } of controls) counts[state]++;
  return counts;
}

/** The state of many: one that is not met makes the whole not met; all of them must be met for the whole to be. */
export function rolledUp(states: readonly ControlState[]): ControlState {
  const applicable = states.filter((state) => state !== 'not_applicable');
  if (applicable.length === 0) return states.length === 0 ? 'not_assessed' : 'not_applicable';
  if (applicable.includes('non_compliant')) return 'non_compliant';
  if (applicable.every((state) => state === 'compliant')) return 'compliant';
  return applicable.every((state) => state === 'not_assessed') ? 'not_assessed' : 'partial';
}

/** By what people said of it. */
function judged(
  control: Control,
  readings: Readings,
  own: readonly ComplianceWord[],
  { excepted }: Said,
): Omit<AssessedControl, 'framework' | 'control'> {
  const inForce = own.filter(({ ended }) => ended === null);
  const exceptions = inForce.filter((word) => word.kind === 'exception');
  const attestations = own.filter((word) => word.kind === 'attestation');
  const attestation = attestations.find(({ ended }) => ended === null) ?? null;
  // Two exceptions may be of one entity: said twice, or of two that turned out to be one.
  const narrow = new Map(
    exceptions
      .flatMap((each) => (each.entity === null ? [] : (excepted(each) ?? [])))
      .map(({ id, factors }) => [id, factors]),
  );
  const takenOn: TakenOn = {
    isExcepted: exceptions.some(({ entity }) => entity === null),
    excused: (factor) => [...narrow.values()].filter((factors) => factors.includes(factor)).length,
  };
  const tests = control.tests.map((name) => tested(name, readings, takenOn));
  return {
    state: stateOf(control.sight, tests, attestation, takenOn.isExcepted),
    tests,
    attestation,
    exceptions,
    lapsedAt: attestation === null ? lapsed(attestations) : null,
  };
}

/** Only if the last word on the control ran out: one that was taken back is no lapse. */
function lapsed(attestations: readonly Attestation[]): EpochMs | null {
  const last = attestations.toSorted((a, b) => (a.ended?.at ?? 0) - (b.ended?.at ?? 0)).at(-1);
  return last?.ended?.by === 'expiry' ? last.ended.at : null;
}

/** What makes a control partial by itself: also that a person took a failure on. */
const IN_PART: ReadonlySet<TestOutcome> = new Set<TestOutcome>(['passed', 'incomplete', 'excepted']);

/**
 * Never compliant by default: a machine must have seen all that it can see, freshly and of nearly all, and a person
 * must answer for the rest.
 */
function stateOf(
  sight: Sight,
  tests: readonly Tested[],
  attestation: Attestation | null,
  isExcepted: boolean,
): ControlState {
  if (attestation?.says === 'not_applicable') return 'not_applicable';
  const isFailed = tests.some(({ outcome }) => outcome === 'failed');
  if (isFailed || (attestation?.says === 'not_met' && !isExcepted)) return 'non_compliant';
  const isAttested = attestation?.says === 'met';
  const isSeen = tests.every(({ outcome }) => outcome === 'passed' || outcome === 'not_disproved');
  if (isSeen && !isExcepted && (sight === 'full' || isAttested)) return 'compliant';
  const isPassedInPart = tests.some(({ outcome }) => IN_PART.has(outcome));
  return isPassedInPart || isAttested || isExcepted ? 'partial' : 'not_assessed';
}
