import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationError } from '../operations.ts';

/** A release of 128 cohorts is some 30 kB. */
const MOST_BYTES = 262_144;
/** Of a folder: the newest so many. */
const MOST_FILES = 16;
const TIMEOUT_MS = 30_000;

/**
 * What lies where the key holder puts its releases: whose they are, their signatures say.
 * @throws OperationError `no_release`
 */
export async function releasesAt(place: string | URL): Promise<readonly string[]> {
  if (place instanceof URL) return [await fetched(place)];
  const found = await stat(place).catch(() => null);
  if (found === null) throw new OperationError('no_release', `${place}: there is no such file or folder`);
  if (!found.isDirectory()) return [await readRelease(place)];
  const names = (await readdir(place)).filter((name) => name.endsWith('.json'));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(place, name);
      const file = await stat(path).catch(() => null);
      return { path, at: file?.mtimeMs ?? 0 };
    }),
  );
  const newest = files.toSorted((a, b) => b.at - a.at).slice(0, MOST_FILES);
  return Promise.all(newest.map(({ path }) => readRelease(path)));
}

export async function readRelease(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile())
    throw new OperationError('no_release', `${path}: there is no such file`);
  if (found.size > MOST_BYTES)
    throw new OperationError(
      'no_release',
      `${path} has ${found.size} bytes, a release at most ${MOST_BYTES}`,
    );
  return readFile(path, 'utf8');
}

async function fetched(url: URL): Promise<string> {
  const shown = `${url.origin}${url.pathname}`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { redirect: 'error', signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new OperationError('no_release', `${shown} answered ${response.status}`);
    }
    const body: AsyncIterable<Uint8Array> | null = response.body;
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of body ?? []) {
      length += chunk.length;
      if (length > MOST_BYTES)
        throw new OperationError('no_release', `${shown} gave more than ${MOST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw new OperationError('no_release', `${shown} did not answer`, { cause });
  }
}
