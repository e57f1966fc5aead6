/** numerator ÷ denominator rounded half up, exactly, for non-negative safe integers. */
export function divideHalfUp(numerator: number, denominator: number): number {
  const rest = numerator % denominator;
  const whole = (numerator - rest) / denominator;
  // rest ≥ denominator − rest, so that no doubling can leave the safe integers.
  return rest >= denominator - rest ? whole + 1 : whole;
}

/** A fair share before rounding: an integer and the rest above it. Rests of one list are in one unit. */
export interface Quota {
  readonly name: string;
  readonly whole: number;
  readonly rest: number;
}

/** A quota given as a number of its unit. */
export function quota(name: string, value: number): Quota {
  const whole = Math.floor(value);
  return { name, whole, rest: value - whole };
}

/**
 * Integers, one per quota in the same order, that sum to exactly `total`: largest remainder (Hare–Niemeyer),
 * ties by name. Each is its quota rounded down or up as long as `total` is within one of the quotas' sum.
 */
export function apportion(total: number, quotas: readonly Quota[]): number[] {
  const parts = quotas.map(({ whole }) => whole);
  if (parts.length === 0) return parts;
  const left = total - parts.reduce((sum, part) => sum + part, 0);
  const each = Math.floor(left / parts.length);
  const ranked = quotas.map((_, index) => index).sort((a, b) => byRest(quotas[a], quotas[b]));
  for (const [place, index] of ranked.entries()) {
    const one = place < left - each * parts.length ? 1 : 0;
    parts[index] = (parts[index] ?? 0) + each + one;
  }
  return parts;
}

function byRest(a: Quota | undefined, b: Quota | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return b.rest - a.rest || (a.name < b.name ? -1 : 1);
}
