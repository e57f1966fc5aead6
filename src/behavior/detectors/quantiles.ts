/** The value below which a share of the sorted values lies, between neighbours in proportion (Hyndman and Fan 1996, type 7). */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (place - below);
}

/** 1 where all values are alike, 0 where half of them are further from the median than it is large: 1 − MAD ÷ median. */
export function likeness(values: readonly number[]): number {
  const median = quantile(ascending(values), 0.5);
  if (median <= 0) return 0;
  const deviations = ascending(values.map((each) => Math.abs(each - median)));
  return Math.max(0, 1 - quantile(deviations, 0.5) / median);
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
