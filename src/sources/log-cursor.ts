import type { Observation, Provenance } from '../model/index.ts';
import { Comparison, type Difference } from './comparison.ts';
import type { ConnectionRows } from './connection-rows.ts';
import type { ConnectionScanner } from './connection-scanner.ts';
import { ConnectionWords } from './connection-words.ts';
import type { Line } from './line.ts';
import { createLineSplitter, firstInk, isBlank, type LineSplitter } from './lines.ts';
import type { LogReader } from './log-reader.ts';
import type { ProducerProgress } from './producer.ts';
import { FILE_START, type Framing, type Position, type RecordSplitter } from './record-splitter.ts';
import { type RecordKeys, recordKey } from './record-keys.ts';
import { startOf } from './record-time.ts';
import { Stretch } from './stretch.ts';
import type { Tally } from './tally.ts';
import { createValueSplitter } from './value-splitter.ts';

/** What a line's fate depends on, and where it is counted. */
export interface Reception {
  readonly file: number;
  readonly seenBy: Pick<Provenance, 'site' | 'sensor'>;
  readonly reader: LogReader;
  readonly progress: ProducerProgress;
  readonly keys: RecordKeys;
  readonly tally: Tally;
}

/** Where a reading stands. */
export interface ReadPosition extends Position {
  /** Of all before it; see `Checkpoint`. */
  readonly sum: number;
}

export const LOG_START: ReadPosition = { ...FILE_START, sum: 0 };

/** What a cursor needs of a log. */
export interface CursorSource {
  readonly framing: Framing;
  /** Where in the uncompressed file the first chunk stands. */
  readonly from: ReadPosition;
  /** Of what stands before it only headers are read: the rest is done. */
  readonly resumeAt: number;
  /** It is still being written: a last record that is not whole is left for the next time. */
  readonly isGrowing: boolean;
  /** A chunk is good for as long as no other is asked for. */
  chunks(): AsyncGenerator<Buffer>;
  /** Told where the next line will begin, once all chunks are read. */
  ended(position: ReadPosition): void;
  fault(): string | null;
  close(): Promise<void>;
}

/** Records of one stretch: enough that what a stretch costs is nothing to each of them, and yet near to the processor. */
const STRETCH_RECORDS = 1_024;
/** After so many lines without a connection among them, a log is one of another kind. */
const LINES_IN_VAIN = 1_000;
const HASH = 0x23;
const LF = 0x0a;

/** One log being read. */
export class LogCursor {
  readonly #source: CursorSource;
  readonly #chunks: AsyncGenerator<Buffer>;
  readonly #reception: Reception;
  readonly #splitter: RecordSplitter;
  /** The same where records are lines: only these can be scanned. */
  readonly #lineSplitter: LineSplitter | null;
  readonly #comparison: Comparison;
  #words = new ConnectionWords();
  /** Those whose records have all gone. */
  readonly #spare: Stretch[] = [];
  #inVain = 0;
  #chunk: Buffer | null = null;
  #at = 0;
  /** Lines that were cut but not yet read. */
  #lines: readonly Line[] = [];
  #nextLine = 0;
  #isDone = false;
  /** Where it is another log than the one that was taken in; nothing of it was read then that is not known. */
  difference: Difference | null = null;

  constructor(source: CursorSource, reception: Reception) {
    this.#source = source;
    this.#chunks = source.chunks();
    this.#reception = reception;
    this.#lineSplitter = source.framing === 'lines' ? createLineSplitter(source.from) : null;
    this.#splitter = this.#lineSplitter ?? createValueSplitter(source.from);
    this.#comparison = new Comparison(reception.progress, { at: source.from.offset, sum: source.from.sum });
  }

