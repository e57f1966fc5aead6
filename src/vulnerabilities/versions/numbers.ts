import type { VersionOrderName } from '../../model/index.ts';
import { compareLists, compareNumerals, orderBy, type VersionOrder } from './order.ts';

/** R packages, of CRAN and Bioconductor (`package_version`): a hyphen parts as a dot does. */
export const cranOrder = numbersOrder('cran', /^\d+(?:[.-]\d+)*$/);

/** Haskell packages (Package Versioning Policy; Cabal's `Version`). */
export const pvpOrder = numbersOrder('pvp', /^\d+(?:\.\d+)*$/);

/** Whole numbers, of which the first that differ decide; where there are no more of them comes before any: `1.0`, `1.0.0`. */
function numbersOrder(name: VersionOrderName, pattern: RegExp): VersionOrder {
  return orderBy(
    name,
    (version) => (pattern.test(version) ? version.split(/[.-]/) : null),
    (a, b) => compareLists(a, b, compareParts),
  );
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  return compareNumerals(a, b);
}
