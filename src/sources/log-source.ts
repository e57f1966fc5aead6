import { createReadStream } from 'node:fs';
import type { EpochMs } from '../model/index.ts';
import { detectByContent, detectByName, type LogFormat, type LogShape } from './detect.ts';
import { FirstRecords } from './first-records.ts';
import type { Line } from './line.ts';
import { type CursorSource, LOG_START } from './log-cursor.ts';
import { type LogPath, STANDARD_INPUT, type UnreadFolder } from './log-paths.ts';
import type { LogReader } from './log-reader.ts';
import { longerFingerprintsOf, type OpenedLog, openLog, openStream } from './opening.ts';
import type { Framing } from './record-splitter.ts';
import { startOf } from './record-time.ts';
import { unreadForm } from './unread-form.ts';

/** A log whose shape has been found by a look at its first records, which are given again by `chunks`. */
interface LogSource extends CursorSource {
  readonly shape: LogShape | null;
  readonly compressed: boolean;
  readonly fingerprint: string | null;
  readonly first: FirstRecords;
}

/** What is known of a log before it is read. */
export interface Survey {
  readonly path: string;
  /** `null`: none of ours. */
  readonly format: LogFormat | null;
  readonly framing: Framing;
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
  place: LogPath | UnreadFolder,
  stdin: AsyncIterable<Buffer | string>,
  readerOf: ReaderOf,
): Promise<Survey> {
  if (place.kind === 'folder') return unread(place);
  const { path, kind } = place;
  const source = await openSource(path, await (kind === 'file' ? openLog(path) : openOnce(path, stdin)));
  const { shape, compressed, fingerprint, first, framing } = source;
  const records = framing === 'lines' ? first.lines : first.values;
  const firstTime = shape === null ? -Infinity : firstTimeOf(records, readerOf(shape.format, path));
  if (kind === 'file') await source.close();
  return {
    path,
    format: shape?.format ?? null,
    framing,
    compressed,
    fingerprint,
    isEmpty: first.isEmpty,
    fault: source.fault() ?? (shape === null ? unreadForm(first.chunks, path) : null),
    firstTime,
    ...(kind === 'file' ? readAnew(path, fingerprint) : readOn(source)),
  };
}

function unread({ path, fault }: UnreadFolder): Survey {
  const nothing = {
    format: null,
    framing: 'lines',
    compressed: false,
    fingerprint: null,
    isEmpty: true,
  } as const;
  return { path, ...nothing, fault, firstTime: -Infinity, ...readAnew(path, null) };
}

type ToBeRead = Pick<Survey, 'open' | 'longerFingerprints'>;

/** Apart from what was looked at: of ten thousand files that would be gigabytes. */
function readAnew(path: string, fingerprint: string | null): ToBeRead {
  return {
    open: async () => {
      const source = await openSource(path, await openLog(path));
      return source.fingerprint === fingerprint || source.fault() !== null ? source : replaced(source);
    },
    longerFingerprints: () => longerFingerprintsOf(path),
  };
}

/** A rotation may have moved the log that was surveyed while it waited: what is there now is another producer's. */
function replaced(source: LogSource): LogSource {
  const fault =
    'another log came to its place while it waited to be read: nothing of it was taken; take it again';
  return { ...source, async *chunks() {}, fault: () => fault };
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

async function openSource(path: string, log: OpenedLog): Promise<LogSource> {
  const rest = log.chunks();
  const first = new FirstRecords();
  const shape = await shapeOf(rest, first, path);
  return {
    shape,
    framing: shape?.framing ?? 'lines',
    compressed: log.compressed,
    fingerprint: log.fingerprint,
    first,
    from: LOG_START,
    resumeAt: 0,
    isGrowing: false,
    async *chunks() {
      yield* first.chunks;
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

/** Reads until the shape is known. */
async function shapeOf(
  rest: AsyncGenerator<Buffer>,
  first: FirstRecords,
  path: string,
): Promise<LogShape | null> {
  let shape: LogShape | null = null;
  while (shape === null && !first.isEnough) {
    const next = await rest.next();
    if (next.done === true) {
      first.finish();
      return detectByContent(first, path) ?? detectByName(first, path);
    }
    // A copy: it is given again after others have been read.
    first.push(Buffer.from(next.value));
    shape = detectByContent(first, path);
  }
  return shape ?? detectByName(first, path);
}

/** The earliest of the first records: the very first may have a broken clock. */
function firstTimeOf(records: readonly Line[], reader: LogReader): EpochMs {
  let dated = 0;
  let earliest = Infinity;
  for (const record of records) {
    const [reading] = reader.read(record);
    if (reading?.kind !== 'observation') continue;
    earliest = Math.min(earliest, startOf(reading.observation));
    if (++dated === RECORDS_TO_DATE) break;
  }
  return dated === 0 ? -Infinity : earliest;
}
