import { inTurns } from '../effects/index.ts';
import {
  type CompactForm,
  CompactListings,
  type FeedFile,
  isDocument,
  readingFeed,
} from '../exposure/index.ts';
import type { AllListings } from '../model/index.ts';
import { type IntelDocument, intelDocument } from './intel-document.ts';
import { type AskReader, readInKnowledgeThread, WORTH_A_THREAD_BYTES } from './knowledge-thread.ts';

/** What was read, and the bytes: those that were given are gone where they were read elsewhere. */
export interface IntelReading {
  readonly document: IntelDocument;
  readonly bytes: Buffer;
}

/** Reads what is among feeds without holding the loop: what is large in a thread. */
export async function readingIntel(
  file: Omit<FeedFile, 'bytes'>,
  bytes: Buffer,
  onShare: (share: number) => void,
): Promise<IntelReading> {
  if (bytes.length >= WORTH_A_THREAD_BYTES)
    return readInKnowledgeThread({ kind: 'intel', file }, bytes, (ask) => received(ask, onShare));
  if (isDocument({ bytes, format: file.format })) return { document: intelDocument(file, bytes), bytes };
  const reading = await inTurns(readingFeed({ ...file, bytes }), onShare);
  return { document: { kind: 'feed', reading, named: null }, bytes };
}

async function received(ask: AskReader, onShare: (share: number) => void): Promise<IntelReading> {
  let next = await ask();
  for (; next.kind === 'share'; next = await ask()) onShare(next.share);
  if (next.kind !== 'document') throw new Error('a document begins with what was read');
  const { document, bytes } = next;
  const { buffer, byteOffset, byteLength } = bytes;
  return { document: await whole(document, ask), bytes: Buffer.from(buffer, byteOffset, byteLength) };
}

/** The document with what it lists. */
async function whole(document: IntelDocument, ask: AskReader): Promise<IntelDocument> {
  if (!document.reading.ok) return document;
  if (document.kind === 'warning_list') {
    const { reading } = document;
    const entries = await entriesFrom(ask);
    return reading.ok
      ? { ...document, reading: { ...reading, list: { ...reading.list, entries } } }
      : document;
  }
  const { reading } = document;
  const listings = await listingsFrom(ask);
  return reading.ok
    ? { ...document, reading: { ...reading, feed: { ...reading.feed, listings } } }
    : document;
}

/** Texts that come in portions. */
export async function entriesFrom(ask: AskReader): Promise<readonly string[]> {
  const entries: string[] = [];
  for (let next = await ask(); next.kind === 'entries'; next = await ask())
    for (const each of next.entries) entries.push(each);
  return entries;
}

/** As numbers and bytes: what was an object over there is none here. */
async function listingsFrom(ask: AskReader): Promise<AllListings> {
  const sayings: CompactForm['sayings'][number][] = [];
  for (;;) {
    const next = await ask();
    if (next.kind === 'listings') return new CompactListings({ ...next.listings, sayings });
    if (next.kind !== 'sayings') throw new Error('a feed ends with its listings');
    for (const each of next.sayings) sayings.push(each);
  }
}
