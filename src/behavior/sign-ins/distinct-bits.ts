/**
 * How many distinct texts were met, in 64 bits: linear counting (Whang, Vander-Zanden and Taylor 1990). Exact enough
 * up to some 150, and saturated at {@link SATURATED}: it then means "at least".
 */
export interface DistinctBits {
  readonly low: number;
  readonly high: number;
}

export const NONE_MET: DistinctBits = { low: 0, high: 0 };
const BITS = 64;
const SATURATED = Math.round(BITS * Math.log(BITS));

export function met({ low, high }: DistinctBits, text: string): DistinctBits {
  const bit = bitOf(text);
  return bit < 32 ? { low: (low | (1 << bit)) >>> 0, high } : { low, high: (high | (1 << (bit - 32))) >>> 0 };
}

export function wasMet({ low, high }: DistinctBits, text: string): boolean {
  const bit = bitOf(text);
  return ((bit < 32 ? low >>> bit : high >>> (bit - 32)) & 1) === 1;
}

/** A whole number: 1 for one, about n for n. */
export function distinct({ low, high }: DistinctBits): number {
  const empty = BITS - ones(low) - ones(high);
  return empty === 0 ? SATURATED : Math.round(BITS * Math.log(BITS / empty));
}

/** FNV-1a (Fowler, Noll, Vo), its halves folded into six bits. */
function bitOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 16) & (BITS - 1);
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
