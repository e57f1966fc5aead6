import {
  type EpochMs,
  type FileSummary,
  LIMITS,
  type Provenance,
  type SensorId,
  type SiteId,
} from '../model/index.ts';
import { AlikeCursor, type AlikeLog } from './alike-cursor.ts';
import { Batcher } from './batching.ts';
import type { LogFormat } from './detect.ts';
import { FollowedPath, type FoundFile } from './followed-path.ts';
import type { IntakePort } from './intake-port.ts';
import { LogCursor } from './log-cursor.ts';
import { type ReaderOf, type Survey, survey } from './log-source.ts';
import { mergeByTime, oneByOne, type ProducedLog } from './merge.ts';
import { fileProducer, Producers } from './producer.ts';
import { createLogReader } from './readers.ts';
import { RecordKeys } from './record-keys.ts';
import type { Framing } from './record-splitter.ts';
import { defaultSensor } from './sensor.ts';
import { type FileId, fingerprintOf, holdFile, Tail } from './tail.ts';
import { Tally } from './tally.ts';

export interface FollowOptions {
  readonly site: SiteId;
  /** The sensor that writes here; without it see `defaultSensor`. */
  readonly sensor?: SensorId | null | undefined;
  /** The intake's clock. */
  readonly now: () => EpochMs;
  readonly port: IntakePort;
  /** Told what went wrong; following goes on where the journal stands. */
  readonly onFault?: (cause: unknown) => void;
  /** How often the files are looked at; so long may a record wait at most. */
  readonly pollMs?: number;
}

/** What was counted of a file since it was found, under what stays the same when it is renamed. */
export interface FollowedFile extends FileSummary {
  readonly id: FileId;
}

export interface Follower {
  /** Looks for new files and takes in what was written since; resolves when that is durable. */
  poll(): Promise<void>;
  /** What was counted of each file that is there now. */
  files(): readonly FollowedFile[];
  /** Ends when what is being taken in has been; the rest is taken in after the next start. */
  stop(): Promise<void>;
}

const POLL_MS = 200;
/** After a fault, such as a full disk. */
const RETRY_MS = 5_000;
/** A log that begins like one that was taken in, and is another, may have been taken by itself meanwhile. */
const ROUNDS_ASIDE = 1_500;

/**
 * Follows a folder of live logs (or one live log) across rotation: what it holds now is taken in like any
 * ingest, then what is written to it, in order of time within one poll.
 *
 * A file is followed by its inode, so one that is renamed is read to its end, as is one that is deleted;
 * a file that was emptied is begun anew. What was taken in is known by content and position: after a
 * restart each log goes on exactly where the journal stands, and the compressed copy that a rotation left
 * behind brings only what had not been read. A last line without its line break waits for it. Of a log that
 * begins like one that was taken in, and is another, nothing is taken; `onFault` is told once.
 *
 * @param path a folder (read to its depth), or one file; it may appear later
 */
export function followFolder(path: string, options: FollowOptions): Follower {
  return new FolderFollower(path, options);
}

class Stopping extends Error {}

class FolderFollower implements Follower {
  readonly #path: FollowedPath;
  readonly #options: FollowOptions;
  readonly #readerOf: ReaderOf;
  readonly #tails = new Map<FileId, Tail>();
  /** Files that are not followed, with the state they had: archives, empty files, and what is no log. */
  readonly #settled = new Map<FileId, string>();
  readonly #tallies = new Map<FileId, Tally>();
  /** Those of which nothing is taken, since they begin like others: what was counted then, and in which round. */
  readonly #aside = new Map<FileId, { readonly tally: Tally; readonly round: number }>();
  #producers: Producers;
  #keys: RecordKeys;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #isStopping = false;
  #rounds = 0;
  /** Logs met so far: each has its number. */
  #files = 0;

