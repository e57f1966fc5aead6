import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../../model/index.ts';
import type { ConnectionRows } from '../connection-rows.ts';
import type { ConnectionScanner, Scanned } from '../connection-scanner.ts';
import type { Position } from '../record-splitter.ts';
import type { TimeGate } from '../reading-context.ts';
import { ConnectionEntry } from './connection-entry.ts';
import { ConnectionLine } from './connection-line.ts';

const LF = 0x0a;

/** Reads one line's fields: see `TsvConnections` and `JsonConnections`. */
interface LineForm {
  read(bytes: Buffer, at: number, line: ConnectionLine): number;
}

/**
 * Reads connections from the lines of conn.log as Zeek writes them. It stops before a header, another log kind, an odd
 * form, a line that is to be refused: what these are is for the reader to say.
 */
export class ZeekConnectionScanner implements ConnectionScanner {
  readonly #form: LineForm;
  readonly #entry: ConnectionEntry;
  readonly #line = new ConnectionLine();
  /** Where the whole lines of the chunk end; its beginning where they are not sound text. */
  #end = 0;

  constructor(form: LineForm, gate: TimeGate) {
    this.#form = form;
    this.#entry = new ConnectionEntry(gate);
  }

  scan(chunk: Buffer, at: number, position: Position, rows: ConnectionRows): Scanned {
    if (chunk !== this.#line.bytes) this.#load(chunk, at);
    const first = rows.count;
    let start = at;
    while (start < this.#end && !rows.isFull) {
      const next = this.#takeLine(start, rows);
      if (next < 0) break;
      const row = rows.count - 1;
      rows.offset[row] = position.offset + start - at;
      rows.lineNumber[row] = position.number + row - first;
      start = next;
    }
    return { bytes: start - at, lines: rows.count - first };
  }

  /** One look at the chunk spares a look at each line. */
  #load(chunk: Buffer, at: number): void {
    this.#line.load(chunk);
    const end = chunk.lastIndexOf(LF) + 1;
    const lines = chunk.subarray(at, end);
    this.#end = isUtf8(lines) && !lines.includes(0) ? end : 0;
  }

  /** Where the next line starts; -1 where this one is not taken. */
  #takeLine(start: number, rows: ConnectionRows): number {
    const line = this.#line;
    const next = this.#form.read(line.bytes, start, line);
    if (next < 0 || next - start > LIMITS.lineBytes) return -1;
    return this.#entry.enter(line, rows) ? next : -1;
  }
}
