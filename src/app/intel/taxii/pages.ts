import { createHash } from 'node:crypto';
import { type EpochMs, LIMITS } from '../../../model/index.ts';
import { FetchError } from '../request.ts';
import type { Asking } from './asking.ts';
import { isRecord, type Page, pageOf } from './envelope.ts';

/** Objects asked for at once; a server may send fewer. */
const PAGE_OBJECTS = 1_000;
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
  for (let count = 0; count < LIMITS.collectionPages; count++) {
    const asked = pageUrl(objects, after ?? null, next ?? null);
    const answer = await asking.get(asked);
    const page = pageOf(answer, objects, now());
    bytes += answer.bytes.length;
    empty = page.objects.length === 0 ? empty + 1 : 0;
    if (page.more && empty === EMPTY_PAGES)
      throw new FetchError(objects, `it says that there is more, and sends nothing (${EMPTY_PAGES} times)`);
    const isNew = page.objects.length === 0 || !seen.has(contentOf(page));
    if (!isNew && page.more) throw new FetchError(objects, 'it sends the same page again and again');
    seen.add(contentOf(page));
    yield page;
    if (!page.more) return;
    if (bytes > LIMITS.collectionFetchBytes)
      throw new FetchError(objects, `it sent more than ${LIMITS.collectionFetchBytes} bytes, and has more`);
    [after, next] = wayOn(page, after ?? null, next ?? null, objects);
  }
  throw new FetchError(objects, `it sent ${LIMITS.collectionPages} pages, and has more`);
}

/** Where a server names no next page, it is what was added after this one (§3.5). */
function wayOn(
  page: Page,
  after: string | null,
  next: string | null,
  objects: URL,
): [string | null, string | null] {
  if (page.next !== null && page.next !== next) return [after, page.next];
  const { addedLast } = page;
  const isOn = addedLast !== null && (after === null || sortable(addedLast) > sortable(after));
  if (page.next === null && isOn) return [addedLast, null];
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

/** Which versions of which objects it holds. */
function contentOf({ objects }: Page): string {
  const hash = createHash('sha256');
  for (const each of objects)
    hash.update(isRecord(each) ? `${String(each['id'])} ${String(each['modified'])}\n` : 'other\n');
  return hash.digest('base64');
}
