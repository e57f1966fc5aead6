import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { expandPaths, LogPathError } from './log-paths.ts';
import { type FileId, fileId } from './tail.ts';

/** A file that is there. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  /** Size and time of the last change: an inode number alone is soon used again for another file. */
  readonly state: string;
}

/** Between two looks for new files, in rounds, where the operating system gives no hint. */
const ROUNDS_PER_LOOK = 10;

/** The files at a followed path, a folder or one file: looked for on a hint of a change, and now and then without. */
export class FollowedPath {
  readonly #path: string;
  readonly #onMissing: (error: LogPathError) => void;
  readonly #watcher: FSWatcher | null;
  /** Something was created, renamed or deleted, as far as the operating system says. */
  #isHinted = true;
  #isMissing = false;
  #rounds = 0;

  /** @param onMissing told once when there is nothing at the path */
  constructor(path: string, onMissing: (error: LogPathError) => void) {
    this.#path = path;
    this.#onMissing = onMissing;
    this.#watcher = watchNames(path, () => this.hint());
  }

  /** Look in the next round. */
  hint(): void {
    this.#isHinted = true;
  }

  /** The files that are there now; `null` in a round in which nothing suggests a look. */
  async look(): Promise<ReadonlyMap<FileId, FoundFile> | null> {
    const isDue = this.#isHinted || this.#rounds % ROUNDS_PER_LOOK === 0;
    this.#rounds++;
    this.#isHinted = false;
    return isDue ? this.#list() : null;
  }

  close(): void {
    this.#watcher?.close();
  }

  async #list(): Promise<Map<FileId, FoundFile>> {
    const found = new Map<FileId, FoundFile>();
    for (const { path, kind } of await this.#paths()) {
      const entry = kind === 'file' ? await stat(path).catch(() => null) : null;
      if (entry === null) continue;
      const { dev, ino, size, ctimeMs } = entry;
      found.set(fileId(dev, ino), { path, size, state: `${size} ${ctimeMs}` });
    }
    return found;
  }

  async #paths(): ReturnType<typeof expandPaths> {
    try {
      const paths = await expandPaths([this.#path]);
      this.#isMissing = false;
      return paths;
    } catch (error) {
      if (!(error instanceof LogPathError)) throw error;
      if (!this.#isMissing) this.#onMissing(error);
      this.#isMissing = true;
      return [];
    }
  }
}

/** Only a hint: where it cannot be had, polling finds the same somewhat later. */
function watchNames(path: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, (event) => {
      if (event === 'rename') onChange();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    return null;
  }
}
