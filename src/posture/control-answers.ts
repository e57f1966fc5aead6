import {
  type AssessedControl,
  fixesOf,
  gapsOf,
  stateSince,
  type Tested,
  wordsAt,
} from '../compliance/index.ts';
import type { EngineView } from '../engine/index.ts';
import {
  type ComplianceWord,
  type ComplianceWordAnswer,
  type ControlAnswer,
  type ControlTest,
  type EntityId,
  type EpochMs,
  type FactorName,
  iso,
  isoOrNull,
} from '../model/index.ts';
import { evidenceAnswer } from './factor-answers.ts';
import { rounded } from './framing.ts';
import type { FailingEntities } from './failing-entities.ts';

/**
 * A control in a list: its state, and what keeps it from being better.
 * @param since when the first who has a factor got it; `null` where nobody looked, and then it is not told of what fails by it
 */
export function controlAnswer(
  assessed: AssessedControl,
  gapsShown: number,
  since: ((factor: FactorName) => EpochMs | null) | null,
): ControlAnswer {
  const { control, state } = assessed;
  return {
    control: control.id,
    groups: control.groups,
    summary: control.summary,
    sight: control.sight,
    state,
    since:
      since === null && failsBySomebody(assessed) ? null : isoOrNull(stateSince(assessed, since ?? NOBODY)),
    gaps: gapsOf(assessed).slice(0, gapsShown),
  };
}

const NOBODY = () => null;

/** What fails by what entities have: since when, only a look at everybody tells. */
export function failsBySomebody({ state, tests }: AssessedControl): boolean {
  const isFailed = tests.some(({ outcome, signal }) => outcome === 'failed' && signal.factors.length > 0);
  return state === 'non_compliant' && isFailed;
}

/** The whole of a control: the numbers of each test, who fails, what people said, what would mend it. */
export function wholeControl(
  view: EngineView,
  assessed: AssessedControl,
  failing: FailingEntities,
  evidenceShown: number,
): ControlAnswer {
  const { tests } = assessed;
  const factors = failingFactors(assessed);
  const { ids, total } = failing.of(factors);
  const excepted = new Set(
    assessed.exceptions.flatMap(({ entity }) => (entity === null ? [] : (view.entity(entity)?.id ?? []))),
  );
  return {
    ...controlAnswer(assessed, Number.POSITIVE_INFINITY, (factor) => failing.since(factor)),
    fix: fixesOf(assessed),
    tests: tests.map(testAnswer),
    entities: ids.flatMap((id) => failingAnswer(view, id, factors, excepted, evidenceShown) ?? []),
    entities_total: total,
    words: wordsOn(view, assessed).map(wordAnswer),
  };
}

/** What an entity can have that speaks against a control. */
export function failingFactors({ tests }: AssessedControl): readonly FactorName[] {
  return [...new Set(tests.flatMap(({ signal }) => signal.factors))];
}

function failingAnswer(
  view: EngineView,
  id: EntityId,
  factors: readonly FactorName[],
  excepted: ReadonlySet<EntityId>,
  evidenceShown: number,
): NonNullable<ControlAnswer['entities']>[number] | null {
  const own = (view.entity(id)?.factors() ?? []).filter(({ name }) => factors.includes(name));
  if (own.length === 0) return null;
  return {
    entity_id: id,
    factors: own.map(({ name }) => name),
    since: iso(Math.min(...own.map(({ since }) => since))),
    excepted: excepted.has(id),
    evidence: own.flatMap(({ name, evidence }) =>
      evidence.slice(0, evidenceShown).map((each) => ({ factor: name, ...evidenceAnswer(each) })),
    ),
  };
}

function testAnswer({ name, signal, reading, failing, excused, passShare, outcome }: Tested): ControlTest {
  const factors = Object.fromEntries(reading.byFactor);
  return {
    signal: name,
    measures: signal.measures,
    outcome,
    subjects: reading.subjects,
    covered: Math.max(0, reading.covered),
    failing,
    ...(excused === 0 ? {} : { excused }),
    pass_share: passShare === null ? null : rounded(passShare, 4),
    pass_needed: signal.pass,
    coverage_needed: signal.coverage,
    evidence_at: isoOrNull(reading.at),
    ...(signal.factors.length === 0 ? {} : { factors }),
  };
}

/** In force first. */
function wordsOn(
  { complianceWords, now }: EngineView,
  { control, framework }: AssessedControl,
): ComplianceWord[] {
  const words = wordsAt(complianceWords, now ?? 0);
  return words.filter((word) => word.framework === framework && word.control === control.id);
}

export function wordAnswer(word: ComplianceWord): ComplianceWordAnswer {
  const { id, framework, control, owner, actor, reason, since, saidAt, expiresAt, ended } = word;
  return {
    id,
    framework,
    control,
    says: word.kind === 'attestation' ? word.says : 'excepted',
    entity_id: word.kind === 'attestation' ? null : word.entity,
    owner,
    actor,
    reason,
    since: iso(since),
    said_at: isoOrNull(saidAt ?? null),
    expires_at: iso(expiresAt),
    ended_at: isoOrNull(ended?.at ?? null),
    ended_by: ended?.by ?? null,
  };
}
