import { createReadStream } from 'node:fs';
import type { EpochMs } from '../model/index.ts';
import { detectFormat, type LogFormat } from './detect.ts';
import type { Line } from './line.ts';
import { createLineSplitter } from './lines.ts';
import { type CursorSource, LOG_START } from './log-cursor.ts';
import { type LogPath, STANDARD_INPUT } from './log-paths.ts';
import type { LogReader } from './log-reader.ts';
import { longerFingerprintsOf, type OpenedLog, openLog, openStream } from './opening.ts';
import { startOf } from './record-time.ts';

/** A log whose format has been found by a look at its first lines, which are given again by `chunks`. */
interface LogSource extends CursorSource {
  readonly format: LogFormat | null;
  readonly compressed: boolean;
  readonly fingerprint: string | null;
}

/** What is known of a log before it is read. */
export interface Survey {
  readonly path: string;
  /** `null`: none of ours. */
  readonly format: LogFormat | null;
  readonly compressed: boolean;
  /** `null`: it holds no data line. */
  readonly fingerprint: string | null;
  readonly isEmpty: boolean;
  readonly fault: string | null;
  /** When its first record began; `-Infinity` where a first look does not tell. */
  readonly firstTime: EpochMs;
  /** A file is opened anew, so that any number of files can be surveyed; a stream goes on. */
  readonly open: () => Promise<LogSource>;
  /** See `AlikeLog`. */
  readonly longerFingerprints: (() => Promise<readonly string[]>) | null;
}

export type ReaderOf = (format: LogFormat, path: string) => LogReader;

export async function survey(
  { path, kind }: LogPath,
  stdin: AsyncIterable<Buffer | string>,
  readerOf: ReaderOf,
): Promise<Survey> {
  const source = await openSource(path, await (kind === 'file' ? openLog(path) : openOnce(path, stdin)));
  const { format, compressed, fingerprint } = source;
  const firstTime = format === null ? -Infinity : firstTimeOf(source.firstLines, readerOf(format, path));
  if (kind === 'file') await source.close();
  return {
    path,
    format,
    compressed,
    fingerprint,
    isEmpty: source.firstLines.length === 0,
    fault: source.fault(),
    firstTime,
    ...(kind === 'file' ? readAnew(path) : readOn(source)),
  };
}

type ToBeRead = Pick<Survey, 'open' | 'longerFingerprints'>;

/** Apart from what was looked at: of ten thousand files that would be gigabytes. */
function readAnew(path: string): ToBeRead {
  return {
    open: async () => openSource(path, await openLog(path)),
    longerFingerprints: () => longerFingerprintsOf(path),
  };
}

function readOn(source: LogSource): ToBeRead {
  return { open: async () => source, longerFingerprints: null };
}

function openOnce(path: string, stdin: AsyncIterable<Buffer | string>): Promise<OpenedLog> {
  return openStream(path, path === STANDARD_INPUT ? asBytes(stdin) : createReadStream(path));
}

async function* asBytes(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** As many records as are looked at to tell when a log begins. */
const RECORDS_TO_DATE = 32;

/** As many lines as are looked at to tell the format, where a slow stream gives them one by one. */
const LINES_TO_DETECT = 32;

async function openSource(
  path: string,
  log: OpenedLog,
): Promise<LogSource & { readonly firstLines: readonly Line[] }> {
  const rest = log.chunks();
  const { chunks, firstLines, format } = await lookAt(rest, path);
  return {
    format,
    compressed: log.compressed,
    fingerprint: log.fingerprint,
    firstLines,
    from: LOG_START,
    resumeAt: 0,
    isGrowing: false,
    async *chunks() {
      yield* chunks;
      yield* rest;
    },
    ended: () => undefined,
    fault: () => log.fault()?.message ?? null,
    async close() {
      await rest.return(undefined);
      await log.close();
    },
  };
}

/** Reads until the format is known. */
async function lookAt(
  rest: AsyncGenerator<Buffer>,
  path: string,
): Promise<{ readonly chunks: Buffer[]; readonly firstLines: Line[]; readonly format: LogFormat | null }> {
  const splitter = createLineSplitter();
  const chunks: Buffer[] = [];
  const firstLines: Line[] = [];
  for (;;) {
    const next = await rest.next();
    if (next.done === true) {
      const last = splitter.finish();
      if (last !== null) firstLines.push(last);
      return { chunks, firstLines, format: detectFormat(firstLines, path) };
    }
    // A copy: it is given again after others have been read.
    const chunk = Buffer.from(next.value);
    chunks.push(chunk);
    for (const line of splitter.push(chunk)) firstLines.push(line);
    const format = detectFormat(firstLines, path);
    if (format !== null || firstLines.length >= LINES_TO_DETECT) return { chunks, firstLines, format };
  }
}

/** The earliest of the first records: the very first may have a broken clock. */
function firstTimeOf(lines: readonly Line[], reader: LogReader): EpochMs {
  let records = 0;
  let earliest = Infinity;
  for (const line of lines) {
    const [reading] = reader.read(line);
    if (reading?.kind !== 'observation') continue;
    earliest = Math.min(earliest, startOf(reading.observation));
    if (++records === RECORDS_TO_DATE) break;
  }
  return records === 0 ? -Infinity : earliest;
}
