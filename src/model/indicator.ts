import type { FeedId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { FeedFormatName, IndicatorType, ThreatCategory } from './vocabulary.ts';

/** What one feed says of one indicator. */
export interface Listing {
  /** Canonical: an address, a CIDR block, a domain in A-labels, a hash in lower-case hex. */
  readonly value: string;
  readonly type: IndicatorType;
  readonly categories: readonly ThreatCategory[];
  /** 0…1. A feed that does not say gets its configured default. */
  readonly confidence: number;
  readonly firstSeen: EpochMs | null;
  readonly lastSeen: EpochMs | null;
  readonly actors: readonly string[];
  /** From then on the feed's maker does not stand by it any more; absent where the feed does not say. */
  readonly validUntil?: EpochMs;
  /** Where the feed names one or two ports and never the whole host: these, in order. */
  readonly ports?: readonly number[];
}

/** A feed as imported: the whole of it, atomically. */
export interface Feed {
  readonly id: FeedId;
  /** The feed's own date: from its header or its newest entry, else the time of import. */
  readonly asOf: EpochMs;
  readonly format: FeedFormatName;
  /** Feeds that copy each other share a lineage and count once. */
  readonly lineage: string;
  readonly listings: AllListings;
}

/** Each indicator once, in the feed's order. There may be millions: where they are many they are told, and not held. */
export type AllListings = Iterable<Listing> & { readonly length: number };
