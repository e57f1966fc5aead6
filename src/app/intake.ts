import type { FleetState } from './fleet-state.ts';
import type { BatchPort, IntakePort } from '../sources/index.ts';

/** One per state: batches of all doors queue at it, so that of two copies in flight only one passes. */
const ports = new WeakMap<FleetState, IntakePort & BatchPort>();

export function intakePort(state: FleetState): IntakePort & BatchPort {
  const known = ports.get(state);
  if (known !== undefined) return known;
  const port = portOf(state);
  ports.set(state, port);
  return port;
}

/** What the sources need of the rest: what is done already, and where new observations go. */
function portOf(state: FleetState): IntakePort & BatchPort {
  const { engine } = state;
  return {
    takenIn: async (producer) => engine.ledger.takenIn(producer),
    isDone: (producer, position) => engine.ledger.isDone(producer, position),
    mark: (producer) => engine.ledger.mark(producer),
    mayBegin: (producer) => engine.ledger.mayBegin(producer),
    hasUid: (uid) => engine.ledger.hasUid(state.sealer.recordFingerprint(uid)),
    take: (batch) => state.take(batch),
    endOfHistory: () => state.endOfHistory(),
  };
}
