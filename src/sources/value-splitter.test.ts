import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../model/index.ts';
import type { Line } from './line.ts';
import type { Position } from './record-splitter.ts';
import { createValueSplitter } from './value-splitter.ts';

function split(chunks: readonly (string | Buffer)[], from?: Position): readonly Line[] {
  const splitter = createValueSplitter(from);
  const values = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
  const last = splitter.finish();
  return last === null ? values : [...values, last];
}

const texts = (values: readonly Line[]): string[] => values.map(({ bytes }) => bytes.toString());
const places = (values: readonly Line[]) =>
  values.map(({ number, offset, end, complete }) => [number, offset, end, complete]);

/** A list, or one value behind the other, in any layout. */
const written = fc
  .tuple(
    fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 }),
    fc.boolean(),
    fc.constantFrom(undefined, 1, '\t'),
    fc.constantFrom('', ' ', '\n', '\r\n'),
  )
  .map(([values, isList, indent, space]) => ({
    values,
    text: isList
      ? `${space}${JSON.stringify(values, null, indent)}${space}`
      : values.map((value) => JSON.stringify(value, null, indent)).join(space),
  }));

describe('values of JSON', () => {
  test('[SRC-VALUES-1] of a list, or one behind the other, do not depend on lines, nor on how the bytes came in chunks', () => {
    fc.assert(
      fc.property(written, fc.array(fc.nat(400), { maxLength: 8 }), ({ values, text }, cuts) => {
        const whole = Buffer.from(text);
        const at = [0, ...cuts.filter((cut) => cut <= whole.length), whole.length].sort((a, b) => a - b);
        const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end));
        const found = split(chunks);
        expect(found).toEqual(split([whole]));
        expect(JSON.parse(`[${texts(found).join(',')}]`)).toEqual(JSON.parse(JSON.stringify(values)));
        expect(found.map(({ offset, end }) => whole.toString('utf8', offset, end))).toEqual(texts(found));
      }),
    );
  });

  test('know where they stand, and a reader that resumes anywhere misses nothing', () => {
    const list = '[{"a":"]"},\n {"b":[1,{}]} ]\n';
    expect(places(split([list]))).toEqual([
      [1, 1, 10, true],
      [2, 13, 25, true],
    ]);
    const grown = list.replace(' ]\n', ', {"c":3}]');
    for (const [before, after] of [
      [list, grown],
      [list.replace(' ]', ' \n\n\n    ]'), grown],
      ['{"a":1}', '{"a":1}\n{"c":3}'],
      ['[{"a":1}', '[{"a":1},{"c":3}]'],
      ['[', '[{"c":3}]'],
    ] as const) {
      const splitter = createValueSplitter();
      splitter.push(Buffer.from(before));
      const { at } = splitter;
      expect(texts(split([after.slice(at.offset)], at)).at(-1)).toBe('{"c":3}');
    }
  });

  test('that are damaged cost themselves, and a list that is not closed is told', () => {
    expect(texts(split(['{"a":1}x\n{"b":2}{"c"']))).toEqual(['{"a":1}', 'x\n{"b":2}', '{"c"']);
    expect(texts(split(['[{"a":1} 7,"t,]",,{"b":2}]']))).toEqual(['{"a":1} 7', '"t,]"', '{"b":2}']);
    expect(texts(split(['[{"a":"cut off\n},{"b":2}]']))).toEqual(['{"a":"cut off\n}', '{"b":2}']);
    const splitter = createValueSplitter();
    splitter.push(Buffer.from('[{"a":1}'));
    expect(splitter.fault).toMatch(/not closed/);
    splitter.push(Buffer.from(']'));
    expect(splitter.fault).toBeNull();
  });

  test('[SRC-VALUES-2] that are vast are refused without being held, and their neighbours are read', () => {
    const filler = Buffer.alloc(65_536, 'x');
    const chunks = ['[{"a":1},"', ...Array<Buffer>(LIMITS.batchBytes / 65_536).fill(filler), '",{"b":2}]'];
    const deep = `[{"a":1},${'['.repeat(LIMITS.batchObjects + 1)}${']'.repeat(LIMITS.batchObjects + 1)},{"b":2}]`;
    for (const found of [split(chunks), split([deep])]) {
      expect(found.map(({ fault, bytes }) => [fault, bytes.toString()])).toEqual([
        [null, '{"a":1}'],
        ['line_too_long', ''],
        [null, '{"b":2}'],
      ]);
    }
    expect(split(['[{"a":"\0"},{"b":2}]']).map(({ fault }) => fault)).toEqual(['nul_byte', null]);
  });
});
