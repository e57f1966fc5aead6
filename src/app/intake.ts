import type { FleetState } from './fleet-state.ts';
import type { IntakePort } from '../sources/index.ts';

/** What the sources need of the rest: what is done already, and where new observations go. */
export function intakePort(state: FleetState): IntakePort {
  const { engine } = state;
  return {
    isDone: (producer, position) => engine.ledger.isDone(producer, position),
    mark: (producer) => engine.ledger.mark(producer),
    hasUid: (uid) => engine.ledger.hasUid(state.sealer.recordFingerprint(uid)),
    take: (batch) => state.take(batch),
    endOfHistory: () => state.endOfHistory(),
  };
}
