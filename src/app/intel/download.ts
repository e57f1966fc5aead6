import { lookup as resolveName } from 'node:dns';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { LIMITS } from '../../model/index.ts';
import { hostOf, isPrivateAddress } from '../../outputs/index.ts';
import { OperationError } from '../operations.ts';

const REDIRECTS = 5;
/** Nothing comes for so long, or not all of it by then. */
const SILENT_MS = 30_000;
const WHOLE_MS = 600_000;

export interface DownloadSettings {
  /** Also from addresses that only this machine or its network can reach. */
  readonly allowPrivate: boolean;
  readonly allowHttp: boolean;
  readonly mostBytes?: number;
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
 * Fetches a feed, whole or not at all. Every address is looked at before it is connected to, and so is every one that a
 * redirect leads to: a feed's server must not make us ask what only we can reach.
 * @throws OperationError in words for the operator
 */
export async function download(
  from: URL,
  known: Validators | null,
  settings: DownloadSettings,
): Promise<Download> {
  const deadline = AbortSignal.timeout(WHOLE_MS);
  let url = from;
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    refuse(url, settings);
    const response = await ask(url, known, settings, deadline);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && statusCode !== 304) {
      response.destroy();
      url = target(url, headers.location);
      continue;
    }
    if (statusCode === 304) response.destroy();
    if (statusCode === 304 && known !== null) return { changed: false };
    if (statusCode !== 200) {
      response.destroy();
      throw failure(from, `the server answered ${statusCode}`);
    }
    const bytes = await body(response, settings.mostBytes ?? LIMITS.feedBytes, from);
    return {
      changed: true,
      bytes,
      validators: { etag: headers.etag ?? null, lastModified: headers['last-modified'] ?? null },
    };
  }
  throw failure(from, `it redirects more than ${REDIRECTS} times`);
}

function refuse(url: URL, { allowPrivate, allowHttp }: DownloadSettings): void {
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    throw failure(url, 'it must begin with https: (--allow-http allows http:)');
  if (url.username !== '' || url.password !== '') throw failure(url, 'it must hold no user and no password');
  const host = hostOf(url);
  if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw failure(url, PRIVATE);
}

const PRIVATE = 'its address is of a private range (--allow-private allows that)';

function target(from: URL, location: string | undefined): URL {
  const url = location === undefined ? null : URL.parse(location, from.href);
  if (url === null) throw failure(from, 'it redirects to nowhere');
  return url;
}

function ask(
  url: URL,
  known: Validators | null,
  { allowPrivate }: DownloadSettings,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers = {
    'user-agent': 'Stance',
    accept: '*/*',
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
  const options = {
    headers,
    signal,
    agent: false,
    timeout: SILENT_MS,
    ...(allowPrivate ? {} : { lookup: publicLookup }),
  } as const;
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    request.on('timeout', () => request.destroy(failure(url, `nothing came for ${SILENT_MS / 1_000} s`)));
    request.on('error', (cause) =>
      reject(cause instanceof OperationError ? cause : failure(url, whyNot(cause), cause)),
    );
    request.end();
  });
}

async function body(response: IncomingMessage, most: number, url: URL): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > most) throw failure(url, `it is larger than ${most} bytes`);
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof OperationError ? cause : failure(url, `it broke off after ${bytes} bytes`, cause);
  }
  return Buffer.concat(parts);
}

/** Gives only public addresses: the one that was looked at is the one that is used. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const found = addresses.filter(({ address }) => !isPrivateAddress(address));
    const [first] = found;
    if (first === undefined) return callback(new OperationError('feed_unreachable', PRIVATE), []);
    return options.all === true ? callback(null, found) : callback(null, first.address, first.family);
  });
};

function whyNot(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return code === 'ABORT_ERR' || code === '23'
    ? `it was not all there within ${WHOLE_MS / 1_000} s`
    : `no connection (${code})`;
}

/** Without the query, which may hold a key. */
function failure(url: URL, problem: string, cause?: unknown): OperationError {
  return new OperationError(
    'feed_unreachable',
    `${url.origin}${url.pathname}: ${problem}. The feed that was active stays.`,
    { cause },
  );
}
