import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { type FeedId, ownValue, type WarningList } from '../../model/index.ts';
import type { Effects } from '../effects.ts';
import { JournalError } from '../../journal/index.ts';
import type { FleetState } from '../fleet-state.ts';
import { OperationError, type Progress } from '../operations.ts';
import { suggestion } from '../spelling.ts';
import { checkedId, checkWords, feedBytes, unpackedBytes } from './activation.ts';
import { authorizationOf } from './credentials.ts';
import { download, type Validators } from './download.ts';
import { Fetches } from './fetches.ts';
import { intelSources } from './files.ts';
import { fetchMispFeed } from './misp/fetch-feed.ts';
import { mispFolderBytes } from './misp/folder.ts';
import { manifestUrl } from './misp/manifest.ts';
import type { IntelFile, IntelImport, IntelImportArgs, IntelTakeArgs } from './operations.ts';
import { isTaken, type Outcome, summary, unchanged, untaken } from './outcome.ts';
import { FetchError, type RequestSettings } from './request.ts';
import {
  type FeedWords,
  type FetchWords,
  type IntelSource,
  type LocalOrigin,
  NO_FETCH,
  type TaxiiOrigin,
  type UrlOrigin,
} from './source.ts';
import { takeIn, takeObjects, type Taking } from './take-in.ts';
import { fetchCollection } from './taxii/fetch-collection.ts';
import { KnownValidators } from './validators.ts';

/** Where it is imported to. */
export interface IntelPlace {
  readonly state: FleetState;
  /** The data directory. */
  readonly dir: string;
  readonly effects: Effects;
}

/** What is said of an import as a whole. */
export interface ImportWords {
  readonly words: FeedWords;
  readonly fetching: FetchWords;
  readonly actor: string;
  /** Ends a fetch, where it is one of many that are made by themselves. */
  readonly signal?: AbortSignal;
}

/**
 * Takes over feeds, warning lists and advisories: for commands, for those who send them, and for what is fetched by
 * itself. Of one id there is one at a time; what is broken stops no other.
 */
export class IntelIntake {
  readonly #place: IntelPlace;
  readonly #validators: KnownValidators;
  readonly fetches: Fetches;
  /** Of the configuration. */
  #own: ReadonlySet<string> = new Set();
  readonly #underWay = new Map<string, Promise<unknown>>();

  private constructor(place: IntelPlace, validators: KnownValidators, fetches: Fetches) {
    this.#place = place;
    this.#validators = validators;
    this.fetches = fetches;
  }

  static async open(place: IntelPlace): Promise<IntelIntake> {
    return new IntelIntake(place, await KnownValidators.open(place.dir), await Fetches.open(place.dir));
  }

  /** Files, folders of them, and URLs. */
  async import(args: IntelImportArgs, progress: Progress): Promise<IntelImport> {
    checkWords(args);
    const { id, actor } = args;
    if (id !== null && args.paths.length !== 1)
      throw new OperationError(
        'invalid_arguments',
        `"id" was "${checkedId(id)}" for ${args.paths.length} paths; allowed is one path with it. Nothing was imported.`,
      );
    const found = await intelSources(args.paths, args);
    if (id !== null && found.length !== 1)
      throw new OperationError(
        'invalid_arguments',
        `"id" was "${checkedId(id)}" for a folder of ${found.length} files; allowed is one file with it. Nothing was imported.`,
      );
    const sources = id === null ? found : found.map((each) => ({ ...each, id: checkedId(id) }));
    return this.each(sources, { words: args, fetching: args, actor }, progress);
  }

