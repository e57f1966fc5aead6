import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import type { OpenedLog } from './opening.ts';
import { openLog, openStream } from './opening.ts';

const TEXT = Array.from({ length: 5_000 }, (_, i) => `line ${i} ${(i * 7_919) % 1_000_003}\n`).join('');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stance-opening-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function opened(name: string, bytes: Buffer | string): Promise<OpenedLog> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return openLog(path);
}

async function textOf(log: OpenedLog): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of log.chunks()) chunks.push(Buffer.from(chunk));
  await log.close();
  return Buffer.concat(chunks).toString();
}

describe('opening a log', () => {
  test('[SRC-GZIP-1] gzip is recognised by its bytes, not by its name, and has the offsets of the plain file', async () => {
    const plain = await opened('a.log.gz', TEXT);
    const packed = await opened('b.log', gzipSync(TEXT));
    expect([plain.compressed, packed.compressed]).toEqual([false, true]);
    expect(packed.fingerprint).toBe(plain.fingerprint);
    expect(await textOf(packed)).toBe(TEXT);
    expect(await textOf(plain)).toBe(TEXT);
  });

  test('[SRC-GZIP-2] all members of a gzip file are read', async () => {
    const members = Buffer.concat([gzipSync(TEXT), gzipSync('and more\n')]);
    expect(await textOf(await opened('members.gz', members))).toBe(`${TEXT}and more\n`);
  });

  test('[SRC-GZIP-3] a truncated gzip file gives its good lines, then a fault', async () => {
    const packed = gzipSync(TEXT);
    for (const length of [40, 500, 8_000, packed.length - 9, packed.length - 1]) {
      const log = await opened('cut.gz', packed.subarray(0, length));
      const text = await textOf(log);
      const complete = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
      expect(TEXT.startsWith(complete)).toBe(true);
      expect(log.fault()?.code).toBe('truncated_gzip');
      expect(text === TEXT).toBe(length > packed.length - 10);
    }
  });

  test('a damaged gzip file gives what came before the damage', async () => {
    const packed = gzipSync(TEXT);
    packed.fill(0xff, 9_000, 9_100);
    const log = await opened('damaged.gz', packed);
    expect((await textOf(log)).startsWith('line 0 0\n')).toBe(true);
    expect(log.fault()?.code).toBe('corrupt_gzip');
  });

  test('a file that is not there has a fault and no lines', async () => {
    const log = await openLog(join(folder, 'absent.log'));
    expect(await textOf(log)).toBe('');
    expect(log.fault()).toEqual({ code: 'unreadable', message: 'the file could not be read (ENOENT)' });
  });

  test('standard input is opened like a file', async () => {
    async function* bytes(): AsyncGenerator<Buffer> {
      for (const byte of gzipSync(TEXT)) yield Buffer.from([byte]);
    }
    const log = await openStream('-', bytes());
    expect([log.path, log.compressed]).toEqual(['-', true]);
    expect(await textOf(log)).toBe(TEXT);
  });

  test('a log can be closed unread', async () => {
    const log = await opened('closed.log', TEXT);
    await log.close();
    expect(await textOf(log)).toBe('');
  });
});

describe('the fingerprint of a file', () => {
  const header = '#separator \\x09\n#path\tconn\n#fields\tts\tuid\n';
  const grown = `${header}1.5\tC1\n2.5\tC2\n`;

  test('[SRC-FINGERPRINT-1] stays the same from its first data line on, however the file grows', () => {
    const known = fingerprint(Buffer.from(grown), true);
    const first = `${header}1.5\tC1\n`;
    for (const head of [first, `${first}2.`, grown, grown + 'x'.repeat(9_000)]) {
      expect(fingerprint(Buffer.from(head), false)).toBe(known);
    }
    expect(fingerprint(Buffer.from(`${header}1.5\tC1`), true)).toBe(known);
  });

  test('does not depend on whether the line break after it has been written, LF or CRLF', () => {
    const line = Buffer.from('{"ts":1.5}');
    const known = fingerprint(line, true);
    for (const lineBreak of ['\r', '\r\n', '\n']) {
      expect(fingerprint(Buffer.concat([line, Buffer.from(lineBreak)]), true)).toBe(known);
    }
  });

  test('is not known before the first data line is complete', () => {
    for (const head of ['', header, `${header}1.5`]) expect(fingerprint(Buffer.from(head), false)).toBeNull();
    expect(fingerprint(Buffer.from(header), true)).toBeNull();
  });

  test('[SRC-FINGERPRINT-2] tells files apart whose header lines are the same', () => {
    const other = fingerprint(Buffer.from(`${header}1.6\tC9\n`), true);
    expect(other).not.toBe(fingerprint(Buffer.from(grown), true));
  });

  test('[SRC-FINGERPRINT-3] tells files apart that begin with the same bracket, however they grow', () => {
    const of = (text: string, finished = true) => fingerprint(Buffer.from(text), finished);
    const first = JSON.stringify({ class_uid: 3002, time: 1, user: { name: '],}' } }, null, 2);
    const known = of(first);
    expect(known).not.toBe(of(first.replace('1', '2')));
    for (const more of [`${first}\n`, `${first}\n{"class_uid":`, `${first}${first}`]) {
      expect(of(more, false)).toBe(known);
    }
    const element = of(`[\n${first}\n]`);
    expect(element).not.toBe(of(`[\n${first.replace('1', '2')}\n]`));
    for (const more of [`[\n${first},\n{"class_`, `[\n${first}\n]\n`, `[\n${first}\n, {}]`]) {
      expect(of(more, false)).toBe(element);
    }
    expect(of(`\ufeff[${first}]`)).not.toBe(of(`\ufeff[${first.replace('1', '2')}]`));
    for (const head of ['[', '[\n', '{', first.slice(0, -1)]) expect(of(head, false)).toBeNull();
    expect(of('[]')).toBeNull();
    const long = `[{"a":"${'x'.repeat(65_536)}`;
    expect(of(long, false)).toBe(of(`${long}"}]`));
  });

  test('tells files apart behind hundreds of header lines that are the same', () => {
    const comments = header.repeat(100);
    const of = (record: string) => fingerprint(Buffer.from(`${comments}${record}\n`), true);
    expect(comments.length).toBeGreaterThan(4_096);
    expect(of('1.5')).not.toBe(of('1.6'));
  });

  test('looks no further than 64 KiB', () => {
    const long = 'x'.repeat(65_536);
    expect(fingerprint(Buffer.from(long), false)).toBe(fingerprint(Buffer.from(`${long}yz\n`), false));
    const comment = `#${long}`;
    expect(fingerprint(Buffer.from(comment), false)).toBe(
      fingerprint(Buffer.from(`${comment}\nyz\n`), false),
    );
  });
});
