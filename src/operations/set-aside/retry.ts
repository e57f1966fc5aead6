import { type FleetState, type SetAsideRecord, snapshotBefore } from '../../data-directory/index.ts';
import { OperationError } from '../../refusals/index.ts';
import type { RetryArgs, SetAsideAnswer, SetAsideList } from './operations.ts';

export function listSetAside(state: FleetState, dir: string): SetAsideList {
  return { records: state.setAside.all.map((each) => answer(state, dir, each)) };
}

/**
 * The next start applies those of them that can be, from before the first on.
 * @returns all that is set aside
 * @throws OperationError `not_set_aside`, `cannot_retry`
 */
export async function retrySetAside(
  state: FleetState,
  dir: string,
  { record }: RetryArgs,
): Promise<SetAsideList> {
  const meant = state.setAside.all.filter((each) => record === null || each.record === record);
  const [first] = meant;
  if (first === undefined)
    throw new OperationError(
      'not_set_aside',
      record === null
        ? 'No record is set aside.'
        : `Record ${record} is not set aside; see stance set-aside list.`,
    );
  const possible = meant.filter((each) => reasonAgainst(state, dir, each.record) === null);
  const reason = possible.length > 0 ? null : reasonAgainst(state, dir, first.record);
  if (reason !== null) throw new OperationError('cannot_retry', reason);
  await state.setAside.retry(new Set(possible.map((each) => each.record)));
  return listSetAside(state, dir);
}

function answer(state: FleetState, dir: string, each: SetAsideRecord): SetAsideAnswer {
  const { state: what, ...told } = each;
  return {
    ...told,
    applied_by_next_start: what === 'retry',
    not_retried_as: reasonAgainst(state, dir, each.record),
  };
}

/** A start applies it to the state that stood before it: something must lead there, and the history go back so far. */
function reasonAgainst({ journal, past }: FleetState, dir: string, record: number): string | null {
  const point = past.history.pointBefore(record);
  if (point === null)
    return `Record ${record} cannot be applied any more: history.db does not know what was published before it, and would be lost.`;
  if (journal.first === 0 || snapshotBefore(dir, point, journal.first) !== null) return null;
  return `Record ${record} cannot be applied any more: the journal begins with record ${journal.first}, and no snapshot of between the two is left to begin from (retention.journal_days).`;
}
