import type { EpochMs, FeedId, IndicatorType, Listing, ThreatCategory } from '../../model/index.ts';
import { NO_SAME_CONTENT, type SameContent } from '../same-content.ts';
import { GrowingWords, sharedWords } from './growing.ts';

/** A listing with the feed that says so. */
export interface Listed extends Listing {
  readonly feed: FeedId;
  readonly lineage: string;
  readonly feedAsOf: EpochMs;
  /** The feed of the same content, whose lineage it is of. Absent where there is none. */
  readonly sameAs?: FeedId;
}

type OwnFacts = 'type' | 'value' | 'firstSeen' | 'lastSeen' | 'validUntil' | 'ports' | 'sameAs';
/** What many listings have in common, kept once. Whatever a listing says beside its own facts must be kept here. */
export type Saying = Required<Omit<Listed, OwnFacts>>;

export interface ListingArrays {
  /**
   * By listing, from 1, in the order of the feeds: its saying, first seen, last seen, and the listing before of the same
   * indicator (0 for none). Side by side, as a look-up wants all of them.
   */
  readonly rows: Uint32Array;
  /** Until when each is valid; empty where no listing says so. */
  readonly ends: Uint32Array;
  /** The ports of each, two in a word and 0 for none; empty where no listing names any. */
  readonly ports: Uint32Array;
  /** Times that are no whole seconds, each a double in two words. */
  readonly oddTimes: Uint32Array;
}

const STRIDE = 4;
const BEFORE = 3;

/** A time is its whole seconds since 1970, up to 2072; an odd one's place from there on; or unknown. */
const UNKNOWN = 0xffff_ffff;
const FIRST_ODD = 0xc000_0000;

/** A double and its two words. */
const DOUBLE = new Float64Array(1);
const HALVES = new Uint32Array(DOUBLE.buffer);

/** What is listed of each indicator, as a chain of listings: its head is the newest. */
export class Listings {
  readonly #arrays: ListingArrays;
  readonly #sayings: readonly Saying[];
  readonly #same: SameContent;

  constructor(arrays: ListingArrays, sayings: readonly Saying[], same: SameContent = NO_SAME_CONTENT) {
    this.#arrays = arrays;
    this.#sayings = sayings;
    this.#same = same;
  }

  /** A chain's listings, in the order in which the feeds gave them. */
  of(head: number, type: IndicatorType, value: string): Listed[] {
    const first = this.#listed(head, type, value);
    let at = this.#before(head);
    if (at === 0) return [first];
    const listed = [first];
    for (; at !== 0; at = this.#before(at)) listed.push(this.#listed(at, type, value));
    return listed.toReversed();
  }

  /** One listing, whatever else is listed of its indicator. */
  one(listing: number, type: IndicatorType, value: string): Listed {
    return this.#listed(listing, type, value);
  }

  #before(listing: number): number {
    return this.#arrays.rows[listing * STRIDE + BEFORE] as number;
  }

  #listed(at: number, type: IndicatorType, value: string): Listed {
    const { rows, ends, ports } = this.#arrays;
    const start = at * STRIDE;
    const validUntil = ends.length === 0 ? null : this.#time(ends[at] as number);
    const named = ports.length === 0 ? 0 : (ports[at] as number);
    const saying = this.#sayings[rows[start] as number] as Saying;
    const same = this.#same.get(saying.feed);
    return {
      value,
      type,
      categories: saying.categories,
      confidence: saying.confidence,
      firstSeen: this.#time(rows[start + 1] as number),
      lastSeen: this.#time(rows[start + 2] as number),
      actors: saying.actors,
      feed: saying.feed,
      lineage: same?.lineage ?? saying.lineage,
      feedAsOf: saying.feedAsOf,
      ...(same === undefined ? {} : { sameAs: same.as }),
      ...(validUntil === null ? {} : { validUntil }),
      ...(named === 0 ? {} : { ports: portsIn(named) }),
    };
  }

  #time(code: number): EpochMs | null {
    if (code < FIRST_ODD) return code * 1_000;
    if (code === UNKNOWN) return null;
    return oddTime(this.#arrays.oddTimes, code);
  }
}

function oddTime(oddTimes: Uint32Array, code: number): EpochMs {
  const at = 2 * (code - FIRST_ODD);
  HALVES[0] = oddTimes[at] as number;
  HALVES[1] = oddTimes[at + 1] as number;
  return DOUBLE[0] as number;
}

/** Which listing of an indicator comes before which, while a table is built. */
export class Chains {
  readonly #rows: Uint32Array;

  constructor({ rows }: ListingArrays) {
    this.#rows = rows;
  }

  /** One more than the number of the last listing. */
  get end(): number {
    return this.#rows.length / STRIDE;
  }

  /** The listing before of the same indicator; 0 for none. */
  before(listing: number): number {
    return this.#rows[listing * STRIDE + BEFORE] as number;
  }

  /** A listing becomes the head of a chain. */
  link(head: number, listing: number): number {
    this.#rows[listing * STRIDE + BEFORE] = head;
    return listing;
  }
}

