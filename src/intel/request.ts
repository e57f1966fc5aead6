import { lookup as resolveName } from 'node:dns';
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { gathered } from '../http/index.ts';
import { isGzip, unpackedWithin } from '../knowledge/index.ts';
import { hostOf, isPrivateAddress } from '../outputs/index.ts';
import { OperationError } from '../refusals/index.ts';

const REDIRECTS = 5;
/** Nothing comes for so long. */
const SILENT_MS = 30_000;

/** What the operator allows, and by what he is known there. */
export interface RequestSettings {
  /** Also addresses that only this machine or its network can reach. */
  readonly allowPrivate: boolean;
  readonly allowHttp: boolean;
  /** PEM of the authorities that are believed instead of Node's own. */
  readonly ca?: Buffer | null;
  /** The Authorization header; it goes to the origin of the URL that was asked for, and nowhere else. */
  readonly authorization?: string | null;
  readonly silentMs?: number;
}

export interface Request {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly mostBytes: number;
  /** Ends it, whatever is on its way. */
  readonly deadline: AbortSignal;
  /** Where the credentials belong; the URL's own origin where not given. */
  readonly home?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty where the status is not 200. */
  readonly bytes: Buffer;
  /** Where the redirects led. */
  readonly url: URL;
}

/** What went wrong on the way; `problem` names no place, for those who may not know it. */
export class FetchError extends OperationError {
  readonly problem: string;

  constructor(url: URL, problem: string, cause?: unknown) {
    // Without the query, which may hold a key.
    const where = `${url.origin}${url.pathname}`;
    super('feed_unreachable', `${where}: ${problem}. The feed that was active stays.`, { cause });
    this.problem = problem;
  }
}

/** What of many broke off in the middle. @param kept what came before that, in words */
export function goingOn(url: URL, cause: FetchError, kept: string): FetchError {
  return new FetchError(url, `${cause.problem}; ${kept} are kept, the next fetch goes on from there`, cause);
}

/**
 * A GET, its answer whole. Every address is looked at before it is connected to, and so is every one that a redirect
 * leads to: a feed's server must not make us ask what only we can reach.
 * @throws FetchError in words for the operator
 */
export async function get(request: Request, settings: RequestSettings): Promise<Answer> {
  const home = request.home ?? request.url.origin;
  let { url } = request;
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const response = await asked({ ...request, url, home }, settings).catch(led(request.url, hops));
    const { statusCode: status = 0, headers } = response;
    if (status >= 300 && status < 400 && status !== 304) {
      response.destroy();
      url = target(url, headers.location);
      continue;
    }
    if (status === 200) return { status, headers, url, bytes: await unpacked(response, request) };
    response.destroy();
    return { status, headers, url, bytes: Buffer.alloc(0) };
  }
  throw new FetchError(request.url, `it redirects more than ${REDIRECTS} times`);
}

async function asked(request: Request, settings: RequestSettings): Promise<IncomingMessage> {
  refuse(request.url, settings);
  return ask(request, settings);
}

/** What fails where a redirect led is told by where it began: the path there may hold a secret. */
function led(from: URL, hops: number): (cause: unknown) => never {
  return (cause) => {
    if (hops === 0 || !(cause instanceof FetchError)) throw cause;
    throw new FetchError(from, `where it redirects to, ${cause.problem}`, cause.cause);
  };
}

function refuse(url: URL, { allowPrivate, allowHttp }: RequestSettings): void {
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    throw new FetchError(url, 'it must begin with https: (--allow-http, or allow_http: true, allows http:)');
  if (url.username !== '' || url.password !== '')
    throw new FetchError(url, 'it must hold no user and no password');
  const host = hostOf(url);
  if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw new FetchError(url, PRIVATE);
}

const PRIVATE = 'its address is of a private range (--allow-private, or allow_private: true, allows that)';

function target(from: URL, location: string | undefined): URL {
  const url = location === undefined ? null : URL.parse(location, from.href);
  if (url === null) throw new FetchError(from, 'it redirects to nowhere');
  return url;
}

function ask(
  { url, headers, deadline, home }: Request,
  { allowPrivate, ca, authorization, silentMs = SILENT_MS }: RequestSettings,
): Promise<IncomingMessage> {
  const isHome = url.origin === home;
  const options = {
    headers: {
      'user-agent': 'Stance',
      'accept-encoding': 'identity',
      ...headers,
      ...(isHome && typeof authorization === 'string' ? { authorization } : {}),
    },
    signal: deadline,
    agent: false,
    timeout: silentMs,
    ...(ca ? { ca } : {}),
    ...(allowPrivate ? {} : { lookup: publicLookup }),
  } as const;
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    request.on('timeout', () =>
      request.destroy(new FetchError(url, `nothing came for ${silentMs / 1_000} s`)),
    );
    request.on('error', (cause) =>
      reject(cause instanceof OperationError ? cause : new FetchError(url, whyNot(cause, deadline), cause)),
    );
    request.end();
  });
}

/** Some servers pack what they send whether they were asked to or not. A damaged gzip is left to whoever reads it. */
async function unpacked(response: IncomingMessage, { mostBytes, url }: Request): Promise<Buffer> {
  const bytes = await body(response, mostBytes, url);
  if (!isGzip(bytes)) return bytes;
  const plain = await unpackedWithin(bytes, mostBytes).catch(() => bytes);
  if (plain === null) throw tooLarge(url, mostBytes);
  return plain;
}

function tooLarge(url: URL, most: number): FetchError {
  return new FetchError(url, `it is larger than ${most} bytes`);
}

async function body(response: IncomingMessage, most: number, url: URL): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > most) throw tooLarge(url, most);
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof OperationError
      ? cause
      : new FetchError(url, `it broke off after ${bytes} bytes`, cause);
  }
  return gathered(parts);
}

/** Gives only public addresses: the one that was looked at is the one that is used. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const found = addresses.filter(({ address }) => !isPrivateAddress(address));
    const [first] = found;
    if (first === undefined) return callback(new PrivateAddress(), []);
    return options.all === true ? callback(null, found) : callback(null, first.address, first.family);
  });
};

class PrivateAddress extends Error {}

function whyNot(cause: unknown, deadline: AbortSignal): string {
  if (cause instanceof PrivateAddress) return PRIVATE;
  if (deadline.aborted) return 'it was not all there in time';
  return `no connection (${cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'})`;
}
