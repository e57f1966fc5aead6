import type { FleetState } from '../data-directory/index.ts';
import { inTurns } from '../effects/index.ts';
import type { BatchPort, IntakePort } from '../sources/index.ts';

/**
 * So many batches of a reading are on their way: one is applied, two are on disk or being synced, one waits for the next
 * group, one is being sent. Each is some 400 kB, and a word waits behind all of them.
 */
const BATCHES_AHEAD = 5;

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
    takenIn: async (producer) => {
      const checkpoints = await state.knownLogs.of(producer);
      return { ...engine.ledger.takenIn(producer), checkpoints };
    },
    isDone: (producer, position) => engine.ledger.isDone(producer, position),
    mark: (producer) => engine.ledger.mark(producer),
    mayBegin: (producer) => engine.ledger.mayBegin(producer),
    hasUid: (uid) => engine.ledger.hasUid(state.sealer.recordFingerprint(uid)),
    take: (batch) => state.take(batch),
    remember: (producer, checkpoints) => void state.knownLogs.remember(producer, checkpoints),
    inTurns,
    endOfHistory: () => state.endOfHistory(),
  };
}

/** For readings of files: batches of one are known to be no copies of each other, and need not wait for each other. */
export function readingPort(state: FleetState): IntakePort {
  const take: IntakePort['take'] = (batch) => state.take(batch, batch.reading);
  return { ...intakePort(state), ahead: BATCHES_AHEAD, take };
}
