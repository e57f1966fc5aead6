/** The middle of the values, of an even number the mean of the two; infinite ones count. `null` for none. */
export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5);
}

/** Linear between the neighbours (type 7 of Hyndman and Fan 1996). `null` for none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return null;
  // An infinite neighbour must not become a NaN.
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}

/** The median of what is there: `null` where nothing is. */
export function medianOf(values: readonly (number | null)[]): number | null {
  return median(values.filter((each) => each !== null));
}
