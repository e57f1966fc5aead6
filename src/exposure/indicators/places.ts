import type { IndicatorType } from '../../model/index.ts';
import { sharedWords, FIRST_TOUCHES_PER_SLICE } from './growing.ts';
import type { KeptValues } from './kept-values.ts';
import type { Chains } from './listings.ts';

/** An index by which indicators of one kind are found: each at a place of its own. */
export interface Indexed {
  /** All places that hold an indicator. */
  places(): Iterable<number>;
  /** The head of the chain of listings there. */
  headAt(place: number): number;
  /** The indicator there, in canonical text. */
  textAt(place: number): string;
  /** The same as a snapshot keeps it. */
  keepAt(place: number, values: KeptValues): void;
}

/** What may be listed, in the order of their numbers. */
const KINDS = ['ipv4', 'ipv6', 'ipv4Networks', 'ipv6Networks', 'domains', 'md5', 'sha1', 'sha256'] as const;
export type IndexedKind = (typeof KINDS)[number];
type ByKind = Readonly<Record<IndexedKind, Indexed>>;

const TYPES: Readonly<Record<IndexedKind, IndicatorType>> = {
  ipv4: 'ip',
  ipv6: 'ip',
  ipv4Networks: 'ip',
  ipv6Networks: 'ip',
  domains: 'domain',
  md5: 'hash',
  sha1: 'hash',
  sha256: 'hash',
};

export interface PlaceArrays {
  /** By listing, from 1: the number of its indicator's kind in the lower bits, and where it stands in that kind's index. */
  readonly words: Uint32Array;
}

const KIND_BITS = 3;
const MOST = 2 ** (32 - KIND_BITS);

/**
 * The indicator of each listing, so that what a feed said is told from the table, and stands nowhere else.
 */
export class Places {
  readonly #words: Uint32Array;
  readonly #indexes: ByKind;

  constructor({ words }: PlaceArrays, indexes: ByKind) {
    this.#words = words;
    this.#indexes = indexes;
  }

  static *build(indexes: ByKind, chains: Chains): Generator<void, PlaceArrays> {
    const words = sharedWords(chains.end);
    let steps = 0;
    for (const [number, kind] of KINDS.entries()) {
      const index = indexes[kind];
      for (const place of index.places()) {
        if (place >= MOST)
          throw new RangeError(`more indicators of one kind (${kind}) than a table can hold`);
        for (let at = index.headAt(place); at !== 0; at = chains.before(at)) {
          words[at] = ((place << KIND_BITS) | number) >>> 0;
          if (++steps % FIRST_TOUCHES_PER_SLICE === 0) yield;
        }
      }
    }
    return { words };
  }

  keep(listing: number, values: KeptValues): void {
    const word = this.#words[listing] as number;
    this.#indexes[kindIn(word)].keepAt(word >>> KIND_BITS, values);
  }

  indicatorOf(listing: number): { readonly type: IndicatorType; readonly value: string } {
    const word = this.#words[listing] as number;
    const kind = kindIn(word);
    return { type: TYPES[kind], value: this.#indexes[kind].textAt(word >>> KIND_BITS) };
  }
}

function kindIn(word: number): IndexedKind {
  return KINDS[word & (2 ** KIND_BITS - 1)] as IndexedKind;
}
