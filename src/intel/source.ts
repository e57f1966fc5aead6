import type { TaxiiOrigin, UrlOrigin } from '../config/index.ts';
import type { EpochMs } from '../model/index.ts';

/** A MISP feed as a folder: what it should hold, and a file for each event. */
export interface MispFolder {
  readonly folder: string;
  readonly manifest: string;
  /** By the event's id. */
  readonly events: ReadonlyMap<string, string>;
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

/** Without the query, which may hold a key. */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