  constructor(path: string, options: FollowOptions) {
    const { site, sensor, now, port } = options;
    this.#options = options;
    this.#readerOf = (format, of) =>
      createLogReader(format, of, { site, sensor: sensor ?? defaultSensor(format), now });
    this.#producers = new Producers(port);
    this.#keys = new RecordKeys();
    this.#path = new FollowedPath(path, {
      missing: (error) => {
        // While tails are read, a rotation may have just renamed it.
        if (this.#tails.size > 0) return false;
        options.onFault?.(error);
        return true;
      },
      unread: (error) => options.onFault?.(error),
    });
    this.#schedule(0);
  }

  poll(): Promise<void> {
    this.#path.hint();
    return this.#queueRound();
  }

  files(): readonly FollowedFile[] {
    return Array.from(this.#tallies, ([id, tally]) => ({ id, ...tally.summary() }));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#path.close();
    await this.#running;
    await this.#forget();
  }

  #schedule(delayMs: number): void {
    if (this.#isStopping) return;
    this.#timer = setTimeout(() => void this.#queueRound(), delayMs);
  }

  #queueRound(): Promise<void> {
    this.#running = this.#running.then(() => this.#safeRound());
    return this.#running;
  }

  async #safeRound(): Promise<void> {
    if (this.#isStopping) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    try {
      await this.#round();
      this.#schedule(this.#options.pollMs ?? POLL_MS);
    } catch (cause) {
      // What was read but not taken must be read again: only the journal knows what that is.
      await this.#forget();
      if (cause instanceof Stopping) return;
      this.#options.onFault?.(cause);
      this.#schedule(RETRY_MS);
    }
  }

  async #round(): Promise<void> {
    this.#rounds++;
    const found = await this.#path.look();
    const gone: Tail[] = [];
    const news: ProducedLog[] = [];
    for (const tail of this.#tails.values()) {
      if (found !== null && !found.has(tail.parts.id)) gone.push(tail);
      const log = await this.#newsOf(tail, found);
      if (log !== null) news.push(log);
    }
    for (const [id, file] of found ?? []) {
      if (this.#tails.has(id) || this.#settled.get(id) === file.state || this.#isAside(id)) continue;
      const log = await this.#adopt(id, file);
      if (log !== null) news.push(log);
    }
    if (news.length > 0) await this.#take(news);
    await this.#setAside();
    for (const tail of this.#tails.values()) if (tail.isStale) await this.#beginAnew(tail);
    for (const tail of gone) await this.#drop(tail);
    if (found !== null) this.#forgetAllBut(found);
    await this.#limitHandles();
  }

  async #newsOf(tail: Tail, found: ReadonlyMap<FileId, FoundFile> | null): Promise<ProducedLog | null> {
    const file = found?.get(tail.parts.id);
    if (file !== undefined) tail.path = file.path;
    const size = file?.size ?? (await tail.size());
    if (size === null || (tail.isHeld && tail.isReadTo(size))) return null;
    if (file !== undefined && !tail.isChanged(file.state)) return null;
    if (!(await tail.takeUp())) return null;
    if (!(await tail.isBegunAnew(size))) return this.#logOf(tail, size);
    await this.#beginAnew(tail);
    return null;
  }

  /** What is at its path is taken as a log that is not known yet. */
  async #beginAnew(tail: Tail): Promise<void> {
    this.#path.hint();
    await this.#drop(tail);
  }

  /** A file that is not known yet, or was not worth following so far. */
  async #adopt(id: FileId, { path, size, state, fault }: FoundFile): Promise<ProducedLog | null> {
    this.#settled.set(id, state);
    const file =
      fault === null ? ({ path, kind: 'file' } as const) : ({ path, kind: 'folder', fault } as const);
    const found = await survey(file, NO_INPUT, this.#readerOf);
    if (found.format === null || found.fault !== null) {
      const tally = new Tally(path, 'unknown');
      tally.fault = found.fault;
      if (!found.isEmpty) tally.skip('unknown_file');
      this.#tallies.set(id, tally);
      return null;
    }
    return found.compressed ? this.#archive(id, found) : this.#begin(id, found, size);
  }

  /** A finished log: read as a whole, though most often nothing in it is new. */
  async #archive(id: FileId, archived: Survey): Promise<ProducedLog | null> {
    const { path, format, framing, fingerprint, firstTime, open, longerFingerprints } = archived;
    if (fingerprint === null || format === null) return null;
    const tally = this.#tally(id, path, format, framing);
    const progress = await this.#producers.of(fileProducer(fingerprint));
    const file = this.#files++;
    const log: AlikeLog = {
      tally,
      asNew: false,
      longerFingerprints,
      readAs: async (as) => {
        const reader = this.#readerOf(format, path);
        const seenBy = this.#seenBy(format);
        return new LogCursor(await open(), { file, seenBy, reader, progress: as, keys: this.#keys, tally });
      },
    };
    return {
      producer: progress.producer,
      file,
      firstTime,
      open: () => AlikeCursor.open(log, progress, this.#producers),
    };
  }

  async #begin(
    id: FileId,
    { path, format, framing, firstTime }: Survey,
    size: number,
  ): Promise<ProducedLog | null> {
    if (format === null) return null;
    const held = await holdFile(path).catch(() => null);
    const fingerprint = held?.id === id ? await fingerprintOf(held.handle) : null;
    if (held?.id !== id) this.#settled.delete(id);
    if (held === null || fingerprint === null) {
      await held?.handle.close();
      return null;
    }
    const progress = await this.#producers.of(fileProducer(fingerprint));
    const tail = new Tail(
      {
        file: this.#files++,
        id,
        fingerprint,
        progress,
        firstTime,
        framing,
        seenBy: this.#seenBy(format),
        readerOf: () => this.#readerOf(format, path),
        tally: this.#tally(id, path, format, framing),
      },
      path,
      held.handle,
    );
    this.#settled.delete(id);
    this.#tails.set(id, tail);
    await this.#limitHandles();
    return this.#logOf(tail, size);
  }

  #seenBy(format: LogFormat): Pick<Provenance, 'site' | 'sensor'> {
    const { site, sensor } = this.#options;
    return { site, sensor: sensor ?? defaultSensor(format) };
  }

  #tally(id: FileId, path: string, format: LogFormat, framing: Framing): Tally {
    const tally = new Tally(path, format, framing);
    this.#tallies.set(id, tally);
    return tally;
  }

  #logOf(tail: Tail, size: number): ProducedLog {
    const { file, seenBy, progress, tally } = tail.parts;
    tail.lastGrew = this.#rounds;
    const log: AlikeLog = {
      tally,
      asNew: false,
      longerFingerprints: () => tail.longerFingerprints(),
      readAs: async (as) => {
        tail.readAs(as);
        const { reader } = tail;
        return new LogCursor(await tail.source(size), {
          file,
          seenBy,
          reader,
          progress: as,
          keys: this.#keys,
          tally,
        });
      },
    };
    return {
      producer: progress.producer,
      file,
      firstTime: tail.firstTime,
      open: async () => {
        await this.#limitHandles();
        return AlikeCursor.open(log, tail.progress, this.#producers);
      },
    };
  }

  async #take(news: readonly ProducedLog[]): Promise<void> {
    const batcher = new Batcher(this.#options.port, this.#keys);
    await mergeByTime(oneByOne(news), {
      emit: (stretch, at) => {
        if (this.#isStopping) throw new Stopping();
        return batcher.add(stretch, at);
      },
      tick: () => {},
    });
    await batcher.flush();
    this.#producers.remember();
  }

  #isAside(id: FileId): boolean {
    const aside = this.#aside.get(id);
    return aside !== undefined && this.#rounds - aside.round < ROUNDS_ASIDE;
  }

  /** Logs that turned out to be others are read no further, and told of once. */
  async #setAside(): Promise<void> {
    for (const [id, tally] of this.#tallies) {
      const before = this.#aside.get(id);
      if (!tally.isAnother) this.#aside.delete(id);
      if (!tally.isAnother || before?.tally === tally) continue;
      this.#aside.set(id, { tally, round: this.#rounds });
      const { path, fault } = tally.summary();
      if (before === undefined) this.#options.onFault?.(new Error(`${path}: ${fault}`));
      const tail = this.#tails.get(id);
      if (tail !== undefined) await this.#drop(tail);
    }
  }

  async #drop(tail: Tail): Promise<void> {
    this.#tails.delete(tail.parts.id);
    await tail.letGo();
  }

  #forgetAllBut(found: ReadonlyMap<FileId, FoundFile>): void {
    for (const id of this.#settled.keys()) if (!found.has(id)) this.#settled.delete(id);
    for (const id of this.#tallies.keys()) if (!found.has(id)) this.#tallies.delete(id);
    for (const id of this.#aside.keys()) if (!found.has(id)) this.#aside.delete(id);
    this.#producers.keepOnly(new Set([...this.#tails.values()].map(({ progress }) => progress.producer)));
  }

  /** Of more files than may be open, those that have not grown for longest are opened again when they do. */
  async #limitHandles(): Promise<void> {
    const idle = [...this.#tails.values()].filter((tail) => tail.isHeld && !tail.isBeingRead);
    if (idle.length <= LIMITS.openFiles) return;
    idle.sort((a, b) => b.lastGrew - a.lastGrew);
    for (const tail of idle.slice(LIMITS.openFiles)) await tail.letGo();
  }

  async #forget(): Promise<void> {
    for (const tail of this.#tails.values()) await tail.letGo();
    this.#tails.clear();
    this.#settled.clear();
    this.#producers = new Producers(this.#options.port);
    this.#keys = new RecordKeys();
    this.#path.hint();
  }
}

const NO_INPUT: AsyncIterable<Buffer> = { async *[Symbol.asyncIterator]() {} };
