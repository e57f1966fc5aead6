import { expect, test } from 'vitest';
import { isPlainVersion, readComparisons } from './comparisons.ts';

test('[VULN-READ-1] blanks between the parts say no more than one, however many there are', () => {
  const blanks = ' \t'.repeat(250);
  // Where each way to share the blanks out is tried, a thousand of these take minutes.
  for (let turn = 0; turn < 1_000; turn++) {
    expect(readComparisons(`>= 1.${turn}${blanks},${blanks}<${blanks}2`)).toEqual([
      { sign: '>=', version: `1.${turn}` },
      { sign: '<', version: '2' },
    ]);
    expect(readComparisons(`all${blanks}versions${blanks}<${blanks}${turn}`)).toEqual([
      { sign: '<', version: String(turn) },
    ]);
    expect(readComparisons(`${turn}${blanks}and earlier`)).toBeNull();
    expect(isPlainVersion(`${turn}${blanks}p1${blanks}p2`)).toBe(true);
  }
});
