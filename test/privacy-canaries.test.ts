import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STORES } from '../src/operations/privacy/stores.ts';
import { Canaries } from './privacy/canaries.ts';
import { CanaryRun, hitsIn } from './privacy/canary-run.ts';
import { placesIn } from './privacy/places.ts';
import { ZEEK_KINDS } from './privacy/zeek-canaries.ts';

const run = new CanaryRun(false);
beforeAll(() => run.live(), 90_000);
afterAll(() => run.end());

describe('a canary in every field that must not enter', () => {
  test('[PRIV-CANARY-1] none reaches the disk, in any spelling, packed or not', () => {
    expect(run.hitsOnDisk()).toEqual([]);
  });

  test('[PRIV-CANARY-2][PRIV-CANARY-3] none reaches a log line, an error, an answer or a finding', () => {
    expect(run.hitsSaid()).toEqual([]);
    expect(run.hook.received.length).toBeGreaterThan(0);
    expect(run.siem.frames.length).toBe(run.hook.received.length);
    expect(run.sent.every((each) => each.includes('"metadata') || each.includes('\\"metadata'))).toBe(true);
  });

  test('[PRIV-CANARY-4] the same search finds them where the records are kept by a list of what is denied', async () => {
    expect(await run.controlHits()).toBeGreaterThan(300);
  });

  test('the search finds what may enter: domains, addresses, the ways back', () => {
    const places = [...run.disk()].map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
    const permitted = ['known-domain-9.com', 'updates.known-domain-9.com', '198.51.100.21', '3c:22:fb'];
    expect(permitted.filter((each) => !places.some((bytes) => bytes.includes(each)))).toEqual([]);
    expect(run.answers.some((each) => each.includes('"known_destinations":["known-domain-9.com"'))).toBe(
      true,
    );
    expect(run.answers.length).toBeGreaterThan(15);
  });

  test('[PRIV-REPORT-2] every file that it left has its place in the report', () => {
    const files = run.files();
    expect(files).toContain('history.db');
    expect(files.filter((file) => !STORES.some((store) => store.files?.test(file)))).toEqual([]);
  });

  test('every log kind was read, and every batch that could be', () => {
    const accepted = run.summary.files.filter((file) => file.accepted > 0).length;
    // Records whose text is no product's name are passed over.
    expect(accepted).toBeGreaterThanOrEqual(2 * (ZEEK_KINDS.length - 1) + 2);
    expect(run.statuses).toEqual([200, 422, 400]);
    expect(run.canaries.size).toBeGreaterThan(700);
  });
});

describe('the search for canaries', () => {
  test.each<[string, (word: string) => Buffer]>([
    ['as it is', (word) => Buffer.from(word)],
    ['in capitals', (word) => Buffer.from(word.toUpperCase())],
    ['backwards', (word) => Buffer.from(Array.from(word).toReversed().join(''))],
    [
      'in UTF-16, either order',
      (word) => Buffer.concat([Buffer.from(word, 'utf16le'), Buffer.from(word, 'utf16le').swap16()]),
    ],
    ['in hexadecimal', (word) => Buffer.from(Buffer.from(word).toString('hex').toUpperCase())],
    [
      'percent-encoded',
      (word) => Buffer.from(Array.from(word, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')),
    ],
    ['in base 64', (word) => Buffer.from(Buffer.from(`a${word}`).toString('base64'))],
    ['in base 64 further on', (word) => Buffer.from(Buffer.from(`ab${word}!`).toString('base64'))],
    ['as its unkeyed SHA-256', (word) => createHash('sha256').update(word).digest()],
    [
      'as its unkeyed MD5 in hexadecimal',
      (word) => Buffer.from(createHash('md5').update(word).digest('hex')),
    ],
  ])('finds one %s', (_, written) => {
    const search = new Canaries();
    search.word('first');
    const word = search.word('second');
    // Base 64 has its canary's last letter mixed with what follows: it may point to several that begin alike.
    expect(search.foundIn(Buffer.concat([Buffer.from('…'), written(word), Buffer.from('…')]))).toContain(
      `second: ${word}`,
    );
    expect(search.foundIn(written('innocentword'))).toEqual([]);
  });
});

describe('the search of a directory', () => {
  const pack: readonly (readonly [string, (text: string) => Buffer])[] = [
    ['gzip', (text) => gzipSync(text)],
    ['zstd', (text) => zstdCompressSync(text)],
    ['zlib', (text) => deflateSync(text)],
    ['gzip within gzip', (text) => gzipSync(gzipSync(text))],
  ];
  test.each(pack)('looks into %s, also in the middle of a file', (_, packed) => {
    const dir = mkdtempSync(join(tmpdir(), 'stance-places-'));
    const search = new Canaries();
    const text = `${'x'.repeat(500)}${search.word('packed')}${'y'.repeat(500)}`;
    writeFileSync(
      join(dir, 'file'),
      Buffer.concat([Buffer.from('before'), packed(text), Buffer.from('after')]),
    );
    expect([...hitsIn(placesIn(dir), search)]).not.toEqual([]);
    writeFileSync(join(dir, 'file'), packed('x'.repeat(1_000)));
    expect([...hitsIn(placesIn(dir), search)]).toEqual([]);
    rmSync(dir, { recursive: true });
  });

  test('looks into a whole file of brotli, names of files, and rows of a database that overflow', () => {
    const dir = mkdtempSync(join(tmpdir(), 'stance-places-'));
    const search = new Canaries();
    const [brotli, name, row] = ['brotli', 'name', 'row'].map((where) => search.word(where));
    writeFileSync(join(dir, 'b'), brotliCompressSync(`some text and ${brotli} in it`));
    writeFileSync(join(dir, `a ${name}`), '');
    const db = new DatabaseSync(join(dir, 'd'));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA page_size = 4096; CREATE TABLE t (x)');
    // It lies across the end of a page, whatever the page's head takes.
    for (let before = 3_900; before < 4_100; before += 3)
      db.prepare('INSERT INTO t VALUES (?)').run(`${'x'.repeat(before)}${row}${'y'.repeat(9_000)}`);
    const found = new Set([...hitsIn(placesIn(dir), search)].map(({ canary }) => canary.split(':')[0]));
    db.close();
    expect(found).toEqual(new Set(['brotli', 'name', 'row']));
    rmSync(dir, { recursive: true });
  });
});
