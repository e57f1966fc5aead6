import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import type { EpochMs } from '../model/index.ts';
import { expandPaths, type UnreadFolder } from '../sources/index.ts';
import { EXTENSIONS, FEED_ID_CHARS, marked } from './feed-ids.ts';
import { mispFolders } from './misp/folder.ts';
import type { IntelSource, LocalOrigin } from './source.ts';

/** What is written under such a name is not finished; hidden files are passed over anyway. */
const UNFINISHED = /(?:~|\.(?:part|partial|tmp|temp|new|swp|crdownload|filepart))$/i;

/** A file of a watched folder, or a folder in it that is one feed. */
export interface WatchedFile {
  readonly source: IntelSource & { readonly origin: LocalOrigin };
  readonly files: readonly string[];
}

export interface WatchedFiles {
  /** By path; each with an id of its own that begins with the folder's. */
  readonly files: ReadonlyMap<string, WatchedFile>;
  /** Of what is in these nobody knows. */
  readonly unread: readonly UnreadFolder[];
}

/** What there is. @param taken path → id, of what is active: it keeps that */
export async function watchedFiles(
  folder: string,
  id: string,
  taken: ReadonlyMap<string, string>,
): Promise<WatchedFiles> {
  const listed = await expandPaths([folder]);
  const paths = listed
    .filter(({ path, kind }) => kind === 'file' && !UNFINISHED.test(basename(path)))
    .map(({ path }) => path);
  const { folders, others } = mispFolders([...new Set(paths)]);
  const found = [
    ...folders.map((misp) => ({
      path: misp.folder,
      origin: { kind: 'misp', misp } as const,
      files: [misp.manifest, ...misp.events.values()],
    })),
    ...others.map((path) => ({ path, origin: { kind: 'file', path } as const, files: [path] })),
  ];
  const ids = idsOf(
    found.map(({ path }) => ({ name: relative(folder, path), kept: taken.get(path) })),
    id,
  );
  return {
    files: new Map(
      found.map(({ path, origin, files }, index) => [
        path,
        { files, source: { path, origin, id: ids[index] ?? '', isNamed: false } },
      ]),
    ),
    unread: listed.filter((place) => place.kind === 'folder'),
  };
}

/** When the last of its files was written; `null` where one is gone meanwhile. */
export async function writtenAt({ files }: WatchedFile): Promise<EpochMs | null> {
  let newest = 0;
  for (const file of files) {
    const entry = await stat(file).catch(() => null);
    if (entry === null) return null;
    newest = Math.max(newest, Math.floor(entry.mtimeMs));
  }
  return newest;
}

/** Sizes, dates and inodes: what a change changes, also one of who may read it. `null` where one is gone meanwhile. */
export async function stateOf({ files }: WatchedFile): Promise<string | null> {
  const hash = createHash('sha256');
  for (const file of files) {
    const entry = await stat(file).catch(() => null);
    if (entry === null) return null;
    hash.update(`${file} ${entry.ino} ${entry.size} ${entry.mtimeMs} ${entry.ctimeMs}\n`);
  }
  return hash.digest('base64');
}

interface Naming {
  readonly name: string;
  /** As what it is active. */
  readonly kept: string | undefined;
}

/** The name without its ending; where several come to the same, with it. What is active keeps its id. */
function idsOf(namings: readonly Naming[], prefix: string): readonly string[] {
  const short = namings.map(({ name }) => idOf(name.replace(EXTENSIONS, '') || name, prefix));
  const counts = new Map<string, number>();
  for (const id of short) counts.set(id, (counts.get(id) ?? 0) + 1);
  const used = new Set(namings.flatMap(({ kept }) => kept ?? []));
  return namings.map(({ name, kept }, index) => {
    if (kept !== undefined) return kept;
    const own = short[index] ?? '';
    const id = counts.get(own) === 1 ? own : idOf(name, prefix);
    const unique = used.has(id) ? marked(id, name) : id;
    used.add(unique);
    return unique;
  });
}

function idOf(name: string, prefix: string): string {
  const id = `${prefix}.${name.replace(/[^A-Za-z0-9._-]+/g, '-')}`;
  return id.length <= FEED_ID_CHARS ? id : marked(id, name);
}
