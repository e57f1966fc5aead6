/** A message of so many takes a millisecond or two to write down, and as long to read. */
export const SAYINGS_PER_PORTION = 1_000;

/** What goes from a thread to another goes in portions: each holds up whoever takes it. */
export function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
