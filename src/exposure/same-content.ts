import type { Feed, FeedId, StateReader, StateWriter } from '../model/index.ts';

/** Of a feed's indicators so many are kept in mind: those with the least hashes. */
const SAMPLED = 512;
/** From this share of what both list together on, that both list, they are one list. */
const ALIKE_FROM = 0.9;
/** Two that are alike have one of their so many least in common: others are not held against each other. */
const LED_BY = 16;

/** By feed that says what another says already: that other. */
export type SameContent = ReadonlyMap<FeedId, { readonly as: FeedId; readonly lineage: string }>;

export const NO_SAME_CONTENT: SameContent = new Map();

const SECTION = 'same';

export function saveSame(same: SameContent, to: StateWriter): void {
  to.records(SECTION, same);
}

export function loadSame(from: StateReader): SameContent {
  return new Map(from.records(SECTION) as Iterable<[FeedId, { as: FeedId; lineage: string }]>);
}

type Head = Pick<Feed, 'id' | 'lineage'>;

/**
 * Finds feeds that list the same, or nearly: one list that came in two ways counts once, whatever it is called. Of each
 * feed a sample is taken while its indicators pass by (the least hashes, as MinHash does): that of one set is the same
 * whatever its order is. A lineage that the operator gave stays, as he knows better.
 */
export class ContentSamples {
  readonly #samples = new Map<Head, Sample>();

  /** The sample that a feed's indicators are added to. */
  of(feed: Head): Sample {
    const sample = new Sample();
    this.#samples.set(feed, sample);
    return sample;
  }

  /** What was found, a feed a step. */
  *same(): Generator<void, SameContent> {
    const same = new Map<FeedId, { as: FeedId; lineage: string }>();
    const leaders = new Map<number, Head[]>();
    for (const [feed, sample] of [...this.#samples].sort(([a], [b]) => firstOf(a, b))) {
      const leading = sample.least().slice(0, LED_BY);
      const others = isGiven(feed) ? [] : leading.flatMap((hash) => leaders.get(hash) ?? []);
      const found = [...new Set(others)].find((other) => sample.isAlike(this.#samples.get(other) ?? sample));
      if (found !== undefined) same.set(feed.id, { as: found.id, lineage: found.lineage });
      else for (const hash of leading) pushTo(leaders, hash, feed);
      yield;
    }
    return same;
  }
}

function pushTo(leaders: Map<number, Head[]>, hash: number, feed: Head): void {
  const known = leaders.get(hash);
  if (known === undefined) leaders.set(hash, [feed]);
  else known.push(feed);
}

/** The least hashes of a feed's indicators, each once. */
class Sample {
  #hashes: number[] = [];
  #size = 0;
  #most = 0xffff_ffff;

  add(indicator: string): void {
    this.#size++;
    const hash = hashOf(indicator);
    if (hash > this.#most) return;
    this.#hashes.push(hash);
    if (this.#hashes.length === 4 * SAMPLED) this.#most = this.least()[SAMPLED - 1] ?? this.#most;
  }

  least(): readonly number[] {
    this.#hashes = [...Uint32Array.from(new Set(this.#hashes)).sort().subarray(0, SAMPLED)];
    return this.#hashes;
  }

  /** Of the least that either has, so many both have: so it is with all of them. Given up as soon as too many differ. */
  isAlike(other: Sample): boolean {
    const [fewer, more] = this.#size < other.#size ? [this, other] : [other, this];
    if (fewer.#size < ALIKE_FROM * more.#size) return false;
    const [own, others] = [this.#hashes, other.#hashes];
    let [told, common, at, atOther] = [0, 0, 0, 0];
    const mostOfOne = (1 - ALIKE_FROM) * Math.min(SAMPLED, own.length + others.length);
    while (told < SAMPLED && (at < own.length || atOther < others.length)) {
      const [left, right] = [own[at] ?? Infinity, others[atOther] ?? Infinity];
      if (left <= right) at++;
      if (right <= left) atOther++;
      if (left === right) common++;
      if (++told - common > mostOfOne) return false;
    }
    return common >= ALIKE_FROM * told;
  }
}

/** Those whose lineage was given lead. */
function firstOf(a: Head, b: Head): number {
  return Number(isGiven(b)) - Number(isGiven(a)) || (a.id < b.id ? -1 : 1);
}

function isGiven({ id, lineage }: Head): boolean {
  return lineage !== id;
}

/** FNV-1a, its bits mixed: equal on every machine. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
