import { compareLists, compareNumerals, orderBy, type VersionOrder } from './order.ts';

/** Numbers of its version, then its stability and the numbers behind that. */
type Parts = readonly string[];

/** What PHP's `version_compare` ranks: any of these before a number, `patch` after it; what has ended stands between. */
const BEFORE_END = ['dev', 'alpha', 'beta', 'rc'];
const SPELT: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', p: 'patch', pl: 'patch' };

const STABILITY = String.raw`[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?\d+(?:[.-]\d+)*)?))?([.-]?dev)?`;
const NUMBERED = new RegExp(String.raw`^v?(\d{1,5}(?:\.\d+){0,3})${STABILITY}$`);
const DATED = new RegExp(String.raw`^v?(\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3})?)${STABILITY}$`);

/**
 * Packages of Composer (composer/semver, `VersionParser::normalize`, then PHP's `version_compare`): dev < alpha < beta < RC < the release
 * itself < patch, in any case of letters. Branches (`dev-main`, `2.x-dev`) move, and stand in no order.
 */
export const composerOrder: VersionOrder = orderBy('composer', read, (a, b) =>
  compareLists(a, b, compareParts),
);

function read(version: string): Parts | null {
  const plain = version.toLowerCase().replace(/\+\S+$/, '');
  const numbered = NUMBERED.exec(plain);
  const parts = numbered ?? DATED.exec(plain);
  if (parts === null) return null;
  const [, written = '', word = '', behind = '', dev = ''] = parts;
  const numbers = written.split(/\D/);
  // Only what is no date has always four of them.
  const whole = numbered === null ? numbers : [...numbers, '0', '0', '0'].slice(0, 4);
  if (word === 'stable') return whole;
  const stability = word === '' ? [] : [SPELT[word] ?? word];
  return [...whole, ...stability, ...(behind.match(/\d+/g) ?? []), ...(dev === '' ? [] : ['dev'])];
}

function compareParts(a: string | undefined, b: string | undefined): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0 || a === undefined || b === undefined || !/^\d/.test(a)) return rank;
  return compareNumerals(a, b);
}

function rankOf(part: string | undefined): number {
  if (part === undefined) return 0;
  if (/^\d/.test(part)) return 1;
  return part === 'patch' ? 2 : BEFORE_END.indexOf(part) - BEFORE_END.length;
}
