import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gathered } from './gathered.ts';

test('[INTEL-IMPORT-3] law: parts that are gathered in turns are what they are at one stroke', async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 2_000 }), { maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(parts, async (some) => {
      expect(await gathered(some)).toEqual(Buffer.concat(some));
    }),
  );
});

test('others have their turn while much is gathered', async () => {
  let turns = 0;
  const tick = (): void => {
    turns++;
    again = setImmediate(tick);
  };
  let again = setImmediate(tick);
  const parts = Array.from({ length: 20 }, (_, nth) => Buffer.alloc(1_048_576, nth));
  expect((await gathered(parts)).equals(Buffer.concat(parts))).toBe(true);
  clearImmediate(again);
  expect(turns).toBeGreaterThanOrEqual(4);
});
