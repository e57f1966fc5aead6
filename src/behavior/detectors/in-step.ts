/** Fewer times together are chance. */
const LEAST_TOGETHER = 4;
/** So many of the times in which both could have been called. */
const LEAST_SHARE = 0.8;
/** A page asks for its parts within that. */
const TOGETHER_MS = 3_000;
/** Intervals are kept as logarithms, so that what is long ago is not known to the second. */
const INEXACT = 5e-4;

/** Whether a destination was called each time that another was. @param times, others the last first */
export function areInStep(times: readonly number[], others: readonly number[]): boolean {
  const [last = 0, earliest] = [others[0], others.at(-1)];
  if (earliest === undefined) return false;
  const shared = times.filter((time) => time >= earliest - TOGETHER_MS);
  const isTogether = (time: number): boolean => {
    const within = TOGETHER_MS + INEXACT * Math.abs(last - time);
    return others.some((other) => Math.abs(other - time) <= within);
  };
  const together = shared.filter(isTogether).length;
  return together >= LEAST_TOGETHER && together >= LEAST_SHARE * shared.length;
}