  /** The next new records, perhaps none; `null` at the end of the log, or where a `difference` was found. */
  async next(): Promise<Stretch | null> {
    while (this.#chunk === null) {
      if (this.difference !== null) return null;
      const next = await this.#chunks.next();
      if (next.done === true) return this.#finish();
      this.difference = this.#comparison.begin(next.value);
      if (this.difference !== null) return null;
      this.#chunk = next.value;
      this.#at = 0;
    }
    const { connections } = this.#reception.reader;
    const stretch = this.#emptyStretch();
    const splitter = this.#lineSplitter;
    const isScanned = connections && splitter !== null && this.#inVain < LINES_IN_VAIN;
    if (isScanned) this.#scan(connections, splitter, stretch);
    else this.#readLines(stretch);
    this.#comparison.readTo(this.#lines[this.#nextLine]?.offset ?? this.#splitter.at.offset);
    if (this.#chunk === null) this.#comparison.endChunk();
    if (stretch.count === 0) this.#spare.push(stretch);
    return stretch;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
    await this.#source.close();
  }

  /** Line by line, as many as a stretch holds. */
  #readLines(stretch: Stretch): void {
    if (this.#nextLine === this.#lines.length) this.#cut(this.#chunk?.length ?? 0);
    while (this.#nextLine < this.#lines.length && !stretch.isFull) {
      this.#receive(this.#lines[this.#nextLine++] as Line, stretch);
    }
    if (this.#nextLine === this.#lines.length) this.#endChunk();
  }

  /** Row by row where the scanner can, line by line where only the reader can. */
  #scan(scanner: ConnectionScanner, splitter: LineSplitter, stretch: Stretch): void {
    if (this.#nextLine < this.#lines.length) return this.#readLines(stretch);
    const rows = stretch.emptyRows(this.#currentWords());
    const chunk = this.#chunk ?? Buffer.alloc(0);
    while (this.#at < chunk.length && !stretch.isFull) {
      if (!splitter.holdsPart) this.#scanRows(scanner, splitter, rows, stretch);
      if (stretch.isFull || rows.isFull || this.#at === chunk.length) break;
      const lf = chunk.indexOf(LF, this.#at);
      this.#cut(lf < 0 ? chunk.length : lf + 1);
      for (const line of this.#lines) this.#receive(line, stretch);
      this.#nextLine = this.#lines.length;
    }
    if (this.#at === chunk.length) this.#endChunk();
  }

  #emptyStretch(): Stretch {
    const stretch =
      this.#spare.pop() ?? new Stretch(this.#reception, STRETCH_RECORDS, (empty) => this.#spare.push(empty));
    stretch.clear();
    return stretch;
  }

  /** Full ones are replaced: rows that wait keep theirs. */
  #currentWords(): ConnectionWords {
    if (this.#words.isFull) this.#words = new ConnectionWords();
    return this.#words;
  }

  #scanRows(
    scanner: ConnectionScanner,
    splitter: LineSplitter,
    rows: ConnectionRows,
    stretch: Stretch,
  ): void {
    const chunk = this.#chunk ?? Buffer.alloc(0);
    const first = rows.count;
    const position = splitter.at;
    // The file's very first bytes may be a mark of their order, which the splitter takes off.
    if (position.offset === 0 || position.offset < this.#source.resumeAt) return;
    const { bytes, lines } = scanner.scan(chunk, this.#at, position, rows);
    this.#inVain = lines === 0 ? this.#inVain + 1 : 0;
    this.#at += bytes;
    splitter.skip(bytes, lines);
    this.#admit(rows, first, stretch);
    this.#reception.progress.readTo(position.offset + bytes);
  }

  /** Counts new rows; those that state something new take their place in the stretch. */
  #admit(rows: ConnectionRows, first: number, stretch: Stretch): void {
    const { progress, tally } = this.#reception;
    const { count } = rows;
    if (first === count) return;
    const isNew = progress.isUntouched(rows.offset[first] as number);
    let duplicates = 0;
    for (let row = first; row < count; row++) {
      if (isNew || !progress.isKnown(rows.offset[row] as number)) stretch.addRow(rows, row);
      else duplicates++;
    }
    tally.count('duplicates', duplicates);
    tally.count('accepted', count - first - duplicates);
  }

  /** Cuts the chunk into lines, up to byte `end`. */
  #cut(end: number): void {
    const chunk = this.#chunk;
    if (chunk === null) return;
    this.#lines = this.#splitter.push(
      this.#at === 0 && end === chunk.length ? chunk : chunk.subarray(this.#at, end),
    );
    this.#nextLine = 0;
    this.#at = end;
  }

  #endChunk(): void {
    if (this.#at === this.#chunk?.length) this.#chunk = null;
  }

  /** The end: what is left of a last line, once. */
  #finish(): Stretch | null {
    if (this.#isDone) return null;
    this.#isDone = true;
    const { tally } = this.#reception;
    this.#source.ended({ ...this.#splitter.at, sum: this.#comparison.line.sum });
    const { isGrowing } = this.#source;
    const last = isGrowing ? null : this.#splitter.finish();
    tally.fault = this.#source.fault() ?? (isGrowing ? null : this.#splitter.fault);
    tally.isDone = true;
    const stretch = this.#emptyStretch();
    if (last !== null) {
      this.#receive(last, stretch);
      this.#comparison.readTo(last.end);
    }
    if (!this.#source.isGrowing) tally.earlyEnd = this.#comparison.earlyEnd();
    return stretch;
  }

  /** Counts a line; where it states something new, it takes its place in the stretch. */
  #receive(line: Line, stretch: Stretch): void {
    if (line.offset < this.#source.resumeAt && !isHeader(line)) return;
    const { reader, progress, keys, tally } = this.#reception;
    const { observations, uid, mayBeCompleted } = this.#read(line, reader);
    const isKnown = progress.isKnown(line.offset);
    // Of a log that is still being written, a later reading takes the last line once it is whole.
    if (!mayBeCompleted) progress.readTo(line.end);
    const [first] = observations;
    if (first === undefined) return;
    const key = uid === null ? null : recordKey(first, uid);
    if (isKnown || (key !== null && !keys.admit(key))) {
      tally.count('duplicates');
      return;
    }
    tally.count('accepted');
    const place = { time: first.time, start: startOf(first), line: line.number };
    stretch.addLine({ offset: line.offset, observations, key, tally }, place);
  }

  #read(line: Line, reader: LogReader) {
    const { tally } = this.#reception;
    const observations: Observation[] = [];
    let uid: string | null = null;
    let mayBeCompleted = false;
    for (const reading of reader.read(line)) {
      if (reading.kind === 'observation') {
        observations.push(reading.observation);
        uid ??= reading.uid ?? null;
      } else if (reading.kind === 'refused') {
        tally.refuse(line.number, reading);
        mayBeCompleted = !line.complete;
      } else tally.skip(reading.what);
    }
    return { observations, uid, mayBeCompleted };
  }
}

function isHeader(line: Line): boolean {
  return line.fault === null && !isBlank(line) && line.bytes[firstInk(line.bytes)] === HASH;
}
