/** The pause before a try: doubled with each failure up to a bound. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * Half of it fixed and half by chance, so that many that failed at once do not come back at once, and none hammers.
 * @param failures in a row, from 1
 * @param random bytes from outside
 */
export function pauseAfter(
  failures: number,
  { firstMs, mostMs }: Backoff,
  random: (bytes: number) => Uint8Array,
): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  const [high = 0, low = 0] = random(2);
  const chance = (high * 256 + low) / 65_536;
  return Math.round(whole / 2 + (whole / 2) * chance);
}
