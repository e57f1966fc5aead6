import { orderBy, type VersionOrder } from './order.ts';
import { readSemver } from './semver.ts';

/**
 * Bitnami's packages (github.com/bitnami/go-version): semantic versions, but what comes behind the hyphen is a revision of the package, after the version
 * and not before it. A version without one stands for all its revisions.
 */
export const bitnamiOrder: VersionOrder = orderBy(
  'bitnami',
  (version) => {
    const read = readSemver(version);
    return read === null ? null : { version: read, isRevised: read.prerelease.length > 0 };
  },
  (a, b) => {
    const outcome = a.version.compareMain(b.version);
    if (outcome !== 0) return outcome;
    return a.isRevised && b.isRevised
      ? a.version.comparePre(b.version)
      : Number(a.isRevised) - Number(b.isRevised);
  },
  {
    open: {
      leaves: ({ isRevised }) => !isRevised,
      without: (version) => ({ ...version, isRevised: false }),
    },
  },
);
