import { isRecord } from '../../knowledge/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { FetchError } from '../request.ts';
import type { Asking } from './asking.ts';
import { taxiiBody } from './envelope.ts';

const ROOTS = 16;
const COLLECTIONS = 1_000;
const SHOWN = 20;

interface CollectionCard {
  readonly id: string;
  readonly title: string;
  readonly alias: string | null;
  readonly url: URL;
}

/** A collection that is named by its own URL (§5); all else has to be asked for. */
const COLLECTION = /^(.*\/collections\/[^/]+)(?:\/(?:objects\/?)?)?$/;

export function isCollectionUrl({ pathname }: URL): boolean {
  return COLLECTION.test(pathname);
}

/**
 * Where the objects of a collection are. The URL is that of the collection, of its objects, of an API root, or of a
 * server's discovery; then the collection is named by its id, alias or title, where the server lets us read several.
 * @throws FetchError, or OperationError where it is not clear which is meant
 */
export async function objectsUrl(asking: Asking, from: URL, wanted: string | null): Promise<URL> {
  const named = COLLECTION.exec(from.pathname)?.[1];
  if (named !== undefined) return withPath(from, `${named}/objects/`);
  const readable = await readableCollections(asking, from);
  const matching =
    wanted === null
      ? readable
      : readable.filter(({ id, alias, title }) => [id, alias, title].includes(wanted));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only.url;
  throw new OperationError('unclear_collection', unclear(from, wanted, readable, matching.length));
}

async function readableCollections(asking: Asking, from: URL): Promise<readonly CollectionCard[]> {
  if (/\/collections\/?$/.test(from.pathname)) return collectionsAt(asking, from);
  const document = await documentAt(asking, from);
  const roots = document['api_roots'];
  if (!Array.isArray(roots)) {
    if (!Array.isArray(document['versions']))
      throw new FetchError(from, 'it is neither the discovery nor an API root of TAXII 2.1');
    return collectionsAt(asking, below(from, 'collections/'));
  }
  const urls = [document['default'], ...(roots as readonly unknown[])]
    .flatMap((root) => (typeof root === 'string' ? (URL.parse(root, from.href) ?? []) : []))
    .filter((url, index, all) => all.findIndex(({ href }) => href === url.href) === index);
  const found: CollectionCard[] = [];
  for (const url of urls.slice(0, ROOTS))
    found.push(...(await collectionsAt(asking, below(url, 'collections/'))));
  return found;
}

async function collectionsAt(asking: Asking, url: URL): Promise<readonly CollectionCard[]> {
  const { collections = [] } = await documentAt(asking, url);
  if (!Array.isArray(collections)) throw new FetchError(url, 'it lists no collections');
  return collections.slice(0, COLLECTIONS).flatMap((each: unknown): CollectionCard[] => {
    if (!isRecord(each) || each['can_read'] !== true) return [];
    const { id, title, alias } = each;
    if (typeof id !== 'string' || id === '' || id.length > 256) return [];
    return [
      {
        id,
        title: typeof title === 'string' ? title : '',
        alias: typeof alias === 'string' ? alias : null,
        url: below(url, `${encodeURIComponent(id)}/objects/`),
      },
    ];
  });
}

async function documentAt(asking: Asking, url: URL): Promise<Readonly<Record<string, unknown>>> {
  return taxiiBody(await asking.document(url), url);
}

function withPath(url: URL, path: string): URL {
  const changed = new URL(url);
  changed.pathname = path;
  return changed;
}

function below(url: URL, path: string): URL {
  return withPath(url, `${url.pathname.replace(/\/$/, '')}/${path}`);
}

function unclear(
  from: URL,
  wanted: string | null,
  readable: readonly CollectionCard[],
  matching: number,
): string {
  const place = `${from.origin}${from.pathname}`;
  if (readable.length === 0) return `${place}: it has no collection that we may read. Nothing was fetched.`;
  const named = readable.slice(0, SHOWN).map(({ id, title }) => `${shown(id)} (${shown(title)})`);
  const more = readable.length > SHOWN ? ` and ${readable.length - SHOWN} others` : '';
  const problem =
    wanted === null
      ? `it has ${readable.length} collections; name one with --collection, or collection: in the configuration`
      : `${matching === 0 ? 'no' : 'more than one'} collection is called so`;
  return `${place}: ${problem}. There are ${named.join(', ')}${more}. Nothing was fetched.`;
}

/** What a server calls it, for a terminal. */
function shown(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a1-\u024f]+/g, ' ').slice(0, 64);
}
