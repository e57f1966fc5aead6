import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectsIn, readJson } from './document.ts';

test('[INTEL-IMPORT-3] objects and arrays are counted as they will be made, whatever texts hold', () => {
  const made = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? Object.values(value).reduce((sum: number, each) => sum + made(each), 1)
      : 0;
  const text = fc.string({ unit: fc.constantFrom('{', '[', '"', '\\', 'é', 'a', '}') });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(value, (each) => {
      const bytes = Buffer.from(JSON.stringify(each));
      expect(objectsIn(bytes)).toBe(made(JSON.parse(bytes.toString())));
      expect(readJson(bytes)).toMatchObject({ ok: true });
    }),
  );
});
