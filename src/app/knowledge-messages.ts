import type { MessagePort } from 'node:worker_threads';
import type { VulnerabilityKnowledge } from '../model/index.ts';
import type { AdvisoryReading } from '../vulnerabilities/index.ts';

/** A file of advisories that is to be read, unpacked, and the channel on which its portions are asked for. */
export interface KnowledgeOrder {
  readonly bytes: Uint8Array;
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
  | { readonly kind: 'failed'; readonly cause: unknown };
