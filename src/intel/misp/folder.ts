import { basename, dirname } from 'node:path';
import { readingEventIds } from '../../knowledge/index.ts';
import { LIMITS } from '../../model/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { feedBytes } from '../activation.ts';
import type { MispFolder } from '../source.ts';
import { eventsDocument } from './events-document.ts';

const MANIFEST = /^manifest\.json(?:\.gz)?$/;
const EVENT = /^([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\.json(?:\.gz)?$/i;

/** What lies in a feed's folder as its server has it: digests of its values, and the listing of whoever copied it. */
const BESIDE = /^(?:hashes\.csv(?:\.gz)?|index\.html?)$/i;
const PART = new RegExp([MANIFEST, EVENT, BESIDE].map(({ source }) => source).join('|'), 'i');

/** Folders among the files that are one feed each, and the files beside them. */
export function mispFolders(paths: readonly string[]): {
  readonly folders: readonly MispFolder[];
  readonly others: readonly string[];
} {
  const folders = paths
    .filter((path) => MANIFEST.test(basename(path)))
    .flatMap((manifest) => {
      const folder = dirname(manifest);
      const events = paths
        .filter((path) => dirname(path) === folder)
        .flatMap((path) => {
          const id = EVENT.exec(basename(path))?.[1];
          return id === undefined ? [] : [[id.toLowerCase(), path] as const];
        });
      return events.length === 0 ? [] : [{ folder, manifest, events: new Map(events) }];
    });
  const taken = new Set(folders.map(({ folder }) => folder));
  const isPart = (path: string): boolean => taken.has(dirname(path)) && PART.test(basename(path));
  return { folders, others: paths.filter((path) => !isPart(path)) };
}

/**
 * All events of the feed as one document.
 * @throws OperationError where one is missing: the feed was not fetched whole
 */
export async function mispFolderBytes({ folder, manifest, events }: MispFolder): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const ids = (await idsIn(await feedBytes(manifest), manifest)).map((id) => id.toLowerCase());
  for (const id of new Set(ids)) {
    const path = events.get(id);
    if (path === undefined)
      throw new OperationError(
        'incomplete_feed',
        `The MISP feed ${folder} is not whole: its manifest names ${id}.json, which is missing. The feed that was active stays.`,
      );
    const event = await feedBytes(path);
    bytes += event.length;
    if (bytes > LIMITS.feedDocumentBytes)
      throw new OperationError(
        'file_too_large',
        `The MISP feed ${folder} has more than ${LIMITS.feedDocumentBytes} bytes. The feed that was active stays.`,
      );
    parts.push(event);
  }
  return eventsDocument(parts);
}

async function idsIn(bytes: Buffer, manifest: string): Promise<readonly string[]> {
  const ids = await readingEventIds(bytes);
  if (ids !== null) return ids;
  throw new OperationError(
    'incomplete_feed',
    `The manifest ${manifest} cannot be read as JSON of at most ${LIMITS.mispDocumentObjects} objects. The feed that was active stays.`,
  );
}
