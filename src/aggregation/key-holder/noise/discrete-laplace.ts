/** Bytes of chance; outside of tests they are the system's. */
export type RandomBytes = (count: number) => Uint8Array;

/** e⁻ᵞ is drawn for γ = numerator ÷ denominator. */
interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * A whole number z with probability proportional to exp(−|z| · s ÷ t): discrete Laplace noise of scale t ÷ s, exactly, by
 * whole numbers alone (Canonne, Kamath and Steinke 2020, algorithm 2). Laplace noise in floating point gives away in its
 * last bits what it was added to (Mironov 2012).
 */
export function discreteLaplace(
  { s, t }: { readonly s: bigint; readonly t: bigint },
  random: RandomBytes,
): bigint {
  for (;;) {
    const remainder = below(t, random);
    if (!isDrawn({ numerator: remainder, denominator: t }, random)) continue;
    let whole = 0n;
    while (isDrawn({ numerator: 1n, denominator: 1n }, random)) whole += 1n;
    const size = (remainder + t * whole) / s;
    const isNegative = below(2n, random) === 1n;
    // Nought would count twice.
    if (isNegative && size === 0n) continue;
    return isNegative ? -size : size;
  }
}

/** True with probability exp(−γ), 0 ≤ γ ≤ 1 (algorithm 1): the parity of how far a falling product of chances goes. */
function isDrawn({ numerator, denominator }: Ratio, random: RandomBytes): boolean {
  let steps = 1n;
  while (below(denominator * steps, random) < numerator) steps += 1n;
  return steps % 2n === 1n;
}

/** A whole number from 0 to below `bound`, each as likely: what does not fit is drawn anew. */
function below(bound: bigint, random: RandomBytes): bigint {
  const bits = bound.toString(2).length;
  const bytes = Math.ceil(bits / 8);
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    const drawn = BigInt(`0x${Buffer.from(random(bytes)).toString('hex')}`) & mask;
    if (drawn < bound) return drawn;
  }
}
