import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiskFull, syncDirectory } from '../files/index.ts';
import { OperationError } from '../refusals/index.ts';

/** What a file holds. */
export interface FileDigest {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

export async function digestOf(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    if (!Buffer.isBuffer(chunk)) continue;
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Copies a file to a new one that only its owner can read; it is on disk when this resolves. */
export async function copyDurably(from: string, to: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  const copy = await open(to, 'wx', 0o600);
  try {
    for await (const chunk of createReadStream(from)) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      bytes += chunk.length;
      await copy.writeFile(chunk);
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Copies a folder of small files, where there is one, without drafts. */
export async function copyFolder(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const isDraft = entry.name.endsWith('.new');
    if (entry.isFile() && !isDraft) await copyDurably(join(from, entry.name), join(to, entry.name));
  }
  await syncDirectory(to);
}

/** What the system refused, to whom it was said: a full disk says it to SQLite in other words. */
function isOfTheDisk(cause: unknown): cause is Error {
  return cause instanceof Error && ('syscall' in cause || 'errcode' in cause || cause instanceof DiskFull);
}

/**
 * Builds the directory `target` whole or not at all: under another name beside it, which it loses when all of it is
 * on disk. A crash leaves `TARGET.unfinished-…`, which nothing reads. A failure leaves nothing.
 * @throws OperationError `unwritable` for what the system refuses
 */
export async function buildWhole<T>(
  target: string,
  random: (bytes: number) => Uint8Array,
  build: (draft: string) => Promise<T>,
): Promise<T> {
  const draft = `${target}.unfinished-${Buffer.from(random(6)).toString('hex')}`;
  try {
    await mkdir(draft, { mode: 0o700 });
    const result = await build(draft);
    await syncDirectory(draft);
    await rename(draft, target);
    await syncDirectory(dirname(target));
    return result;
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (!isOfTheDisk(cause)) throw cause;
    throw new OperationError('unwritable', `${target} was not made: ${cause.message}.`, { cause });
  }
}
