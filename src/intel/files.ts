import { basename, dirname } from 'node:path';
import { NAME_PATTERN } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { expandPaths, LogPathError } from '../sources/index.ts';
import { EXTENSIONS, FEED_ID_CHARS, marked } from './feed-ids.ts';
import { mispFolders } from './misp/folder.ts';
import { type IntelOrigin, type IntelSource, shownUrl } from './source.ts';
import { isCollectionUrl } from './taxii/locate.ts';

/** Names that say nothing: the list is called what its folder is. */
const SAYS_NOTHING = /^(?:list|index|feed|data|bundle|latest|export|manifest|events?|iocs?|indicators?)$/i;

/** How the URLs among the paths are meant. */
export interface UrlReading {
  /** All of them are of TAXII servers; a collection's own URL is known by its form. */
  readonly taxii: boolean;
  readonly collection: string | null;
}

/**
 * The files that the paths name, each with an id of its own: its name, its folder's where that says nothing, without ending
 * where only that tells it from another; where it is not alone with it, the folders around it as well.
 * @throws OperationError where a named path is missing or may not be read
 */
export async function intelSources(
  paths: readonly string[],
  { taxii, collection }: UrlReading,
): Promise<readonly IntelSource[]> {
  const urls = [...new Set(paths.filter(isUrl))].map(urlOf);
  const files = [...new Set(paths.filter((path) => !isUrl(path)))];
  const { folders, others } = mispFolders(await expanded(files));
  const named = new Set(paths);
  const found = [
    ...folders.map((misp) => ({ path: misp.folder, origin: { kind: 'misp', misp } as const })),
    ...others.map((path) => ({ path, origin: { kind: 'file', path } as const })),
    ...urls.map((url) => {
      const isTaxii = taxii || isCollectionUrl(url);
      return {
        path: shownUrl(url),
        origin: isTaxii ? ({ kind: 'taxii', url, collection } as const) : ({ kind: 'url', url } as const),
      };
    }),
  ];
  const ids = idsOf(found.map(({ path, origin }) => namingPath(path, origin)));
  return found.map((each, index) => ({
    ...each,
    id: ids[index] ?? '',
    isNamed: named.has(each.path) || 'url' in each.origin,
  }));
}

/** By what an id is made: of a server its name stands before the path, of a collection what it was called by. */
function namingPath(path: string, origin: IntelOrigin): string {
  if (!('url' in origin)) return path;
  const { hostname, pathname } = origin.url;
  if (origin.kind === 'url') return `/${hostname}${pathname}`;
  return `/${hostname}${pathname.replace(/\/(?:objects\/?)?$/, '')}/${origin.collection ?? ''}`.replace(
    /\/$/,
    '',
  );
}

function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

function urlOf(written: string): URL {
  const url = URL.parse(written);
  if (url !== null) return url;
  throw new OperationError('invalid_url', `"${written}" is no URL. Nothing was imported.`);
}

async function expanded(paths: readonly string[]): Promise<readonly string[]> {
  try {
    const files = await expandPaths(paths);
    for (const { path, kind } of files)
      if (kind === 'folder') throw new LogPathError('unreadable_path', path, 'a folder');
    return [...new Set(files.map(({ path }) => path))];
  } catch (cause) {
    if (!(cause instanceof LogPathError)) throw cause;
    const what = cause.code === 'missing_path' ? 'There is no file or folder' : 'This cannot be read:';
    throw new OperationError(
      cause.code,
      `${what} ${cause.path}. Give feeds, or folders of them. Nothing was imported.`,
      { cause },
    );
  }
}

function idsOf(paths: readonly string[]): readonly string[] {
  const depths: number[] = paths.map(() => 1);
  const stems = countsOf(paths.map((path) => path.replace(EXTENSIONS, '')));
  const named = (path: string, depth: number): string => {
    const isAlone = stems.get(path.replace(EXTENSIONS, '')) === 1;
    return nameAt(path, depth, isAlone ? basename(path).replace(EXTENSIONS, '') : basename(path));
  };
  for (let round = 0; round < 16; round++) {
    const ids = paths.map((path, index) => named(path, depths[index] ?? 1));
    const counts = countsOf(ids);
    if (counts.size === paths.length) return ids;
    for (const [index, id] of ids.entries())
      if ((counts.get(id) ?? 0) > 1) depths[index] = (depths[index] ?? 1) + 1;
  }
  // Even whole paths come to the same: an id must not depend on what else is imported.
  const counts = countsOf(paths.map((path) => named(path, 1)));
  return paths.map((path) =>
    counts.get(named(path, 1)) === 1 ? named(path, 1) : marked(named(path, 1), path),
  );
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** The last `depth` parts of the path as one id. @param own what the file is called in it */
function nameAt(path: string, depth: number, own: string): string {
  const isFolder = SAYS_NOTHING.test(own);
  const parts = [isFolder ? basename(dirname(path)) : own];
  for (
    let folder = isFolder ? dirname(dirname(path)) : dirname(path);
    parts.length < depth && folder !== dirname(folder);
    folder = dirname(folder)
  )
    parts.unshift(basename(folder));
  const id = parts
    .join('.')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(-FEED_ID_CHARS)
    .replace(/^[^A-Za-z0-9]+/, '');
  return NAME_PATTERN.test(id) ? id : 'feed';
}
