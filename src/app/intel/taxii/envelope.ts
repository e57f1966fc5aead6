import { DAY_MS, type EpochMs } from '../../../model/index.ts';
import { statusProblem } from '../download.ts';
import { type Answer, FetchError } from '../request.ts';

/** TAXII 2.1 §1.6.6; without the version a server may answer in another. */
export const MEDIA_TYPE = 'application/taxii+json;version=2.1';

/**
 * The JSON object that a TAXII server answered with.
 * @throws FetchError where it is none
 */
export function taxiiBody({ status, headers, bytes }: Answer, asked: URL): Readonly<Record<string, unknown>> {
  if (status === 406 || status === 415)
    throw new FetchError(asked, `the server answered ${status}: it does not speak TAXII 2.1`);
  if (status === 404) throw new FetchError(asked, 'the server answered 404: it knows no such place');
  if (status !== 200) throw new FetchError(asked, statusProblem(status));
  const type = headers['content-type'] ?? '';
  if (!/\bjson\b/i.test(type) || /vnd\.oasis|version=2\.0/i.test(type))
    throw new FetchError(asked, 'its answer is not of TAXII 2.1 (Content-Type)');
  const document = parsed(bytes);
  if (isRecord(document)) return document;
  throw new FetchError(asked, 'its answer is no JSON object: it is cut off, damaged, or of something else');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** One page of a collection (§3.7, §5.4). */
export interface Page {
  readonly objects: readonly unknown[];
  readonly more: boolean;
  readonly next: string | null;
  /** When the last of the objects was added to the collection, as the server says it. */
  readonly addedLast: string | null;
}

const NEXT_CHARS = 4_096;

/** @throws FetchError where it is no envelope */
export function pageOf(answer: Answer, asked: URL, now: EpochMs): Page {
  const envelope = taxiiBody(answer, asked);
  const { more = false, next = null, objects = [] } = envelope;
  if (typeof more !== 'boolean' || !Array.isArray(objects))
    throw new FetchError(asked, 'its answer is no envelope of TAXII 2.1 ("more", "objects")');
  // Some servers number their pages.
  const token = typeof next === 'number' ? String(next) : next;
  if (token !== null && (typeof token !== 'string' || token.length > NEXT_CHARS))
    throw new FetchError(asked, `"next" must be text of at most ${NEXT_CHARS} characters`);
  const added = answer.headers['x-taxii-date-added-last'];
  return {
    objects,
    more,
    next: token === '' ? null : token,
    addedLast: typeof added === 'string' && isTimestamp(added, now) ? added : null,
  };
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** One of the future would pass over whatever comes until then. */
function isTimestamp(text: string, now: EpochMs): boolean {
  return TIMESTAMP.test(text) && Date.parse(text) <= now + DAY_MS;
}
