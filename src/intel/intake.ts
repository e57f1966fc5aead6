import { type FeedWords, type FetchWords, NO_FETCH } from '../config/index.ts';
import type { Progress } from '../effects/index.ts';
import { JournalError } from '../journal/index.ts';
import { type FeedId, ownValue, type WarningList } from '../model/index.ts';
import { OperationError, suggestion } from '../refusals/index.ts';
import { checkedId, checkWords, feedBytes, unpackedBytes } from './activation.ts';
import { activeKind } from './active-kind.ts';
import { type Claim, FeedPlaces, placeOf, placeOfSent } from './feed-places.ts';
import { Fetches } from './fetches.ts';
import { fetchedAs, Fetching, type IntelPlace } from './fetching.ts';
import { intelSources } from './files.ts';
import { mispFolderBytes } from './misp/folder.ts';
import type { IntelFile, IntelImport, IntelImportArgs, IntelTakeArgs } from './operations.ts';
import { isTaken, type Outcome, summary, untaken } from './outcome.ts';
import { FetchError } from './request.ts';
import type { IntelSource, LocalOrigin } from './source.ts';
import { journalLists, takeIn, type Taking } from './take-in.ts';

/** What is said of an import as a whole. */
export interface ImportWords {
  readonly words: FeedWords;
  readonly fetching: FetchWords;
  readonly actor: string;
  /** An entry of the configuration says so, whose id is its own. */
  readonly isConfigured?: boolean;
  /** It takes the id from another place that holds it. */
  readonly replace?: boolean;
  /** Ends a fetch, where it is one of many that are made by themselves. */
  readonly signal?: AbortSignal;
}

/**
 * Takes over feeds, warning lists and advisories: for commands, for those who send them, and for what is fetched by
 * itself. Of one id there is one at a time; what is broken stops no other.
 */
export class IntelIntake {
  readonly #place: IntelPlace;
  readonly #fetching: Fetching;
  readonly fetches: Fetches;
  readonly places: FeedPlaces;
  /** Of the configuration. */
  #own: ReadonlySet<string> = new Set();
  readonly #underWay = new Map<string, Promise<unknown>>();

  private constructor(place: IntelPlace, fetching: Fetching, known: Pick<IntelIntake, 'fetches' | 'places'>) {
    this.#place = place;
    this.#fetching = fetching;
    this.fetches = known.fetches;
    this.places = known.places;
  }

  static async open(place: IntelPlace): Promise<IntelIntake> {
    const { dir } = place;
    const known = { fetches: await Fetches.open(dir), places: await FeedPlaces.open(dir) };
    return new IntelIntake(place, await Fetching.open(place), known);
  }

