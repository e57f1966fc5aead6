import { basename } from 'node:path';
import type { FeedWords } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import { type Effects, inTurns } from '../effects/index.ts';
import { type FeedReading, readingStix, type WarningListReading } from '../exposure/index.ts';
import { readingAdvisories, readingIntel } from '../knowledge/index.ts';
import {
  type ActorCatalogue,
  type AllListings,
  type EpochMs,
  type Feed,
  type FeedId,
  isoOrNull,
  LIMITS,
  type VulnerabilityKnowledge,
  type WarningList,
} from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { onlyTakesBack, refusingDatesAhead } from '../vulnerabilities/index.ts';
import { activate, feedSettings } from './activation.ts';
import { type ActiveKind, activeKind } from './active-kind.ts';
import { learn } from './advisories.ts';
import type { IntelFileState } from './operations.ts';
import { counts, type Outcome, shownRefusals, untaken } from './outcome.ts';
import type { IntelSource } from './source.ts';

type Read = Extract<FeedReading<AllListings>, { ok: true }>;

export interface Taking {
  readonly state: FleetState;
  readonly effects: Effects;
  readonly words: FeedWords;
  readonly actor: string;
  readonly at: EpochMs;
  readonly onShare: (share: number) => void;
  /** Warning lists that are new or changed, to be journalled together. */
  readonly lists: WarningList[];
}

/** Takes over what a file holds: a warning list, a feed, or advisories; a feed whole or not at all. */
export async function takeIn(bytes: Buffer, source: IntelSource, taking: Taking): Promise<Outcome> {
  const { state, words, at, onShare } = taking;
  const { id } = source;
  const none = untaken(source);
  const only = awaited(source, taking);
  // A warning list is none of a feed's formats.
  const format = words.format === 'misp_warninglist' ? 'auto' : words.format;
  const file = {
    format,
    id: id as FeedId,
    now: at,
    ...(source.written === undefined ? {} : { written: Math.min(source.written, at) }),
    ...feedSettings(words),
  };
  const { document, bytes: read } = await readingIntel(file, bytes, onShare);
  if (only !== null && (only === 'warning_list') !== (document.kind === 'warning_list'))
    return otherThan(only, source, taking);
  if (document.kind === 'warning_list') {
    if (only === null && !isByOperator(source)) return { ...none, ...unbidden('list', source) };
    const { reading: list } = document;
    return { ...none, kind: 'warning_list', format: 'misp_warninglist', ...warned(list, taking) };
  }
  const { reading } = document;
  if (reading.ok) {
    // ATT&CK comes as a bundle that lists no indicator; one that listed some takes them back.
    const isNew = !state.engine.feeds.has(reading.feed.id);
    const isEmpty = isNew && reading.feed.listings.length === 0 && isCollection(reading.feed);
    const named = isEmpty && only !== 'feed' ? await actorsNamed(document.named, taking) : null;
    if (named === null && only === 'actor_names') return otherThan(only, source, taking);
    return named === null ? takeFeed(reading, source, taking) : { ...none, ...counts(reading), ...named };
  }
  const { format: taken, message } = reading;
  const named = taken === null && only !== 'feed' ? await actorsNamed(document.named, taking) : null;
  if (named !== null) return { ...none, ...named };
  const advisories = taken === null && only === null ? await advised(read, source, taking) : null;
  if (advisories !== null) return { ...none, ...advisories };
  // A folder holds other things too; what was named, or was a feed before, is meant to be one.
  const isMeant = taken !== null || source.isNamed || only !== null;
  return { ...none, format: taken, state: isMeant ? 'broken' : 'not_intel', message };
}

/**
 * Of what kind it must be, where that is known: what it was the first time, or what its format says. Whoever writes a feed must
 * not get to switch off those of others.
 */
function awaited({ id }: IntelSource, { words, state }: Taking): ActiveKind | null {
  const active = activeKind(state, id);
  if (active !== null) return active;
  if (words.format === 'misp_warninglist') return 'warning_list';
  return words.format === 'auto' ? null : 'feed';
}

/** Sent, or found in a watched folder: nobody said that this very thing may make the words of others count less. */
function isByOperator({ origin }: IntelSource): boolean {
  return origin.kind !== 'bytes';
}

const UNBIDDEN = {
  list: 'is a warning list, which makes what feeds say count less: give its format as misp_warninglist, or import it by stance intel import',
  statements:
    'only says of which products advisories do not hold (VEX): stance vulnerabilities import takes that',
} as const;

function unbidden(what: keyof typeof UNBIDDEN, { id }: IntelSource): Partial<Outcome> {
  return { state: 'broken', message: `${id} ${UNBIDDEN[what]}. Nothing was taken.` };
}

const AWAITED: Readonly<Record<ActiveKind, string>> = {
  feed: 'a feed',
  warning_list: 'a warning list',
  actor_names: 'a catalogue of attackers',
};

function otherThan(only: ActiveKind, source: IntelSource, { state: { engine } }: Taking): Outcome {
  const { id, isNamed } = source;
  const message = `${id} must be ${AWAITED[only]}, and is something else. What was active stays; stance intel remove, or another id, allows another kind.`;
  // Of a folder whose format is said, what was nothing before may be something beside.
  const isKnown =
    engine.feeds.has(id as FeedId) ||
    engine.warnings.get(id) !== undefined ||
    engine.actorNames.get(id) !== undefined;
  return { ...untaken(source), state: isKnown || isNamed ? 'broken' : 'not_intel', message };
}

