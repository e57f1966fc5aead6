import type { InstalledComponent } from '../../model/index.ts';
import { readCpe } from '../cpe.ts';
import { orderOfProduct } from '../firmware-products.ts';
import { billKey } from '../naming.ts';
import { readPackageUrl, withEpoch } from '../package-url.ts';
import { plainName, productKey } from '../product-name.ts';

/** What a bill of materials tells of one part. */
export interface ComponentFacts {
  readonly name: string;
  readonly version: string | null;
  readonly vendor: string | null;
  readonly purl: string | null;
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
  const reference = facts.purl === null ? null : readPackageUrl(facts.purl);
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
  // Built with the version of its source it has that one's epoch, which a source's file name does not tell.
  const isAsSource = reference?.type === 'rpm' && source?.version === version?.replace(/^\d+:/, '');
  const maker = vendor ?? platform?.vendor ?? null;
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
