import { beforeEach, describe, expect, test } from 'vitest';
import { HOUR_MS, type Refusal } from '../model/index.ts';
import type { FollowedFile } from '../sources/index.ts';
import { SourceWatch } from './source-watch.ts';

let now: number;
let files: FollowedFile[];
let told: Error[];
let watch: SourceWatch;

beforeEach(() => {
  now = Date.UTC(2026, 2, 2);
  files = [];
  told = [];
  watch = new SourceWatch(
    '/logs',
    { files: () => files },
    {
      now: () => now,
      elapsed: () => now,
      random: () => new Uint8Array(),
      reportFault: (_, cause) => String(told.push(cause as Error)),
    },
  );
});

/** A followed file, of which `refused` records are refused from line 9 on. */
function file(
  path: string,
  refused: number,
  {
    id = path,
    accepted = 0,
    reason = 'missing_header',
  }: Partial<{ id: string; accepted: number; reason: Refusal }> = {},
): FollowedFile {
  return {
    id,
    path,
    format: 'zeek_tsv',
    read: accepted + refused,
    accepted,
    refused,
    duplicates: 0,
    skipped: 0,
    refusals: refused === 0 ? [] : [{ line: 9, reason, field: null }],
    reasons: refused === 0 ? {} : { [reason]: refused },
    skips: {},
  };
}

function look(...found: FollowedFile[]): string[] {
  files = found;
  watch.look();
  return told.splice(0).map(({ message }) => message);
}

describe('of what a followed log refuses', () => {
  test('[SRC-FOLLOW-10] the log is told the first with file, line and reason, then at most hourly how many', () => {
    expect(look(file('conn.log', 0, { accepted: 5 }))).toEqual([]);
    expect(look(file('conn.log', 2, { accepted: 5 }))).toEqual([
      'conn.log: 2 of 7 records were refused so far (2 missing_header), the first: line 9, missing_header',
    ]);
    now += HOUR_MS - 1;
    expect(look(file('conn.log', 400, { accepted: 5 }))).toEqual([]);
    now += 1;
    expect(look(file('conn.log', 400, { accepted: 5 }))).toEqual([expect.stringMatching(/400 of 405/)]);
    now += HOUR_MS;
    expect(look(file('conn.log', 400, { accepted: 9 }))).toEqual([]);
  });

  test('[SRC-FOLLOW-10] the log has the figures beside the words, and a code', () => {
    files = [file('conn.log', 2)];
    watch.look();
    expect(told).toMatchObject([
      {
        code: 'records_refused',
        file: 'conn.log',
        read: 2,
        refused: 2,
        reasons: { missing_header: 2 },
        first: { line: 9, reason: 'missing_header', field: null },
      },
    ]);
  });

  test('[SRC-FOLLOW-10] a log that is rotated is told of under its name, not once more for each file', () => {
    expect(look(file('conn.log', 2, { id: 'a' }))).toHaveLength(1);
    expect(look(file('conn.log', 2, { id: 'a' }), file('conn.log', 1, { id: 'b' }))).toEqual([]);
    now += HOUR_MS;
    expect(look(file('conn.log', 3, { id: 'b' }))).toEqual([expect.stringMatching(/3 of 3/)]);
  });

  test('[SRC-FOLLOW-10] of very many files the log is told of some, and that there are more, once an hour', () => {
    const many = Array.from({ length: 300 }, (_, at) => file(`${at}.log`, 1));
    const words = look(...many);
    expect(words).toHaveLength(21);
    expect(words.at(-1)).toMatch(/^\/logs: records of more files than these 20 are refused/);
    expect(look(...many)).toEqual([]);
  });

  test('[SRC-FOLLOW-11] all that was read and refused is summed up, whatever became of its file', () => {
    look(file('conn.log', 2, { id: 'a', accepted: 10 }));
    const first = now;
    now += 1_000;
    look(file('conn.log', 0, { id: 'b', accepted: 4 }));
    const last = now;
    now += 1_000;
    expect(watch.report()).toEqual({
      files: 1,
      lastRead: last,
      accepted: 14,
      refused: 2,
      refusal: { file: 'conn.log', line: 9, reason: 'missing_header', field: null, seen: first },
      unreadable: null,
    });
  });

  test('[SRC-FOLLOW-11] a file that is read anew after a fault is counted as what it is now', () => {
    look(file('conn.log', 2, { accepted: 10 }));
    look(file('conn.log', 1, { accepted: 3 }));
    expect(watch.report()).toMatchObject({ accepted: 13, refused: 3 });
  });
});
