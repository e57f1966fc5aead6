import type { ProductVersions, VersionOrderName } from '../model/index.ts';
import { readCpe } from './cpe.ts';
import { releaseOfEcosystem } from './distribution.ts';
import { orderOfProduct } from './firmware-products.ts';
import { readPackageUrl } from './package-url.ts';
import { plainName, productKey } from './product-name.ts';

/** How a product is named, without what is said of its versions. */
export type Naming = Pick<
  ProductVersions,
  'key' | 'naming' | 'order' | 'vendor' | 'release' | 'module' | 'packaging'
>;

/** By a package URL; a version in it is given beside. */
export function namedByPurl(purl: string): { naming: Naming; version: string | null } | null {
  const reference = readPackageUrl(purl);
  if (reference === null) return null;
  const { key, order, release, module, packaging, version } = reference;
  const naming: Naming = {
    key,
    naming: 'purl',
    order,
    ...(release === null ? {} : { release }),
    ...(module === null ? {} : { module }),
    ...(packaging === null ? {} : { packaging }),
  };
  return { naming, version };
}

/** By vendor and product, in the words of whoever makes it. */
export function namedByProduct(
  vendor: string | null,
  product: string,
  order: VersionOrderName | null = null,
): Naming {
  return {
    key: productKey(product),
    naming: 'product',
    order: order ?? orderOfProduct(vendor, product) ?? 'dotted',
    ...(vendor === null ? {} : { vendor }),
  };
}

/** By a CPE: a name that another made for it. */
export function namedByCpe(text: string): { naming: Naming; version: string | null; isOpen: boolean } | null {
  const platform = readCpe(text);
  if (platform === null) return null;
  const { vendor, product, version, isOpen } = platform;
  return { naming: { ...namedByProduct(vendor, product), naming: 'cpe' }, version, isOpen };
}

/** By a reference into a bill of materials: `serial#ref`. */
export function namedInBill(bill: string, ref: string): Naming {
  return { key: billKey(bill, ref), naming: 'bom', order: 'dotted' };
}

export function billKey(bill: string, ref: string): string {
  return `bom/${bill.replace(/^urn:(uuid|cdx):/, '').replace(/\/\d+$/, '')}#${ref}`;
}

/** Packages of a distribution, in one of its releases where that is told. */
export function namedInDistribution(packages: string, name: string, release: string): Naming {
  const type = packages.split('/')[0] ?? '';
  const order = type === 'deb' ? 'dpkg' : type === 'rpm' ? 'rpm' : 'apk';
  const known = release === '' ? null : releaseOfEcosystem(packages, release);
  // Packages of a product of Red Hat's for a release that is not told may be for any: they cannot be compared.
  const isOpen = packages === 'rpm/redhat' && release !== '' && known === null;
  return {
    key: `${packages}/${name.toLowerCase()}`,
    naming: 'purl',
    order: isOpen ? 'unknown' : order,
    ...(known === null ? {} : { release: known }),
  };
}

/** The name of what something is part of or runs upon, out of a key. */
export function contextName(key: string): string {
  return plainName(key.slice(key.indexOf('/') + 1));
}
