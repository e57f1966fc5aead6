import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bodyWithin } from '../http/index.ts';
import { OperationError } from '../refusals/index.ts';

/** A release of 128 cohorts is some 30 kB. */
const MOST_BYTES = 262_144;
/** Of a folder: the newest so many. */
const MOST_FILES = 16;
const TIMEOUT_MS = 30_000;

export interface ReleasesFound {
  readonly texts: readonly string[];
  /** What could not be read beside them. */
  readonly problem: string | null;
}

/**
 * What lies where the key holder puts its releases: whose they are, their signatures say. In a folder a file that cannot
 * be read keeps no other from being taken.
 * @throws OperationError `no_release` where there is nothing to look at
 */
export async function releasesAt(place: string | URL): Promise<ReleasesFound> {
  if (place instanceof URL) return { texts: [await fetched(place)], problem: null };
  const found = await stat(place).catch(() => null);
  if (found === null) throw new OperationError('no_release', `${place}: there is no such file or folder`);
  if (!found.isDirectory()) return { texts: [await readReleaseFile(place)], problem: null };
  const names = await readdir(place).catch((cause: unknown) => unreadable(place, cause));
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => {
        const path = join(place, name);
        const file = await stat(path).catch(() => null);
        return { path, at: file?.mtimeMs ?? 0 };
      }),
  );
  const newest = files.toSorted((a, b) => b.at - a.at).slice(0, MOST_FILES);
  const read = await Promise.allSettled(newest.map(({ path }) => readReleaseFile(path)));
  const texts = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const causes = read.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
  const [first] = causes;
  if (first instanceof Error && texts.length === 0) throw first;
  const more = causes.length > 1 ? `, and ${causes.length - 1} more` : '';
  return { texts, problem: first instanceof Error ? `${first.message}${more}; the others were read` : null };
}

/** @throws OperationError `no_release` */
export async function readReleaseFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile())
    throw new OperationError('no_release', `${path}: there is no such file`);
  if (found.size > MOST_BYTES)
    throw new OperationError(
      'no_release',
      `${path} has ${found.size} bytes, a release at most ${MOST_BYTES}`,
    );
  return readFile(path, 'utf8').catch((cause: unknown) => unreadable(path, cause));
}

function unreadable(path: string, cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  throw new OperationError(
    'no_release',
    `${path} cannot be read${code}: let the user of stance serve read it`,
    {
      cause,
    },
  );
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
    const body = await bodyWithin(response, MOST_BYTES);
    if (body === null) throw new OperationError('no_release', `${shown} gave more than ${MOST_BYTES} bytes`);
    return body.toString('utf8');
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw new OperationError('no_release', `${shown} did not answer`, { cause });
  }
}
