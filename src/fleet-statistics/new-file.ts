import { lstat } from 'node:fs/promises';
import type { Effects } from '../effects/index.ts';
import { Draft, isSystemError } from '../files/index.ts';
import { OperationError } from '../refusals/index.ts';

/** File systems without hard links, as of some network shares and sticks. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];
const NAME_BYTES = 6;

/**
 * Makes a file that must not exist yet, and does what fills it, or neither: that the file can be written is known before.
 * @param mode whatever the process's umask
 * @throws OperationError `unwritable`
 */
export async function writtenNew<T>(
  { path, mode }: { readonly path: string; readonly mode: number },
  { random }: Pick<Effects, 'random'>,
  work: () => Promise<{ readonly content: string; readonly value: T }>,
): Promise<T> {
  const draft = await writable(path, async () => {
    await refuseExisting(path);
    return Draft.open(path, `.${Buffer.from(random(NAME_BYTES)).toString('hex')}`);
  });
  try {
    await writable(path, () => draft.chmod(mode));
    const { content, value } = await work();
    await writable(path, async () => {
      await draft.write(content);
      await put(draft, path);
    });
    return value;
  } finally {
    await draft.drop();
  }
}

async function put(draft: Draft, path: string): Promise<void> {
  const isFirst = await draft.create().catch(async (cause: unknown) => {
    if (!isSystemError(cause, ...NO_LINKS)) throw cause;
    await refuseExisting(path);
    await draft.replace();
    return true;
  });
  if (!isFirst) throw thereAlready(path);
}

async function refuseExisting(path: string): Promise<void> {
  const known = await lstat(path).catch((cause: unknown) => {
    if (isSystemError(cause, 'ENOENT')) return null;
    throw cause;
  });
  if (known !== null) throw thereAlready(path);
}

function thereAlready(path: string): OperationError {
  return new OperationError('unwritable', `${path} is there already: name a file that is not.`);
}

async function writable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw new OperationError('unwritable', `${path} could not be written`, { cause });
  }
}
