// A thread of its own that reads large files of advisories and feeds, and makes what a change of feeds leads to: bytes become
// knowledge here, and the owner takes it portion by portion, so that none of them holds its loop for long.
import { parentPort } from 'node:worker_threads';
import { compacting, type FeedFile, isDocument, readingFeed } from '../exposure/index.ts';
import { atOnce, type VulnerabilityKnowledge } from '../model/index.ts';
import { readAdvisories } from '../vulnerabilities/index.ts';
import { decodedText } from './decoded-text.ts';
import { feedChangeAnswers } from './feed-change-answers.ts';
import { type IntelDocument, intelDocument } from './intel-document.ts';
import type {
  FromKnowledgeReader,
  GivenSayings,
  KnowledgeOrder,
  ReadingWork,
  ToKnowledgeReader,
} from './knowledge-messages.ts';
import { readEvent } from './misp/event-reading.ts';
import { readEventIds, readManifest } from './misp/manifest-reading.ts';
import { SAYINGS_PER_PORTION, slices } from './portions.ts';
import { readPage } from './taxii/page-reading.ts';

/** Some milliseconds for the owner to take over. */
const ADVISORIES_PER_PORTION = 250;
const ROWS_PER_PORTION = 10_000;
const OBJECTS_PER_PORTION = 500;
/** So long a list is read before its owner hears how far it is, and other files have their turn. */
const LIST_TURN_MS = 50;

const NO_MORE: FromKnowledgeReader = { kind: 'portion', portion: null };
const NOTHING: VulnerabilityKnowledge = {
  advisories: [],
  statements: [],
  exploited: null,
  forecast: null,
  lifecycles: [],
};

function* readingAnswers({ bytes: given, as }: ReadingWork): Generator<FromKnowledgeReader, void> {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  switch (as.kind) {
    case 'advisories':
      return yield* advisoryAnswers(bytes);
    case 'intel':
      return yield* documentAnswers(as.file, bytes);
    case 'taxii_page':
      return yield* pageAnswers(bytes);
    case 'misp_manifest':
      yield { kind: 'manifest', manifest: readManifest(bytes, as.mostEvents) };
      return;
    case 'misp_ids':
      return yield* idAnswers(bytes);
    case 'misp_event':
      yield { kind: 'event', event: readEvent(bytes), bytes };
  }
}

function* pageAnswers(bytes: Buffer): Generator<FromKnowledgeReader, void> {
  const { head, objects } = readPage(bytes);
  yield { kind: 'page', head };
  for (const some of slices(objects, OBJECTS_PER_PORTION)) yield { kind: 'objects', objects: some };
}

function* idAnswers(bytes: Buffer): Generator<FromKnowledgeReader, void> {
  const ids = readEventIds(bytes);
  yield { kind: 'ids', count: ids?.length ?? null };
  for (const entries of slices(ids ?? [], ROWS_PER_PORTION)) yield { kind: 'entries', entries };
}

function* advisoryAnswers(bytes: Buffer): Generator<FromKnowledgeReader, void> {
  const reading = readAdvisories(decodedText(bytes));
  if (!reading.ok) {
    yield { kind: 'reading', reading };
    return;
  }
  const { knowledge, ...rest } = reading;
  yield { kind: 'reading', reading: rest };
  for (const portion of portionsOf(knowledge)) yield { kind: 'portion', portion };
  yield NO_MORE;
}

function* documentAnswers(
  file: Omit<FeedFile, 'bytes'>,
  bytes: Buffer,
): Generator<FromKnowledgeReader, void> {
  const isWhole = isDocument({ bytes, format: file.format });
  const whole = isWhole ? intelDocument(file, bytes) : yield* listAnswers({ ...file, bytes });
  yield { kind: 'document', document: withoutListed(whole), bytes };
  if (!whole.reading.ok) return;
  if ('list' in whole.reading) {
    for (const entries of slices(whole.reading.list.entries, ROWS_PER_PORTION))
      yield { kind: 'entries', entries };
    return;
  }
  const { sayings, ...listings } = atOnce(compacting(whole.reading.feed));
  for (const some of slices(sayings, SAYINGS_PER_PORTION)) yield { kind: 'sayings', sayings: some };
  yield { kind: 'listings', listings };
}

function* listAnswers(file: FeedFile): Generator<FromKnowledgeReader, IntelDocument> {
  const steps = readingFeed(file);
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { kind: 'feed', reading: step.value, named: null };
    if (performance.now() - since < LIST_TURN_MS) continue;
    yield { kind: 'share', share: step.value };
    since = performance.now();
  }
}

function withoutListed(document: IntelDocument): IntelDocument {
  if (document.kind === 'warning_list') {
    const { reading } = document;
    return reading.ok
      ? { ...document, reading: { ...reading, list: { ...reading.list, entries: [] } } }
      : document;
  }
  const { reading } = document;
  return reading.ok
    ? { ...document, reading: { ...reading, feed: { ...reading.feed, listings: [] } } }
    : document;
}

function* portionsOf(knowledge: VulnerabilityKnowledge): Generator<VulnerabilityKnowledge> {
  const { advisories, statements, lifecycles, exploited, forecast } = knowledge;
  for (const some of slices(advisories, ADVISORIES_PER_PORTION)) yield { ...NOTHING, advisories: some };
  for (const some of slices(statements, ADVISORIES_PER_PORTION)) yield { ...NOTHING, statements: some };
  for (const some of slices(lifecycles, ADVISORIES_PER_PORTION)) yield { ...NOTHING, lifecycles: some };
  if (exploited !== null) yield { ...NOTHING, exploited };
  if (forecast === null) return;
  const { cves, probabilities } = forecast;
  for (let from = 0; from === 0 || from < cves.length; from += ROWS_PER_PORTION) {
    const [some, same] = [cves, probabilities].map((each) => each.slice(from, from + ROWS_PER_PORTION));
    yield { ...NOTHING, forecast: { ...forecast, cves: some as string[], probabilities: same as number[] } };
  }
}

parentPort?.on('message', (order: KnowledgeOrder) => {
  const { channel } = order;
  const given: GivenSayings[] = [];
  const told = order.kind === 'reading' ? readingAnswers(order) : feedChangeAnswers(order, given);
  channel.on('message', (message: ToKnowledgeReader) => {
    if (message !== null) {
      given.push(message);
      return;
    }
    const next = nextOf(told);
    channel.postMessage(next, givenWith(next));
  });
});

/** What of an answer is given away. */
function givenWith(answer: FromKnowledgeReader): ArrayBuffer[] {
  if (answer.kind === 'document' || answer.kind === 'event') return [answer.bytes.buffer as ArrayBuffer];
  return answer.kind === 'payload' ? [answer.payload.buffer as ArrayBuffer] : [];
}

function nextOf(told: Generator<FromKnowledgeReader, void>): FromKnowledgeReader {
  try {
    const step = told.next();
    return step.done === true ? NO_MORE : step.value;
  } catch (cause) {
    return { kind: 'failed', cause };
  }
}
