import type { EpochMs } from '../model/index.ts';

/** When something is said. Asked for when its turn has come: time went on meanwhile. */
export type SaidWhen = () => {
  /** The data's time, by which the engine goes. */
  readonly at: EpochMs;
  /** The clock on the wall. */
  readonly saidAt: EpochMs;
};
