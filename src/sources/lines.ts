import { isAscii, isUtf8 } from 'node:buffer';
import { LIMITS, type Refusal } from '../model/index.ts';
import type { Line } from './line.ts';
import { FILE_START, type Position, type RecordSplitter } from './record-splitter.ts';

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface LineSplitter extends RecordSplitter {
  /** Whether there is a part of a line. */
  readonly holdsPart: boolean;
  /** Whole lines were read by somebody else. */
  skip(bytes: number, lines: number): void;
}

/**
 * Cuts chunks into lines, LF or CRLF. Of a line that is longer than `LIMITS.lineBytes` nothing is kept but its
 * extent, so the worst line costs bounded memory.
 */
export function createLineSplitter(from: Position = FILE_START): LineSplitter {
  let offset = from.offset;
  let number = from.number;
  /** The line's pieces from earlier chunks; empty once it is known to be too long. */
  let pieces: Buffer[] = [];
  let held = 0;
  let tooLong = false;

  function hold(piece: Buffer): void {
    held += piece.length;
    // One byte more than a line may have: it may be the CR of its line break.
    if (held > LIMITS.lineBytes + 1) {
      tooLong = true;
      pieces = [];
    } else {
      // A copy: a view would keep the whole chunk alive.
      pieces.push(Buffer.from(piece));
    }
  }

  function close(piece: Buffer, isSound: (bytes: Buffer) => Refusal | null, complete: boolean): Line {
    const end = offset + held + piece.length + (complete ? 1 : 0);
    let bytes = piece;
    if (held > 0) {
      hold(piece);
      bytes = tooLong ? NOTHING : Buffer.concat(pieces);
    }
    if (bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    if (offset === 0 && bytes.indexOf(BYTE_ORDER_MARK) === 0) bytes = bytes.subarray(3);
    bytes = withoutGap(bytes);
    if (bytes.length > LIMITS.lineBytes) tooLong = true;
    const fault = tooLong ? 'line_too_long' : isSound(bytes);
    const line: Line = { offset, end, number, bytes: tooLong ? NOTHING : bytes, fault, complete };
    offset = end;
    number++;
    pieces = [];
    held = 0;
    tooLong = false;
    return line;
  }

  return {
    push(chunk) {
      const lines: Line[] = [];
      // Most chunks are plain ASCII: one look at the chunk then spares a look at each line.
      const isPlain = isAscii(chunk) && !chunk.includes(0);
      let start = 0;
      for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, start)) {
        lines.push(close(chunk.subarray(start, lf), isPlain && held === 0 ? sound : soundness, true));
        start = lf + 1;
      }
      if (start < chunk.length) hold(chunk.subarray(start));
      return lines;
    },
    finish() {
      return held === 0 ? null : close(NOTHING, soundness, false);
    },
    get at() {
      return { offset, number };
    },
    fault: null,
    get holdsPart() {
      return held > 0;
    },
    skip(bytes, lines) {
      offset += bytes;
      number += lines;
    },
  };
}

/** Where power failed, or a log was cut while its writer went on, there are NULs up to where the next record begins. */
function withoutGap(bytes: Buffer): Buffer {
  if (bytes[0] !== 0) return bytes;
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes : bytes.subarray(first);
}

function sound(): null {
  return null;
}

/** Why bytes can be read in no format; `null` where they can. */
export function soundness(bytes: Buffer): Refusal | null {
  if (bytes.includes(0)) return 'nul_byte';
  return isUtf8(bytes) ? null : 'invalid_utf8';
}

/** Whether a line holds nothing but spaces and tabs. */
export function isBlank(line: Line): boolean {
  return line.fault === null && firstInk(line.bytes) === line.bytes.length;
}

/** Position of the first byte that is neither space nor tab. */
export function firstInk(bytes: Buffer): number {
  let i = 0;
  while (i < bytes.length && (bytes[i] === 0x20 || bytes[i] === 0x09)) i++;
  return i;
}
