import type { MessagePort } from 'node:worker_threads';
import type { CompactForm, FeedFile } from '../exposure/index.ts';
import type { VulnerabilityKnowledge } from '../model/index.ts';
import type { AdvisoryReading } from '../vulnerabilities/index.ts';
import type { IntelDocument } from './intel/intel-document.ts';
import type { EventReading } from './intel/misp/event-reading.ts';
import type { ManifestReading } from './intel/misp/manifest-reading.ts';
import type { PageHead, PageReading } from './intel/taxii/page-reading.ts';

/** What bytes are to be read as. */
export type ReadAs =
  | { readonly kind: 'advisories' }
  /** A file among feeds, and what is said of it. */
  | { readonly kind: 'intel'; readonly file: Omit<FeedFile, 'bytes'> }
  | { readonly kind: 'taxii_page' }
  | { readonly kind: 'misp_manifest'; readonly mostEvents: number }
  | { readonly kind: 'misp_ids' }
  | { readonly kind: 'misp_event' };

/** A file that is to be read, unpacked, and the channel on which its portions are asked for. */
export interface KnowledgeOrder {
  readonly bytes: Uint8Array;
  readonly as: ReadAs;
  readonly channel: MessagePort;
}

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
  | { readonly kind: 'failed'; readonly cause: unknown };
