import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../model/index.ts';
import type { Line } from './line.ts';
import { createLineSplitter } from './lines.ts';

function split(chunks: readonly (string | Buffer)[]): readonly Line[] {
  const splitter = createLineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
  const last = splitter.finish();
  return last === null ? lines : [...lines, last];
}

const texts = (lines: readonly Line[]): string[] => lines.map((line) => line.bytes.toString());
const faults = (lines: readonly Line[]) => lines.map((line) => line.fault);

describe('lines of a log', () => {
  test('[SRC-LINES-1] are cut at LF and CRLF and know where they stand', () => {
    const lines = split(['ab\ncd\r\n', '\ne']);
    expect(texts(lines)).toEqual(['ab', 'cd', '', 'e']);
    expect(lines.map(({ offset, end, number }) => [offset, end, number])).toEqual([
      [0, 3, 1],
      [3, 7, 2],
      [7, 8, 3],
      [8, 9, 4],
    ]);
    expect(lines.map((line) => line.complete)).toEqual([true, true, true, false]);
  });

  test('[SRC-LINES-2] do not depend on how the bytes came in chunks', () => {
    const bytes = fc.array(fc.constantFrom(0x0a, 0x0d, 0x61, 0x00, 0xc3, 0xa9, 0xff), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60), { maxLength: 8 }), (content, cuts) => {
        const whole = Buffer.from(content);
        const at = [0, ...cuts.filter((cut) => cut <= whole.length), whole.length].sort((a, b) => a - b);
        const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end));
        expect(split(chunks)).toEqual(split([whole]));
      }),
    );
  });

  test('[SRC-LINES-3] of 10 MB are refused, and the lines around them are read', () => {
    const megabyte = Buffer.alloc(1_048_576, 0x78);
    const lines = split(['first\n', ...Array.from({ length: 10 }, () => megabyte), '\nlast\n']);
    expect(faults(lines)).toEqual([null, 'line_too_long', null]);
    expect(lines[1]?.bytes.length).toBe(0);
    expect(lines[2]).toMatchObject({ offset: 6 + 10 * 1_048_576 + 1, number: 3 });
  });

  test('may be as long as the limit, with either line break', () => {
    const full = 'x'.repeat(LIMITS.lineBytes);
    expect(faults(split([`${full}\n`, full, '\r\n', `${full}y\n`]))).toEqual([null, null, 'line_too_long']);
    expect(faults(split([full, 'y\n']))).toEqual(['line_too_long']);
  });

  test('[SRC-LINES-4] with a NUL byte or broken UTF-8 are refused, wherever a chunk ends', () => {
    const broken = [Buffer.from('a\0b\nc'), Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a, 0xc3, 0x0a])];
    expect(faults(split(broken))).toEqual(['nul_byte', null, 'invalid_utf8']);
  });

  test('[SRC-LINES-9] begin behind the NULs that a cut or a failure of power left before them', () => {
    const gap = '\0'.repeat(5_000);
    const lines = split(['a\n', gap, gap, 'b\n\0\0c\0\n', gap]);
    expect(lines.map(({ bytes, fault }) => fault ?? bytes.toString())).toEqual([
      'a',
      'b',
      'nul_byte',
      'nul_byte',
    ]);
    expect(lines[1]).toMatchObject({ offset: 2, number: 2 });
  });

  test('begin after a byte order mark', () => {
    expect(texts(split([Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0a]), 'b\n']))).toEqual(['a', 'b']);
  });

  test('are read on from where a followed file was left', () => {
    const splitter = createLineSplitter({ offset: 100, number: 7 });
    expect(splitter.push(Buffer.from('next\nha'))).toMatchObject([{ offset: 100, end: 105, number: 7 }]);
    expect([splitter.at, splitter.holdsPart]).toEqual([{ offset: 105, number: 8 }, true]);
  });

  test('that somebody else has read are passed over', () => {
    const splitter = createLineSplitter();
    splitter.skip(20, 3);
    expect(splitter.push(Buffer.from('next\n'))).toMatchObject([{ offset: 20, end: 25, number: 4 }]);
  });
});
