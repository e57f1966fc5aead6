import { LIMITS } from '../model/index.ts';
import { FetchError, get, type RequestSettings } from './request.ts';

/** Not all of it is there by then. */
const WHOLE_MS = 600_000;

export interface DownloadSettings extends RequestSettings {
  readonly mostBytes?: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** What a server said of a file, to be asked by the next time. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export type Download =
  | { readonly changed: false }
  | { readonly changed: true; readonly bytes: Buffer; readonly validators: Validators };

/**
 * Fetches a feed, whole or not at all.
 * @throws FetchError in words for the operator
 */
export async function download(
  url: URL,
  known: Validators | null,
  settings: DownloadSettings,
): Promise<Download> {
  const headers = {
    accept: '*/*',
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
  const { mostBytes = LIMITS.feedBytes, signal } = settings;
  const deadline = within(WHOLE_MS, signal);
  const answer = await get({ url, headers, mostBytes, deadline }, settings);
  if (answer.status === 304 && known !== null) return { changed: false };
  if (answer.status !== 200) throw new FetchError(url, statusProblem(answer.status));
  const { etag = null, 'last-modified': lastModified = null } = answer.headers;
  return { changed: true, bytes: answer.bytes, validators: { etag, lastModified } };
}

export function within(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(ms);
  return signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
}

export function statusProblem(status: number): string {
  const answered = `the server answered ${status}`;
  return status === 401 || status === 403 ? `${answered}: it wants other credentials` : answered;
}
