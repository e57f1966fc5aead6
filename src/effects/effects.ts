import { randomBytes } from 'node:crypto';
import type { EpochMs, FaultReporter } from '../model/index.ts';

/**
 * Where the world comes in: the only clocks, the only chance, the only place where faults are told. What gives way every few
 * milliseconds looks at the time by itself: it decides when something is done, not what (.oxlintrc.json lists these files).
 */
export interface Effects {
  /** What time the machine says it is: it can be set, and be wrong. */
  readonly now: () => EpochMs;
  /** Milliseconds since some beginning: nobody sets it, and it may stand still while the machine sleeps. */
  readonly elapsed: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly reportFault: FaultReporter;
}

export function realEffects(reportFault: FaultReporter): Effects {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    random: (bytes) => randomBytes(bytes),
    reportFault,
  };
}
