import { describe, expect, test } from 'vitest';
import { readFeed } from '../exposure/index.ts';
import { type FeedId, LIMITS } from '../model/index.ts';
import { type IntelDocument, intelDocument } from './intel-document.ts';
import { readingIntel } from './reading-intel.ts';

const FILE = {
  id: 'acme' as FeedId,
  format: 'auto',
  now: Date.UTC(2026, 4, 21),
  defaultConfidence: 0.7,
  defaultCategory: null,
} as const;

const nth = <T>(count: number, of: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => of(n));
const bundle = (objects: readonly unknown[]) => JSON.stringify({ type: 'bundle', objects });
const indicator = (n: number) => ({
  type: 'indicator',
  id: `indicator--${n}`,
  pattern: `[domain-name:value = 'h${n}.example.com']`,
  pattern_type: 'stix',
});
const list = { name: 'Ours', type: 'hostname', list: nth(25_000, (n) => `h${n}.example.com`) };
const values = nth(5_000, (n) => ({ value: `GROUP ${n}`, meta: { synonyms: [`Bear ${n}`] } }));

/** What was told of a feed's listings side by side, in full. */
function inObjects(document: IntelDocument): IntelDocument {
  if (document.kind !== 'feed' || !document.reading.ok) return document;
  const { feed } = document.reading;
  return { ...document, reading: { ...document.reading, feed: { ...feed, listings: [...feed.listings] } } };
}

describe('[INTEL-IMPORT-3] a large list is read in a thread of its own', () => {
  const lines = nth(20_000, (n) => `h${n}.example.com`);
  test.each<[string, string]>([
    ['of names', lines.join('\n')],
    ['with its own date, and lines that are none', `# Updated: 2026-05-20\n${lines.join('\nno list\n')}\n`],
    ['that is none', nth(20_000, (n) => `this is line ${n}`).join('\n')],
  ])('%s: the same as read in place, and its bytes come back', async (_, text) => {
    const reading = readFeed({ ...FILE, bytes: Buffer.from(text) });
    const shares: number[] = [];
    const { document, bytes } = await readingIntel(FILE, Buffer.from(text), (share) => shares.push(share));
    expect(inObjects(document)).toEqual({ kind: 'feed', reading, named: null });
    expect(bytes.toString()).toBe(text);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
});

describe('[INTEL-IMPORT-3] a large document is read in a thread of its own', () => {
  test.each<[string, string]>([
    ['a bundle', bundle(nth(2_500, indicator))],
    ['a warning list', JSON.stringify(list)],
    ['names of attackers', JSON.stringify({ type: 'threat-actor', values })],
    ['neither', JSON.stringify({ nothing: 'x'.repeat(200_000) })],
    ['one that was cut off', bundle(nth(2_500, indicator)).slice(0, -9)],
  ])('%s: the same as read in place, and its bytes come back', async (_, text) => {
    const expected = intelDocument(FILE, Buffer.from(text));
    const { document, bytes } = await readingIntel(FILE, Buffer.from(text), () => undefined);
    expect(inObjects(document)).toEqual(expected);
    expect(bytes.toString()).toBe(text);
  });

  test('more objects than a document may have refuse it before one is made', async () => {
    const text = `{"type":"bundle","objects":[${'{},'.repeat(LIMITS.feedDocumentObjects)}{}]}`;
    const { document } = await readingIntel(FILE, Buffer.from(text), () => undefined);
    expect(document).toMatchObject({
      kind: 'feed',
      reading: { ok: false, message: expect.stringContaining(`${LIMITS.feedDocumentObjects} objects`) },
    });
  });
});
