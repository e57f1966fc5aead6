import { describe, expect, test } from 'vitest';
import { refuseForeign } from './guard.ts';

const allowed = ['localhost', '127.0.0.1', '[::1]'];

describe('[HTTP-3] the guard against DNS rebinding', () => {
  test.each(['localhost', 'localhost:7117', 'LOCALHOST:1', '127.0.0.1:7117', '[::1]:7117'])(
    'lets Host %s in',
    (host) => {
      expect(refuseForeign({ host }, allowed)).toBeNull();
    },
  );
  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.example@localhost',
    'localhost:7117@evil.example',
    'localhost, evil.example',
    '127.0.0.1.',
    '2130706433',
    '[::1',
  ])('refuses Host %s', (host) => {
    expect(refuseForeign({ host }, allowed)).toBe('host_not_allowed');
  });
  test.each(['http://localhost', 'https://127.0.0.1:8443', 'http://[::1]:7117'])(
    'lets Origin %s in',
    (origin) => {
      expect(refuseForeign({ host: 'localhost', origin }, allowed)).toBeNull();
    },
  );
  test.each([
    'null',
    '',
    'https://evil.example',
    'http://localhost.evil.example',
    'file://localhost',
    'localhost',
  ])('refuses Origin "%s"', (origin) =>
    expect(refuseForeign({ host: 'localhost', origin }, allowed)).toBe('origin_not_allowed'),
  );
});
