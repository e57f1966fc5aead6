import { compareLists, compareNumerals, compareTexts, orderBy, type VersionOrder } from './order.ts';

const PATTERN = /^\d+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Versions of Ruby gems (Gem::Version): letters make a pre-release, zeros at an end do not count. */
export const gemOrder: VersionOrder = orderBy('gem', read, (a, b) => compareLists(a, b, compareSegments));

function read(version: string): readonly string[] | null {
  if (!PATTERN.test(version)) return null;
  const segments = version.replaceAll('-', '.pre.').match(/\d+|[A-Za-z]+/g) ?? [];
  const letters = segments.findIndex((each) => !/\d/.test(each));
  const release = letters === -1 ? segments : segments.slice(0, letters);
  return [...withoutZeros(release), ...withoutZeros(segments.slice(release.length))];
}

function withoutZeros(segments: readonly string[]): readonly string[] {
  return segments.slice(0, segments.findLastIndex((each) => !/^0+$/.test(each)) + 1);
}

function compareSegments(a = '0', b = '0'): number {
  const isNumber = [/\d/.test(a), /\d/.test(b)];
  if (isNumber[0] !== isNumber[1]) return isNumber[0] === true ? 1 : -1;
  return isNumber[0] === true ? compareNumerals(a, b) : compareTexts(a, b);
}
