import type { EpochMs, FileSummary, IngestSummary, SensorId, SiteId } from '../model/index.ts';
import { AlikeCursor, type AlikeLog } from './alike-cursor.ts';
import { Batcher } from './batching.ts';
import type { IntakePort } from './intake-port.ts';
import { LogCursor } from './log-cursor.ts';
import { expandPaths } from './log-paths.ts';
import { type ReaderOf, type Survey, survey } from './log-source.ts';
import { mergeByTime, oneByOne, type ProducedLog, type WaitingLog } from './merge.ts';
import { fileProducer, Producers } from './producer.ts';
import { createLogReader } from './readers.ts';
import { RecordKeys } from './record-keys.ts';
import { defaultSensor } from './sensor.ts';
import { Tally } from './tally.ts';

export interface IngestOptions {
  readonly site: SiteId;
  /** The sensor that wrote all of these logs; without it see `defaultSensor`. */
  readonly sensor?: SensorId;
  /** The intake's clock; a record more than a day ahead of it is refused. */
  readonly now: EpochMs;
  readonly port: IntakePort;
  /** What begins like a log that was taken in, and is another, is taken as one of its own. */
  readonly asNew?: boolean;
  /** Told at most five times a second, and once at the end. */
  readonly progress?: (progress: IngestProgress) => void;
  /** What the path `-` reads. */
  readonly stdin?: AsyncIterable<Buffer | string>;
}

export type IngestResult = Omit<IngestSummary, 'entities' | 'seconds'>;

export interface IngestProgress extends Omit<IngestResult, 'files'> {
  /** One line for a person. */
  readonly what: string;
  /** `null`: how long a compressed file is, is known at its end. */
  readonly share: null;
  readonly files: number;
  readonly filesDone: number;
}

/**
 * Reads logs, of any of the known formats, as one stream in order of time, and hands them to the port.
 *
 * What was taken in before is counted as duplicate and changes nothing: a log is known by its content,
 * whatever its name and compression, and each of its lines by where it stands. After a crash the same
 * call takes exactly what is missing. Of a log that begins like one that was taken in, and is another, nothing is
 * taken, and its summary says so. Files that are no logs are passed over by name (one skipped record, format `unknown`).
 *
 * @param paths files, folders (read to their depth; see `expandPaths`), or `-` for standard input
 * @throws LogPathError before anything is read, where a path is missing; whatever the port throws
 */
export async function ingestFiles(paths: readonly string[], options: IngestOptions): Promise<IngestResult> {
  const readerOf = readersFor(options);
  const surveys: Survey[] = [];
  for (const path of await expandPaths(paths)) {
    surveys.push(await survey(path, options.stdin ?? NO_INPUT, readerOf));
  }
  const tallies = surveys.map(tallyFor);
  const keys = new RecordKeys();
  const batcher = new Batcher(options.port, keys);
  const result = (): IngestResult => {
    const files = tallies.map((tally) => tally.summary());
    return { ...totals(files), late: batcher.late, files };
  };
  const report = (): void => {
    const sums = result();
    const filesDone = tallies.filter(({ isDone }) => isDone).length;
    const what = `Reading logs: ${sums.read} records, ${filesDone} of ${tallies.length} files done`;
    options.progress?.({ ...sums, what, share: null, files: tallies.length, filesDone });
  };

  const producers = new Producers(options.port);
  await mergeByTime(await waitingLogs({ surveys, tallies, keys, producers, readerOf, options }), {
    emit: (stretch, at) => batcher.add(stretch, at),
    tick: atMostEvery(200, report),
  });
  await batcher.flush();
  producers.remember();
  await options.port.endOfHistory();
  report();
  return result();
}

const NO_INPUT: AsyncIterable<Buffer> = { async *[Symbol.asyncIterator]() {} };

function readersFor({ site, sensor, now }: IngestOptions): ReaderOf {
  return (format, path) =>
    createLogReader(format, path, { site, sensor: sensor ?? defaultSensor(format), now });
}

/** Files that hold no log have no more to say than their survey does. */
function tallyFor({ path, format, framing, fingerprint, fault, isEmpty }: Survey): Tally {
  const isUnknown = format === null && (fault !== null || !isEmpty);
  const tally = new Tally(path, format ?? (isUnknown ? 'unknown' : 'empty'), framing);
  tally.fault = fault;
  tally.isDone = format === null || fingerprint === null;
  if (isUnknown) tally.skip('unknown_file');
  return tally;
}

interface Prepared {
  readonly surveys: readonly Survey[];
  readonly tallies: readonly Tally[];
  readonly keys: RecordKeys;
  readonly producers: Producers;
  readonly readerOf: ReaderOf;
  readonly options: IngestOptions;
}

async function waitingLogs(prepared: Prepared): Promise<readonly WaitingLog[]> {
  const { surveys, tallies, keys, producers, readerOf, options } = prepared;
  const { site, sensor, asNew = false } = options;
  const logs: ProducedLog[] = [];
  for (const [file, surveyed] of surveys.entries()) {
    const { path, format, fingerprint, firstTime, open, longerFingerprints } = surveyed;
    const tally = tallies[file];
    if (format === null || fingerprint === null || tally === undefined) continue;
    const progress = await producers.of(fileProducer(fingerprint));
    const seenBy = { site, sensor: sensor ?? defaultSensor(format) };
    const log: AlikeLog = {
      tally,
      asNew,
      longerFingerprints,
      readAs: async (as) => {
        const reader = readerOf(format, path);
        return new LogCursor(await open(), { file, seenBy, reader, progress: as, keys, tally });
      },
    };
    logs.push({
      producer: progress.producer,
      file,
      firstTime,
      open: () => AlikeCursor.open(log, progress, producers),
    });
  }
  return oneByOne(logs);
}

function totals(files: readonly FileSummary[]): Omit<IngestResult, 'late' | 'files'> {
  const sum = { read: 0, accepted: 0, refused: 0, duplicates: 0, skipped: 0 };
  for (const file of files) {
    sum.read += file.read;
    sum.accepted += file.accepted;
    sum.refused += file.refused;
    sum.duplicates += file.duplicates;
    sum.skipped += file.skipped;
  }
  return sum;
}

function atMostEvery(ms: number, report: () => void): () => void {
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < ms) return;
    last = now;
    report();
  };
}
