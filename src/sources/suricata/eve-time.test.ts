import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEveTime, parseValidity } from './eve-time.ts';

describe('an instant of EVE', () => {
  test.each([
    ['2017-02-02T05:17:03.234684+0000', '2017-02-02T05:17:03.234Z'],
    ['2021-06-06T15:59:46.457984+0200', '2021-06-06T13:59:46.457Z'],
    ['2021-06-06T15:59:46.457984-05:30', '2021-06-06T21:29:46.457Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60.500000+0000', '2017-01-01T00:00:00.500Z'],
    ['2017-02-02T05:17:03.2+0000', '2017-02-02T05:17:03.200Z'],
  ])('%s is %s', (text, expected) => {
    const time = parseEveTime(text);
    expect(time === null ? null : new Date(time).toISOString()).toBe(expected);
  });

  test.each([
    '2017-02-02T05:17:03.234684',
    '2017-02-30T05:17:03+0000',
    '2023-02-29T05:17:03+0000',
    '2017-13-01T05:17:03+0000',
    '2017-02-02 05:17:03+0000',
    '2017-02-02T24:17:03+0000',
    '2017-02-02T05:17:03.+0000',
    '2017-02-02T05:17:03+0000 ',
    '2017-02-02T05:17:03+9900',
    '2017-02-02',
    '',
  ])('%j is none', (text) => {
    expect(parseEveTime(text)).toBeNull();
  });

  test('agrees with the platform on every instant', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true }),
        (date) => {
          expect(parseEveTime(date.toISOString().replace('Z', '000+0000'))).toBe(date.getTime());
        },
      ),
    );
  });

  test('takes nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseEveTime(text)).toBeNull();
      }),
    );
  });
});

test('a certificate’s validity is UTC without saying so, and may end in another century', () => {
  expect(parseValidity('2020-03-19T09:44:08')).toBe(Date.UTC(2020, 2, 19, 9, 44, 8));
  expect(parseValidity('2120-03-19T09:44:08')).toBe(Date.UTC(2120, 2, 19, 9, 44, 8));
  expect(parseValidity('next year')).toBeNull();
});
