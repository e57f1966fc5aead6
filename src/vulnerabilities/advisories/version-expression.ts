import type { VersionInterval } from '../../model/index.ts';

/** What a text in the place of a version stands for. */
interface VersionExpression {
  readonly intervals: readonly VersionInterval[];
  readonly versions: readonly string[];
}

const ALL: VersionInterval = { from: null, before: null, upTo: null };
/** More is nothing that anybody wrote by hand. */
const ALTERNATIVES = 32;

/**
 * Comparisons where a version is expected, `>= 9.0.0, < 9.5.3 || = 8.1`, and the last number left open, `7.2.x`. `null` for everything
 * else: a version, or words that nobody can compare.
 */
export function readVersionExpression(text: string): VersionExpression | null {
  const series = seriesOf(text);
  if (series !== null) return { intervals: [series], versions: [] };
  if (!/^\s*[<>=]/.test(text)) return null;
  const alternatives = text.split('||');
  if (alternatives.length > ALTERNATIVES) return null;
  const read = alternatives.map(intervalOf);
  const intervals = read.flatMap((each) => (typeof each === 'object' && each !== null ? [each] : []));
  const versions = read.flatMap((each) => (typeof each === 'string' ? [each] : []));
  return read.includes(null) ? null : { intervals, versions };
}

/** `7.2.x` and `7.2.*` are all from 7.2 and before 7.3. */
function seriesOf(text: string): VersionInterval | null {
  const [, begin = '', last] = /^((?:\d{1,15}\.)*)(\d{1,15})\.[x*]$/i.exec(text.trim()) ?? [];
  if (last === undefined) return null;
  return { from: begin + last, before: begin + (Number(last) + 1).toString(), upTo: null };
}

/** One version after `=`; an interval of at most one beginning and one end; `null` for what is neither. */
function intervalOf(text: string): VersionInterval | string | null {
  let interval = ALL;
  const signs = new Set<string>();
  const comparisons = text.split(/,|\band\b/i);
  for (const comparison of comparisons) {
    const [, sign = '', version = ''] = /^\s*(>=|<=|>|<|==?)\s*([^\s<>=|]+)\s*$/.exec(comparison) ?? [];
    const side = sign.slice(0, 1);
    if (version === '' || signs.has(side)) return null;
    signs.add(side);
    if (side === '=') return comparisons.length === 1 ? version : null;
    interval = { ...interval, ...BOUNDS[sign]?.(version) };
  }
  return interval;
}

const BOUNDS: Readonly<Record<string, (version: string) => Partial<VersionInterval>>> = {
  '>=': (from) => ({ from }),
  '>': (after) => ({ after }),
  '<': (before) => ({ before }),
  '<=': (upTo) => ({ upTo }),
};
