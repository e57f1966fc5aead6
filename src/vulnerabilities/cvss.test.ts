import { expect, test } from 'vitest';
import { cvssOf } from './cvss.ts';

// Vectors and scores of FIRST's and NVD's own examples.
test.each([
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  ['CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
  ['CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O', 7.8],
  ['AV:N/AC:M/Au:N/C:N/I:P/A:N', 4.3],
])('[VULN-READ-4] %s has the base score %d', (vector, score) => {
  expect(cvssOf(vector)).toBe(score);
});

test.each(['', 'CVSS:3.1/', 'CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'high', 'CVSS:9.9/AV:N'])(
  '[VULN-READ-4] "%s" has none',
  (vector) => {
    expect(cvssOf(vector)).toBeNull();
  },
);
