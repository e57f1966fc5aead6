import { type AskReader, readInKnowledgeThread, WORTH_A_THREAD_BYTES } from './knowledge-thread.ts';
import { type EventReading, readEvent } from './misp/event-reading.ts';
import { type ManifestReading, readEventIds, readManifest } from './misp/manifest-reading.ts';
import { entriesFrom } from './reading-intel.ts';
import { type PageReading, readPage } from './taxii/page-reading.ts';

/** Reads a page of a TAXII collection, a large one in a thread. The bytes are given away. */
export async function readingPage(bytes: Buffer): Promise<PageReading> {
  if (bytes.length < WORTH_A_THREAD_BYTES) return readPage(bytes);
  return readInKnowledgeThread({ kind: 'taxii_page' }, bytes, pageFrom);
}

async function pageFrom(ask: AskReader): Promise<PageReading> {
  const first = await ask();
  if (first.kind !== 'page') throw new Error('a page begins with what was read');
  const objects: PageReading['objects'][number][] = [];
  for (let next = await ask(); next.kind === 'objects'; next = await ask())
    for (const each of next.objects) objects.push(each);
  return { head: first.head, objects };
}

/** Reads the manifest of a MISP feed, a large one in a thread. The bytes are given away. */
export async function readingManifest(bytes: Buffer, mostEvents: number): Promise<ManifestReading> {
  if (bytes.length < WORTH_A_THREAD_BYTES) return readManifest(bytes, mostEvents);
  return readInKnowledgeThread({ kind: 'misp_manifest', mostEvents }, bytes, async (ask) => {
    const answer = await ask();
    if (answer.kind !== 'manifest') throw new Error('a manifest is read in one piece');
    return answer.manifest;
  });
}

/** Which events the manifest in a folder names, a large one in a thread; `null` where it is none. The bytes are given away. */
export async function readingEventIds(bytes: Buffer): Promise<readonly string[] | null> {
  if (bytes.length < WORTH_A_THREAD_BYTES) return readEventIds(bytes);
  return readInKnowledgeThread({ kind: 'misp_ids' }, bytes, async (ask) => {
    const answer = await ask();
    if (answer.kind !== 'ids') throw new Error('ids begin with how many there are');
    return answer.count === null ? null : entriesFrom(ask);
  });
}

/** Looks into an event of a MISP feed, a large one in a thread, and gives the bytes back. */
export async function readingEvent(bytes: Buffer): Promise<EventReading & { readonly bytes: Buffer }> {
  if (bytes.length < WORTH_A_THREAD_BYTES) return { ...readEvent(bytes), bytes };
  return readInKnowledgeThread({ kind: 'misp_event' }, bytes, async (ask) => {
    const answer = await ask();
    if (answer.kind !== 'event') throw new Error('an event is read in one piece');
    const { buffer, byteOffset, byteLength } = answer.bytes;
    return { ...answer.event, bytes: Buffer.from(buffer, byteOffset, byteLength) };
  });
}
