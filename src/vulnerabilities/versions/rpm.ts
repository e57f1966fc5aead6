import { compareNumerals, compareTexts, orderBy, type VersionOrder } from './order.ts';

interface RpmVersion {
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
}

/**
 * Versions of RPM packages, `[epoch:]version[-release]` (rpm-version(7), rpmvercmp). A release that is left out sorts
 * before any: whoever does not tell it is not taken for mended.
 */
export const rpmOrder: VersionOrder = orderBy(
  'rpm',
  read,
  (a, b) =>
    compareNumerals(a.epoch, b.epoch) ||
    compareSegments(a.version, b.version) ||
    compareSegments(a.release, b.release),
  {
    open: { leaves: ({ release }) => release === '', without: (version) => ({ ...version, release: '' }) },
  },
);

function read(version: string): RpmVersion | null {
  const parts = /^(?:(\d+):)?([A-Za-z0-9._+~^]+)(?:-([A-Za-z0-9._+~^]+))?$/.exec(version);
  if (parts === null) return null;
  const [, epoch = '0', own = '', release = ''] = parts;
  return { epoch, version: own, release };
}

/** Runs of digits, runs of letters, tildes and carets; whatever stands between them only separates. */
function compareSegments(a: string, b: string): number {
  const left = segments(a);
  const right = segments(b);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const outcome = compareSegment(left[at], right[at]);
    if (outcome !== 0) return outcome;
  }
  return 0;
}

function segments(text: string): readonly string[] {
  return text.match(/\d+|[A-Za-z]+|[~^]/g) ?? [];
}

/** `~` before the end, the end before `^`, that before letters, letters before digits. */
function compareSegment(a: string | undefined, b: string | undefined): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0 || a === undefined || b === undefined) return rank;
  return /^\d/.test(a) ? compareNumerals(a, b) : compareTexts(a, b);
}

function rankOf(segment: string | undefined): number {
  if (segment === undefined) return 1;
  if (segment === '~') return 0;
  if (segment === '^') return 2;
  return /^\d/.test(segment) ? 4 : 3;
}
