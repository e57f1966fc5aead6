import { z } from 'zod';
import { objectsIn } from '../../../exposure/index.ts';
import { type IntelFormat, jsonIn, LIMITS } from '../../../model/index.ts';
import { FetchError } from '../request.ts';

/** What a MISP feed's manifest says of an event. */
export interface NamedEvent {
  /** A UUID, as it is written there. */
  readonly id: string;
  /** Of its last change, in seconds. */
  readonly timestamp: number;
}

/** It becomes part of a URL and of a file's name. */
const EVENT_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const Manifest = z.record(z.string(), z.unknown());
const Said = z.object({
  timestamp: z
    .union([z.string().regex(/^\d{1,12}$/), z.int().min(0).max(999_999_999_999)])
    .transform((written) => Number(written)),
});

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

/**
 * The events that a manifest names, the newest first.
 * @throws FetchError where something of it is no such thing: nothing it names is asked for then
 */
export function eventsNamed(bytes: Buffer, manifest: URL): readonly NamedEvent[] {
  const isHonest = objectsIn(bytes) <= LIMITS.mispDocumentObjects;
  const written = Manifest.safeParse(isHonest ? jsonIn(bytes.toString()) : null);
  if (!written.success)
    throw new FetchError(
      manifest,
      'it is no manifest of a MISP feed: a JSON object with an entry for each event',
    );
  const events = Object.entries(written.data).map(([id, about], index) => {
    const said = Said.safeParse(about);
    if (!EVENT_ID.test(id)) throw new FetchError(manifest, `entry ${index + 1} is not called by a UUID`);
    if (!said.success) throw new FetchError(manifest, `entry ${index + 1} has no timestamp in seconds`);
    return { id, timestamp: said.data.timestamp };
  });
  if (events.length === 0) throw new FetchError(manifest, 'it names no event');
  return events.sort((a, b) => b.timestamp - a.timestamp || (a.id < b.id ? -1 : 1));
}
