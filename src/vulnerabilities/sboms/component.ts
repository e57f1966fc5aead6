import type { InstalledComponent } from '../../model/index.ts';
import { readCpe } from '../cpe.ts';
import { orderOfProduct } from '../firmware-products.ts';
import { billKey } from '../naming.ts';
import { readPackageUrl, withEpoch, withoutEpoch } from '../package-url.ts';
import { plainName, productKey } from '../product-name.ts';

/** What a bill of materials tells of one part. */
export interface ComponentFacts {
  readonly name: string;
  readonly version: string | null;
  readonly vendor: string | null;
  readonly purl: string | null;
  /** The source package, where it is told beside the package URL; in the form of its `upstream=`. */
  readonly upstream?: string | null;
  readonly cpe: string | null;
  /** Where the part stands in its bill. */
  readonly bill: string | null;
  readonly ref: string | null;
  readonly isSubject: boolean;
}

/**
 * A part as it is looked up. One with a package URL of a known ecosystem goes by that alone; the others by vendor and
 * product, as its maker or a CPE says.
 */
export function installed({
  name,
  vendor,
  bill,
  ref,
  isSubject,
  ...facts
}: ComponentFacts): InstalledComponent {
  const reference = facts.purl === null ? null : readPackageUrl(facts.purl, facts.upstream ?? null);
  const platform = facts.cpe === null ? null : readCpe(facts.cpe);
  const hasOwnOrder = reference !== null && reference.order !== 'unknown' && reference.order !== 'dotted';
  const keys = reference === null ? [] : [reference.key];
  const source = reference?.source ?? null;
  if (source !== null) keys.push(source.key);
  if (!hasOwnOrder) {
    const names = platform === null ? [name] : [name, platform.product];
    keys.push(...names.filter((each) => plainName(each) !== '').map(productKey));
  }
  if (bill !== null && ref !== null) keys.push(billKey(bill, ref));
  const version =
    withEpoch(facts.version, reference?.epoch ?? null) ?? reference?.version ?? platform?.version ?? null;
  // An RPM package that is built with the version of its source has that one's epoch, which a source's file name does not tell.
  const isAsSource =
    source?.version === version ||
    (reference?.type === 'rpm' && version !== null && source?.version === withoutEpoch(version));
  const maker = makerIn(vendor) ?? platform?.vendor ?? null;
  const release = reference?.release ?? null;
  const module = reference?.module ?? null;
  return {
    name,
    version,
    ...(maker === null ? {} : { vendor: maker }),
    keys: [...new Set(keys)],
    order: hasOwnOrder ? reference.order : (orderOfProduct(maker, platform?.product ?? name) ?? 'dotted'),
    ...(source === null || source.version === null || isAsSource
      ? {}
      : { source: { key: source.key, version: source.version } }),
    ...(release === null ? {} : { release }),
    ...(module === null ? {} : { module }),
    ...(isSubject ? { isSubject: true as const } : {}),
  };
}

/** Trivy writes a package's maintainer there: whoever has a mail address may be a person, and is nothing to keep. */
function makerIn(vendor: string | null): string | null {
  return /\S@\S/.test(vendor ?? '') ? null : vendor;
}
