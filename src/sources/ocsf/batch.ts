import { isUtf8 } from 'node:buffer';
import { LIMITS, type Reading } from '../../model/index.ts';
import { firstJsonInk } from '../json-divider.ts';
import { isJsonObject } from '../json-fields.ts';
import { refused } from '../json-line.ts';
import type { Line } from '../line.ts';
import { createLineSplitter } from '../lines.ts';
import type { SourceContext } from '../reading-context.ts';
import { BatchExtent } from './batch-extent.ts';
import { ocsfTimeGate } from './ocsf-record.ts';
import { createOcsfReader, readOcsfEvent } from './reader.ts';

/** A reading and where it stood: the line of an NDJSON body, the place (from 1) in an array. */
export interface BatchReading {
  readonly line: number;
  readonly reading: Reading;
}

/** Why a body is refused as a whole. `too_large`: in bytes, in events, or in what its JSON would take in memory. */
export type BatchFault = 'too_large' | 'invalid_utf8' | 'malformed_json';

export type OcsfBatch =
  | { readonly kind: 'batch'; readonly readings: readonly BatchReading[] }
  | { readonly kind: 'unreadable'; readonly reason: BatchFault };

const MALFORMED: OcsfBatch = { kind: 'unreadable', reason: 'malformed_json' };

/**
 * The body of `POST /v1/events`: NDJSON, a JSON array of events, or one event (on several lines, too). Read in small steps:
 * a body may be of 16 MiB.
 *
 * Two promises meet here. A body that cannot be read as events at all (over the size limit, not UTF-8, not
 * JSON) is refused whole, a client error: nothing of it enters. In a readable body each record stands for
 * itself: a bad one is refused by its line and the good ones enter. An empty body is a batch of none.
 */
export function* readingOcsfBatch(body: Uint8Array, from: SourceContext): Generator<void, OcsfBatch> {
  const context = { ...from, isLive: true };
  if (body.length > LIMITS.batchBytes) return { kind: 'unreadable', reason: 'too_large' };
  if (!isUtf8(body)) return { kind: 'unreadable', reason: 'invalid_utf8' };
  yield;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const hasArray = isArray(bytes);
  const extent = new BatchExtent(bytes, hasArray);
  if (yield* extent.exceeds()) return { kind: 'unreadable', reason: 'too_large' };
  if (hasArray) {
    const elements = elementsOf(bytes, extent);
    return elements === null ? MALFORMED : yield* readingTexts(elements, context);
  }
  const readings = yield* readingLinewise(bytes, context);
  return readings === null ? yield* readingTexts([bytes], context) : { kind: 'batch', readings };
}

/** `null` where not one line is JSON: then the body is something else than NDJSON. */
function* readingLinewise(
  bytes: Buffer,
  context: SourceContext,
): Generator<void, readonly BatchReading[] | null> {
  const reader = createOcsfReader(context);
  const readings: BatchReading[] = [];
  let isNdjson = false;
  for (const line of linesOf(bytes)) {
    for (const reading of reader.read(line)) {
      isNdjson ||= reading.kind !== 'refused' || !UNPARSED.has(reading.reason);
      readings.push({ line: line.number, reading });
    }
    yield;
  }
  return isNdjson || readings.length === 0 ? readings : null;
}

const UNPARSED: ReadonlySet<string> = new Set([
  'malformed_json',
  'half_written_line',
  'not_an_object',
  'nul_byte',
  'line_too_long',
]);

/** In pieces of whole lines. */
function* linesOf(bytes: Buffer): Iterable<Line> {
  const splitter = createLineSplitter();
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start + PIECE_BYTES) + 1 || bytes.length;
    yield* splitter.push(bytes.subarray(start, end));
    start = end;
  }
  const last = splitter.finish();
  if (last !== null) yield last;
}

/** Each is a record; one that is no JSON is a fault of the body's. */
function* readingTexts(texts: readonly Buffer[], context: SourceContext): Generator<void, OcsfBatch> {
  const gate = ocsfTimeGate(context);
  const readings: BatchReading[] = [];
  let line = 0;
  for (const text of texts) {
    line++;
    // As of a line: one text of 16 MiB would hold up everything else while it is parsed.
    if (text.length > LIMITS.lineBytes) {
      readings.push({ line, reading: refused('line_too_long') });
      continue;
    }
    const parsed = parse(text);
    if (parsed === null) return MALFORMED;
    const { value } = parsed;
    const found = isJsonObject(value) ? readOcsfEvent(value, context, gate) : [refused('not_an_object')];
    for (const reading of found) readings.push({ line, reading });
    yield;
  }
  return { kind: 'batch', readings };
}

function parse(text: Buffer): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text.toString('utf8')) };
  } catch {
    return null;
  }
}

/**
 * The texts of an array's elements: each is JSON, and nothing is behind the closing bracket, exactly where the whole is
 * JSON. `null` where it does not end with its bracket.
 */
function elementsOf(bytes: Buffer, { ends, isClosed }: BatchExtent): readonly Buffer[] | null {
  const last = ends.at(-1) ?? 0;
  if (!isClosed || bytes[last] !== ARRAY_END || firstJsonInk(bytes, last + 1) < bytes.length) return null;
  const start = firstJsonInk(bytes, 0) + 1;
  if (firstJsonInk(bytes, start) === last) return [];
  return ends.map((end, index) => bytes.subarray(index === 0 ? start : (ends[index - 1] ?? 0) + 1, end));
}

const LF = 0x0a;
const PIECE_BYTES = 65_536;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;

function isArray(bytes: Buffer): boolean {
  return bytes[firstJsonInk(bytes, 0)] === ARRAY_START;
}
