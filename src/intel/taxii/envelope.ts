import type { StixObject } from '../../exposure/index.ts';
import { jsonObject, NO_OBJECT, readingPage } from '../../knowledge/index.ts';
import { DAY_MS, type EpochMs } from '../../model/index.ts';
import { statusProblem } from '../download.ts';
import { type Answer, FetchError } from '../request.ts';

/** TAXII 2.1 §1.6.6; without the version a server may answer in another. */
export const MEDIA_TYPE = 'application/taxii+json;version=2.1';

/**
 * The JSON object that a TAXII server answered with; of a page there is {@link pageOf}.
 * @throws FetchError where it is none
 */
export function taxiiBody(answer: Answer, asked: URL): Readonly<Record<string, unknown>> {
  const document = jsonObject(bytesOf(answer, asked));
  if (document !== null) return document;
  throw new FetchError(asked, NO_OBJECT);
}

/** @throws FetchError where it is no answer of TAXII */
function bytesOf({ status, headers, bytes }: Answer, asked: URL): Buffer {
  if (status === 406 || status === 415)
    throw new FetchError(asked, `the server answered ${status}: it does not speak TAXII 2.1`);
  if (status === 404) throw new FetchError(asked, 'the server answered 404: it knows no such place');
  if (status !== 200) throw new FetchError(asked, statusProblem(status));
  const type = headers['content-type'] ?? '';
  if (!/\bjson\b/i.test(type) || /vnd\.oasis|version=2\.0/i.test(type))
    throw new FetchError(asked, 'its answer is not of TAXII 2.1 (Content-Type)');
  return bytes;
}

/** One page of a collection (§3.7, §5.4). */
export interface Page {
  /** Of each object what is kept. */
  readonly objects: readonly StixObject[];
  /** Of its objects, also those of which nothing is kept. */
  readonly count: number;
  /** Which versions of which objects it holds. */
  readonly content: string;
  readonly more: boolean;
  readonly next: string | null;
  /** When the last of the objects was added to the collection, as the server says it. */
  readonly addedLast: string | null;
}

/** @throws FetchError where it is no envelope */
export async function pageOf(answer: Answer, asked: URL, now: EpochMs): Promise<Page> {
  const { head, objects } = await readingPage(bytesOf(answer, asked));
  if (!head.ok) throw new FetchError(asked, head.problem);
  const { more, next, count, content } = head;
  const added = answer.headers['x-taxii-date-added-last'];
  const addedLast = typeof added === 'string' && isTimestamp(added, now) ? added : null;
  return { objects, count, content, more, next, addedLast };
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** One of the future would pass over whatever comes until then. */
function isTimestamp(text: string, now: EpochMs): boolean {
  return TIMESTAMP.test(text) && Date.parse(text) <= now + DAY_MS;
}
