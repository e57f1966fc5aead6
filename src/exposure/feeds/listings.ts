import {
  DAY_MS,
  type EpochMs,
  type FeedId,
  LIMITS,
  type Listing,
  type ThreatCategory,
} from '../../model/index.ts';
import { categoryFrom } from './category.ts';
import type { Entry, FeedRefusal } from './entry.ts';
import type { Found } from './found.ts';

export interface ListingDefaults {
  readonly id: FeedId;
  /** 0…1, where a record does not say. */
  readonly defaultConfidence: number;
  /** What the operator says the feed is about; `null`: derived from the record's and the feed's own words. */
  readonly defaultCategory: ThreatCategory | null;
  readonly now: EpochMs;
}

/** The first refused line of a reason (1-based; of a document the record), and how many more there are. */
export interface Refusal {
  readonly line: number;
  readonly reason: FeedRefusal;
}

const PLACE_MAPS = 256;

/** By the last characters, which differ most. */
function placeMap(value: string): number {
  const { length } = value;
  const code = (fromEnd: number): number => (fromEnd > length ? 0 : value.charCodeAt(length - fromEnd));
  return (code(1) * 7 + code(3) * 31 + code(5) * 113) % PLACE_MAPS;
}

const REFUSALS_SHOWN = 100;
const REMEMBERED_WORDS = 4_096;
const WORD_CHARS = 2_000;
const ACTORS_PER_LISTING = 8;
/** The table has room for two. */
const PORTS_PER_LISTING = 2;
const KINDS_COUNTED = 64;

/** What a feed lists, gathered record by record: each indicator once, with all that was said of it. */
export class Listings {
  readonly refused: Refusal[] = [];
  readonly reasons: Partial<Record<FeedRefusal, number>> = {};
  records = 0;
  refusedTotal = 0;
  understood = 0;
  /** The feed's own date, where its records tell: its word about itself, or its newest record. */
  date: EpochMs | null = null;
  /** By names that the feed gives: `constructor` may be one of them. */
  readonly #skipped = new Map<string, number>();
  readonly #listings: Listing[] = [];
  /** Where each indicator stands, in many small maps: a large one stops everybody while it grows. */
  readonly #places = Array.from({ length: PLACE_MAPS }, () => new Map<string, number>());
  readonly #categories = new Map<string, ThreatCategory>();
  readonly #defaults: ListingDefaults;

  constructor(defaults: ListingDefaults) {
    this.#defaults = defaults;
  }

  get isFull(): boolean {
    return this.#listings.length > LIMITS.feedListings;
  }

  /** What was passed over, by name. */
  get skipped(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#skipped);
  }

  /** In the order of the feed. */
  get all(): readonly Listing[] {
    return this.#listings;
  }

  add(found: Found | readonly Found[], line: number): void {
    this.records++;
    if (Array.isArray(found)) for (const each of found as readonly Found[]) this.#addOne(each, line);
    else this.#addOne(found as Found, line);
  }

