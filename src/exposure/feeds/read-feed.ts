import {
  type AllListings,
  type EpochMs,
  type Feed,
  type FeedFormatName,
  LIMITS,
  type Listing,
  type ThreatCategory,
  type FeedId,
} from '../../model/index.ts';
import { readJson } from './document.ts';
import { type FeedRefusal } from './entry.ts';
import { cutOff, headerDate, headText, portionsOf, textBytes } from './feed-text.ts';
import { type DocumentFormat, type Head, headOf, type TextFormat } from './format.ts';
import { DOCUMENT_FORMATS, TEXT_FORMATS } from './formats.ts';
import { type ListingDefaults, Listings, type Refusal } from './listings.ts';
import { stix } from './stix/bundle.ts';

/** What is said of a feed from outside. */
interface FeedSaid extends ListingDefaults {
  readonly id: FeedId;
  /** Feeds that copy each other; the feed's own id where not given. */
  readonly lineage?: string;
  readonly defaultConfidence: number;
  readonly defaultCategory: ThreatCategory | null;
  readonly now: EpochMs;
  /** So old is a feed that does not say; `now` where not given. */
  readonly written?: EpochMs;
}

export interface FeedFile extends FeedSaid {
  /** Plain or gzip. */
  readonly bytes: Uint8Array;
  readonly format: FeedFormatName | 'auto';
}

export interface StixObjects extends FeedSaid {
  readonly objects: Iterable<unknown>;
}

/** A feed as its reader makes it, or as somebody tells what the reader made. */
export type FeedReading<L extends AllListings = readonly Listing[]> =
  | {
      readonly ok: true;
      readonly feed: Feed & { readonly listings: L };
      /** It, or its file, says of when it is: else it is of when it was read. */
      readonly isDated: boolean;
      /** Lines, rows or objects that were no comments. */
      readonly records: number;
      /** The first refused lines (1-based; of JSON the record); all of them are counted in `refusedTotal`. */
      readonly refused: readonly Refusal[];
      readonly refusedTotal: number;
      readonly reasons: Readonly<Partial<Record<FeedRefusal, number>>>;
      /** Passed over, by name → count: other indicator types, special ranges, shared hosts. */
      readonly skipped: Readonly<Record<string, number>>;
    }
  | {
      readonly ok: false;
      /** What it was taken for; `null`: for no feed at all. */
      readonly format: FeedFormatName | null;
      readonly message: string;
    };

