/**
 * A severity p is a whole number of thousandths, 0.001 … 0.990 (parsed from the profile, checked here),
 * so that 1 − p is exact and every sum of hazards is a sum of integers.
 */
export const MAX_THOUSANDTHS = 990;

/** Nano-nats in a nat, the unit of hazards. */
export const NAT = 1e9;

/**
 * The hazard of a severity, −ln(1 − p) in nano-nats, an integer. Hazards of a dimension add where its values multiply.
 * ECMAScript leaves the last bits of Math.log to the engine; rounded to nano-nats no entry depends on them
 * (severity.test.ts measures the distance of each from its rounding boundary).
 */
const HAZARDS = Float64Array.from({ length: MAX_THOUSANDTHS + 1 }, (_, thousandths) =>
  Math.round(Math.log(1_000 / (1_000 - thousandths)) * NAT),
);

export function isSeverity(p: number): boolean {
  const thousandths = Math.round(p * 1_000);
  return thousandths >= 1 && thousandths <= MAX_THOUSANDTHS && thousandths / 1_000 === p;
}

/** @throws RangeError where `p` is not a severity that a profile can publish. */
export function thousandthsOf(p: number): number {
  if (!isSeverity(p)) {
    throw new RangeError(
      `a published severity is a whole number of thousandths from 0.001 to 0.99, got ${p}`,
    );
  }
  return Math.round(p * 1_000);
}

/** In nano-nats. `thousandths` is an integer from 0 to {@link MAX_THOUSANDTHS}. */
export function hazardOf(thousandths: number): number {
  const hazard = HAZARDS[thousandths];
  if (hazard === undefined) throw new RangeError(`no severity of ${thousandths} thousandths`);
  return hazard;
}
