import { randomBytes } from 'node:crypto';
import type { EpochMs, FaultReporter } from '../model/index.ts';

/** Where the world comes in: the only clock, the only chance, the only place where faults are told. */
export interface Effects {
  readonly now: () => EpochMs;
  readonly random: (bytes: number) => Uint8Array;
  readonly reportFault: FaultReporter;
}

export function realEffects(reportFault: FaultReporter): Effects {
  return { now: () => Date.now(), random: (bytes) => randomBytes(bytes), reportFault };
}