/** Reads a whole feed, or nothing: a broken or truncated file never replaces a good one. */
export function readFeed(file: FeedFile): FeedReading {
  const reading = readingFeed(file);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** The same in small steps, each a few milliseconds of work at most; they say what share is read. */
export function* readingFeed(file: FeedFile): Generator<number, FeedReading> {
  const bytes = textBytes(file.bytes);
  if ('problem' in bytes) return broken(file, null, bytes.problem);
  const head = headText(bytes);
  const textFormat = textFormatOf(file, head);
  if (textFormat === null) return yield* readDocument(file, bytes, head);
  const lines = headOf(head);
  const complaint = textFormat.complaint?.(lines) ?? null;
  if (complaint !== null) return broken(file, textFormat.name, complaint);
  const listings = new Listings(file);
  yield* readLines(bytes, textFormat, { file, head: lines, listings });
  const isGuess = textFormat.name === 'plain' && file.format === 'auto';
  if (listings.refusedTotal > listings.understood)
    return broken(file, isGuess ? null : textFormat.name, notSuchAList(listings));
  const cut = cutOff(bytes, head, listings.records, textFormat.isCutWithout);
  if (cut !== null) return broken(file, textFormat.name, cut);
  return finished(file, textFormat.name, listings, headerDate(lines, file.now));
}

/** `null`: a document. */
function textFormatOf({ format }: Pick<FeedFile, 'format'>, head: string): TextFormat | null {
  const isJson = /^\s*[[{]/.test(head) && !/^\s*\[adblock/i.test(head);
  if (format !== 'auto') {
    if (isJson && DOCUMENT_FORMATS.some(({ name }) => name === format)) return null;
    const named = TEXT_FORMATS.filter(({ name }) => name === format);
    return named.find((each) => each.recognises(headOf(head))) ?? named[0] ?? null;
  }
  const lines = headOf(head);
  return (
    TEXT_FORMATS.find((each) => (!isJson || each.name === 'spamhaus_drop') && each.recognises(lines)) ?? null
  );
}

/** It is one piece of JSON, which is read whole, and not line by line. */
export function isDocument({ bytes, format }: Pick<FeedFile, 'bytes' | 'format'>): boolean {
  const head = headText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return /^\uFEFF?\s*[[{]/.test(head) && textFormatOf({ format }, head.replace(/^\uFEFF/, '')) === null;
}

interface Reading {
  readonly file: FeedFile;
  readonly head: Head;
  readonly listings: Listings;
}

function* readLines(
  bytes: Buffer,
  format: TextFormat,
  { file, head, listings }: Reading,
): Generator<number, void> {
  const read = format.reader({ id: file.id, head });
  let number = 0;
  for (const portion of portionsOf(bytes)) {
    for (const line of portion.lines) {
      number++;
      const found = line.length > LIMITS.lineBytes ? TOO_LONG : read(line);
      if (found !== null) listings.add(found, number);
    }
    if (listings.isFull) return;
    yield portion.read / bytes.length;
  }
}

const TOO_LONG = { entry: { kind: 'refused', reason: 'line_too_long' } } as const;
const RECORDS_PER_STEP = 500;

function* readDocument(file: FeedFile, bytes: Buffer, head: string): Generator<number, FeedReading> {
  const read = readJson(bytes);
  if (!read.ok) return broken(file, likelyFormat(head), read.problem);
  const { document } = read;
  const format = DOCUMENT_FORMATS.find(
    (each) =>
      (file.format === 'auto' || file.format === each.name) &&
      each.recognises(document, file.format !== 'auto'),
  );
  if (format === undefined)
    return broken(
      file,
      file.format === 'auto' ? null : file.format,
      'is JSON, and neither a STIX bundle, MISP events nor an export of abuse.ch',
    );
  return yield* readRecords(file, document, format);
}

/** The same of STIX objects that came from a server one by one. */
export function* readingStix(file: StixObjects): Generator<number, FeedReading> {
  return yield* readRecords(file, { objects: [...file.objects] }, stix);
}

function* readRecords(
  file: FeedSaid,
  document: unknown,
  format: DocumentFormat,
): Generator<number, FeedReading> {
  const listings = new Listings(file);
  let number = 0;
  for (const found of format.read(document, { now: file.now })) {
    if (found === null) {
      yield 0;
      continue;
    }
    listings.add(found, ++number);
    if (listings.isFull) break;
    if (number % RECORDS_PER_STEP === 0) yield 0.5;
  }
  return finished(file, format.name, listings, null);
}

/** What a document that cannot be parsed was meant to be. */
function likelyFormat(head: string): FeedFormatName | null {
  if (/"type"\s*:\s*"bundle"/.test(head)) return 'stix';
  if (/"Event"\s*:\s*\{/.test(head)) return 'misp';
  return /"(?:ioc_type|url_status|last_online)"\s*:/.test(head) ? 'abuse_ch' : null;
}

function finished(
  file: FeedSaid,
  format: FeedFormatName,
  listings: Listings,
  date: EpochMs | null,
): FeedReading {
  if (listings.isFull) return broken(file, format, `has more than ${LIMITS.feedListings} indicators`);
  const { records, refused, refusedTotal, reasons, skipped } = listings;
  const asOf = date ?? listings.date ?? file.written ?? null;
  const feed = {
    id: file.id,
    asOf: asOf ?? file.now,
    format,
    lineage: file.lineage ?? file.id,
    listings: listings.all,
  };
  return { ok: true, feed, isDated: asOf !== null, records, refused, refusedTotal, reasons, skipped };
}

function notSuchAList({ refused: [first], refusedTotal, understood }: Listings): string {
  return `is not such a list: ${refusedTotal} of ${refusedTotal + understood} lines cannot be read, the first is line ${first?.line} (${first?.reason})`;
}

function broken(file: FeedSaid, format: FeedFormatName | null, problem: string): FeedReading {
  return { ok: false, format, message: `feed ${file.id} ${problem}. The feed that was active stays.` };
}
