import { basename } from 'node:path';
import {
  type EpochMs,
  type Feed,
  type FeedId,
  iso,
  isoOrNull,
  LIMITS,
  NAME_PATTERN,
  type WarningList,
} from '../../model/index.ts';
import {
  type FeedReading,
  readActorCatalogue,
  readWarningList,
  type WarningListReading,
} from '../../exposure/index.ts';
import { learn } from '../advisories.ts';
import type { Effects } from '../effects.ts';
import type { FleetState } from '../fleet-state.ts';
import { readingAdvisories } from '../knowledge-thread.ts';
import {
  type IntelFile,
  type IntelImport,
  type IntelImportArgs,
  OperationError,
  type Progress,
} from '../operations.ts';
import { download, type Validators } from './download.ts';
import { activate, feedBytes, feedSettings, readInTurns, unpackedBytes } from './feed-import.ts';
import { intelPaths, type IntelPath } from './files.ts';
import { mispFolderBytes } from './misp-folder.ts';
import { KnownValidators } from './validators.ts';

const REFUSALS_SHOWN = 10;

/** Where it is imported to. */
export interface IntelPlace {
  readonly state: FleetState;
  /** The data directory. */
  readonly dir: string;
  readonly effects: Effects;
}

interface Importing {
  readonly state: FleetState;
  readonly args: IntelImportArgs;
  readonly validators: KnownValidators;
  readonly effects: Effects;
  readonly at: EpochMs;
  readonly onShare: (share: number) => void;
  /** Warning lists that are new or changed. */
  readonly lists: WarningList[];
}

/** Takes over feeds, warning lists and advisories, files and folders of them, one after the other; what is broken stops no other. */
export async function importIntel(
  { state, dir, effects }: IntelPlace,
  args: IntelImportArgs,
  progress: Progress,
): Promise<IntelImport> {
  const { lineage } = args;
  if (lineage !== null && !NAME_PATTERN.test(lineage))
    throw new OperationError(
      'invalid_lineage',
      `"${lineage}" is no lineage: letters, digits, ".", "_" and "-", at most 64`,
    );
  feedSettings(args);
  const began = effects.now();
  const paths = await intelPaths(args.paths);
  const validators = await KnownValidators.open(dir);
  const files: IntelFile[] = [];
  const lists: WarningList[] = [];
  for (const [index, path] of paths.entries()) {
    const onShare = (share: number): void =>
      progress({
        what: `Importing ${path.id} (${index + 1} of ${paths.length})`,
        share: (index + share) / paths.length,
      });
    onShare(0);
    const started = effects.now();
    const file = await importOne(path, { state, args, validators, effects, at: started, onShare, lists });
    files.push({ ...file, seconds: (effects.now() - started) / 1_000 });
  }
  // All of them at once: each changes what every feed's word is worth.
  if (lists.length > 0)
    await state.append({ kind: 'warning_lists', at: effects.now(), lists, actor: args.actor });
  return summary(files, (effects.now() - began) / 1_000);
}

type Outcome = Omit<IntelFile, 'seconds'>;

async function importOne(place: IntelPath, importing: Importing): Promise<Outcome> {
  try {
    const got = await contentOf(place, importing);
    if (got === null) return { ...untaken(place), ...active(place, importing) };
    const outcome = await takeIn(got.bytes, place, importing);
    const isGood = outcome.state !== 'broken' && outcome.state !== 'not_intel';
    if (isGood && place.url !== null) await importing.validators.note(place.url, got.validators);
    return outcome;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { ...untaken(place), state: 'broken', message: error.message };
  }
}

interface Content {
  readonly bytes: Buffer;
  readonly validators: Validators;
}

/** `null`: the server has nothing newer than what is active. */
async function contentOf({ path, url, misp, id }: IntelPath, importing: Importing): Promise<Content | null> {
  const { state, args, validators } = importing;
  if (url === null) {
    const bytes = await (misp === null ? feedBytes(path) : mispFolderBytes(misp));
    return { bytes, validators: { etag: null, lastModified: null } };
  }
  const isActive = state.engine.feeds.has(id as FeedId) || state.engine.warnings.get(id) !== undefined;
  const fetched = await download(url, isActive ? validators.of(url) : null, args);
  return fetched.changed ? { ...fetched, bytes: await unpackedBytes(fetched.bytes) } : null;
}

/** Of a feed that the server did not send again: it says what it said. */
function active({ id }: IntelPath, { state }: Importing): Partial<Outcome> {
  const feed = state.engine.feeds.get(id as FeedId);
  if (feed === undefined) return { kind: 'warning_list', format: 'misp_warninglist', state: 'unchanged' };
  const { format, asOf, listings } = feed;
  return { kind: 'feed', format, state: 'unchanged', as_of: iso(asOf), indicators: listings.length };
}

