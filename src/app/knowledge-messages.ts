import type { MessagePort } from 'node:worker_threads';
import type { FeedFile } from '../exposure/index.ts';
import type { Listing, VulnerabilityKnowledge } from '../model/index.ts';
import type { AdvisoryReading } from '../vulnerabilities/index.ts';
import type { IntelDocument } from './intel/intel-document.ts';

/** A file that is to be read, unpacked, and the channel on which its portions are asked for. */
export interface KnowledgeOrder {
  readonly bytes: Uint8Array;
  /** What is said of it where it may be a feed; `null`: advisories are meant. */
  readonly file: Omit<FeedFile, 'bytes'> | null;
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
  /** Without its listings or entries, which come in portions; the bytes are given back. */
  | { readonly kind: 'document'; readonly document: IntelDocument; readonly bytes: Uint8Array }
  | { readonly kind: 'listed'; readonly listed: readonly Listing[] | readonly string[] | null }
  | { readonly kind: 'failed'; readonly cause: unknown };
