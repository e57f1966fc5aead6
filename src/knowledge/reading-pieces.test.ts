import { describe, expect, test } from 'vitest';
import { LIMITS } from '../model/index.ts';
import { readEvent } from './misp/event-reading.ts';
import { readEventIds, readManifest } from './misp/manifest-reading.ts';
import { readingEvent, readingEventIds, readingManifest, readingPage } from './reading-pieces.ts';
import { readPage } from './taxii/page-reading.ts';

const nth = <T>(count: number, of: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => of(n));
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const indicator = (n: number) => ({
  type: 'indicator',
  id: `indicator--${uuid(n)}`,
  modified: '2026-05-01T00:00:00Z',
  pattern: `[domain-name:value = 'h${n}.example.com']`,
  pattern_type: 'stix',
  description: 'of which nothing is kept',
});
const tooMany = `{"objects":[${'{},'.repeat(LIMITS.feedDocumentObjects)}{}]}`;
const much = { comment: 'x'.repeat(200_000) };

describe('[TAXII-3] a large page is read in a thread of its own', () => {
  test.each<[string, string]>([
    ['a page', JSON.stringify({ more: true, next: 7, objects: nth(2_500, indicator) })],
    ['with objects of which nothing is kept', JSON.stringify({ objects: [much, null, indicator(1)] })],
    ['that is no envelope', JSON.stringify({ more: 'maybe', objects: [much] })],
    ['that is no object', JSON.stringify([much])],
    ['that was cut off', JSON.stringify({ objects: nth(2_500, indicator) }).slice(0, -9)],
  ])('%s: the same as read in place', async (_, text) => {
    expect(await readingPage(Buffer.from(text))).toEqual(readPage(Buffer.from(text)));
  });

  test('and of what is sent only what is read comes back', async () => {
    const { objects } = await readingPage(Buffer.from(JSON.stringify({ objects: nth(2_500, indicator) })));
    expect(objects).toHaveLength(2_500);
    expect(objects[0]).not.toHaveProperty('description');
  });

  test('one of more objects than a document may have is refused before one is made', async () => {
    const { head } = await readingPage(Buffer.from(tooMany));
    expect(head).toEqual({
      ok: false,
      problem: `its answer has more than ${LIMITS.feedDocumentObjects} objects and arrays`,
    });
  });
});

describe('[INTEL-IMPORT-3] large pieces of a MISP feed are read in a thread of their own', () => {
  test.each<[string, string]>([
    [
      'a manifest',
      JSON.stringify(Object.fromEntries(nth(3_000, (n) => [uuid(n), { timestamp: String(n) }]))),
    ],
    ['that names something else', JSON.stringify({ ...much, [uuid(1)]: { timestamp: 1 } })],
    ['that is none', JSON.stringify([much])],
    ['with too many objects', tooMany],
  ])('%s: the same as read in place', async (_, text) => {
    expect(await readingManifest(Buffer.from(text), 10)).toEqual(readManifest(Buffer.from(text), 10));
    expect(await readingEventIds(Buffer.from(text))).toEqual(readEventIds(Buffer.from(text)));
  });

  test('of a manifest the newest come back, and how many there are', async () => {
    const text = JSON.stringify(Object.fromEntries(nth(3_000, (n) => [uuid(n), { timestamp: String(n) }])));
    const read = await readingManifest(Buffer.from(text), 2);
    const events = [2_999, 2_998].map((n) => ({ id: uuid(n), timestamp: n }));
    expect(read).toEqual({ ok: true, events, named: 3_000 });
  });

  test.each<[string, string]>([
    ['an event', JSON.stringify({ Event: { uuid: uuid(1), ...much } })],
    ['that is none', JSON.stringify({ Event: { ...much } })],
    ['with too many objects', tooMany],
  ])('%s: the same as read in place, and its bytes come back', async (_, text) => {
    const { bytes, ...read } = await readingEvent(Buffer.from(text));
    expect(read).toEqual(readEvent(Buffer.from(text)));
    expect(bytes.equals(Buffer.from(text))).toBe(true);
  });
});