async function takeIn(bytes: Buffer, place: IntelPath, importing: Importing): Promise<Outcome> {
  const { state, args, at, onShare } = importing;
  const { id } = place;
  const none = untaken(place);
  const warnings = readWarningList(bytes, id);
  if (warnings !== null)
    return { ...none, kind: 'warning_list', format: 'misp_warninglist', ...warned(warnings, importing) };
  const lineage = args.lineage === null ? {} : { lineage: args.lineage };
  const reading = await readInTurns(
    { bytes, format: 'auto', id: id as FeedId, now: at, ...lineage, ...feedSettings(args) },
    onShare,
  );
  if (!reading.ok) {
    const { format, message } = reading;
    const named = format === null ? await actorsNamed(bytes, place, importing) : null;
    if (named !== null) return { ...none, ...named };
    const advisories = format === null ? await advised(bytes, place, importing) : null;
    if (advisories !== null) return { ...none, ...advisories };
    // A folder holds other things too; what was named, or was a feed before, is meant to be one.
    const isMeant = format !== null || place.isNamed || state.engine.feeds.has(id as FeedId);
    return { ...none, format, state: isMeant ? 'broken' : 'not_intel', message };
  }
  const outcome = { ...none, ...counts(reading), kind: 'feed' } as const;
  // ATT&CK comes as a bundle that lists no indicator.
  if (reading.feed.listings.length === 0 && isCollection(reading.feed)) {
    const named = await actorsNamed(bytes, place, importing);
    if (named !== null) return { ...none, ...named };
  }
  try {
    return { ...outcome, state: await taken(state, reading, args.actor, at) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { ...outcome, indicators: 0, state: 'broken', message: error.message };
  }
}

/** Of what lists nothing: whom it names among attackers; `null` where it names nobody. */
async function actorsNamed(
  bytes: Buffer,
  { id }: IntelPath,
  { state, args, effects }: Importing,
): Promise<Partial<Outcome> | null> {
  const catalogue = readActorCatalogue(bytes, id);
  if (catalogue === null) return null;
  const isKnown = JSON.stringify(state.engine.actorNames.get(id)) === JSON.stringify(catalogue);
  if (!isKnown) {
    await state.append({ kind: 'actor_names', at: effects.now(), catalogue, actor: args.actor });
  }
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
  { path }: IntelPath,
  { state, args, effects }: Importing,
): Promise<Partial<Outcome> | null> {
  if (bytes.length > LIMITS.advisoryBytes) return null;
  const reading = await readingAdvisories(bytes);
  if (!reading.ok) return null;
  const { format, knowledge, records, refusedTotal } = reading;
  const source = basename(path);
  const news = await learn(state, knowledge, { source, actor: args.actor, at: effects.now });
  return {
    kind: 'advisories',
    format,
    state: news === 0 ? 'unchanged' : 'active',
    records,
    refused: refusedTotal,
    reasons: refusedTotal === 0 ? {} : { invalid_record: refusedTotal },
  };
}

function warned(reading: WarningListReading, { state, lists }: Importing): Partial<Outcome> {
  if (!reading.ok) return { state: 'broken', message: reading.message };
  const { list, records, refused, refusedTotal } = reading;
  const isKnown = JSON.stringify(state.engine.warnings.get(list.id)) === JSON.stringify(list);
  if (!isKnown) lists.push(list);
  return {
    state: isKnown ? 'unchanged' : 'active',
    as_of: isoOrNull(list.asOf),
    records,
    indicators: 0,
    refused: refusedTotal,
    reasons: refusedTotal === 0 ? {} : { invalid_entry: refusedTotal },
    refusals: refused.slice(0, REFUSALS_SHOWN),
  };
}

/** One that lists nothing takes back what it listed before; of an unknown one there is nothing to keep. */
async function taken(
  state: FleetState,
  { feed }: Extract<FeedReading, { ok: true }>,
  actor: string,
  at: EpochMs,
): Promise<IntelFile['state']> {
  if (feed.listings.length === 0 && isCollection(feed) && !state.engine.feeds.has(feed.id))
    return 'nothing_listed';
  return (await activate(state, feed, actor, at)) ? 'active' : 'unchanged';
}

/** Bundles and events hold all kinds of things: one without indicators is no empty list. */
function isCollection({ format }: Feed): boolean {
  return format === 'stix' || format === 'misp';
}

function untaken({ path, id }: IntelPath): Outcome {
  return {
    path,
    id,
    kind: null,
    state: 'not_intel',
    format: null,
    as_of: null,
    records: 0,
    indicators: 0,
    refused: 0,
    reasons: {},
    refusals: [],
    skipped: 0,
    skips: {},
    message: null,
  };
}

function counts({
  feed,
  records,
  refused,
  refusedTotal,
  reasons,
  skipped,
}: Extract<FeedReading, { ok: true }>): Partial<Outcome> {
  return {
    format: feed.format,
    as_of: iso(feed.asOf),
    records,
    indicators: feed.listings.length,
    refused: refusedTotal,
    reasons,
    refusals: refused.slice(0, REFUSALS_SHOWN),
    skipped: Object.values(skipped).reduce((sum, count) => sum + count, 0),
    skips: skipped,
  };
}

function summary(files: readonly IntelFile[], seconds: number): IntelImport {
  const sum = (of: (file: IntelFile) => number) => files.reduce((total, file) => total + of(file), 0);
  return {
    files,
    records: sum(({ records }) => records),
    indicators: sum(({ indicators }) => indicators),
    refused: sum(({ refused }) => refused),
    broken: sum(({ state }) => (state === 'broken' ? 1 : 0)),
    seconds,
  };
}
