import type { EpochMs } from '../model/index.ts';
import type { Effects } from './effects.ts';

/** Effects that move only where a test moves them: chance is always the same, and faults are told to nobody. */
export function stillEffects(now: () => EpochMs): Effects {
  return {
    now,
    elapsed: () => 0,
    random: (bytes) => Buffer.alloc(bytes, 7),
    reportFault: () => 'none',
  };
}