  /** One feed that came with the request. */
  async take({ bytes, name, actor, ...words }: IntelTakeArgs): Promise<IntelImport> {
    checkWords(words);
    const id = checkedId(name);
    // Its server would say that nothing has changed, and what was sent would stay under its name.
    if (this.#own.has(id))
      throw new OperationError(
        'invalid_feed_id',
        `"${id}" is the id of a feed of the configuration; choose another for one that is sent. Nothing was taken.`,
      );
    const source = { path: name, id, origin: { kind: 'bytes', bytes }, isNamed: true } as const;
    return this.each([source], { words, fetching: NO_FETCH, actor });
  }

  /** One after the other. */
  async each(
    sources: readonly IntelSource[],
    said: ImportWords,
    progress: Progress = () => undefined,
  ): Promise<IntelImport> {
    const { now } = this.#place.effects;
    const began = now();
    const files: IntelFile[] = [];
    const lists: WarningList[] = [];
    for (const [index, source] of sources.entries()) {
      const onShare = (share: number): void =>
        progress({
          what: `Importing ${source.id} (${index + 1} of ${sources.length})`,
          share: (index + share) / sources.length,
        });
      onShare(0);
      const started = now();
      const outcome = await this.#alone(source.id, () => this.#one(source, said, { onShare, lists }));
      files.push({ ...outcome, seconds: (now() - started) / 1_000 });
    }
    // All of them at once: each changes what every feed's word is worth.
    await this.#warn(lists, said.actor);
    return summary(files, (now() - began) / 1_000);
  }

  /**
   * What an operator takes back himself.
   * @throws OperationError where nothing is active under the id
   */
  async remove({ id, actor }: { readonly id: string; readonly actor: string }): Promise<{ removed: string }> {
    const { feeds, warnings } = this.#place.state.engine;
    const lists = warnings.all().flatMap((list) => (list.entries.length > 0 ? list.id : []));
    const known = [...feeds.keys(), ...lists];
    if (!known.includes(id)) {
      const hint = suggestion(id, known) || '; see stance intel list';
      throw new OperationError('unknown_feed', `There is no active feed "${id.slice(0, 80)}"${hint}`);
    }
    await this.withdraw(id, actor);
    await this.fetches.forget((each) => each !== id);
    return { removed: id };
  }

  /**
   * Whose feeds are the configuration's. What neither is active nor will be fetched again is not told of any more, and
   * under the ids of those that will nothing is sent.
   */
  async keepFetchesOf(ids: ReadonlySet<string>): Promise<void> {
    this.#own = ids;
    await this.fetches.forget((id) => ids.has(id) || this.#isActive({ id }));
  }

  /** Whatever is active under the id is so no more. */
  async withdraw(id: string, actor: string): Promise<void> {
    const { state, effects } = this.#place;
    await this.#alone(id, async () => {
      const feed = id as FeedId;
      if (state.engine.feeds.has(feed))
        await state.append({ kind: 'feed_removed', at: effects.now(), feed, actor });
      const list = state.engine.warnings.get(id);
      if (list !== undefined && list.entries.length > 0) await this.#warn([{ ...list, entries: [] }], actor);
    });
  }

