import { atOnce, type EventsRecord, type JournalRecord } from '../model/index.ts';
import { JournalError } from './errors.ts';
import { jsonPieces } from './json-pieces.ts';
import { packEvents, packingEvents, unpackEvents, unpackMixed } from './packed/events-record.ts';
import { packingFeed, unpackingFeed } from './packed/feed-record.ts';
import { Sink } from './packed/sink.ts';

/**
 * How a record becomes the payload of a frame: a format byte, then that format's bytes. Every format stays readable.
 * Format 1 is JSON, of any record; format 2 is packed, for events one by one; format 3 is packed too, with
 * connections side by side; format 4 is packed, for feeds: a million indicators in some 30 MB.
 */
const JSON_UTF8 = 1;
const PACKED_EVENTS = 2;
const PACKED_COLUMNS = 3;
const PACKED_FEED = 4;

/** What was made beforehand, until it is asked for. */
const packed = new WeakMap<JournalRecord, Buffer>();

export function encodeRecord(record: JournalRecord): Buffer {
  const ready = packed.get(record);
  packed.delete(record);
  if (ready !== undefined) return ready;
  if (record.kind === 'feed') return atOnce(packingFeed(PACKED_FEED, record));
  return record.kind === 'events' ? packEvents(formatOf(record), record) : encodeJson(record);
}

function formatOf({ connections }: EventsRecord): number {
  return connections === undefined ? PACKED_EVENTS : PACKED_COLUMNS;
}

/** Kinds of records that may hold a million rows. */
export type LargeRecord = Extract<JournalRecord, { readonly kind: 'feed' | 'advisories' | 'warning_lists' }>;

export function isLarge(record: JournalRecord): record is LargeRecord {
  return record.kind === 'feed' || record.kind === 'advisories' || record.kind === 'warning_lists';
}

/** What makes the writing of a large record quick, in small steps: its bytes, beforehand. */
export function* packing(record: LargeRecord | EventsRecord): Generator<void, void> {
  packed.set(record, yield* payloadOf(record));
}

/** The same of bytes that were made elsewhere, by {@link payloadOf}. */
export function rememberPayload(record: LargeRecord | EventsRecord, payload: Buffer): void {
  packed.set(record, payload);
}

/** What `encodeRecord` gives, in small steps. */
export function* payloadOf(record: LargeRecord | EventsRecord): Generator<void, Buffer> {
  if (record.kind === 'events') return yield* packingEvents(formatOf(record), record);
  if (record.kind === 'feed') return yield* packingFeed(PACKED_FEED, record);
  const sink = new Sink();
  sink.byte(JSON_UTF8);
  for (const piece of jsonPieces(record)) {
    sink.raw(Buffer.from(piece));
    yield;
  }
  return yield* sink.writing();
}

/**
 * The payload's checksum already vouches that these are the bytes which `encodeRecord` made.
 * @throws JournalError `newer_format`, or `corrupt` where they are not after all
 */
export function decodeRecord(payload: Buffer): JournalRecord {
  return atOnce(decoding(payload));
}

/** The same in small steps, of a feed. */
export function* decoding(payload: Buffer): Generator<void, JournalRecord> {
  const format = payload[0];
  if (format === PACKED_EVENTS) return unpackEvents(payload);
  if (format === PACKED_COLUMNS) return unpackMixed(payload);
  if (format === PACKED_FEED) return yield* unpackingFeed(payload);
  if (format === JSON_UTF8) return JSON.parse(payload.toString('utf8', 1)) as JournalRecord;
  throw new JournalError(
    'newer_format',
    `a record has format ${format}; this release reads ${JSON_UTF8} to ${PACKED_FEED}: use a newer release`,
  );
}

/** False for what its format alone says to be something else; a million indicators are not unpacked to be passed over. */
export function mayBeEvents(payload: Buffer): boolean {
  return payload[0] !== PACKED_FEED;
}

function encodeJson(record: JournalRecord): Buffer {
  const text = JSON.stringify(record);
  const payload = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
  payload[0] = JSON_UTF8;
  payload.write(text, 1);
  return payload;
}
