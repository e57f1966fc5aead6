import { readFile, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { FeedWords } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import { inTurns } from '../effects/index.ts';
import type { ActiveFeed, FeedFile, Listed } from '../exposure/index.ts';
import { JournalError } from '../journal/index.ts';
import { isGzip, unpackedWithin } from '../knowledge/index.ts';
import {
  DAY_MS,
  type EpochMs,
  type Feed,
  LIMITS,
  type Listing,
  NAME_PATTERN,
  THREAT_CATEGORIES,
  type ThreatCategory,
} from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';

/** A feed that states no confidence of its own. */
const DEFAULT_CONFIDENCE = 0.7;

/** What the operator says of a feed that does not say. */
export function feedSettings({
  category,
  confidence,
  lineage,
}: FeedWords): Pick<FeedFile, 'defaultCategory' | 'defaultConfidence' | 'lineage'> {
  return {
    defaultConfidence: confidence ?? DEFAULT_CONFIDENCE,
    defaultCategory: categoryOf(category),
    ...(lineage === null ? {} : { lineage }),
  };
}

/** @throws OperationError where the operator's words cannot be */
export function checkWords(words: FeedWords): void {
  feedSettings(words);
  const { lineage } = words;
  if (lineage !== null && !NAME_PATTERN.test(lineage))
    throw new OperationError(
      'invalid_lineage',
      `"${lineage}" is no lineage: letters, digits, ".", "_" and "-", at most 64`,
    );
}

/** @throws OperationError where it is no id */
export function checkedId(id: string): string {
  if (NAME_PATTERN.test(id)) return id;
  throw new OperationError(
    'invalid_feed_id',
    `"${id.slice(0, 80)}" is no feed id: letters, digits, ".", "_" and "-", at most 64`,
  );
}

/** One without a date that says the same again is as of then once a day, not at each reading. */
const RENEWED_AFTER_MS = DAY_MS;

/**
 * Journals the feed unless it says what the active one says; whether it did.
 * @throws OperationError where it is too large for the journal
 */
export async function activate(
  state: FleetState,
  { feed, isDated }: { readonly feed: Feed; readonly isDated: boolean },
  actor: string,
  at: EpochMs,
): Promise<boolean> {
  const before = state.engine.feeds.get(feed.id);
  if (before !== undefined) {
    const isRecent = !isDated && Math.abs(at - before.asOf) < RENEWED_AFTER_MS;
    const compared = isRecent ? { ...feed, asOf: before.asOf } : feed;
    if (await inTurns(comparing(before, compared))) return false;
  }
  await state.append({ kind: 'feed', at, feed, actor }).catch((cause: unknown) => {
    if (!(cause instanceof JournalError) || cause.code !== 'record_too_large') throw cause;
    const most = LIMITS.journalRecordBytes / 1_048_576;
    const problem = `feed ${feed.id} would take more than ${most} MiB in the journal with its ${feed.listings.length} indicators, the most that one feed may`;
    throw new OperationError(
      'feed_too_large',
      `${problem}: split the file. The feed that was active stays.`,
      {
        cause,
      },
    );
  });
  return true;
}

const LISTINGS_PER_STEP = 128;

function* comparing(a: ActiveFeed, b: Feed): Generator<number, boolean> {
  const { listings: inA, ...restA } = a;
  const { listings: inB, ...restB } = b;
  if (inA.length !== inB.length || JSON.stringify(restA) !== JSON.stringify(restB)) return false;
  const others = inB[Symbol.iterator]();
  let at = 0;
  for (const listing of inA) {
    if (!isDeepStrictEqual(said(listing), others.next().value)) return false;
    if (++at % LISTINGS_PER_STEP === 0) yield at / inA.length;
  }
  return true;
}

/** What a feed says of an indicator, without the feed. */
function said({ feed: _feed, lineage: _lineage, feedAsOf: _asOf, sameAs: _as, ...listing }: Listed): Listing {
  return listing;
}

/**
 * The file's bytes, unpacked off the main thread where they are gzip; a damaged gzip as it is, for its reader to refuse.
 * @throws OperationError where it cannot be read or is too large
 */
export async function feedBytes(path: string): Promise<Buffer> {
  return unpackedBytes(await bounded(path));
}

/** As they are where they are no gzip, or a damaged one. */
export async function unpackedBytes(bytes: Buffer): Promise<Buffer> {
  if (!isGzip(bytes)) return bytes;
  return (await unpackedWithin(bytes, LIMITS.feedBytes).catch(() => null)) ?? bytes;
}

async function bounded(path: string): Promise<Buffer> {
  const unreadable = (cause: unknown): never => {
    throw new OperationError('unreadable_file', `The feed file ${path} cannot be read`, { cause });
  };
  const { size } = await stat(path).catch(unreadable);
  if (size > LIMITS.feedBytes)
    throw new OperationError(
      'file_too_large',
      `The feed file ${path} is larger than ${LIMITS.feedBytes} bytes`,
    );
  return readFile(path).catch(unreadable);
}

function categoryOf(text: string | null): ThreatCategory | null {
  if (text === null) return null;
  const category = THREAT_CATEGORIES.find((each) => each === text);
  if (category !== undefined) return category;
  throw new OperationError(
    'invalid_category',
    `"${text}" is no category; allowed are ${THREAT_CATEGORIES.join(', ')}`,
  );
}
