import { isUtf8 } from 'node:buffer';
import { LIMITS, type Reading } from '../../model/index.ts';
import { isJsonObject } from '../json-fields.ts';
import { refused } from '../json-line.ts';
import type { Line } from '../line.ts';
import { createLineSplitter } from '../lines.ts';
import { createTimeGate, type SourceContext } from '../reading-context.ts';
import { exceedsBatch } from './batch-extent.ts';
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

/**
 * The body of `POST /v1/events`: NDJSON, a JSON array of events, or one event (on several lines, too).
 *
 * Two promises meet here. A body that cannot be read as events at all (over the size limit, not UTF-8, not
 * JSON) is refused whole, a client error: nothing of it enters. In a readable body each record stands for
 * itself: a bad one is refused by its line and the good ones enter. An empty body is a batch of none.
 */
export function readOcsfBatch(body: Uint8Array, from: SourceContext): OcsfBatch {
  const context = { ...from, isLive: true };
  if (body.length > LIMITS.batchBytes) return { kind: 'unreadable', reason: 'too_large' };
  if (!isUtf8(body)) return { kind: 'unreadable', reason: 'invalid_utf8' };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const hasArray = isArray(bytes);
  if (exceedsBatch(bytes, hasArray)) return { kind: 'unreadable', reason: 'too_large' };
  const readings = hasArray ? null : readLinewise(bytes, context);
  if (readings !== null) return { kind: 'batch', readings };
  return readWhole(bytes, context);
}

/** `null` where not one line is JSON: then the body is something else than NDJSON. */
function readLinewise(bytes: Buffer, context: SourceContext): readonly BatchReading[] | null {
  const reader = createOcsfReader(context);
  const readings: BatchReading[] = [];
  let isNdjson = false;
  for (const line of linesOf(bytes)) {
    for (const reading of reader.read(line)) {
      isNdjson ||= reading.kind !== 'refused' || !UNPARSED.has(reading.reason);
      readings.push({ line: line.number, reading });
    }
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

function linesOf(bytes: Buffer): readonly Line[] {
  const splitter = createLineSplitter();
  const lines = splitter.push(bytes);
  const last = splitter.finish();
  return last === null ? lines : [...lines, last];
}

function readWhole(bytes: Buffer, context: SourceContext): OcsfBatch {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { kind: 'unreadable', reason: 'malformed_json' };
  }
  const records: readonly unknown[] = Array.isArray(value) ? value : [value];
  const gate = createTimeGate(context);
  const readings: BatchReading[] = [];
  for (const [index, record] of records.entries()) {
    const found = isJsonObject(record) ? readOcsfEvent(record, context, gate) : [refused('not_an_object')];
    for (const reading of found) readings.push({ line: index + 1, reading });
  }
  return { kind: 'batch', readings };
}

const ARRAY_START = 0x5b;
const WHITE_SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

function isArray(bytes: Buffer): boolean {
  let at = 0;
  while (WHITE_SPACE.has(bytes[at] ?? 0)) at++;
  return bytes[at] === ARRAY_START;
}
