import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { codeOf, expandPaths, LogPathError, type UnreadFolder } from './log-paths.ts';
import { type FileId, fileId } from './tail.ts';

/** A file that is there. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  /** Size and time of the last change: an inode number alone is soon used again for another file. */
  readonly state: string;
  /** Why nothing of it is read; so it is also with a folder. */
  readonly fault: string | null;
}

/** Between two looks for new files, in rounds, where the operating system gives no hint. */
const ROUNDS_PER_LOOK = 10;

/** With a code: what is expected is told in one line. */
class FolderUnread extends Error {
  readonly code = 'unreadable_path';
  override readonly name = 'FolderUnread';
}

export interface Told {
  /** There is nothing at the path; until it was told (`true`) it is said again. */
  readonly missing: (error: LogPathError) => boolean;
  /** Told once of each folder within that cannot be read. */
  readonly unread: (error: Error) => void;
}

/** The files at a followed path, a folder or one file: looked for on a hint of a change, and now and then without. */
export class FollowedPath {
  readonly #path: string;
  readonly #tell: Told;
  readonly #watcher: FSWatcher | null;
  /** Something was created, renamed or deleted, as far as the operating system says. */
  #isHinted = true;
  #isMissing = false;
  /** Folders within that cannot be read, as they were told of. */
  #unread: ReadonlySet<string> = new Set();
  #rounds = 0;

  constructor(path: string, tell: Told) {
    this.#path = path;
    this.#tell = tell;
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
    const paths = await this.#paths();
    for (const { path, kind } of paths) {
      if (kind !== 'file') continue;
      const entry = await stat(path).catch((error: unknown) => codeOf(error));
      if (typeof entry !== 'string') {
        const { dev, ino, size, ctimeMs } = entry;
        found.set(fileId(dev, ino), { path, size, state: `${size} ${ctimeMs}`, fault: null });
      } else if (entry !== 'ENOENT') {
        found.set(...unreadable(path, `the file cannot be looked at (${entry})`));
      }
    }
    const folders = paths.filter((path) => path.kind === 'folder');
    for (const { path, fault } of folders) found.set(...unreadable(path, fault));
    this.#tellOf(folders);
    return found;
  }

  #tellOf(folders: readonly UnreadFolder[]): void {
    const texts = folders.map(({ path, fault }) => `${path}: ${fault}`);
    for (const text of texts) if (!this.#unread.has(text)) this.#tell.unread(new FolderUnread(text));
    this.#unread = new Set(texts);
  }

  async #paths(): ReturnType<typeof expandPaths> {
    try {
      const paths = await expandPaths([this.#path]);
      this.#isMissing = false;
      return paths;
    } catch (error) {
      if (!(error instanceof LogPathError)) throw error;
      if (!this.#isMissing) this.#isMissing = this.#tell.missing(error);
      return [];
    }
  }
}

function unreadable(path: string, fault: string): [FileId, FoundFile] {
  return [`unreadable:${path}`, { path, size: 0, state: fault, fault }];
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
