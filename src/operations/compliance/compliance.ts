import { attestationId, CATALOGUES, controlOf, exceptionId, oscalResults } from '../../compliance/index.ts';
import { type FleetState, knownEntity } from '../../data-directory/index.ts';
import { VERSION } from '../../effects/index.ts';
import {
  type AttestationRecord,
  type ComplianceReport,
  type ComplianceWordAnswer,
  DAY_MS,
  type EpochMs,
  type ExceptionRecord,
  type Framework,
  iso,
  LIMITS,
} from '../../model/index.ts';
import { complianceReport, type Turn, viewAt, wordAnswer } from '../../posture/index.ts';
import {
  instant,
  invalid,
  needed,
  neededReason,
  OperationError,
  operatorName,
  optionalReason,
  suggestion,
} from '../../refusals/index.ts';
import type { SaidWhen } from '../said-when.ts';
import { viewsOf } from '../views.ts';
import type { AttestArgs, ComplianceReportArgs, ExceptArgs, WithdrawArgs } from './operations.ts';

/** By which such a word lasts. */
const LATER_CLOCK = "the later of the data's time and the clock on the wall";

/** A framework as it stands, or stood, with all of its evidence. */
export async function reportCompliance(
  state: FleetState,
  { framework, format, as_of: asOf }: ComplianceReportArgs,
  clock: () => EpochMs,
  turn: Turn,
): Promise<ComplianceReport | ReturnType<typeof oscalResults>> {
  if (asOf !== null) instant('as_of', asOf);
  const asked = { field: 'as_of', instant: asOf ?? undefined, scope: 'all' } as const;
  const view = await viewAt(viewsOf(state), asked, clock);
  if ('message' in view) throw new OperationError(view.code, view.message);
  const report = await complianceReport(view, framework, clock, turn);
  if (format !== 'oscal') return report;
  // Made with the directory's key: the same each time, and another's is another.
  return oscalResults(report, VERSION, state.engine.keys.fingerprint('oscal'));
}

export function listComplianceWords({ engine }: FleetState): readonly ComplianceWordAnswer[] {
  return engine.compliance.all.map(wordAnswer);
}

/** A person answers for a control, on record and for a time. */
export async function attestControl(
  state: FleetState,
  args: AttestArgs,
  when: SaidWhen,
): Promise<ComplianceWordAnswer> {
  return await state.change(() => {
    const said = { ...saidOf(args, when(), 'an attestation'), says: args.says };
    const record: AttestationRecord = { kind: 'attestation', ...said };
    refuseTooMany(state);
    return { record, answer: () => answerOf(state, attestationId(record)) };
  });
}

/** A person takes on that a control is not met, on record and for a time. */
export async function exceptControl(
  state: FleetState,
  args: ExceptArgs,
  when: SaidWhen,
): Promise<ComplianceWordAnswer> {
  return await state.change(() => {
    const entity = args.entity === null ? null : knownEntity(state.engine, args.entity);
    const record: ExceptionRecord = { kind: 'exception', ...saidOf(args, when(), 'an exception'), entity };
    refuseTooMany(state);
    return { record, answer: () => answerOf(state, exceptionId(record)) };
  });
}

export async function withdrawWord(
  state: FleetState,
  { word: id, actor, reason }: WithdrawArgs,
  at: () => EpochMs,
): Promise<ComplianceWordAnswer> {
  const why = optionalReason(reason);
  return await state.change(() => {
    const known = knownInForce(state, id);
    return {
      record: { kind: 'compliance_withdrawal', at: at(), word: known.id, actor, reason: why },
      answer: () => answerOf(state, known.id),
    };
  });
}

function knownInForce({ engine: { compliance } }: FleetState, id: string) {
  const known = compliance.get(id);
  if (known === null) {
    const ids = compliance.all.map((each) => each.id);
    throw new OperationError(
      'unknown_word',
      `There is no attestation or exception "${id.slice(0, 80)}"${suggestion(id, ids) || '; see stance compliance words'}`,
    );
  }
  if (known.ended !== null)
    throw new OperationError('already_ended', `${known.id} ended at ${iso(known.ended.at)} already`);
  return known;
}

function saidOf(args: Omit<AttestArgs, 'says'>, { at, saidAt }: ReturnType<SaidWhen>, what: string) {
  const { framework, actor } = args;
  return {
    at,
    framework,
    control: knownControl(framework, args.control),
    owner: operatorName('owner', args.owner),
    // Data that ended a month ago would have an end of thirty days be over: what lasts is told by the later of both clocks.
    expiresAt: expiryOf(args, Math.max(at, saidAt), what),
    saidAt,
    actor,
    reason: neededReason(args.reason, what),
  };
}

function knownControl(framework: Framework, id: string): string {
  const known = controlOf(framework, id);
  if (known !== null) return known.id;
  const ids = CATALOGUES[framework].controls.map((control) => control.id);
  throw invalid('control', id, `a control of ${framework} such as ${ids[0] ?? ''}${suggestion(id, ids)}`);
}

/** Mandatory, and at most a year away: then somebody looks again. */
function expiryOf({ until, days }: Pick<AttestArgs, 'until' | 'days'>, at: EpochMs, what: string): EpochMs {
  if (until === null && days === null)
    throw needed(['days', 'until'], `${what} ends, a year from ${LATER_CLOCK} at the latest`);
  if (until !== null && days !== null) throw invalid('days', days, 'nothing beside "until": it ends once');
  const expiresAt = until === null ? at + (days ?? 0) * DAY_MS : instant('until', until);
  const latest = at + LIMITS.complianceWordMs;
  if (expiresAt > at && expiresAt <= latest) return expiresAt;
  throw invalid(
    until === null ? 'days' : 'until',
    until ?? days,
    `an end after ${iso(at)} and at the latest ${iso(latest)}, a year from ${LATER_CLOCK}`,
  );
}

function refuseTooMany({ engine }: FleetState): void {
  if (engine.compliance.count < LIMITS.complianceWords) return;
  throw new OperationError(
    'too_many',
    `${LIMITS.complianceWords} attestations and exceptions are in force, the most there can be: withdraw some`,
  );
}

function answerOf({ engine }: FleetState, id: string): ComplianceWordAnswer {
  const known = engine.compliance.get(id);
  if (known === null) throw new OperationError('not_done', 'What was said did not come into force');
  return wordAnswer(known);
}
