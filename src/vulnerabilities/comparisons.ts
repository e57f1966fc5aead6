import type { VersionInterval } from '../model/index.ts';

/** `>= 2.0`; a version alone is equal to itself. */
export interface Comparison {
  readonly sign: '=' | '!=' | '<' | '<=' | '>' | '>=';
  readonly version: string;
}

/** Versions that a text stands for. */
export interface VersionSet {
  readonly intervals: readonly VersionInterval[];
  readonly versions: readonly string[];
}

export const ALL: VersionInterval = { from: null, before: null, upTo: null };

/** `*`, `All versions`. */
export function isEveryVersion(text: string): boolean {
  return /^(\*|all( versions)?)$/i.test(text.trim());
}

/** `All versions < V4.33` says no more than `< V4.33`. */
const PREAMBLE = /^\s*(?:all +)?versions?(?=\s*[<>=])/i;
/** `>= 9.0.0, < 9.5.3`, `> V3.0 and < V4.0`, `>=V7.80<V9.40`. */
const BETWEEN = / ?(?:,|\band\b)? ?(?<![<>=!])(?=[<>=!])/i;
/** Many blanks say no more than one, and each pattern here would try every way to share them out. */
const BLANKS = /\s+/g;

/** Comparisons that hold together; `null` where one of them is none, such as words. */
export function readComparisons(text: string): readonly Comparison[] | null {
  const parts = text.replace(BLANKS, ' ').replace(PREAMBLE, '').trim().split(BETWEEN);
  const all = parts.filter((part) => part !== '').map(comparisonsIn);
  const read = all.flatMap((each) => each ?? []);
  return read.length === 0 || all.includes(null) ? null : read;
}

/** `null` for what has more than one beginning or end, or neither. */
export function intervalOf(comparisons: readonly Comparison[]): VersionInterval | null {
  if (comparisons.length === 0) return null;
  let interval = ALL;
  const sides = new Set<string>();
  for (const { sign, version } of comparisons) {
    const [side = ''] = sign;
    if (sign === '=' || sign === '!=' || sides.has(side)) return null;
    sides.add(side);
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

function comparisonsIn(text: string): readonly Comparison[] | null {
  const [, sign = '=', version = ''] = /^(>=|<=|!=|==?|>|<)?\s*([^<>=!|]+)$/.exec(text.trim()) ?? [];
  const series = seriesOf(version);
  if (series !== null) return WITHIN_SERIES[sign]?.(series) ?? null;
  if (!isPlainVersion(version)) return null;
  return [{ sign: sign === '==' ? '=' : (sign as Comparison['sign']), version }];
}

/** What makers write behind the number. Other words, such as `with option X`, are conditions that nobody can compare. */
const STEPS = 'build|beta|cu|fp|hf|hotfix|hotfixrev|mp|p|patch|qu|r|rc|rev|ru|sp|sr|upd|update';
/** An underscore may be somebody's space: `V18_Update_2`, `V6.23_in_connection_with_X`. */
const PLAIN = new RegExp(String.raw`^[^\s_]+(_\d[^\s_]*|[ _]+(${STEPS})\.?[ _]*\d[^\s_]*)*$`, 'i');
/** A number left open: amid others, `V3.X.17`, or of its last digits, `16xx`, `7.2x`. A capital may be a revision: `1.597X`. */
const OPEN = /(^|\.)([xX]+|\*)(\.|$)|\d(xx|XX)|\dx(\.|$)/;
/** `12.2.1-12.2.11` and `2009-2010` are all between two. */
const SPAN = /^v?(\d+)\.[\d.]+-v?\1\.[\d.]+$|^\d{4,}-\d{4,}$/i;

/** A version as it may be installed, without words around it. */
export function isPlainVersion(written: string): boolean {
  const text = written.replace(BLANKS, ' ');
  return PLAIN.test(text) && !OPEN.test(text) && !SPAN.test(text);
}

interface Series {
  readonly first: string;
  readonly next: string;
}

/** The last numbers left open: `7.2.x` and `7.2.*` are all from 7.2 and before 7.3. */
function seriesOf(text: string): Series | null {
  const [, begin = '', last] = /^(v?(?:\d{1,15}\.)*)(\d{1,15})(?:\.(?:x{1,3}|\*))+$/i.exec(text) ?? [];
  return last === undefined ? null : { first: begin + last, next: begin + (Number(last) + 1).toString() };
}

const WITHIN_SERIES: Readonly<Record<string, (series: Series) => readonly Comparison[]>> = {
  '=': ({ first, next }) => [
    { sign: '>=', version: first },
    { sign: '<', version: next },
  ],
  '<': ({ first }) => [{ sign: '<', version: first }],
  '<=': ({ next }) => [{ sign: '<', version: next }],
  '>': ({ next }) => [{ sign: '>=', version: next }],
  '>=': ({ first }) => [{ sign: '>=', version: first }],
};
