import { type EpochMs, LIMITS } from '../../model/index.ts';
import { FetchError } from '../request.ts';
import type { Asking } from './asking.ts';
import { type Page, pageOf } from './envelope.ts';

/** Objects asked for at once; a server may send fewer. */
const PAGE_OBJECTS = 1_000;
/** Some servers know no limit, and send a small collection in one page; what is beyond is no such thing. */
const MOST_PAGE_OBJECTS = 64 * PAGE_OBJECTS;
/** Pages in a row that bring nothing while more is promised. */
const EMPTY_PAGES = 3;

/**
 * The pages of a collection from an instant on, in the order in which their objects were added (§3.5). What a server says
 * of `more` and `next` is held to what it sends: who promises more and sends nothing, or the same again, is left.
 * @throws FetchError in the middle; the pages before were whole
 */
export async function* pages(
  asking: Asking,
  objects: URL,
  addedAfter: string | null,
  now: () => EpochMs,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let [after, next]: (string | null)[] = [addedAfter, null];
  let [empty, bytes] = [0, 0];
  let isFromEarlier = false;
  for (let count = 0; count < LIMITS.collectionPages; count++) {
    const asked = pageUrl(objects, after ?? null, next ?? null);
    const answer = await asking.get(asked);
    bytes += answer.bytes.length;
    const page = await pageOf(answer, objects, now());
    if (page.count > MOST_PAGE_OBJECTS)
      throw new FetchError(objects, `it sent a page of more than ${MOST_PAGE_OBJECTS} objects`);
    empty = page.count === 0 ? empty + 1 : 0;
    if (page.more && empty === EMPTY_PAGES)
      throw new FetchError(objects, `it says that there is more, and sends nothing (${EMPTY_PAGES} times)`);
    const isNew = page.count === 0 || !seen.has(page.content);
    // From a moment earlier on it may be the same, and the next is not: the time goes on.
    if (!isNew && page.more && !isFromEarlier)
      throw new FetchError(objects, 'it sends the same page again and again');
    seen.add(page.content);
    yield page;
    if (!page.more) return;
    if (bytes > LIMITS.collectionFetchBytes)
      throw new FetchError(objects, `it sent more than ${LIMITS.collectionFetchBytes} bytes, and has more`);
    [after, next] = wayOn(page, after ?? null, next ?? null, objects);
    isFromEarlier = next === null && after !== page.addedLast;
  }
  throw new FetchError(objects, `it sent ${LIMITS.collectionPages} pages, and has more`);
}

/**
 * Where a server names no next page, it is what was added after this one (§3.5), and from a moment earlier on: the page may
 * have ended among objects that were added together. Where all of it was added at one moment there is only the time after.
 */
function wayOn(
  page: Page,
  after: string | null,
  next: string | null,
  objects: URL,
): [string | null, string | null] {
  if (page.next !== null && page.next !== next) return [after, page.next];
  const { addedLast } = page;
  const isOn = (time: string): boolean => after === null || sortable(time) > sortable(after);
  if (page.next === null && addedLast !== null && isOn(addedLast)) {
    const earlier = new Date(Date.parse(addedLast) - 1).toISOString();
    return [isOn(earlier) ? earlier : addedLast, null];
  }
  throw new FetchError(objects, 'it says that there is more, and gives no way on');
}

/** To the last digit of its fraction, of which servers write as many as they like. */
function sortable(timestamp: string): string {
  const [seconds = '', fraction = ''] = timestamp.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

function pageUrl(objects: URL, after: string | null, next: string | null): URL {
  const url = new URL(objects);
  url.searchParams.set('limit', String(PAGE_OBJECTS));
  if (after !== null) url.searchParams.set('added_after', after);
  if (next !== null) url.searchParams.set('next', next);
  return url;
}
