import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EpochMs, MINUTE_MS } from '../../model/index.ts';
import { within } from '../download.ts';
import { FetchError, goingOn, type RequestSettings } from '../request.ts';
import { askingAt } from './asking.ts';
import { objectsUrl } from './locate.ts';
import { CollectionMirror } from './mirror.ts';
import { pages } from './pages.ts';

/** Below the data directory; a file for each collection. */
const COLLECTIONS = 'collections';
const WHOLE_MS = 600_000;
/**
 * What was added with the last object that came, or shortly before it, is asked for again: a page may end among equals, and
 * a server may be adding more of them while it is asked.
 */
const OVERLAP_MS = MINUTE_MS;

export interface CollectionSource {
  /** Of the feed. */
  readonly id: string;
  readonly url: URL;
  /** Which of a server's collections, where the URL does not say. */
  readonly collection: string | null;
  readonly settings: RequestSettings;
  readonly signal: AbortSignal | undefined;
}

/**
 * Brings the mirror of a collection up to date, from where it stands. It resolves when all is there; what came before a
 * break is kept, and the next fetch goes on from it.
 * @throws FetchError
 */
export async function fetchCollection(
  dir: string,
  { id, url, collection, settings, signal }: CollectionSource,
  now: () => EpochMs,
): Promise<CollectionMirror> {
  const path = mirrorPath(dir, id);
  // The URL may hold a key.
  const source = createHash('sha256')
    .update(`${url.href} ${collection ?? ''}`)
    .digest('hex');
  const mirror = await CollectionMirror.open(path, source, now());
  const asking = askingAt(url, settings, within(WHOLE_MS, signal));
  const objects = await objectsUrl(asking, url, collection);
  const begun = mirror.collection.size;
  try {
    for await (const page of pages(asking, objects, beginning(mirror), now)) {
      await mirror.take(page, !page.more, now());
      if (mirror.collection.isFull) break;
    }
  } catch (cause) {
    const news = mirror.collection.size - begun;
    if (!(cause instanceof FetchError) || news === 0) throw cause;
    throw goingOn(objects, cause, `${news} new objects`);
  }
  if (!mirror.collection.isFull) return mirror;
  throw new FetchError(objects, 'it holds more than a collection may have');
}

/** Of a feed that is no more. */
export function forgetCollection(dir: string, id: string): Promise<void> {
  return rm(mirrorPath(dir, id), { force: true });
}

function mirrorPath(dir: string, id: string): string {
  return join(dir, COLLECTIONS, `${id}.ndjson`);
}

function beginning({ position: { after, isSettled } }: CollectionMirror): string | null {
  if (after === null || isSettled) return after;
  return new Date(Date.parse(after) - OVERLAP_MS).toISOString();
}
