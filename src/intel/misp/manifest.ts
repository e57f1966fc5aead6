import type { NamedEvent } from '../../knowledge/index.ts';
import type { IntelFormat } from '../../model/index.ts';

/** Where the manifest is, of a URL that is a MISP feed's: its manifest's, or its folder's where that is said. */
export function manifestUrl(url: URL, format: IntelFormat): URL | null {
  if (format !== 'auto' && format !== 'misp') return null;
  if (url.pathname.endsWith('/manifest.json')) return url;
  return format === 'misp' && url.pathname.endsWith('/') ? beside(url, 'manifest.json') : null;
}

/** Beside the manifest, with its query: that may be a key. */
export function eventUrl(manifest: URL, { id }: NamedEvent): URL {
  return beside(manifest, `${id}.json`);
}

function beside(url: URL, name: string): URL {
  const other = new URL(url);
  other.pathname = url.pathname.replace(/[^/]*$/, name);
  return other;
}
