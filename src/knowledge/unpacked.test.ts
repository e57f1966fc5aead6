import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unpackedWithin } from './unpacked.ts';

const text = Buffer.from('a line of a list\n'.repeat(200_000));

test('[INTEL-IMPORT-3] a gzip is unpacked in turns, to the byte', async () => {
  expect((await unpackedWithin(gzipSync(text), text.length))?.equals(text)).toBe(true);
  const both = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
  expect((await unpackedWithin(both, 100))?.toString()).toBe('one\ntwo\n');
});

test('of more bytes than are allowed nothing is given', async () => {
  expect(await unpackedWithin(gzipSync(text), text.length - 1)).toBeNull();
});

test('a damaged or cut off one is an error', async () => {
  const packed = gzipSync(text);
  await expect(unpackedWithin(packed.subarray(0, -20), text.length)).rejects.toThrow(
    'unexpected end of file',
  );
  await expect(unpackedWithin(Buffer.from([0x1f, 0x8b, 1, 2, 3]), 100)).rejects.toThrow(
    'unknown compression method',
  );
});
