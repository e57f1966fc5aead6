import {
  type EpochMs,
  type Feed,
  type FeedId,
  iso,
  isoOrNull,
  NAME_PATTERN,
  type WarningList,
} from '../../model/index.ts';
import { type FeedReading, readWarningList, type WarningListReading } from '../../exposure/index.ts';
import type { Effects } from '../effects.ts';
import type { FleetState } from '../fleet-state.ts';
import {
  type IntelFile,
  type IntelImport,
  type IntelImportArgs,
  OperationError,
  type Progress,
} from '../operations.ts';
import { activate, feedBytes, feedSettings, readInTurns } from './feed-import.ts';
import { intelPaths, type IntelPath } from './files.ts';
import { mispFolderBytes } from './misp-folder.ts';

const REFUSALS_SHOWN = 10;

interface Importing {
  readonly state: FleetState;
  readonly args: IntelImportArgs;
  readonly at: EpochMs;
  readonly onShare: (share: number) => void;
  /** Warning lists that are new or changed. */
  readonly lists: WarningList[];
}

/** Takes over feeds, files and folders of them, one after the other; what is broken stops no other. */
export async function importIntel(
  state: FleetState,
  args: IntelImportArgs,
  effects: Effects,
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
    const file = await importOne(path, { state, args, at: started, onShare, lists });
    files.push({ ...file, seconds: (effects.now() - started) / 1_000 });
  }
  // All of them at once: each changes what every feed's word is worth.
  if (lists.length > 0)
    await state.append({ kind: 'warning_lists', at: effects.now(), lists, actor: args.actor });
  return summary(files, (effects.now() - began) / 1_000);
}

type Outcome = Omit<IntelFile, 'seconds'>;

async function importOne(place: IntelPath, importing: Importing): Promise<Outcome> {
  const { state, args, at, onShare } = importing;
  const { path, id, misp } = place;
  const none = untaken(place);
  const bytes = await (misp === null ? feedBytes(path) : mispFolderBytes(misp)).catch((error: unknown) => {
    if (error instanceof OperationError) return error.message;
    throw error;
  });
  if (typeof bytes === 'string') return { ...none, state: 'broken', message: bytes };
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
    // A folder holds other things too; what was named, or was a feed before, is meant to be one.
    const isMeant = format !== null || place.isNamed || state.engine.feeds.has(id as FeedId);
    return { ...none, format, state: isMeant ? 'broken' : 'not_intel', message };
  }
  const outcome = { ...none, ...counts(reading), kind: 'feed' } as const;
  try {
    return { ...outcome, state: await taken(state, reading, args.actor, at) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { ...outcome, indicators: 0, state: 'broken', message: error.message };
  }
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
