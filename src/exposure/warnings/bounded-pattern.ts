const PATTERN_CHARS = 200;

/**
 * A pattern of a warning list as a regular expression that ends soon on every name: at most two unbounded repetitions,
 * none of a group, no look-around and no back-reference. `null` where it is another.
 */
export function boundedPattern(written: string): RegExp | null {
  const source = /^\/(.*)\/[a-z]*$/.exec(written)?.[1] ?? written;
  if (source.length > PATTERN_CHARS || /\(\?(?!:)|\\[1-9kpPu]|\)[*+?{]/.test(source)) return null;
  const unbounded = source.replace(/\\./g, '').match(/[*+]|\{\d*,\d*\}/g) ?? [];
  if (unbounded.length > 2) return null;
  try {
    return new RegExp(source, 'i');
  } catch {
    return null;
  }
}
