import { createHash } from 'node:crypto';
import { JsonDivider } from './json-divider.ts';

/** How much of a file's beginning its fingerprint may look at, in uncompressed bytes. */
export const HEAD_BYTES = 65_536;

/** As Latin-1 has it. */
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;

/**
 * What a log file is recognised by, whatever its name, its compression and its length today: SHA-256
 * over its bytes from the start to the end of its first data line (the line break left out), or over
 * its first 64 KiB where that line ends later (logs that were put together may begin with hundreds of header lines).
 *
 * Why so: a fixed number of bytes would give a growing file a second fingerprint the moment it passes
 * that number. The first data line, once written, never changes, and it tells files apart: header
 * lines alone are shared by all logs of one kind, but `#open`, or the first record with its microseconds and its
 * connection id, is not. A file without a data line has nothing to take in, so it needs no fingerprint
 * yet. A last line without line break counts once the file is `finished`; since the break is left out,
 * the file keeps its fingerprint should the break be written later. Where JSON goes on over the line's end, or begins
 * an array, the first value takes the line's place: all files of indented events begin with the same `{`.
 *
 * @param head the file's first bytes, at least `HEAD_BYTES` of them or all there are
 * @returns 64 hex digits, or `null` while there is no data line
 */
export function fingerprint(head: Buffer, finished: boolean): string | null {
  const window = head.subarray(0, HEAD_BYTES);
  const end = endOfFirstDataLine(window, finished || window.length === HEAD_BYTES);
  return end === null ? null : digestOf(window, end);
}

/**
 * What else a log may be known by, where another begins with the same first record: SHA-256 over its bytes to the end of
 * that record and 1, 2, 4, … bytes more, up to its first 64 KiB; the longest first. Of a log that grows they stay, and
 * longer ones come to them.
 *
 * @param head as of `fingerprint`
 */
export function longerFingerprints(head: Buffer): readonly string[] {
  const window = head.subarray(0, HEAD_BYTES);
  const first = endOfFirstDataLine(window, true);
  const found: string[] = [];
  if (first === null) return found;
  for (let more = 1; first + more <= window.length; more *= 2) found.unshift(digestOf(window, first + more));
  return found;
}

function digestOf(window: Buffer, end: number): string {
  return createHash('sha256').update(window.subarray(0, end)).digest('hex');
}

function endOfFirstDataLine(window: Buffer, mayBeOpen: boolean): number | null {
  for (let start = 0; start < window.length; ) {
    const lf = window.indexOf(0x0a, start);
    if (lf < 0 && !mayBeOpen) return null;
    const end = lf < 0 ? window.length : lf;
    const text = window.toString('latin1', start, end).replace(BYTE_ORDER_MARK, '').trim();
    if (/^\[|^\{(?:.*[{[,])?$/.test(text)) {
      return endOfFirstValue(window, window.indexOf(text.charAt(0), start), mayBeOpen);
    }
    if (text !== '' && (!text.startsWith('#') || end === HEAD_BYTES)) {
      return window[end - 1] === 0x0d ? end - 1 : end;
    }
    start = end + 1;
  }
  return window.length === HEAD_BYTES ? HEAD_BYTES : null;
}

/** Behind the value's last byte: what divides it from the next may be another byte once the list has grown. */
function endOfFirstValue(window: Buffer, start: number, mayBeOpen: boolean): number | null {
  const divider = new JsonDivider();
  for (let from = start; ; ) {
    const wasInArray = divider.isInArray;
    const at = divider.next(window, from, window.length);
    const isOwn = !wasInArray && !divider.isInArray;
    const text = window.toString('latin1', from, at < 0 ? window.length : isOwn ? at + 1 : at).trimEnd();
    if (text !== '') return at >= 0 || mayBeOpen ? from + text.length : null;
    if (at < 0) return null;
    from = at + 1;
  }
}
