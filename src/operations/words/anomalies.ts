import { type FleetState, knownAnomaly, knownEntity } from '../../data-directory/index.ts';
import { createEngineView } from '../../engine/index.ts';
import type { Anomaly } from '../../model/index.ts';
import { type AnomalyDetail, anomalyDetail } from '../../posture/index.ts';
import {
  invalid,
  needed,
  neededReason,
  OperationError,
  operatorName,
  optionalReason,
} from '../../refusals/index.ts';
import type { SaidWhen } from '../said-when.ts';
import type { AcceptArgs, AcceptResult, AssignArgs, RevertArgs, VerdictArgs } from './operations.ts';
import { verdictOn } from './verdicts.ts';

export function showAnomaly({ engine }: FleetState, id: string): AnomalyDetail {
  return anomalyDetail(createEngineView(engine), knownAnomaly(engine, id));
}

/** An operator's verdict, on record. */
export async function judgeAnomaly(
  state: FleetState,
  asked: VerdictArgs,
  when: SaidWhen,
): Promise<AnomalyDetail> {
  return await state.change(() => {
    const known = knownAnomaly(state.engine, asked.anomaly);
    const said = verdictOn(known, asked);
    return {
      record: { kind: 'verdict', ...when(), anomaly: known.id, actor: asked.actor, ...said },
      answer: () => showAnomaly(state, known.id),
    };
  });
}

export async function assignAnomaly(
  state: FleetState,
  { anomaly, to, actor, reason }: AssignArgs,
  when: SaidWhen,
): Promise<AnomalyDetail> {
  return await state.change(() => {
    const known = knownAnomaly(state.engine, anomaly);
    const assignee = to === null ? null : operatorName('to', to);
    const word = { ...when(), actor, reason: optionalReason(reason) };
    return {
      record: { kind: 'assign', anomaly: known.id, to: assignee, ...word },
      answer: () => showAnomaly(state, known.id),
    };
  });
}

/** What an entity does now is right; what was open of it for that closes as expected. */
export async function acceptBaseline(
  state: FleetState,
  args: AcceptArgs,
  when: SaidWhen,
): Promise<AcceptResult> {
  return await state.change(() => {
    const { id, cause, reason } = acceptable(state, args);
    const before = openOf(state, id);
    return {
      record: {
        kind: 'baseline_accept',
        ...when(),
        entity: id,
        anomaly: cause?.id ?? null,
        actor: args.actor,
        reason,
      },
      answer: () => {
        const open = new Set(openOf(state, id).map((each) => each.id));
        const closed = before.flatMap((each) => (open.has(each.id) ? [] : each.id));
        return { entity_id: id, accepted: true, closed };
      },
    };
  });
}

/** Whose ways are meant, and why. @throws OperationError where there is nothing to accept */
function acceptable(state: FleetState, { entity, anomaly, reason }: AcceptArgs) {
  const { engine } = state;
  const cause = anomaly === null ? null : knownAnomaly(engine, anomaly);
  const id = entity === null ? cause?.entity : knownEntity(engine, entity);
  if (id === undefined) throw needed(['entity', 'anomaly'], 'whose ways are accepted');
  if (cause !== null && engine.directory.canonical(cause.entity) !== engine.directory.canonical(id))
    throw invalid('anomaly', anomaly, `an anomaly of ${id}`);
  const why = neededReason(reason, 'accepting a baseline');
  if (!hasBaseline(state, id))
    throw new OperationError(
      'no_baseline',
      `${id} has no baseline: nothing was learnt of it that could be accepted. To let a kind of anomaly of it pass, suppress that`,
    );
  return { id, cause, reason: why };
}

export async function revertBaseline(
  state: FleetState,
  { entity, actor, reason }: RevertArgs,
  when: SaidWhen,
): Promise<AcceptResult> {
  return await state.change(() => {
    const id = knownEntity(state.engine, entity);
    if (state.engine.words.acceptances.of(id) === null)
      throw new OperationError(
        'not_accepted',
        `Nothing was accepted for ${id}, or it was taken back: there is nothing to revert`,
      );
    return {
      record: { kind: 'baseline_revert', ...when(), entity: id, actor, reason: optionalReason(reason) },
      answer: () => ({ entity_id: id, accepted: false, closed: [] }),
    };
  });
}

function hasBaseline({ engine }: FleetState, id: Anomaly['entity']): boolean {
  const baseline = engine.partitionOf(id).history(id)?.baseline ?? null;
  return baseline !== null && baseline.daysWithData > 0;
}

function openOf({ engine }: FleetState, id: Anomaly['entity']): readonly Anomaly[] {
  const canonical = engine.directory.canonical(id);
  return engine.partitionOf(canonical).anomalies.open(canonical);
}
