import type { FleetState } from '../../data-directory/index.ts';
import type { Progress } from '../../effects/index.ts';
import { isoOrNull } from '../../model/index.ts';
import type { StatusReport } from '../operations.ts';
import { reachedBounds } from './bounds.ts';

/** How far the data is. With a hash all of it is of one moment, between two records. */
export async function statusOf(
  state: FleetState,
  directory: string,
  isHashed: boolean,
  progress: Progress = () => undefined,
): Promise<Omit<StatusReport, 'outputs'>> {
  const point = isHashed ? await state.point(progress) : null;
  const { engine } = state;
  return {
    directory,
    records: point?.records ?? state.journal.length,
    events: state.events,
    late: engine.late,
    entities: point?.entities ?? [...engine.directory.entities()].length,
    now: isoOrNull(engine.time.now),
    stateHash: point?.stateHash ?? null,
    boundsReached: reachedBounds(state).map(({ bound }) => bound),
    setAside: state.setAside.all.length,
    unfinishedErasure: state.forgetting.unfinished.length + (state.forgetting.isNoteUnreadable ? 1 : 0),
  };
}
