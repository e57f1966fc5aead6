import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../durable-files.ts';
import type { Effects } from '../effects.ts';
import { OperationError } from '../operations.ts';

/** File systems without hard links, as of some network shares and sticks. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
const NAME_BYTES = 6;

/**
 * A file that must not exist yet. That it can be written is known before what it is for is done; whoever looks at its
 * folder sees all of it or nothing.
 */
export class NewFile {
  readonly #path: string;
  readonly #draft: string;
  readonly #file: FileHandle;

  private constructor(path: string, draft: string, file: FileHandle) {
    this.#path = path;
    this.#draft = draft;
    this.#file = file;
  }

  /**
   * @param mode whatever the process's umask
   * @throws OperationError `unwritable`
   */
  static async open(path: string, mode: number, { random }: Pick<Effects, 'random'>): Promise<NewFile> {
    const draft = `${path}.${Buffer.from(random(NAME_BYTES)).toString('hex')}.new`;
    try {
      await refuseExisting(path);
      const file = await open(draft, 'wx', 0o600);
      await file.chmod(mode);
      return new NewFile(path, draft, file);
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /** @throws OperationError `unwritable` */
  async write(content: string): Promise<void> {
    try {
      await this.#file.writeFile(content);
      await this.#file.sync();
      await link(this.#draft, this.#path).catch(async (cause: unknown) => {
        if (!NO_LINKS.has(codeOf(cause))) throw cause;
        await refuseExisting(this.#path);
        await rename(this.#draft, this.#path);
      });
      await this.drop();
      await syncDirectory(dirname(this.#path));
    } catch (cause) {
      await this.drop();
      throw unwritable(this.#path, cause);
    }
  }

  /** Leaves nothing behind of what was not written. */
  async drop(): Promise<void> {
    await this.#file.close();
    await rm(this.#draft, { force: true });
  }
}

async function refuseExisting(path: string): Promise<void> {
  const known = await lstat(path).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  });
  if (known !== null) throw Object.assign(new Error(`${path} exists`), { code: 'EEXIST' });
}

function unwritable(path: string, cause: unknown): OperationError {
  const why =
    codeOf(cause) === 'EEXIST' ? 'is there already: name a file that is not.' : 'could not be written';
  return new OperationError('unwritable', `${path} ${why}`, { cause });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}
