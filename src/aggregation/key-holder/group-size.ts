/** With two, each is what the other's own numbers leave. */
const LEAST_SITES = 3;

/**
 * Whether a sum over sites with so many devices is over too few for one of them, which knows its own part and subtracts
 * it: too few sites, or too few devices besides the largest.
 */
export function isSeenThrough(counts: readonly number[], minimum: number): boolean {
  const some = counts.filter((count) => count > 0);
  return some.length < LEAST_SITES || hasFewBesidesLargest(some, minimum);
}

/** The largest is the one that leaves the fewest when it subtracts itself. */
export function hasFewBesidesLargest(counts: readonly number[], minimum: number): boolean {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const largest = counts.reduce((most, count) => Math.max(most, count), 0);
  return total - largest < minimum;
}
