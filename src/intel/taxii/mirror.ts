import { appendFile, mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inTurns } from '../../effects/index.ts';
import { StixCollection } from '../../exposure/index.ts';
import { isRecord } from '../../knowledge/index.ts';
import { DAY_MS, type EpochMs, HOUR_MS, LIMITS } from '../../model/index.ts';
import type { Page } from './envelope.ts';

/** A collection is fetched anew after so long: what its server deleted without a revocation is gone then. */
const ANEW_AFTER_MS = 30 * DAY_MS;
/** So long after an object was added no other comes with its date, or an earlier one. */
const SETTLED_MS = HOUR_MS;
const FORM = 1;
const FILE_BYTES = 4 * LIMITS.feedDocumentBytes;
const LINES_PER_STEP = 200;
/** Lines beyond the objects themselves at which the file is written anew. */
const SPARE_LINES = 10_000;

/** How far a collection has come. */
interface Position {
  /** When the last object that we have was added; `null` before the first. */
  readonly after: string | null;
  /** All that there was, was fetched. */
  readonly isWhole: boolean;
  /** And so long after the last of it was added that nothing can have come since with its date. */
  readonly isSettled: boolean;
  /** With what said of it the feed was made of exactly this; `null` where it was not. */
  readonly made: string | null;
}

const NOWHERE: Position = { after: null, isWhole: false, isSettled: false, made: null };

/**
 * What a TAXII server sent of one collection, beside the journal: lost, it only costs a fetch of the whole. Page after
 * page is appended, each closed by a line that says how far it reaches; what follows the last such line does not count.
 */
export class CollectionMirror {
  readonly #path: string;
  readonly #source: string;
  collection = new StixCollection();
  #position = NOWHERE;
  #lines = 0;
  #since: EpochMs;

  private constructor(path: string, source: string, now: EpochMs) {
    this.#path = path;
    this.#source = source;
    this.#since = now;
  }

  /** @param source which collection it is of; of another one nothing is kept */
  static async open(path: string, source: string, now: EpochMs): Promise<CollectionMirror> {
    const mirror = new CollectionMirror(path, source, now);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    const bytes = size > 0 && size <= FILE_BYTES ? await readFile(path) : Buffer.alloc(0);
    const whole = await inTurns(mirror.#reading(bytes));
    const isOld = now - mirror.#since > ANEW_AFTER_MS;
    if (whole === 0 || isOld) await mirror.#begin(now);
    else if (whole < size) await truncate(path, whole);
    return mirror;
  }

  get position(): Position {
    return this.#position;
  }

  /**
   * Keeps a page; how many of its objects were news.
   * @param isLast nothing follows it
   */
  async take(page: Page, isLast: boolean, now: EpochMs): Promise<number> {
    const lines = await inTurns(this.#taking(page));
    const made = lines.length === 0 ? this.#position.made : null;
    const after = page.addedLast ?? this.#position.after;
    const isSettled = isLast && after !== null && now - Date.parse(after) > SETTLED_MS;
    await this.#note({ after, isWhole: isLast, isSettled, made }, lines);
    return lines.length;
  }

  /** What of a page was news, as it is written. */
  *#taking({ objects }: Page): Generator<number, readonly string[]> {
    const lines: string[] = [];
    for (const [index, object] of objects.entries()) {
      const { kept } = this.collection.take(object);
      if (kept !== null) lines.push(JSON.stringify({ object: kept }));
      if (index % LINES_PER_STEP === 0) yield index / objects.length;
    }
    return lines;
  }

  /** The feed was made of what is here. */
  async noteMade(made: string): Promise<void> {
    await this.#note({ ...this.#position, made }, []);
    if (this.#lines > 2 * this.collection.size + SPARE_LINES) await this.#compact();
  }

  async #note(position: Position, lines: readonly string[]): Promise<void> {
    const news = JSON.stringify(position) !== JSON.stringify(this.#position);
    if (!news && lines.length === 0) return;
    await appendFile(this.#path, [...lines, JSON.stringify({ position }), ''].join('\n'));
    this.#position = position;
    this.#lines += lines.length + 1;
  }

  async #begin(now: EpochMs): Promise<void> {
    this.collection = new StixCollection();
    this.#position = NOWHERE;
    this.#lines = 1;
    this.#since = now;
    await rm(this.#path, { force: true });
    await writeFile(this.#path, `${this.#head()}\n`, { mode: 0o600 });
  }

  #head(): string {
    return JSON.stringify({ form: FORM, source: this.#source, since: this.#since });
  }

  async #compact(): Promise<void> {
    const next = `${this.#path}.new`;
    await writeFile(next, `${this.#head()}\n`, { mode: 0o600 });
    let lines: string[] = [];
    for (const object of this.collection.objects()) {
      if (lines.push(JSON.stringify({ object })) < LINES_PER_STEP) continue;
      await appendFile(next, `${lines.join('\n')}\n`);
      lines = [];
    }
    await appendFile(next, [...lines, JSON.stringify({ position: this.#position }), ''].join('\n'));
    await rename(next, this.#path);
    this.#lines = this.collection.size + 2;
  }

  /** Up to which byte the file is sound; 0 where it is of something else. */
  *#reading(bytes: Buffer): Generator<number, number> {
    let whole = 0;
    let waiting: unknown[] = [];
    for (let at = 0, lines = 0; at < bytes.length; lines++) {
      const end = bytes.indexOf(10, at);
      const line = end < 0 ? null : parsed(bytes.toString('utf8', at, end));
      if (line === null) return whole;
      at = end + 1;
      if (lines === 0) {
        if (line['form'] !== FORM || line['source'] !== this.#source) return 0;
        if (typeof line['since'] !== 'number') return 0;
        this.#since = line['since'];
        whole = at;
      } else if ('object' in line) waiting.push(line['object']);
      else {
        const position = positionIn(line['position']);
        if (position === null) return whole;
        for (const each of waiting) this.collection.take(each);
        waiting = [];
        this.#position = position;
        whole = at;
      }
      this.#lines = lines + 1;
      if (lines % LINES_PER_STEP === 0) yield at / bytes.length;
    }
    return whole;
  }
}

function positionIn(written: unknown): Position | null {
  if (!isRecord(written)) return null;
  // Of what earlier releases wrote nobody knows.
  const { after, isWhole, isSettled = false, made } = written;
  const isSound =
    (after === null || typeof after === 'string') &&
    typeof isWhole === 'boolean' &&
    typeof isSettled === 'boolean' &&
    (made === null || typeof made === 'string');
  return isSound ? { after, isWhole, isSettled, made } : null;
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
