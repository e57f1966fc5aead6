import { compareNumerals, compareTexts, orderBy, type VersionOrder } from './order.ts';

interface IosVersion {
  readonly release: readonly string[];
  readonly letter: string;
  readonly train: string;
  readonly rebuild: string;
  readonly rebuildLetter: string;
}

const PATTERN = /^(\d+)\.(\d+)\((\d+)([a-z]?)\)([a-z]*)(?:(\d+)([a-z]?))?$/;

/**
 * Versions of Cisco IOS, `12.4(3)M10`: release, maintenance, train, rebuild. Trains are developed side by side, so that
 * versions of two of them stand in no order.
 */
export const ciscoIosOrder: VersionOrder = orderBy('cisco_ios', read, compareVersions, {
  isPartial: true,
});

function compareVersions(a: IosVersion, b: IosVersion): number | null {
  if (a.train !== b.train) return null;
  for (const [at, number] of a.release.entries()) {
    const outcome = compareNumerals(number, b.release[at] ?? '');
    if (outcome !== 0) return outcome;
  }
  return (
    compareTexts(a.letter, b.letter) ||
    compareNumerals(a.rebuild, b.rebuild) ||
    compareTexts(a.rebuildLetter, b.rebuildLetter)
  );
}

function read(version: string): IosVersion | null {
  const parts = PATTERN.exec(version.toLowerCase());
  if (parts === null) return null;
  const [, major = '', minor = '', maintenance = '', letter = '', train = '', rebuild = '', last = ''] =
    parts;
  return { release: [major, minor, maintenance], letter, train, rebuild, rebuildLetter: last };
}
