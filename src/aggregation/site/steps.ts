import { MOST_STEPS } from '../../model/index.ts';

/** The least whole number whose fourth power is 2^k: where the k-th quarter of a doubling begins. Exact on every machine. */
const BEGINNINGS: readonly number[] = Array.from({ length: MOST_STEPS + 1 }, (_, k) =>
  fourthRoot(1n << BigInt(k)),
);

/** A quantity without bound in quarters of doublings: ⌊4 · log₂(1 + x)⌋, at most 184. */
export function stepsOf(quantity: number): number {
  const reached = Math.floor(quantity) + 1;
  let [low, high] = [0, MOST_STEPS];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((BEGINNINGS[middle] ?? 0) <= reached) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Rounded up. */
function fourthRoot(power: bigint): number {
  let root = BigInt(Math.floor(Number(power) ** 0.25));
  while (root ** 4n >= power) root -= 1n;
  while (root ** 4n < power) root += 1n;
  return Number(root);
}
