import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Progress } from '../effects/index.ts';
import { hashOf } from '../snapshot/index.ts';
import type { DerivedState } from './derived-state.ts';

/** The state after so many records. */
export interface StatePoint {
  readonly records: number;
  readonly events: number;
  readonly entities: number;
  readonly stateHash: string;
}

/** Of a state that stands still meanwhile. */
export function statePoint(records: number, state: DerivedState): StatePoint {
  const { engine, events } = state;
  return {
    records,
    events,
    entities: [...engine.directory.entities()].length,
    stateHash: hashOf(state),
  };
}

/** Nothing else runs during the hash: what is said of it must be out before. */
export async function announceHash(progress: Progress): Promise<void> {
  progress({ what: 'Hashing the state', share: null });
  await nextTurn();
}
