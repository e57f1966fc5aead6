import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { derivedBytes, LASTING_PURPOSES, sealingKeys } from './keys.ts';
import { rotatedKeys, rotatedText } from './rotated-keys.ts';

const ROOT = new Uint8Array(32).fill(9);
const LATER = randomBytes(32);
const text = rotatedText(derivedBytes(ROOT, 1), LATER);

test('[PRIV-KEYS-1] the keys of a file without a root are those that its root gave', () => {
  const keys = rotatedKeys(text);
  if (keys === null) throw new Error('not read');
  const before = sealingKeys(derivedBytes(ROOT, 1));
  for (const purpose of LASTING_PURPOSES)
    expect(sealingKeys(keys).fingerprint(purpose, 'x')).toBe(before.fingerprint(purpose, 'x'));
  expect(sealingKeys(keys).fingerprint('account', 'x', 1)).toBe(before.fingerprint('account', 'x'));
  expect(text).not.toContain(Buffer.from(ROOT).toString('hex'));
});

test('[PRIV-KEYS-1] a purpose that a later release has gets a key, the same each time', () => {
  const purposes = [...LASTING_PURPOSES, 'of_tomorrow'];
  const [first, second] = [rotatedKeys(text, purposes), rotatedKeys(text, purposes)];
  const key = (first?.lasting as ReadonlyMap<string, Uint8Array> | undefined)?.get('of_tomorrow');
  expect(key).toHaveLength(32);
  expect(second).toEqual(first);
});

test('a file that lacks a key, or has one of a purpose that nobody knows, is none', () => {
  for (const purpose of [...LASTING_PURPOSES, 'account 1', 'later'])
    expect(rotatedKeys(text.replace(new RegExp(`"${purpose} [0-9a-f]+",?`), ''))).toBeNull();
  expect(rotatedKeys(text.replace('"name ', '"of_tomorrow '))).toBeNull();
  expect(rotatedKeys(text.slice(0, -2))).toBeNull();
});