  /** Files, folders of them, and URLs. */
  async import(args: IntelImportArgs, progress: Progress): Promise<IntelImport> {
    checkWords(args);
    const { id, replace, actor } = args;
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
    const sources =
      id === null
        ? await Promise.all(found.map((each) => this.#asKnown(each, replace)))
        : found.map((each) => ({ ...each, id: checkedId(id) }));
    return this.each(sources, { words: args, fetching: args, replace, actor }, progress);
  }

  /** One feed that came with the request. */
  async take({ bytes, name, replace, actor, ...words }: IntelTakeArgs): Promise<IntelImport> {
    checkWords(words);
    const id = checkedId(name);
    // Its server would say that nothing has changed, and what was sent would stay under its name.
    if (this.#own.has(id))
      throw new OperationError(
        'invalid_feed_id',
        `"${id}" is the id of a feed of the configuration; choose another for one that is sent. Nothing was taken.`,
      );
    const origin = { kind: 'bytes', bytes, place: placeOfSent(id) } as const;
    return this.each([{ path: name, id, origin, isNamed: true }], {
      words,
      fetching: NO_FETCH,
      replace,
      actor,
    });
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
    await journalLists(lists, { ...this.#place, actor: said.actor });
    return summary(files, (now() - began) / 1_000);
  }

  /**
   * What an operator takes back himself.
   * @throws OperationError where nothing is active under the id
   */
  async remove({ id, actor }: { readonly id: string; readonly actor: string }): Promise<{ removed: string }> {
    const { state } = this.#place;
    if (activeKind(state, id) === null) {
      const { feeds, warnings, actorNames } = state.engine;
      const others = [...warnings.all(), ...actorNames.all()].map((each) => each.id);
      const known = [...feeds.keys(), ...others].filter((each) => activeKind(state, each) !== null);
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

  /** Whatever is active under the id is so no more; nothing happens where another place holds it than the one that is given. */
  async withdraw(id: string, actor: string, place: string | null = null): Promise<void> {
    const { state, effects } = this.#place;
    await this.#alone(id, async () => {
      if (place !== null && this.places.otherThan({ id, place, configured: false }) !== null) return;
      const feed = id as FeedId;
      const { feeds, warnings, actorNames } = state.engine;
      if (feeds.has(feed)) await state.append({ kind: 'feed_removed', at: effects.now(), feed, actor });
      const list = warnings.get(id);
      if (list !== undefined && list.entries.length > 0)
        await journalLists([{ ...list, entries: [] }], { ...this.#place, actor });
      const named = actorNames.get(id);
      if (named !== undefined) {
        const catalogue = { ...named, actors: [] };
        await state.append({ kind: 'actor_names', at: effects.now(), catalogue, actor });
      }
      await this.#fetching.forget(id);
      await this.places.forget(id);
    });
  }

  /** The other place that holds the id of something that is active. */
  heldElsewhere(claim: Claim): string | null {
    return activeKind(this.#place.state, claim.id) === null ? null : this.places.otherThan(claim);
  }

  /**
   * What is active of a place is updated under its id, whatever else lies beside it by now; unless it is to take its own
   * id from another place.
   */
  async #asKnown(source: IntelSource, replace: boolean): Promise<IntelSource> {
    const place = await placeOf(source.origin);
    const held = this.places.heldBy(place).filter((id) => activeKind(this.#place.state, id) !== null);
    const [first] = held;
    if (first === undefined || held.includes(source.id)) return source;
    const takes = replace && this.heldElsewhere({ id: source.id, place, configured: false }) !== null;
    return takes ? source : { ...source, id: first };
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
    const { id, origin } = source;
    const { isConfigured: configured = false, replace = false } = said;
    const claim = { id, place: await placeOf(origin), configured };
    if (origin.kind !== 'url' && origin.kind !== 'taxii')
      return this.#outcomeOf(source, () =>
        this.#claiming(claim, replace, async () => takeIn(await bytesOf(origin), source, taking)),
      );
    let problem: string | null = null;
    const fetch = { kind: origin.kind, at: effects.now(), as: fetchedAs(origin, words) };
    // Who is closing gave it up himself; and of what is neither active, from there, nor fetched again nobody will ask.
    const isAsked = (): boolean =>
      said.signal === undefined
        ? this.#isActive(source) && this.heldElsewhere(claim) === null
        : !said.signal.aborted;
    const outcome = await this.#outcomeOf(
      source,
      () =>
        this.#claiming(claim, replace, (isKnown) => {
          const how = { words: said.fetching, signal: said.signal, isKnown };
          return this.#fetching.take(source, origin, how, taking);
        }),
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

  /**
   * Takes it where its id is free, or its place's own.
   * @param take with whether what is active came from this place
   * @throws OperationError `feed_elsewhere`
   */
  async #claiming(
    claim: Claim,
    replace: boolean,
    take: (isKnown: boolean) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { id } = claim;
    const other = this.heldElsewhere(claim);
    if (other !== null && !replace)
      throw new OperationError(
        'feed_elsewhere',
        `"${id}" is the id of what came from ${other}, and this is ${claim.place}. Nothing was taken. Give it another id (--id OTHER, over HTTP another name), let it take that one's place (--replace, over HTTP replace=true), or take the other back first: stance intel remove ${id}.`,
      );
    if (other !== null) await this.#fetching.forget(id);
    const outcome = await take(other === null && this.#isActive({ id }));
    const isHeld = outcome.state === 'active' || outcome.state === 'unchanged';
    // Lost, it only lets the next one take the id.
    if (isHeld && outcome.kind !== 'advisories')
      await this.places
        .note(claim)
        .catch((cause: unknown) => this.#place.effects.reportFault('where feeds come from', cause));
    return outcome;
  }

  #isActive({ id }: Pick<IntelSource, 'id'>): boolean {
    return activeKind(this.#place.state, id) !== null;
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
  feed_elsewhere: 'another source holds its id; stance intel list shows which',
  unclear_collection: 'it is not clear which collection is meant, or there is none to read',
};
