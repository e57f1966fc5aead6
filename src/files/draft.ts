import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './sync-directory.ts';
import { DiskFull, isNoRoom, isSystemError } from './system-error.ts';

const OWNER_ALONE = 0o600;

/**
 * A file while it is written, under another name beside its place: whoever looks there sees all of it or nothing. That it
 * can be written is known once it is open.
 */
export class Draft {
  readonly #place: string;
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(place: string, path: string, file: FileHandle) {
    this.#place = place;
    this.#path = path;
    this.#file = file;
  }

  /**
   * Beside `place`, for its owner alone; what a crash left of a draft of the same name goes.
   * @param name what tells it from another's draft of the same file
   */
  static async open(place: string, name = ''): Promise<Draft> {
    const path = `${place}${name}.new`;
    await rm(path, { force: true });
    return new Draft(place, path, await open(path, 'wx', OWNER_ALONE));
  }

  /** Whatever the process's umask. */
  async chmod(mode: number): Promise<void> {
    await this.#file.chmod(mode);
  }

  /** On disk when it resolves. */
  async write(content: string | Uint8Array): Promise<void> {
    await this.#file.writeFile(content);
    await this.#file.sync();
  }

  /** In the place of what is there. */
  async replace(): Promise<void> {
    await this.#file.close();
    await rename(this.#path, this.#place);
    await syncDirectory(dirname(this.#place));
  }

  /** Where nothing is. @returns `false` where something is: it stays as it is */
  async create(): Promise<boolean> {
    const isFirst = await link(this.#path, this.#place).then(
      () => true,
      (cause: unknown) => {
        if (isSystemError(cause, 'EEXIST')) return false;
        throw cause;
      },
    );
    // Also what somebody else has put there a moment ago.
    await syncDirectory(dirname(this.#place));
    return isFirst;
  }

  /** Leaves nothing of what came to no place. */
  async drop(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}

/** For its owner alone, on disk when it resolves; what is there is replaced. @throws DiskFull */
export function replaceDurably(path: string, content: string | Uint8Array): Promise<void> {
  return drafted(path, '', async (draft) => {
    await draft.write(content);
    await draft.replace();
  });
}

/**
 * The same of a file that is written once. Several processes may do it at once: one of them does.
 * @returns `false` where something is there: it stays as it is
 * @throws DiskFull
 */
export function createDurably(path: string, content: string | Uint8Array): Promise<boolean> {
  return drafted(path, `.${process.pid}`, async (draft) => {
    await draft.write(content);
    return draft.create();
  });
}

/** Leaves no draft, whatever came of it. */
async function drafted<T>(path: string, name: string, work: (draft: Draft) => Promise<T>): Promise<T> {
  try {
    const draft = await Draft.open(path, name);
    try {
      return await work(draft);
    } finally {
      await draft.drop();
    }
  } catch (cause) {
    throw isNoRoom(cause) ? new DiskFull(path, { cause }) : cause;
  }
}
