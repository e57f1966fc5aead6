import type { Effects } from '../effects/index.ts';
import { type EpochMs, HOUR_MS, type RefusedRecord } from '../model/index.ts';
import type { FollowedFile, Follower } from '../sources/index.ts';

/** So often the log is told of one file; of more files than these within an hour it is told only that there are more. */
const TOLD_EVERY_MS = HOUR_MS;
const FILES_TOLD = 20;

/** How a followed source does, since this process follows it. */
export interface SourceReport {
  /** Those that are there now. */
  readonly files: number;
  readonly lastRead: EpochMs | null;
  readonly accepted: number;
  readonly refused: number;
  /** The first one of the file that was last seen to refuse something. */
  readonly refusal: (RefusedRecord & { readonly file: string; readonly seen: EpochMs }) | null;
  /** A file that is there and cannot be read. */
  readonly unreadable: { readonly file: string; readonly fault: string } | null;
}

type Counts = Pick<FollowedFile, 'read' | 'accepted' | 'refused'>;
const NOTHING: Counts = { read: 0, accepted: 0, refused: 0 };

/** What the log is told of a file, with its figures beside the words. */
class RefusedRecords extends Error {
  readonly code = 'records_refused';
  readonly file: string;
  readonly read: number;
  readonly refused: number;
  readonly reasons: FollowedFile['reasons'];
  readonly first: RefusedRecord;

  constructor({ path, read, refused, reasons }: FollowedFile, first: RefusedRecord) {
    const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
    super(
      `${path}: ${refused} of ${read} records were refused so far (${why.join(', ')}), the first: ${refusalText(first)}`,
    );
    this.name = 'RefusedRecords';
    this.file = path;
    this.read = read;
    this.refused = refused;
    this.reasons = reasons;
    this.first = first;
  }
}

class MoreRefused extends Error {
  readonly code = 'records_refused';
  override readonly name = 'MoreRefused';
}

export function refusalText({ line, reason, field }: RefusedRecord): string {
  return `line ${line}, ${reason}${field === null ? '' : ` (${field})`}`;
}

/**
 * Looks now and then at what a follower counted. Nobody waits for an answer about a followed log: the log is told of the
 * first refusal of each file, and at most hourly how many there are since.
 */
export class SourceWatch {
  readonly #path: string;
  readonly #follower: Pick<Follower, 'files'>;
  readonly #effects: Effects;
  /** By file, as at the last look. */
  #counts: ReadonlyMap<string, Counts> = new Map();
  /** By file: how many refusals the log was told of. */
  readonly #told = new Map<string, number>();
  /** By path: a file that is rotated away leaves its name, and its trouble, to the next. */
  readonly #toldAt = new Map<string, number>();
  #moreToldAt = Number.NEGATIVE_INFINITY;
  #report: SourceReport = {
    files: 0,
    lastRead: null,
    accepted: 0,
    refused: 0,
    refusal: null,
    unreadable: null,
  };

  constructor(path: string, follower: Pick<Follower, 'files'>, effects: Effects) {
    this.#path = path;
    this.#follower = follower;
    this.#effects = effects;
  }

  look(): void {
    const files = this.#follower.files();
    this.#count(files);
    this.#tell(files);
  }

  report(): SourceReport {
    this.look();
    return this.#report;
  }

  #count(files: readonly FollowedFile[]): void {
    const now = this.#effects.now();
    let { lastRead, accepted, refused, refusal } = this.#report;
    for (const file of files) {
      const news = newsOf(file, this.#counts.get(file.id) ?? NOTHING);
      accepted += news.accepted;
      refused += news.refused;
      if (news.read > 0) lastRead = now;
      const [first] = file.refusals;
      if (news.refused > 0 && first !== undefined) refusal = { ...first, file: file.path, seen: now };
    }
    const broken = files.find(({ fault }) => fault !== undefined);
    const unreadable = broken?.fault === undefined ? null : { file: broken.path, fault: broken.fault };
    this.#report = { files: files.length, lastRead, accepted, refused, refusal, unreadable };
    this.#counts = new Map(files.map((file) => [file.id, file]));
  }

  #tell(files: readonly FollowedFile[]): void {
    const now = this.#effects.elapsed();
    for (const [path, at] of this.#toldAt) if (now - at >= TOLD_EVERY_MS) this.#toldAt.delete(path);
    for (const id of this.#told.keys()) if (!this.#counts.has(id)) this.#told.delete(id);
    for (const file of files) {
      const [first] = file.refusals;
      if (first === undefined || this.#toldAt.has(file.path)) continue;
      if (file.refused === this.#told.get(file.id)) continue;
      if (this.#toldAt.size === FILES_TOLD) {
        this.#tellOfMore(now);
        return;
      }
      this.#effects.reportFault('follow', new RefusedRecords(file, first));
      this.#toldAt.set(file.path, now);
      this.#told.set(file.id, file.refused);
    }
  }

  #tellOfMore(now: number): void {
    if (now - this.#moreToldAt < TOLD_EVERY_MS) return;
    this.#moreToldAt = now;
    const message = `${this.#path}: records of more files than these ${FILES_TOLD} are refused; stance doctor says how many`;
    this.#effects.reportFault('follow', new MoreRefused(message));
  }
}

/** What came since; a file that is read anew, as after a fault, counts from nothing. */
function newsOf(file: Counts, before: Counts): Counts {
  if (file.read < before.read) return file;
  return {
    read: file.read - before.read,
    accepted: Math.max(0, file.accepted - before.accepted),
    refused: Math.max(0, file.refused - before.refused),
  };
}
