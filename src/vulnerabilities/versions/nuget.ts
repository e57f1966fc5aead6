import { compareLists, compareNumerals, compareTexts, orderBy, type VersionOrder } from './order.ts';

interface NuGetVersion {
  readonly numbers: readonly string[];
  readonly labels: readonly string[];
}

const PATTERN = /^v?(\d+(?:\.\d+){0,3})(?:-([0-9a-z-]+(?:\.[0-9a-z-]+)*))?(?:\+[0-9a-z.-]+)?$/;

/**
 * Packages of NuGet (learn.microsoft.com/nuget/concepts/package-versioning): as Semantic Versioning, but with up to four numbers, and labels of
 * a pre-release compare without regard to case.
 */
export const nugetOrder: VersionOrder = orderBy(
  'nuget',
  read,
  (a, b) =>
    compareLists(a.numbers, b.numbers, (left = '0', right = '0') => compareNumerals(left, right)) ||
    Number(a.labels.length === 0) - Number(b.labels.length === 0) ||
    compareLists(a.labels, b.labels, compareLabels),
);

function read(version: string): NuGetVersion | null {
  const parts = PATTERN.exec(version.toLowerCase());
  if (parts === null) return null;
  const [, numbers = '', labels] = parts;
  return { numbers: numbers.split('.'), labels: labels?.split('.') ?? [] };
}

/** Fewer of them first, numbers before words. */
function compareLabels(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const isNumber = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber[0] !== isNumber[1]) return isNumber[0] === true ? -1 : 1;
  return isNumber[0] === true ? compareNumerals(a, b) : compareTexts(a, b);
}