/** The same of STIX objects that a server sent. */
export async function takeObjects(
  objects: Iterable<unknown>,
  source: IntelSource,
  taking: Taking,
): Promise<Outcome> {
  const { words, at, onShare } = taking;
  const file = { objects, id: source.id as FeedId, now: at, ...feedSettings(words) };
  const reading = await inTurns(readingStix(file), onShare);
  if (reading.ok) return takeFeed(reading, source, taking);
  const { format, message } = reading;
  return { ...untaken(source), format, state: 'broken', message };
}

async function takeFeed(reading: Read, source: IntelSource, { state, actor, at }: Taking): Promise<Outcome> {
  const outcome = { ...untaken(source), ...counts(reading), kind: 'feed' } as const;
  try {
    return { ...outcome, state: await activated(state, reading, actor, at) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { ...outcome, indicators: 0, state: 'broken', message: error.message };
  }
}

/** One that lists nothing takes back what it listed before; of an unknown one there is nothing to keep. */
async function activated(
  state: FleetState,
  { feed, isDated }: Read,
  actor: string,
  at: EpochMs,
): Promise<IntelFileState> {
  if (feed.listings.length === 0 && isCollection(feed) && !state.engine.feeds.has(feed.id))
    return 'nothing_listed';
  return (await activate(state, { feed, isDated }, actor, at)) ? 'active' : 'unchanged';
}

/** Bundles and events hold all kinds of things: one without indicators is no empty list. */
function isCollection({ format }: Feed): boolean {
  return format === 'stix' || format === 'misp';
}

/** Of what lists nothing: whom it names among attackers; `null` where it names nobody. */
async function actorsNamed(
  catalogue: ActorCatalogue | null,
  { state, actor, effects }: Taking,
): Promise<Partial<Outcome> | null> {
  if (catalogue === null) return null;
  const isKnown = JSON.stringify(state.engine.actorNames.get(catalogue.id)) === JSON.stringify(catalogue);
  if (!isKnown) await state.append({ kind: 'actor_names', at: effects.now(), catalogue, actor });
  return {
    kind: 'actor_names',
    format: 'actor_catalogue',
    state: isKnown ? 'unchanged' : 'active',
    records: catalogue.actors.length,
  };
}

/** Of what is no feed: what it says of vulnerabilities; `null` where it says nothing. */
async function advised(
  bytes: Buffer,
  source: IntelSource,
  { state, actor, effects }: Taking,
): Promise<Partial<Outcome> | null> {
  if (bytes.length > LIMITS.advisoryBytes) return null;
  const read = await readingAdvisories(bytes);
  if (!read.ok) return null;
  const reading = refusingDatesAhead(read, effects.now());
  if (!reading.ok) {
    return { kind: 'advisories', format: read.format, state: 'broken', message: reading.message };
  }
  const { format, records, refusedTotal } = reading;
  const knowledge = isByOperator(source) ? reading.knowledge : withoutStatements(reading.knowledge);
  if (knowledge === null) return { format, ...unbidden('statements', source) };
  const from = { source: basename(source.path), actor, at: effects.now, now: effects.now };
  const news = await learn(state, knowledge, from);
  return {
    kind: 'advisories',
    format,
    state: news === 0 ? 'unchanged' : 'active',
    records,
    refused: refusedTotal,
    reasons: refusedTotal === 0 ? {} : { invalid_record: refusedTotal },
  };
}

/** `null` where nothing else is left. */
function withoutStatements(knowledge: VulnerabilityKnowledge): VulnerabilityKnowledge | null {
  const { exploited, forecast, lifecycles, statements } = knowledge;
  // That something is affected no longer is such a statement too.
  const advisories = knowledge.advisories.filter((each) => !onlyTakesBack(each));
  const isLeft = advisories.length > 0 || lifecycles.length > 0 || exploited !== null || forecast !== null;
  return isLeft || statements.length === 0 ? { ...knowledge, advisories, statements: [] } : null;
}

/** All of them at once: each changes what every feed's word is worth. */
export async function journalLists(
  lists: readonly WarningList[],
  { state, effects, actor }: Pick<Taking, 'state' | 'effects' | 'actor'>,
): Promise<void> {
  if (lists.length > 0) await state.append({ kind: 'warning_lists', at: effects.now(), lists, actor });
}

function warned(reading: WarningListReading, { state, lists }: Taking): Partial<Outcome> {
  if (!reading.ok) return { state: 'broken', message: reading.message };
  const { list, records, refused, refusedTotal, reasons } = reading;
  const isKnown = isSame(state.engine.warnings.get(list.id), list);
  if (!isKnown) lists.push(list);
  return {
    state: isKnown ? 'unchanged' : 'active',
    as_of: isoOrNull(list.asOf),
    records,
    indicators: 0,
    refused: refusedTotal,
    reasons,
    refusals: shownRefusals(refused),
  };
}

/** Entry by entry: there may be millions. */
function isSame(before: WarningList | undefined, list: WarningList): boolean {
  if (before?.entries.length !== list.entries.length) return false;
  const { entries, ...rest } = before;
  const { entries: _, ...other } = list;
  return (
    JSON.stringify(rest) === JSON.stringify(other) && entries.every((each, at) => each === list.entries[at])
  );
}
