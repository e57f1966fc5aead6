import type { EpochMs, IntelFormat } from '../../model/index.ts';

/** A MISP feed as a folder: what it should hold, and a file for each event. */
export interface MispFolder {
  readonly folder: string;
  readonly manifest: string;
  /** By the event's id. */
  readonly events: ReadonlyMap<string, string>;
}

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

export type LocalOrigin =
  | { readonly kind: 'file'; readonly path: string }
  /** A folder that is one feed. */
  | { readonly kind: 'misp'; readonly misp: MispFolder }
  /** What came with the request, or was read beforehand; its place is told as it is kept. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly place: string };

/** Where a feed comes from. */
export type IntelOrigin = LocalOrigin | UrlOrigin | TaxiiOrigin;

export interface IntelSource {
  /** As it is shown: a URL without its query. */
  readonly path: string;
  /** Under which it is known. */
  readonly id: string;
  readonly origin: IntelOrigin;
  /** The operator named this very thing, not a folder around it. */
  readonly isNamed: boolean;
  /** When a file was last written: so old is a feed that does not say; where not given, as old as the reading. */
  readonly written?: EpochMs;
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

/** Without the query, which may hold a key. */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
