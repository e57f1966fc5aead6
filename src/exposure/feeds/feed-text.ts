import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { DAY_MS, type EpochMs, LIMITS } from '../../model/index.ts';
import type { Head } from './format.ts';
import { instantOf } from './found.ts';

/** By this much of its beginning a file is recognised, and its own date found. */
const HEAD_BYTES = 16_384;
const TAIL_BYTES = 4_096;
/** Lines come in portions of so many bytes: between two of them others have their turn. */
const PORTION_BYTES = 16_384;

/** The file as UTF-8 bytes, unpacked; or what is wrong with it. */
export function textBytes(bytes: Uint8Array): Buffer | { readonly problem: string } {
  const unpacked = isGzip(bytes) ? unpack(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (unpacked === null) return { problem: `is no whole gzip of at most ${LIMITS.feedBytes} bytes` };
  if (unpacked.length > LIMITS.feedBytes) return { problem: `is larger than ${LIMITS.feedBytes} bytes` };
  if (unpacked.includes(0)) return { problem: 'is not text: it holds NUL bytes' };
  if (!isUtf8(unpacked)) return { problem: 'is not UTF-8 text' };
  const text = unpacked.subarray(
    unpacked[0] === 0xef && unpacked[1] === 0xbb && unpacked[2] === 0xbf ? 3 : 0,
  );
  if (text.subarray(0, HEAD_BYTES).toString().trim() === '' && text.toString().trim() === '')
    return { problem: 'is empty: not even a header, as after a failed download' };
  return text;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpack(bytes: Uint8Array): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: LIMITS.feedBytes });
  } catch {
    return null;
  }
}

export function headText(bytes: Buffer): string {
  return bytes.subarray(0, HEAD_BYTES).toString();
}

/** A portion of lines without their ends, and how much of the file is read then. */
export interface Portion {
  readonly lines: readonly string[];
  readonly read: number;
}

/** A line that is longer than a line may be comes cut, with its first characters only. */
export function* portionsOf(bytes: Buffer): Generator<Portion> {
  let at = 0;
  while (at < bytes.length) {
    const end = portionEnd(bytes, at);
    const text = bytes.toString('utf8', at, Math.min(end, at + LIMITS.lineBytes + PORTION_BYTES));
    const lines = text.split('\n');
    if (text.endsWith('\n')) lines.pop();
    for (let i = 0; i < lines.length; i++)
      if (lines[i]?.endsWith('\r') === true) lines[i] = lines[i]?.slice(0, -1) ?? '';
    at = end;
    yield { lines, read: at };
  }
}

/** After the last line that is whole within a portion, or after the one line that is longer. */
function portionEnd(bytes: Buffer, at: number): number {
  const bound = at + PORTION_BYTES;
  if (bound >= bytes.length) return bytes.length;
  const last = bytes.lastIndexOf(10, bound - 1);
  if (last >= at) return last + 1;
  const next = bytes.indexOf(10, bound);
  return next < 0 ? bytes.length : next + 1;
}

/** The last lines say how many there should be, or that the list ends here. */
export function cutOff(
  bytes: Buffer,
  head: string,
  records: number,
  needed: RegExp | undefined,
): string | null {
  const tail = bytes.subarray(-TAIL_BYTES).toString();
  if (needed !== undefined && !needed.test(tail)) return 'ends before its last line: it was cut off';
  const declared = declaredCount(head) ?? declaredCount(tail);
  return declared === null || declared <= records
    ? null
    : `says that it has ${declared} entries, and has ${records}: it was cut off`;
}

function declaredCount(text: string): number | null {
  const match =
    /^#\s*(?:Number of entries\s*:\s*(\d{1,9})|END (\d{1,9}) entries|Entries\s*:\s*(\d{1,9})\b)/im.exec(text);
  const digits = match?.[1] ?? match?.[2] ?? match?.[3];
  return digits === undefined ? null : Number(digits);
}

/** Lines that are longer hold no date, and cost time to search. */
const DATE_LINE_CHARS = 200;
const DATED =
  /^[#;!].*?\b(?:last.?(?:update|modified)d?|updated|generated|(?:source )?file date)\b\W{0,20}?[:=](.*)$/i;

/** A date in the comments at the top, as list makers write it; without a zone it is UTC. */
export function headerDate({ lines }: Head, now: EpochMs): EpochMs | null {
  for (const line of lines) {
    const written = line.length > DATE_LINE_CHARS ? undefined : DATED.exec(line)?.[1];
    const time = instantOf(written?.replace(/[\s#*|]{1,40}$/, '').trim());
    if (time !== null && time <= now + DAY_MS) return time;
  }
  return null;
}
