import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disagreement, fuzzJson } from './json-oracle.fixture.ts';
import { createChance, jsonSeeds } from './mutated-lines.fixture.ts';

/** Those of which `JsonBytes` and `JSON.parse` do not say the same. */
function disputed(...texts: readonly string[]): readonly string[] {
  return texts.filter((text) => disagreement(Buffer.from(text)) !== null);
}

describe('a record read from the bytes of its line', () => {
  test('[SRC-SCAN-2] says what JSON.parse says of mutated lines', () => {
    expect(fuzzJson(createChance(20_261_125), jsonSeeds(), 20_000)).toBeNull();
  });

  test('[SRC-SCAN-2] says what JSON.parse says of any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(disputed(text)).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (ts) => {
        expect(disputed(JSON.stringify({ ts, id: ts, 'id.orig_h': ts }))).toEqual([]);
      }),
    );
  });

  test('[SRC-SCAN-2] takes and refuses every form of number as JSON.parse does', () => {
    const short =
      '0 -0 1 01 -01 1. .5 -.5 1.0 1e5 1E+5 1e-5 1e 1e+ 1.e5 0e0 -0.0 +1 1e400 -1e400 0x1 1_0 NaN - --1';
    const long = [
      '123456789012345678901',
      '0.1000000000000000055511151231257827',
      '9007199254740993',
      '5e-324',
    ];
    const numbers = [...short.split(' '), ...long];
    expect(disputed(...numbers.map((number) => `{"ts":${number},"orig_bytes":${number}}`))).toEqual([]);
  });

  test.each(Array.from({ length: 0x80 }, (_, byte) => String.fromCharCode(byte)))(
    '[SRC-SCAN-2] takes and refuses %j in a string and around values as JSON.parse does',
    (byte) => {
      const inText = [`{"uid":"a${byte}b"}`, `{"uid":"a\\${byte}b"}`, `{"uid":"a\\u00${byte}1b"}`];
      expect(disputed(...inText, `${byte}{"ts"${byte}:${byte}1${byte},"uid":"a"}${byte}`)).toEqual([]);
    },
  );

  test.each([
    '{"id.orig_h":"a","id_orig_h":"b","id":{"orig_h":"c"}}',
    '{"id_orig_h":"b","id":{"orig_h":"c","orig_h":"d"},"id":{"orig_h":"e"}}',
    '{"id.orig_h":null,"id_orig_h":"b"}',
    '{"id":{"orig_h":"c","resp_h":null},"id":7}',
    '{"id":{"orig\\u005fh":"c","orig_p":{"orig_h":1}},"t\\u0073":1,"ts":2,"\\u0074s":3}',
    '{"__proto__":{"ts":1},"constructor":1,"id":{"__proto__":{"orig_h":"c"}}}',
  ])('[SRC-SCAN-2] finds names however they are written, and of several the last: %s', (text) => {
    expect(disputed(text)).toEqual([]);
  });

  test('[SRC-SCAN-2] is not lost in nesting, however deep', () => {
    const deep = 100_000;
    const arrays = `{"id":${'['.repeat(deep)}${']'.repeat(deep)},"ts":1}`;
    const objects = `{"id":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)},"ts":1}`;
    const unclosed = `{"id":${'[{"a":'.repeat(deep)}1${'}]'.repeat(deep - 1)}]},"ts":1}`;
    expect(disputed(arrays, objects, unclosed)).toEqual([]);
    const escaped = Array.from({ length: 5_000 }, (_, i) => `"\\u0061${i}":${i}`).join(',');
    expect(disputed(`{${escaped},"ts":1}`)).toEqual([]);
  });
});
