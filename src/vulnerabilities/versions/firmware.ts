import { compareLists, compareNumerals, compareTexts, orderBy, type VersionOrder } from './order.ts';

interface Step {
  readonly word: string;
  readonly numbers: readonly string[];
  /** It tells one build of a release from another: `build1396`, `-1396`, `(5)`. */
  readonly isBuild: boolean;
}

interface FirmwareVersion {
  readonly numbers: readonly string[];
  readonly steps: readonly Step[];
}

const BEFORE_RELEASE = ['dev', 'alpha', 'a', 'beta', 'pre', 'rc'];
const STEP = /[.\-_ ,+]*(\(?) *([a-z]*)[.\-_ ]*(\d+(?:\.\d+)*)? *(\)?)/y;
/** Words that tell no build from another: `7.0.15,build0632 (GA.M)`. */
const REMARK = / +\([a-z. ]*\)$/;

/**
 * Versions of firmware: dotted numbers, then steps of a word and a number (`7.2.4 build1396`, `10.1.6-h3`,
 * `20.4R3-S2.6`, `23.05.0-rc1`, `17.3.4a`, `9.3(5)`). A step comes after none, apart from those before a release. Different words
 * at one place, such as the `R` and `X` of JunOS, stand in no order.
 */
export const firmwareOrder: VersionOrder = orderBy(
  'firmware',
  read,
  (a, b) => {
    const outcome = compareLists(a.numbers, b.numbers, compareParts);
    return outcome === 0 ? compareLists(a.steps, b.steps, compareSteps) : outcome;
  },
  {
    open: {
      leaves: ({ steps }) => !steps.some(({ isBuild }) => isBuild),
      without: (version) => ({ ...version, steps: version.steps.filter(({ isBuild }) => !isBuild) }),
    },
    isPartial: true,
  },
);

/** Dotted numbers and nothing else: the least that versions of an unknown kind can be compared by. */
export const dottedOrder: VersionOrder = orderBy(
  'dotted',
  (version) => (/^v?\d+(\.\d+)*$/i.test(version) ? version.replace(/^v/i, '').split('.') : null),
  (a, b) => compareLists(a, b, compareParts),
);

function read(version: string): FirmwareVersion | null {
  const parts = /^v?(\d+(?:\.\d+)*)(.*)$/.exec(version.toLowerCase().replace(REMARK, ''));
  if (parts === null) return null;
  const [, numbers = '', rest = ''] = parts;
  const steps = readSteps(rest);
  return steps === null ? null : { numbers: numbers.split('.'), steps };
}

/** `null` where something is left that is no step, or parentheses that do not match. */
function readSteps(rest: string): readonly Step[] | null {
  const steps: Step[] = [];
  let isInside = false;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < rest.length) {
    const [all = '', opening = '', word = '', numbers = '', closing = ''] = STEP.exec(rest) ?? [];
    if (all === '' || word + numbers === '' || (isInside && opening !== '')) return null;
    isInside ||= opening !== '';
    if (closing !== '' && !isInside) return null;
    const isBuild = isInside || word === '' || word === 'build';
    steps.push({ word, numbers: numbers === '' ? [] : numbers.split('.'), isBuild });
    if (closing !== '') isInside = false;
  }
  return isInside ? null : steps;
}

function compareParts(a = '0', b = '0'): number {
  return compareNumerals(a, b);
}

function compareSteps(a: Step | undefined, b: Step | undefined): number | null {
  const left = rankOf(a);
  const right = rankOf(b);
  if (left !== right) return left - right;
  if (a === undefined || b === undefined) return 0;
  if (a.word === b.word) return compareLists(a.numbers, b.numbers, compareParts);
  return isLetter(a) && isLetter(b) ? compareTexts(a.word, b.word) : null;
}

/** A letter alone, `4a`, is a step of its own; with a number behind it, it is a word. */
function isLetter({ word, numbers }: Step): boolean {
  return word.length === 1 && numbers.length === 0;
}

function rankOf(step: Step | undefined): number {
  if (step === undefined) return 0;
  if (isLetter(step)) return 1;
  const before = BEFORE_RELEASE.indexOf(step.word);
  return before === -1 ? 1 : before - BEFORE_RELEASE.length;
}
