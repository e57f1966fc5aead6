import type { JournalRecord } from '../model/index.ts';
import { JournalError } from './errors.ts';

/** How a record becomes the payload of a frame: a format byte, then that format's bytes. */
const JSON_UTF8 = 1;

export function encodeRecord(record: JournalRecord): Buffer {
  const text = JSON.stringify(record);
  const payload = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
  payload[0] = JSON_UTF8;
  payload.write(text, 1);
  return payload;
}

/** The payload's checksum already vouches that these are the bytes which `encodeRecord` made. */
export function decodeRecord(payload: Buffer): JournalRecord {
  if (payload[0] !== JSON_UTF8) {
    throw new JournalError(
      'newer_format',
      `a record has format ${payload[0]}; this release reads ${JSON_UTF8}`,
    );
  }
  return JSON.parse(payload.toString('utf8', 1)) as JournalRecord;
}
