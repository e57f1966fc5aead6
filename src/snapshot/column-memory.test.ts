import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnMemory } from './column-memory.ts';

const column = (name: string, bytes: number) => ({
  name,
  kind: 'u8' as const,
  at: 0,
  bytes,
  count: bytes,
  sums: [],
});

test('the memory of columns is whole pages that never overlap, however large the stretches are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom(16, 1_024, 8_192))),
      fc.integer({ min: 1, max: 100_000 }),
      (columns, stretchBytes) => {
        const memory = new ColumnMemory(
          'own',
          columns.map(([bytes], i) => column(`${i}`, bytes)),
          stretchBytes,
        );
        const pieces = columns.flatMap(([bytes, pageBytes], mark) => {
          const taken: { readonly piece: Uint8Array; readonly mark: number }[] = [];
          for (let left = bytes; left > 0; ) {
            const piece = memory.take(left, pageBytes);
            expect([piece.length % pageBytes, piece.byteOffset % 8]).toEqual([0, 0]);
            piece.fill((mark % 255) + 1);
            taken.push({ piece, mark });
            left -= piece.length;
          }
          return taken;
        });
        for (const { piece, mark } of pieces)
          expect(piece.every((byte) => byte === (mark % 255) + 1)).toBe(true);
      },
    ),
  );
});
