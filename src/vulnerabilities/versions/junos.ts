import { compareNumerals, orderBy, type VersionOrder } from './order.ts';

interface JunosVersion {
  readonly release: readonly [major: string, minor: string];
  /** `R2` and then `S1`: the kind of release, and what mends it; `null` where it is not told. */
  readonly steps: readonly (readonly [kind: string, number: string])[];
  readonly build: string | null;
}

const PATTERN = /^v?(\d+)\.(\d+)(?:[-. ]?([a-z])(\d+)(?:[-:. ]?([sd])(\d+))?(?:\.(\d+))?)?(?:-evo)?$/;

/**
 * Releases of Junos OS and Junos OS Evolved, `22.4R2-S1.3`: release, kind and number of it, service release, build (Junos OS Software Installation and
 * Upgrade Guide, "Junos OS Release Numbers": `m.nZb.s`). Devices tell the build, which is none of the release's number, and advisories do not. Other
 * kinds, such as R and X, are developed side by side.
 */
export const junosOrder: VersionOrder = orderBy('junos', read, compareVersions, {
  open: {
    leaves: ({ build }) => build === null,
    without: (version) => ({ ...version, build: null }),
  },
  isPartial: true,
});

function read(version: string): JunosVersion | null {
  const parts = PATTERN.exec(version.toLowerCase());
  if (parts === null) return null;
  const [, major = '', minor = '', kind, number = '', service, mend = '', build = null] = parts;
  const steps = [kind === undefined ? [] : [[kind, number]], service === undefined ? [] : [[service, mend]]];
  return { release: [major, minor], steps: steps.flat() as [string, string][], build };
}

function compareVersions(a: JunosVersion, b: JunosVersion): number | null {
  const outcome = compareNumerals(a.release[0], b.release[0]) || compareNumerals(a.release[1], b.release[1]);
  if (outcome !== 0) return outcome;
  for (const at of [0, 1]) {
    const [left, right] = [a.steps[at], b.steps[at]];
    if (left === undefined && right === undefined) break;
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (left[0] !== right[0]) return null;
    const further = compareNumerals(left[1], right[1]);
    if (further !== 0) return further;
  }
  return Number(a.build !== null) - Number(b.build !== null) || compareNumerals(a.build ?? '', b.build ?? '');
}
