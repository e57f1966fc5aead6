import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openHistory } from './open.ts';
import { packNumbers, unpackNumbers } from './varints.ts';

const dir = mkdtempSync(join(tmpdir(), 'stance-sqlite-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('[HIST-7] the file says its format; one of a later release is refused, and left as it was', () => {
  const path = join(dir, 'later.db');
  openHistory(path).close();
  const db = new DatabaseSync(path);
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  db.exec('PRAGMA user_version = 4');
  db.close();
  expect(() => openHistory(path)).toThrow(expect.objectContaining({ code: 'newer_format' }));
});

test('numbers come back as they were packed', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
      expect(unpackNumbers(packNumbers(numbers))).toEqual(numbers);
    }),
  );
  expect(() => packNumbers([-1])).toThrow(RangeError);
});
