import type { AllListings, Feed, Listing } from '../model/index.ts';
import { KeptValues, type ValuePages } from './indicators/kept-values.ts';
import { type ListingArrays, ListingColumns, Listings, type Saying } from './indicators/listings.ts';

/** What goes from a thread to another: pages and arrays are shared, and nothing but the sayings is copied. */
export interface CompactForm {
  readonly length: number;
  readonly values: ValuePages;
  readonly arrays: ListingArrays;
  /** Mostly few; of a hostile feed as many as it lists. */
  readonly sayings: readonly Saying[];
}

/** Listings that are compacted before the work gives way. */
const PER_SLICE = 1_024;

/** A feed's listings as numbers and bytes, in small steps. */
export function* compacting({ id, lineage, asOf, listings }: Feed): Generator<void, CompactForm> {
  const columns = new ListingColumns();
  const values = new KeptValues();
  let taken = 0;
  for (const listing of listings) {
    columns.add({ ...listing, feed: id, lineage, feedAsOf: asOf });
    values.push(listing.type, listing.value);
    if (++taken % PER_SLICE === 0) yield;
  }
  const arrays = yield* columns.finished();
  return { length: columns.count, values: values.pages, arrays, sayings: columns.sayings };
}

/**
 * The listings of a feed as numbers and bytes, told as they are asked for. A million of them as objects would hold up
 * whoever has them: the collector of garbage stops everybody while it moves them.
 */
export class CompactListings implements AllListings {
  readonly #form: CompactForm;

  constructor(form: CompactForm) {
    this.#form = form;
  }

  get form(): CompactForm {
    return this.#form;
  }

  get length(): number {
    return this.#form.length;
  }

  *[Symbol.iterator](): Generator<Listing> {
    const { arrays, sayings, values } = this.#form;
    const listings = new Listings(arrays, sayings);
    let number = 0;
    for (const [type, value] of KeptValues.in(values)) {
      const {
        feed: _feed,
        lineage: _lineage,
        feedAsOf: _asOf,
        ...listing
      } = listings.one(++number, type, value);
      yield listing;
    }
  }
}