  async #warn(lists: readonly WarningList[], actor: string): Promise<void> {
    const { state, effects } = this.#place;
    if (lists.length > 0) await state.append({ kind: 'warning_lists', at: effects.now(), lists, actor });
  }

  /** Two that bring the same feed would each compare it with what the other is about to replace. */
  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#underWay.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#underWay.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#underWay.get(id) === mine) this.#underWay.delete(id);
    }
  }

  async #one(
    source: IntelSource,
    said: ImportWords,
    { onShare, lists }: Pick<Taking, 'onShare' | 'lists'>,
  ): Promise<Outcome> {
    const { state, effects } = this.#place;
    const { words, actor } = said;
    const taking = { state, effects, words, actor, at: effects.now(), onShare, lists };
    const { origin } = source;
    if (origin.kind !== 'url' && origin.kind !== 'taxii')
      return this.#outcomeOf(source, async () => takeIn(await bytesOf(origin), source, taking));
    let problem: string | null = null;
    const fetch = { kind: origin.kind, at: effects.now(), as: fetchedAs(origin, words) };
    // Who is closing gave it up himself; and of what is neither active nor fetched again nobody will ask.
    const isAsked = (): boolean =>
      said.signal === undefined ? this.#isActive(source) : !said.signal.aborted;
    const outcome = await this.#outcomeOf(
      source,
      async () => {
        const by = { ...(await requestSettings(said.fetching)), signal: said.signal };
        if (origin.kind === 'taxii') return this.#fromCollection(source, origin, by, taking);
        const manifest = manifestUrl(origin.url, words.format);
        if (manifest === null) return this.#fromUrl(source, origin.url, by, taking);
        return this.#fromMispFeed(source, manifest, by, taking);
      },
      (why) => (problem = why),
    ).catch(async (cause: unknown) => {
      if (isAsked()) await this.fetches.failed(source.id, fetch, UNKEPT);
      throw cause;
    });
    if (!isAsked() && !isTaken(outcome)) return outcome;
    if (said.signal?.aborted === true) return outcome;
    if (isTaken(outcome)) await this.fetches.succeeded(source.id, fetch, outcome.message);
    else await this.fetches.failed(source.id, fetch, problem ?? outcome.message ?? '');
    return outcome;
  }

  async #fromUrl(source: IntelSource, url: URL, by: FetchedBy, taking: Taking): Promise<Outcome> {
    const fetched = await download(
      url,
      this.#isActive(source) ? this.#validators.of(url, taking.words) : null,
      by,
    );
    if (!fetched.changed) return unchanged(source, this.#place.state);
    const lists: WarningList[] = [];
    const outcome = await takeIn(await unpackedBytes(fetched.bytes), source, { ...taking, lists });
    // What is not journalled has to be sent again.
    await this.#warn(lists, taking.actor);
    if (isTaken(outcome)) await this.#noteValidators(url, taking, fetched.validators);
    return outcome;
  }

  async #fromCollection(
    source: IntelSource,
    { url, collection }: TaxiiOrigin,
    { signal, ...settings }: FetchedBy,
    taking: Taking,
  ): Promise<Outcome> {
    const { state, dir, effects } = this.#place;
    const from = { id: source.id, url, collection, settings, signal };
    const mirror = await fetchCollection(dir, from, effects.now);
    const made = hashOf(wordsIn(taking.words));
    if (this.#isActive(source) && mirror.position.made === made) return unchanged(source, state);
    const outcome = await takeObjects(mirror.collection.objects(), source, taking);
    if (isTaken(outcome)) await mirror.noteMade(made);
    return outcome;
  }

  async #fromMispFeed(
    source: IntelSource,
    manifest: URL,
    { signal, ...settings }: FetchedBy,
    taking: Taking,
  ): Promise<Outcome> {
    const { state, dir } = this.#place;
    const known = this.#isActive(source) ? this.#validators.of(manifest, taking.words) : null;
    const fetched = await fetchMispFeed(dir, { id: source.id, manifest, settings, signal }, known);
    if (!fetched.changed) return unchanged(source, state);
    const words = { ...taking.words, format: 'misp' } as const;
    const outcome = await takeIn(fetched.document, source, { ...taking, words });
    if (!isTaken(outcome)) return outcome;
    await this.#noteValidators(manifest, taking, fetched.validators);
    return { ...outcome, message: fetched.missing };
  }

  /** Lost, they only cost a download. */
  async #noteValidators(url: URL, { words }: Taking, validators: Validators): Promise<void> {
    await this.#validators
      .note(url, words, validators)
      .catch((cause: unknown) => this.#place.effects.reportFault('what servers said of feeds', cause));
  }

  #isActive({ id }: Pick<IntelSource, 'id'>): boolean {
    const { engine } = this.#place.state;
    // Of a warning list that was taken back its name stays, without an entry.
    return engine.feeds.has(id as FeedId) || (engine.warnings.get(id)?.entries.length ?? 0) > 0;
  }

  /** What an operator can mend is an outcome; a fault is one of this source alone. What the journal refuses concerns all. */
  async #outcomeOf(
    source: IntelSource,
    work: () => Promise<Outcome>,
    onProblem: (problem: string) => void = () => undefined,
  ): Promise<Outcome> {
    const broken = (message: string): Outcome => ({ ...untaken(source), state: 'broken', message });
    try {
      return await work();
    } catch (error) {
      if (error instanceof JournalError) throw error;
      if (error instanceof OperationError) {
        onProblem(problemOf(error));
        return broken(error.message);
      }
      const fault = this.#place.effects.reportFault(`import of ${source.id}`, error);
      onProblem(FAULT);
      return broken(`feed ${source.id}: ${FAULT} (${fault}). What was active stays.`);
    }
  }
}

const FAULT = 'it could not be taken, by a fault of Stance that its log tells of';
const UNKEPT = 'it could not be journalled';

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

interface FetchedBy extends RequestSettings {
  readonly signal: AbortSignal | undefined;
}

export async function bytesOf(origin: LocalOrigin): Promise<Buffer> {
  if (origin.kind === 'file') return feedBytes(origin.path);
  return origin.kind === 'misp' ? mispFolderBytes(origin.misp) : unpackedBytes(origin.bytes);
}

/** Without a place of this machine or of the server's: it is told to those who ask about indicators, too. */
function problemOf(error: OperationError): string {
  if (error instanceof FetchError) return error.problem;
  return ownValue(PROBLEMS, error.code) ?? error.message;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  unusable_secret: 'its credentials cannot be read',
  unreadable_file: 'the file with its authorities cannot be read',
  unclear_collection: 'it is not clear which collection is meant, or there is none to read',
};

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
