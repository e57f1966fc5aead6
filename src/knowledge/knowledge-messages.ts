import type { MessagePort } from 'node:worker_threads';
import type { CompactForm, FeedFile, FeedHead, TableMemory, UnsealedTable } from '../exposure/index.ts';
import type { FeedId, FeedRecord, VulnerabilityKnowledge } from '../model/index.ts';
import type { AdvisoryReading } from '../vulnerabilities/index.ts';
import type { IntelDocument } from './intel-document.ts';
import type { EventReading } from './misp/event-reading.ts';
import type { ManifestReading } from './misp/manifest-reading.ts';
import type { PageHead, PageReading } from './taxii/page-reading.ts';

/** What bytes are to be read as. */
export type ReadAs =
  | { readonly kind: 'advisories' }
  /** A file among feeds, and what is said of it. */
  | { readonly kind: 'intel'; readonly file: Omit<FeedFile, 'bytes'> }
  | { readonly kind: 'taxii_page' }
  | { readonly kind: 'misp_manifest'; readonly mostEvents: number }
  | { readonly kind: 'misp_ids' }
  | { readonly kind: 'misp_event' };

/** A file that is to be read, unpacked. */
export interface ReadingWork {
  readonly kind: 'reading';
  readonly bytes: Uint8Array;
  readonly as: ReadAs;
}

/** A change of feeds whose bytes and table are to be made. What listings say comes beforehand, in portions. */
export interface FeedChangeWork {
  readonly kind: 'feed_change';
  readonly change: ChangeWithoutListings;
  readonly before: {
    /** In the order in which they came. */
    readonly feeds: readonly FeedWithoutListings[];
    readonly memory: Omit<TableMemory, 'sayings'>;
  };
}

type ChangeWithoutListings =
  | {
      readonly kind: 'feed';
      readonly record: Omit<FeedRecord, 'feed'>;
      readonly head: FeedHead;
      readonly form: Omit<CompactForm, 'sayings'>;
    }
  | { readonly kind: 'feed_removed'; readonly feed: FeedId };

interface FeedWithoutListings {
  readonly head: FeedHead;
  readonly length: number;
}

/** What is to be done, and the channel on which its portions are asked for. */
export type KnowledgeOrder = (ReadingWork | FeedChangeWork) & { readonly channel: MessagePort };

/** Whose listings say it: those of the table that counts, or of the feed that comes. */
export interface GivenSayings {
  readonly whose: 'before' | 'feed';
  readonly sayings: CompactForm['sayings'];
}

/** A question for the next portion, or a portion. */
export type ToKnowledgeReader = null | GivenSayings;

/** What a reading says but for what is known of vulnerabilities, which comes in portions. */
type ReadingWithoutKnowledge =
  | Omit<Extract<AdvisoryReading, { ok: true }>, 'knowledge'>
  | Extract<AdvisoryReading, { ok: false }>;

/** One for each question: `null` where there is no more. */
export type FromKnowledgeReader =
  | { readonly kind: 'reading'; readonly reading: ReadingWithoutKnowledge }
  | { readonly kind: 'portion'; readonly portion: VulnerabilityKnowledge | null }
  /** How much of it is read. */
  | { readonly kind: 'share'; readonly share: number }
  /** Without its listings or entries, which come after it; the bytes are given back. */
  | { readonly kind: 'document'; readonly document: IntelDocument; readonly bytes: Uint8Array }
  /** Of a warning list, or ids, in portions. */
  | { readonly kind: 'entries'; readonly entries: readonly string[] }
  /** Of a feed: what its listings say, in portions, and then they themselves. */
  | { readonly kind: 'sayings'; readonly sayings: CompactForm['sayings'] }
  | { readonly kind: 'listings'; readonly listings: Omit<CompactForm, 'sayings'> }
  /** Without its objects, which come in portions. */
  | { readonly kind: 'page'; readonly head: PageHead }
  | { readonly kind: 'objects'; readonly objects: PageReading['objects'] }
  | { readonly kind: 'manifest'; readonly manifest: ManifestReading }
  /** `null` where it is no manifest; else the ids come as entries. */
  | { readonly kind: 'ids'; readonly count: number | null }
  /** The bytes are given back. */
  | { readonly kind: 'event'; readonly event: EventReading; readonly bytes: Uint8Array }
  /** Of a change of feeds: more is to be done; others may have their turn. */
  | { readonly kind: 'underway' }
  /** Its bytes for the journal, given away. */
  | { readonly kind: 'payload'; readonly payload: Uint8Array }
  /** Its table, but for what its listings say, which comes before it. */
  | {
      readonly kind: 'table';
      readonly arrays: TableMemory['arrays'];
      readonly same: UnsealedTable['same'];
    }
  | { readonly kind: 'failed'; readonly cause: unknown };
