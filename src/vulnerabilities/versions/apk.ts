import { compareLists, compareNumerals, compareTexts, orderBy, type VersionOrder } from './order.ts';

interface AlpineVersion {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly (readonly [rank: number, number: string])[];
  readonly commit: string;
  readonly revision: string | null;
}

const PATTERN =
  /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~([0-9a-f]+))?(?:-r(\d+))?$/;
/** Before a release, the release itself in the middle, after it. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];
const RELEASE = SUFFIXES.indexOf('');

/** Versions of Alpine packages (apk-package(5)). */
export const apkOrder: VersionOrder = orderBy(
  'apk',
  read,
  (a, b) =>
    compareLists(a.numbers, b.numbers, compareNumbers) ||
    compareTexts(a.letter, b.letter) ||
    compareLists(a.suffixes, b.suffixes, compareSuffixes) ||
    compareTexts(a.commit, b.commit) ||
    compareRevisions(a.revision, b.revision),
  {
    open: {
      leaves: ({ revision }) => revision === null,
      without: (version) => ({ ...version, revision: null }),
    },
  },
);

function read(version: string): AlpineVersion | null {
  const parts = PATTERN.exec(version);
  if (parts === null) return null;
  const [, numbers = '', letter = '', suffixes = '', commit = '', revision = null] = parts;
  return {
    numbers: numbers.split('.'),
    letter,
    suffixes: [...suffixes.matchAll(/_([a-z]+)(\d*)/g)].map(([, name = '', digits = '']) => [
      SUFFIXES.indexOf(name),
      digits,
    ]),
    commit,
    revision,
  };
}

/** A number with a leading zero reads as a fraction does: `1.01` is before `1.1`. */
function compareNumbers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  return a.startsWith('0') || b.startsWith('0') ? compareTexts(a, b) : compareNumerals(a, b);
}

function compareSuffixes(
  a: AlpineVersion['suffixes'][number] | undefined,
  b: AlpineVersion['suffixes'][number] | undefined,
): number {
  const [leftRank, leftNumber] = a ?? [RELEASE, ''];
  const [rightRank, rightNumber] = b ?? [RELEASE, ''];
  return leftRank - rightRank || compareNumerals(leftNumber, rightNumber);
}

function compareRevisions(a: string | null, b: string | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return compareNumerals(a, b);
}