/** Takes listings while a table is built. */
export class ListingColumns {
  readonly #rows = new GrowingWords();
  readonly #ends = new GrowingWords();
  #hasEnds = false;
  readonly #ports = new GrowingWords();
  #hasPorts = false;
  readonly #oddTimes = new GrowingWords();
  readonly #sayings: Saying[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #copied = new Map<number, number>();

  constructor() {
    // Listing 0 is none.
    for (let i = 0; i < STRIDE; i++) this.#rows.push(0);
    this.#ends.push(UNKNOWN);
    this.#ports.push(0);
  }

  get sayings(): readonly Saying[] {
    return this.#sayings;
  }

  /** Of listings. */
  get count(): number {
    return this.#rows.length / STRIDE - 1;
  }

  /** The listing's number. */
  add(listed: Listed): number {
    const number = this.#rows.length / STRIDE;
    this.#rows.push(this.#sayingOf(listed));
    this.#rows.push(this.#codeOf(listed.firstSeen));
    this.#rows.push(this.#codeOf(listed.lastSeen));
    this.#rows.push(0);
    this.#ends.push(this.#codeOf(listed.validUntil ?? null));
    this.#hasEnds ||= listed.validUntil !== undefined;
    this.#ports.push(wordOf(listed.ports));
    this.#hasPorts ||= listed.ports !== undefined;
    return number;
  }

  /** A listing of other columns, as {@link add} would take it. */
  copy({ rows, ends, ports, oddTimes }: ListingArrays, sayings: readonly Saying[], listing: number): void {
    const start = listing * STRIDE;
    this.#rows.push(this.#copiedSaying(sayings, rows[start] as number));
    this.#rows.push(this.#copiedCode(rows[start + 1] as number, oddTimes));
    this.#rows.push(this.#copiedCode(rows[start + 2] as number, oddTimes));
    this.#rows.push(0);
    const end = ends.length === 0 ? UNKNOWN : (ends[listing] as number);
    this.#ends.push(this.#copiedCode(end, oddTimes));
    this.#hasEnds ||= end !== UNKNOWN;
    const named = ports.length === 0 ? 0 : (ports[listing] as number);
    this.#ports.push(named);
    this.#hasPorts ||= named !== 0;
  }

  *finished(): Generator<void, ListingArrays> {
    const rows = yield* this.#rows.moved();
    const ends = this.#hasEnds ? yield* this.#ends.moved() : sharedWords(0);
    const ports = this.#hasPorts ? yield* this.#ports.moved() : sharedWords(0);
    return { rows, ends, ports, oddTimes: yield* this.#oddTimes.moved() };
  }

  #sayingOf(listed: Listed): number {
    const { categories, confidence, actors, feed, lineage, feedAsOf } = listed;
    const last = this.#sayings.at(-1);
    if (last !== undefined && isSaid(last, listed)) return this.#sayings.length - 1;
    const key = keyOf(listed);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#sayings.length);
    return this.#sayings.push({ categories, confidence, actors, feed, lineage, feedAsOf }) - 1;
  }

  /** By its number among the others: there each stands once. */
  #copiedSaying(sayings: readonly Saying[], number: number): number {
    const known = this.#copied.get(number);
    if (known !== undefined) return known;
    const own = this.#sayings.push(sayings[number] as Saying) - 1;
    this.#copied.set(number, own);
    return own;
  }

  #copiedCode(code: number, oddTimes: Uint32Array): number {
    return code < FIRST_ODD || code === UNKNOWN ? code : this.#codeOf(oddTime(oddTimes, code));
  }

  #codeOf(time: EpochMs | null): number {
    if (time === null) return UNKNOWN;
    const seconds = time / 1_000;
    if (Number.isInteger(seconds) && seconds >= 0 && seconds < FIRST_ODD) return seconds;
    DOUBLE[0] = time;
    this.#oddTimes.push(HALVES[0] as number);
    this.#oddTimes.push(HALVES[1] as number);
    return FIRST_ODD + this.#oddTimes.length / 2 - 1;
  }
}

const PORT_BITS = 16;
const PORT = 0xffff;

/** The first in the lower half. */
function wordOf(ports: readonly number[] = []): number {
  return ((ports[0] ?? 0) | ((ports[1] ?? 0) << PORT_BITS)) >>> 0;
}

function portsIn(word: number): readonly number[] {
  const second = word >>> PORT_BITS;
  return second === 0 ? [word & PORT] : [word & PORT, second];
}

/** Most lines of a feed say the same as the one before: seen without making a key. */
function isSaid(saying: Saying, listed: Listed): boolean {
  return (
    saying.feed === listed.feed &&
    saying.confidence === listed.confidence &&
    saying.feedAsOf === listed.feedAsOf &&
    saying.lineage === listed.lineage &&
    isSame(saying.categories, listed.categories) &&
    isSame(saying.actors, listed.actors)
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function keyOf({ categories, confidence, actors, feed, lineage, feedAsOf }: Listed): string {
  const plain = `${confidence}\n${feedAsOf}\n${feed}\n${lineage}\n${wordsOf(categories)}`;
  return actors.length === 0 ? plain : `${plain}\n${JSON.stringify(actors)}`;
}

function wordsOf(categories: readonly ThreatCategory[]): string {
  return categories.length === 1 ? (categories[0] as string) : categories.join(' ');
}
