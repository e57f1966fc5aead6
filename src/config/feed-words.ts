import type { IntelFormat } from '../model/index.ts';

export interface UrlOrigin {
  readonly kind: 'url';
  readonly url: URL;
}

export interface TaxiiOrigin {
  readonly kind: 'taxii';
  readonly url: URL;
  /** Which of a server's collections, where the URL does not say. */
  readonly collection: string | null;
}

/** What the operator says of a feed that does not say. */
export interface FeedWords {
  readonly format: IntelFormat;
  readonly category: string | null;
  readonly confidence: number | null;
  /** Feeds that copy each other share one and count once; each is its own where not given. */
  readonly lineage: string | null;
}

/** Where the secret is by which a feed's server knows us; it is named, never written. */
export interface Credentials {
  /** Of basic authentication; `null`: the secret is a bearer token. */
  readonly user: string | null;
  readonly secret: { readonly file: string } | { readonly variable: string };
}

/** How feeds are fetched from servers. */
export interface FetchWords {
  readonly allowPrivate: boolean;
  readonly allowHttp: boolean;
  /** Of authorities that are believed instead of Node's own, PEM. */
  readonly ca: string | null;
  readonly credentials: Credentials | null;
}

export const NOTHING_SAID: FeedWords = { format: 'auto', category: null, confidence: null, lineage: null };

export const NO_FETCH: FetchWords = { allowPrivate: false, allowHttp: false, ca: null, credentials: null };
