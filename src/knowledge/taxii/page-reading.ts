import { createHash } from 'node:crypto';
import { objectsIn, reducedObject, type StixObject } from '../../exposure/index.ts';
import { LIMITS } from '../../model/index.ts';

/** What is read of a page's bytes, without its objects. */
export type PageHead =
  | { readonly ok: false; readonly problem: string }
  | {
      readonly ok: true;
      readonly more: boolean;
      readonly next: string | null;
      /** Of its objects, also those of which nothing is kept. */
      readonly count: number;
      /** Which versions of which objects it holds. */
      readonly content: string;
    };

/** One page of a collection, and of each of its objects what is kept. */
export interface PageReading {
  readonly head: PageHead;
  readonly objects: readonly StixObject[];
}

const NEXT_CHARS = 4_096;

/** Reads a page (§3.7, §5.4) in one piece. Its objects are counted before one is made. */
export function readPage(bytes: Buffer): PageReading {
  if (objectsIn(bytes) > LIMITS.feedDocumentObjects)
    return refused(`its answer has more than ${LIMITS.feedDocumentObjects} objects and arrays`);
  const envelope = jsonObject(bytes);
  if (envelope === null) return refused(NO_OBJECT);
  const { more = false, next = null, objects = [] } = envelope;
  if (typeof more !== 'boolean' || !Array.isArray(objects))
    return refused('its answer is no envelope of TAXII 2.1 ("more", "objects")');
  // Some servers number their pages.
  const token = typeof next === 'number' ? String(next) : next;
  if (token !== null && (typeof token !== 'string' || token.length > NEXT_CHARS))
    return refused(`"next" must be text of at most ${NEXT_CHARS} characters`);
  const all = objects as readonly unknown[];
  return {
    head: { ok: true, more, next: token === '' ? null : token, count: all.length, content: contentOf(all) },
    objects: all.map(reducedObject).filter((each) => each !== null),
  };
}

export const NO_OBJECT = 'its answer is no JSON object: it is cut off, damaged, or of something else';

const BYTE_ORDER_MARK = /^\uFEFF/;

/** `null` where the bytes are none. */
export function jsonObject(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8').replace(BYTE_ORDER_MARK, ''));
    return isRecord(document) ? document : null;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(problem: string): PageReading {
  return { head: { ok: false, problem }, objects: [] };
}

function contentOf(objects: readonly unknown[]): string {
  const hash = createHash('sha256');
  for (const each of objects) {
    const { id, modified } = isRecord(each) ? each : {};
    hash.update(`${textOf(id)} ${textOf(modified)}\n`);
  }
  return hash.digest('base64');
}

/** Of what is no text nothing is said. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '-';
}
