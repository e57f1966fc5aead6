import { type FeedFile, isDocument, readingFeed } from '../../exposure/index.ts';
import type { Listing } from '../../model/index.ts';
import { type AskReader, inKnowledgeThread, WORTH_A_THREAD_BYTES } from '../knowledge-thread.ts';
import { inTurns } from '../turns.ts';
import { type IntelDocument, intelDocument } from './intel-document.ts';

/** What was read, and the bytes: those that were given are gone where they were read elsewhere. */
export interface IntelReading {
  readonly document: IntelDocument;
  readonly bytes: Buffer;
}

/** Reads what is among feeds without holding the loop: lists in small steps, a large document in a thread. */
export async function readingIntel(
  file: Omit<FeedFile, 'bytes'>,
  bytes: Buffer,
  onShare: (share: number) => void,
): Promise<IntelReading> {
  const isWhole = isDocument({ bytes, format: file.format });
  if (isWhole && bytes.length < WORTH_A_THREAD_BYTES) return { document: intelDocument(file, bytes), bytes };
  if (isWhole) return inKnowledgeThread(file, bytes, received);
  const reading = await inTurns(readingFeed({ ...file, bytes }), onShare);
  return { document: { kind: 'feed', reading, named: null }, bytes };
}

async function received(ask: AskReader): Promise<IntelReading> {
  const first = await ask();
  if (first.kind !== 'document') throw new Error('a document begins with what was read');
  const listed: (Listing | string)[] = [];
  for (;;) {
    const next = await ask();
    if (next.kind !== 'listed' || next.listed === null) break;
    for (const each of next.listed) listed.push(each);
  }
  const { document, bytes } = first;
  const { buffer, byteOffset, byteLength } = bytes;
  return { document: withListed(document, listed), bytes: Buffer.from(buffer, byteOffset, byteLength) };
}

/** The document whole again. */
function withListed(document: IntelDocument, listed: readonly (Listing | string)[]): IntelDocument {
  if (document.kind === 'warning_list') {
    const { reading } = document;
    return reading.ok
      ? { ...document, reading: { ...reading, list: { ...reading.list, entries: listed as string[] } } }
      : document;
  }
  const { reading } = document;
  return reading.ok
    ? { ...document, reading: { ...reading, feed: { ...reading.feed, listings: listed as Listing[] } } }
    : document;
}
