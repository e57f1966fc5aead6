import type { ProductVersions } from '../../model/index.ts';
import { readCpe } from '../cpe.ts';
import { type Stream, streamNamed } from '../distribution.ts';
import { type Fields, fieldsOf, textOf } from '../fields.ts';
import { moduleIn } from '../package-url.ts';

/** What components of a document may be part of: a release of a distribution, a module of one, or any other product. */
export interface Place {
  /** By what names it is known where it is installed, and in which versions. */
  readonly products: readonly ProductVersions[];
  readonly stream: Stream | null;
  readonly module: string | null;
}

export function placeOf(product: Fields, named: readonly ProductVersions[]): Place {
  const { purl, cpe } = fieldsOf(product['product_identification_helper']);
  const platform = readCpe(textOf(cpe) ?? '');
  return {
    products: named,
    stream: platform === null ? null : streamNamed(platform),
    module: moduleIn(textOf(purl) ?? ''),
  };
}

/** A module is a part of the release that it stands within; another component is a product of its own. */
export function placeWithin(own: Place, whole: Place): Place {
  return own.module === null ? own : { ...whole, module: own.module };
}

/**
 * What is said of a component within a product. A package of a distribution has its release in its package URL: whichever of the
 * distribution's products it comes in, that tells where it is. What is said of all packages of a stream of longer support holds only
 * where that stream is.
 */
export function placed(product: ProductVersions, { products, stream, module }: Place): ProductVersions {
  const own = product.module !== undefined || module === null ? product : { ...product, module };
  const isOfStream = stream !== null && product.key.startsWith(`${stream.packages}/`);
  const released = isOfStream ? { ...own, release: stream.release } : own;
  // The very build that is named is the same in every stream.
  const isAnywhere = isOfStream && (stream.isMain || product.versions !== undefined);
  return isAnywhere || products.length === 0 ? released : { ...released, within: products };
}
