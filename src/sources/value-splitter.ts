import { LIMITS } from '../model/index.ts';
import { endOfJsonInk, firstJsonInk, JsonDivider } from './json-divider.ts';
import type { Line } from './line.ts';
import { BYTE_ORDER_MARK, soundness } from './lines.ts';
import { FILE_START, type Position, type RecordSplitter } from './record-splitter.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Cuts chunks of JSON into records: the elements of an array, or values one behind the other, over as many lines as they
 * like. Each may be as large as a body of events over HTTP; of one that is larger, in bytes or in what it would take once
 * parsed, nothing is kept.
 */
export function createValueSplitter(from: Position = FILE_START): RecordSplitter {
  const divider = new JsonDivider(from.isInArray);
  let position = from;
  /** Where the next chunk begins. */
  let offset = from.offset;
  /** Where the text begins that is being read: behind what divides it from the last value. */
  let start = from.offset;
  let { number } = from;
  /** The text's pieces from earlier chunks; empty once it is known to be too large. */
  let pieces: Buffer[] = [];
  let held = 0;
  let containersBefore = 0;

  function isTooLarge(): boolean {
    return held > LIMITS.batchBytes || divider.containers - containersBefore > LIMITS.batchObjects;
  }

  function hold(piece: Buffer): void {
    held += piece.length;
    if (isTooLarge()) pieces = [];
    // A copy: a view would keep the whole chunk alive.
    else if (piece.length > 0) pieces.push(Buffer.from(piece));
  }

  /** The value that ends with this piece; `null` where there is nothing but white space. */
  function close(piece: Buffer, complete: boolean): Line | null {
    held += piece.length;
    const isCut = isTooLarge();
    const text = isCut ? NOTHING : pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]);
    const isMarked = start === 0 && text.indexOf(BYTE_ORDER_MARK) === 0;
    const ink = firstJsonInk(text, isMarked ? BYTE_ORDER_MARK.length : 0);
    const bytes = text.subarray(ink, endOfJsonInk(text));
    // White space behind it may be something else by the next time.
    const end = isCut ? start + held : start + ink + bytes.length;
    pieces = [];
    held = 0;
    containersBefore = divider.containers;
    if (!isCut && bytes.length === 0) return null;
    const fault = isCut ? 'line_too_long' : soundness(bytes);
    return { offset: start + ink, end, number: number++, bytes, fault, complete };
  }

  return {
    push(chunk) {
      const values: Line[] = [];
      let done = 0;
      for (;;) {
        const wasInArray = divider.isInArray;
        const at = divider.next(chunk, done, chunk.length);
        if (at < 0) break;
        // A bracket that closes a value outside of an array is the value's own; what else divides is nobody's.
        const isOwn = !wasInArray && !divider.isInArray;
        const value = close(chunk.subarray(done, isOwn ? at + 1 : at), true);
        if (value !== null) values.push(value);
        done = at + 1;
        start = offset + done;
        // A list that grows is closed anew behind what was added: what divides is read again.
        position = wasInArray
          ? { offset: value?.end ?? start - 1, number, isInArray: true }
          : { offset: start, number, isInArray: divider.isInArray };
      }
      if (done < chunk.length) hold(chunk.subarray(done));
      offset += chunk.length;
      return values;
    },
    finish() {
      return held === 0 ? null : close(NOTHING, false);
    },
    get at() {
      return position;
    },
    get fault() {
      return divider.isInArray ? 'the list is not closed; its records up to there were read' : null;
    },
  };
}
