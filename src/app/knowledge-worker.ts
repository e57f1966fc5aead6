// A thread of its own that reads large files of advisories and JSON documents among feeds: bytes become knowledge here, and
// the owner takes it portion by portion, so that none of them holds its loop for long.
import { parentPort } from 'node:worker_threads';
import type { VulnerabilityKnowledge } from '../model/index.ts';
import { readAdvisories } from '../vulnerabilities/index.ts';
import { type IntelDocument, intelDocument } from './intel/intel-document.ts';
import type { FromKnowledgeReader, KnowledgeOrder } from './knowledge-messages.ts';

/** Some milliseconds for the owner to take over. */
const ADVISORIES_PER_PORTION = 250;
const ROWS_PER_PORTION = 10_000;
const LISTINGS_PER_PORTION = 1_000;

const NO_MORE: FromKnowledgeReader = { kind: 'portion', portion: null };
const NOTHING: VulnerabilityKnowledge = {
  advisories: [],
  statements: [],
  exploited: null,
  forecast: null,
  lifecycles: [],
};

function* answers({ bytes, file }: KnowledgeOrder): Generator<FromKnowledgeReader, void> {
  if (file !== null) return yield* documentAnswers(file, bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const reading = readAdvisories(text);
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
  file: NonNullable<KnowledgeOrder['file']>,
  bytes: Uint8Array,
): Generator<FromKnowledgeReader, void> {
  const whole = intelDocument(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  yield { kind: 'document', document: withoutListed(whole), bytes };
  if (!whole.reading.ok) return;
  if ('list' in whole.reading) {
    for (const listed of slices(whole.reading.list.entries, ROWS_PER_PORTION))
      yield { kind: 'listed', listed };
    return;
  }
  for (const listed of slices(whole.reading.feed.listings, LISTINGS_PER_PORTION))
    yield { kind: 'listed', listed };
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

function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

parentPort?.on('message', (order: KnowledgeOrder) => {
  const { channel } = order;
  const told = answers(order);
  channel.on('message', () => {
    const next = nextOf(told);
    channel.postMessage(next, next.kind === 'document' ? [next.bytes.buffer as ArrayBuffer] : []);
  });
});

function nextOf(told: Generator<FromKnowledgeReader, void>): FromKnowledgeReader {
  try {
    const step = told.next();
    return step.done === true ? NO_MORE : step.value;
  } catch (cause) {
    return { kind: 'failed', cause };
  }
}
