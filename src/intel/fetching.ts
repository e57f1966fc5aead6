import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FeedWords, FetchWords, TaxiiOrigin, UrlOrigin } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import type { WarningList } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { unpackedBytes } from './activation.ts';
import { authorizationOf } from './credentials.ts';
import { download, type Validators } from './download.ts';
import { fetchMispFeed, forgetMispFeed } from './misp/fetch-feed.ts';
import { manifestUrl } from './misp/manifest.ts';
import { isTaken, type Outcome, unchanged } from './outcome.ts';
import type { RequestSettings } from './request.ts';
import type { IntelSource } from './source.ts';
import { journalLists, takeIn, takeObjects, type Taking } from './take-in.ts';
import { fetchCollection, forgetCollection } from './taxii/fetch-collection.ts';
import { KnownValidators } from './validators.ts';

/** Where it is imported to. */
export interface IntelPlace {
  readonly state: FleetState;
  /** The data directory. */
  readonly dir: string;
  readonly effects: Effects;
}

/** How it is fetched this time. */
interface Fetched {
  readonly words: FetchWords;
  readonly signal: AbortSignal | undefined;
  /** What is active came from there: where the server has nothing new, it stays. */
  readonly isKnown: boolean;
}

/** Takes in what servers have: lists, MISP feeds and TAXII collections. */
export class Fetching {
  readonly #place: IntelPlace;
  readonly #validators: KnownValidators;

  private constructor(place: IntelPlace, validators: KnownValidators) {
    this.#place = place;
    this.#validators = validators;
  }

  static async open(place: IntelPlace): Promise<Fetching> {
    return new Fetching(place, await KnownValidators.open(place.dir));
  }

  /** @throws OperationError in words for the operator */
  async take(
    source: IntelSource,
    origin: UrlOrigin | TaxiiOrigin,
    { words, ...how }: Fetched,
    taking: Taking,
  ): Promise<Outcome> {
    const by = { ...(await requestSettings(words)), ...how };
    if (origin.kind === 'taxii') return this.#fromCollection(source, origin, by, taking);
    const manifest = manifestUrl(origin.url, taking.words.format);
    if (manifest === null) return this.#fromUrl(source, origin.url, by, taking);
    return this.#fromMispFeed(source, manifest, by, taking);
  }

  /** What was fetched so far of a feed that is no more. */
  async forget(id: string): Promise<void> {
    const { dir } = this.#place;
    await forgetMispFeed(dir, id);
    await forgetCollection(dir, id);
  }

  async #fromUrl(source: IntelSource, url: URL, by: FetchedBy, taking: Taking): Promise<Outcome> {
    const fetched = await download(
      url,
      by.isKnown ? this.#validators.of(source.id, url, taking.words) : null,
      by,
    );
    if (!fetched.changed) return unchanged(source, this.#place.state);
    const lists: WarningList[] = [];
    const outcome = await takeIn(await unpackedBytes(fetched.bytes), source, { ...taking, lists });
    // What is not journalled has to be sent again.
    await journalLists(lists, taking);
    if (isTaken(outcome))
      await this.#noteValidators(source.id, { url, words: taking.words }, validatorsAfter(outcome, fetched));
    return outcome;
  }

  async #fromCollection(
    source: IntelSource,
    { url, collection }: TaxiiOrigin,
    { signal, isKnown, ...settings }: FetchedBy,
    taking: Taking,
  ): Promise<Outcome> {
    const { state, dir, effects } = this.#place;
    const from = { id: source.id, url, collection, settings, signal };
    const mirror = await fetchCollection(dir, from, effects.now);
    const made = hashOf(wordsIn(taking.words));
    if (isKnown && mirror.position.made === made) return unchanged(source, state);
    const outcome = await takeObjects(mirror.collection.objects(), source, taking);
    if (isTaken(outcome) && !isHeldBack(outcome)) await mirror.noteMade(made);
    return outcome;
  }

  async #fromMispFeed(
    source: IntelSource,
    manifest: URL,
    { signal, isKnown, ...settings }: FetchedBy,
    taking: Taking,
  ): Promise<Outcome> {
    const { state, dir } = this.#place;
    const known = isKnown ? this.#validators.of(source.id, manifest, taking.words) : null;
    const fetched = await fetchMispFeed(dir, { id: source.id, manifest, settings, signal }, known);
    if (!fetched.changed) return unchanged(source, state);
    const words = { ...taking.words, format: 'misp' } as const;
    const outcome = await takeIn(fetched.document, source, { ...taking, words });
    if (!isTaken(outcome)) return outcome;
    await this.#noteValidators(source.id, { url: manifest, words: taking.words }, fetched.validators);
    return { ...outcome, message: fetched.missing };
  }

  /** Lost, they only cost a download. */
  async #noteValidators(
    id: string,
    fetched: { readonly url: URL; readonly words: FeedWords },
    validators: Validators,
  ): Promise<void> {
    await this.#validators
      .note(id, fetched, validators)
      .catch((cause: unknown) => this.#place.effects.reportFault('what servers said of feeds', cause));
  }
}

/** Some of it is not valid yet: it counts from the next reading after its time, whether or not the server has anything new then. */
function isHeldBack({ skips }: Outcome): boolean {
  return (skips['not_yet_valid'] ?? 0) > 0;
}

function validatorsAfter(outcome: Outcome, fetched: { readonly validators: Validators }): Validators {
  return isHeldBack(outcome) ? { etag: null, lastModified: null } : fetched.validators;
}

/** Of where it is fetched and what is said of it; not of its secrets. */
export function fetchedAs(origin: UrlOrigin | TaxiiOrigin, words: FeedWords): string {
  return hashOf([origin.url.href, 'collection' in origin ? origin.collection : null, ...wordsIn(words)]);
}

function wordsIn({ format, category, confidence, lineage }: FeedWords): readonly unknown[] {
  return [format, category, confidence, lineage];
}

function hashOf(said: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

interface FetchedBy extends RequestSettings, Omit<Fetched, 'words'> {}

async function requestSettings(words: FetchWords): Promise<RequestSettings> {
  const { allowPrivate, allowHttp, ca, credentials } = words;
  return {
    allowPrivate,
    allowHttp,
    ca: ca === null ? null : await readFile(ca).catch(noAuthority(ca)),
    authorization: credentials === null ? null : await authorizationOf(credentials),
  };
}

function noAuthority(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new OperationError(
      'unreadable_file',
      `The file ${path} with the authorities cannot be read. Nothing was fetched.`,
      { cause },
    );
  };
}
