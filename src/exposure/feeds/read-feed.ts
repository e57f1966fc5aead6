import { gunzipSync } from 'node:zlib';
import {
  DAY_MS,
  type EpochMs,
  type Feed,
  type FeedId,
  LIMITS,
  type Listing,
  type ThreatCategory,
} from '../../model/index.ts';
import { categoryFrom } from './category.ts';
import type { FeedRefusal } from './entry.ts';
import type { Line, Lines } from './lines.ts';
import { readPlain } from './plain.ts';
import { readZeekIntel } from './zeek-intel.ts';

export interface FeedFile {
  /** Plain or gzip. */
  readonly bytes: Uint8Array;
  readonly format: Feed['format'] | 'auto';
  readonly id: FeedId;
  /** Feeds that copy each other; the feed's own id where not given. */
  readonly lineage?: string;
  /** 0…1, where a line does not say. */
  readonly defaultConfidence: number;
  /** What the operator says the feed is about; `null`: derived from the feed's and the line's own words. */
  readonly defaultCategory: ThreatCategory | null;
  readonly now: EpochMs;
}

export type FeedReading =
  | {
      readonly ok: true;
      readonly feed: Feed;
      /** The first refused lines (1-based); all of them are counted in `refusedTotal`. */
      readonly refused: readonly { readonly line: number; readonly reason: FeedRefusal }[];
      readonly refusedTotal: number;
      /** Passed over, by name → count: other indicator types, special ranges, URLs. */
      readonly skipped: Readonly<Record<string, number>>;
    }
  | { readonly ok: false; readonly message: string };

const REFUSALS_SHOWN = 100;

/** Reads a whole feed, or nothing: a broken or truncated file never replaces a good one. */
export function readFeed(file: FeedFile): FeedReading {
  const text = decode(file.bytes);
  if (typeof text !== 'string') return broken(file, text.problem);
  const format = file.format === 'auto' ? (/^#fields\t/m.test(text) ? 'zeek_intel' : 'plain') : file.format;
  const reading: Lines = format === 'zeek_intel' ? readZeekIntel(text) : readPlain(text);
  if (!reading.ok) return broken(file, reading.message);
  if (text.trim() === '') return broken(file, 'is empty: not even a header, as after a failed download');
  const sum = collect(reading.lines, file);
  if (sum.problem !== null) return broken(file, sum.problem);
  const { listings, refused, refusedTotal, skipped } = sum;
  const feed: Feed = {
    id: file.id,
    asOf: headerDate(text, file.now) ?? file.now,
    format,
    lineage: file.lineage ?? file.id,
    listings: [...listings.values()],
  };
  return { ok: true, feed, refused, refusedTotal, skipped };
}

function collect(lines: Iterable<Line>, file: FeedFile) {
  const listings = new Map<string, Listing>();
  const refused: { line: number; reason: FeedRefusal }[] = [];
  const skipped: Record<string, number> = {};
  let refusedTotal = 0;
  let understood = 0;
  for (const line of lines) {
    if (line.entry.kind === 'refused') {
      refusedTotal++;
      if (refused.length < REFUSALS_SHOWN) refused.push({ line: line.number, reason: line.entry.reason });
      continue;
    }
    understood++;
    if (line.entry.kind === 'skipped') skipped[line.entry.what] = (skipped[line.entry.what] ?? 0) + 1;
    else add(listings, listingOf(line.entry, line, file));
  }
  let problem: string | null = null;
  if (refusedTotal > understood) {
    const [first] = refused;
    problem = `is not such a list: ${refusedTotal} of ${refusedTotal + understood} lines cannot be read, the first is line ${first?.line} (${first?.reason})`;
  } else if (listings.size > LIMITS.feedListings) {
    problem = `has more than ${LIMITS.feedListings} indicators`;
  }
  return { listings, refused, refusedTotal, skipped, problem };
}

function listingOf(entry: Pick<Listing, 'type' | 'value'>, line: Line, file: FeedFile): Listing {
  return {
    value: entry.value,
    type: entry.type,
    categories: [file.defaultCategory ?? derivedCategory(entry, line, file)],
    confidence: line.confidence ?? file.defaultConfidence,
    firstSeen: null,
    lastSeen: null,
    actors: [],
  };
}

/** The line's own words come first: a feed may collect many things. */
function derivedCategory(entry: Pick<Listing, 'type'>, line: Line, file: FeedFile): ThreatCategory {
  if (entry.type === 'hash') return 'malware_file';
  const ofLine = categoryFrom(...line.words);
  return ofLine === 'suspicious' ? categoryFrom(file.id) : ofLine;
}

/** The same indicator twice in one feed is one listing with all that was said. */
function add(listings: Map<string, Listing>, listing: Listing): void {
  const before = listings.get(listing.value);
  if (before === undefined) {
    listings.set(listing.value, listing);
    return;
  }
  const categories = [...new Set([...before.categories, ...listing.categories])];
  const confidence = Math.max(before.confidence, listing.confidence);
  listings.set(listing.value, { ...before, categories, confidence });
}

function decode(bytes: Uint8Array): string | { readonly problem: string } {
  try {
    const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = gzip ? gunzipSync(bytes, { maxOutputLength: LIMITS.feedBytes }) : bytes;
    if (plain.length > LIMITS.feedBytes) return { problem: `is larger than ${LIMITS.feedBytes} bytes` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
    return text.includes('\0') ? { problem: 'is not text: it holds NUL bytes' } : text;
  } catch {
    return { problem: `is not UTF-8 text of at most ${LIMITS.feedBytes} bytes, nor its whole gzip` };
  }
}

/** A date in the comments at the top, as list makers write it; without a zone it is UTC. */
function headerDate(text: string, now: EpochMs): EpochMs | null {
  const head = text.slice(0, 8_192);
  for (const match of head.matchAll(
    /^[#;].*?\b(?:last.?(?:update|modified)d?|updated|generated|file date)\b\W*?[:=]\s*(.+?)\s*$/gim,
  )) {
    const written = match[1] ?? '';
    const zoned = /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})\)?$/i.test(written) ? written : `${written} UTC`;
    const time = Date.parse(zoned);
    if (!Number.isNaN(time) && time > 0 && time <= now + DAY_MS) return time;
  }
  return null;
}

function broken(file: FeedFile, problem: string): FeedReading {
  return { ok: false, message: `feed ${file.id} ${problem}. The feed that was active stays.` };
}
