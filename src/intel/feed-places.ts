import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BesideJournal } from '../data-directory/index.ts';
import { type IntelOrigin, shownUrl } from './source.ts';

/** Below the data directory. */
export const FEED_PLACES = 'feed-places.json';
const Written = z.record(
  z.string(),
  z.strictObject({ place: z.string(), configured: z.boolean().default(false) }),
);

/** Where what is active came from. */
interface HeldPlace {
  /** Without a secret. */
  readonly place: string;
  /** By an entry of the configuration, whose id is its own wherever it leads. */
  readonly configured: boolean;
}

/** Who wants to hold an id. */
export interface Claim extends HeldPlace {
  readonly id: string;
}

/**
 * Which place holds which id, of feeds, warning lists and catalogues of attackers alike. It stands beside the journal, and is
 * backed up; of what has none here, since it is of an older release or the file was lost, the next that comes is
 * the place.
 */
export class FeedPlaces {
  readonly #file: BesideJournal<HeldPlace>;

  private constructor(file: BesideJournal<HeldPlace>) {
    this.#file = file;
  }

  static async open(dir: string): Promise<FeedPlaces> {
    return new FeedPlaces(await BesideJournal.open(join(dir, FEED_PLACES), Written));
  }

  /** The ids that a place holds; those of the configuration are its entries' own. */
  heldBy(place: string): readonly string[] {
    return [...this.#file.known].flatMap(([id, held]) =>
      held.place === place && !held.configured ? [id] : [],
    );
  }

  of(id: string): string | null {
    return this.#file.known.get(id)?.place ?? null;
  }

  /** The other place that holds the id; `null` where this one does, or none is known. */
  otherThan({ id, place, configured }: Claim): string | null {
    const held = this.#file.known.get(id);
    if (held === undefined || held.place === place) return null;
    return held.configured && configured ? null : held.place;
  }

  async note({ id, place, configured }: Claim): Promise<void> {
    const held = this.#file.known.get(id);
    const isSame = held?.place === place;
    if (isSame && (held.configured || !configured)) return;
    this.#file.known.set(id, { place, configured });
    await this.#file.keep();
  }

  async forget(id: string): Promise<void> {
    if (this.#file.known.delete(id)) await this.#file.keep();
  }
}

/** Of a file its real path, of a URL what is no secret of it. */
export async function placeOf(origin: IntelOrigin): Promise<string> {
  switch (origin.kind) {
    case 'file':
      return realPath(origin.path);
    case 'misp':
      return realPath(origin.misp.folder);
    case 'url':
      return placeOfUrl(origin.url);
    case 'taxii':
      return origin.collection === null
        ? placeOfUrl(origin.url)
        : `${placeOfUrl(origin.url)}#${origin.collection}`;
    case 'bytes':
      return origin.place;
  }
}

export function placeOfSent(name: string): string {
  return `post:${name}`;
}

/** Within a watched folder of the configuration, which may be moved. */
export function placeInFolder(folder: string, path: string): string {
  return `folder:${folder}/${path}`;
}

/** What is not there is told of where it is read. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/**
 * Without user, password and fragment. Behind `?` there may be a key, but also which list is meant: a few digits of its hash
 * tell it from others, and no key.
 */
function placeOfUrl(url: URL): string {
  const { search } = url;
  if (search === '') return shownUrl(url);
  const mark = createHash('sha256').update(search).digest('hex').slice(0, 8);
  return `${shownUrl(url)}?~${mark}`;
}