  #addOne(found: Found, line: number): void {
    const { entry } = found;
    this.#note(found.feedDate ?? found.lastSeen ?? found.firstSeen);
    if (entry.kind === 'refused') return this.#refuse(entry.reason, line);
    this.understood++;
    if (entry.kind === 'skipped') return this.#skip(entry.what);
    const listing = this.#listingOf(found, entry);
    const places = this.#places[placeMap(entry.value)];
    const place = places?.get(entry.value) ?? this.#listings.length;
    const before = this.#listings[place];
    if (before === undefined) places?.set(entry.value, place);
    this.#listings[place] = before === undefined ? listing : joined(before, listing);
  }

  #refuse(reason: FeedRefusal, line: number): void {
    this.refusedTotal++;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    if (this.refused.length < REFUSALS_SHOWN) this.refused.push({ line, reason });
  }

  #skip(what: string): void {
    const isNamed = this.#skipped.has(what) || this.#skipped.size < KINDS_COUNTED;
    const kind = isNamed ? what : 'other';
    this.#skipped.set(kind, (this.#skipped.get(kind) ?? 0) + 1);
  }

  #note(time: EpochMs | null | undefined): void {
    if (typeof time !== 'number' || time > this.#defaults.now + DAY_MS) return;
    if (this.date === null || time > this.date) this.date = time;
  }

  /** What was seen tomorrow was not seen: it is as old as the feed, and ages with it. */
  #past(time: EpochMs | null | undefined): EpochMs | null {
    return typeof time === 'number' && time <= this.#defaults.now ? time : null;
  }

  #listingOf(found: Found, entry: Extract<Entry, { kind: 'indicator' }>): Listing {
    const { defaultCategory, defaultConfidence } = this.#defaults;
    const { validUntil } = found;
    return {
      value: entry.value,
      type: entry.type,
      categories: [defaultCategory ?? this.#category(found, entry.type)],
      confidence: (found.confidence ?? defaultConfidence) * (entry.share ?? 1),
      firstSeen: this.#past(found.firstSeen),
      lastSeen: this.#past(found.lastSeen),
      actors: found.actors?.slice(0, ACTORS_PER_LISTING) ?? NOBODY,
      ...(typeof validUntil === 'number' ? { validUntil } : {}),
      ...(entry.port === undefined ? {} : { ports: [entry.port] }),
    };
  }

  /** The record's own words come first: a feed may collect many things. */
  #category({ category, words = NOBODY }: Found, type: Listing['type']): ThreatCategory {
    if (type === 'hash') return 'malware_file';
    if (category !== undefined && category !== null && category !== 'malware_file') return category;
    const written = words.length === 1 ? (words[0] ?? '') : words.join(' ');
    const key = written.length > WORD_CHARS ? written.slice(0, WORD_CHARS) : written;
    const known = this.#categories.get(key);
    if (known !== undefined) return known;
    const ofRecord = categoryFrom(key);
    const derived = ofRecord === 'suspicious' ? categoryFrom(this.#defaults.id) : ofRecord;
    if (this.#categories.size >= REMEMBERED_WORDS) this.#categories.clear();
    this.#categories.set(key, derived);
    return derived;
  }
}

const NOBODY: readonly string[] = [];

/** The same indicator twice in one feed is one listing with all that was said. */
function joined(a: Listing, b: Listing): Listing {
  if (b.confidence <= a.confidence && b.lastSeen === a.lastSeen && b.firstSeen === a.firstSeen) {
    const isSame = b.validUntil === a.validUntil && union(a.categories, b.categories) === a.categories;
    if (isSame && union(a.actors, b.actors) === a.actors && portsOf(a, b) === a.ports) return a;
  }
  const { validUntil: untilA, ports: _, ...rest } = a;
  const ports = portsOf(a, b);
  const { validUntil: untilB } = b;
  return {
    ...rest,
    categories: union(a.categories, b.categories),
    confidence: Math.max(a.confidence, b.confidence),
    firstSeen: extreme(Math.min, a.firstSeen, b.firstSeen),
    lastSeen: extreme(Math.max, a.lastSeen, b.lastSeen),
    actors: union(a.actors, b.actors).slice(0, ACTORS_PER_LISTING),
    // Where one of them has no end, there is none.
    ...(untilA === undefined || untilB === undefined ? {} : { validUntil: Math.max(untilA, untilB) }),
    ...(ports === undefined ? {} : { ports }),
  };
}

/** Where one of them is of the whole host, or there are many, all of it is meant. */
function portsOf({ ports: a }: Listing, { ports: b }: Listing): readonly number[] | undefined {
  if (a === undefined || b === undefined) return undefined;
  const all = union(a, b);
  if (all === a) return a;
  return all.length > PORTS_PER_LISTING ? undefined : all.toSorted((x, y) => x - y);
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return b.every((each) => a.includes(each)) ? a : [...new Set([...a, ...b])];
}

function extreme(
  pick: (a: number, b: number) => number,
  a: EpochMs | null,
  b: EpochMs | null,
): EpochMs | null {
  return a === null || b === null ? (a ?? b) : pick(a, b);
}
