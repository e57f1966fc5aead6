export interface SwapInput {
  readonly count: number;
  readonly versions: number;
  /** How long is asked while nothing is built. */
  readonly idleMs: number;
}

/** The number of the first indicator that a version lists: each leaves out a fifth of what the one before listed. */
export function firstOf(version: number, count: number): number {
  return version * Math.floor(count / 5);
}
