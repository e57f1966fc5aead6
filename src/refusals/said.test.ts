import { describe, expect, test } from 'vitest';
import { instantIn, neededReason, optionalReason } from './said.ts';

describe('[INSTANT-1] an instant', () => {
  test.each([
    ['2026-05-21T09:00:00Z', Date.UTC(2026, 4, 21, 9)],
    ['2026-05-21T09:00Z', Date.UTC(2026, 4, 21, 9)],
    ['2028-02-29T09:00:00.5+02:00', Date.UTC(2028, 1, 29, 7, 0, 0, 500)],
  ])('%s is taken as it is said', (text, at) => {
    expect(instantIn(text)).toBe(at);
  });

  test.each([
    '2027-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-05-21T24:00:00Z',
    '2026-05-21T9:00:00Z',
    '2026-05-21T09:00:00',
    '2026-05-21',
    '880.1',
  ])('%s is none', (text) => {
    expect(instantIn(text)).toBeNull();
  });
});

describe('[ANOM-DOOR-15] a reason', () => {
  test.each(['Backup läuft', '夜間バックアップ', '👩\u200D💻 at work', 'می\u200Cخواهم', '葛\u{E0100}城'])(
    'may be %s',
    (reason) => {
      expect(optionalReason(reason)).toBe(reason);
    },
  );

  test.each([
    ['\u200B'],
    ['\u2800'],
    ['\u3164'],
    ['\u200D\u00AD'],
    ['known\u200Bwork'],
    ['known \u{E0041}\u{E0042}work'],
    ['known\uFEFFwork'],
    ['turned \u200Faround'],
    ['half a \uD83D character'],
  ])('%j is refused: not all of it is seen', (reason) => {
    expect(() => neededReason(reason, 'a test')).toThrow(
      /"reason" was ".*\uFFFD.*"; allowed is text on one line/u,
    );
  });

  test.each(['bob@acme.com did it', 'asked <ann.b@mail.acme.example>.'])(
    '%s is refused: a mail address is of a person',
    (reason) => {
      expect(() => neededReason(reason, 'a test')).toThrow('text without a mail address');
    },
  );

  test.each([
    'moved @ 9.30, see #4',
    'updated to lodash@4.17.21',
    'pkg:npm/lodash@4.17.21 is not reachable',
    'ssh root@10.0.0.5',
  ])('%s has an @ that is of nobody', (reason) => {
    expect(optionalReason(reason)).toBe(reason);
  });
});
