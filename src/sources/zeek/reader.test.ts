import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REFUSALS, type Reading } from '../../model/index.ts';
import { LOG_KINDS } from './log-kinds.fixture.ts';
import { createZeekReader } from './reader.ts';
import { CONTEXT, header, linesOf, readZeek, tsv } from './zeek-log.fixture.ts';

/** Whether each reading is one of the three, with what belongs to it. */
function areDefined(readings: readonly Reading[]): boolean {
  return readings.every((reading) => {
    if (reading.kind === 'refused') return REFUSALS.includes(reading.reason);
    if (reading.kind === 'skip') return reading.what !== '';
    return Number.isSafeInteger(reading.observation.time);
  });
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const kinds = fc.constantFrom(...LOG_KINDS);
/** What a field may hold that was not written for us. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '-',
    '',
    '(empty)',
    '\\x',
    '\\',
    '1e400',
    '-0',
    '99999999999999999999',
    '0x1f',
    'T',
    '::',
    ',',
  ),
);

describe('a Zeek reader', () => {
  test('[SRC-ZEEK-40] gives a defined reading for any bytes', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('tsv', 'json'), kinds, (content, form, { kind }) => {
        const reader = createZeekReader({ path: `${kind}.log`, form, context: CONTEXT });
        const start = form === 'tsv' ? `${header(kind, ['ts', 'uid', 'note']).join('\n')}\n` : '';
        const lines = linesOf(Buffer.concat([Buffer.from(start), content]));
        expect(areDefined(lines.flatMap((line) => reader.read(line)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('[SRC-ZEEK-41] gives a defined reading for any value in any field', () => {
    fc.assert(
      fc.property(kinds, fc.nat(), hostile, ({ kind, record }, at, value) => {
        const fields = Object.keys(record);
        const field = fields[at % fields.length] ?? 'ts';
        expect(areDefined(readZeek(tsv(kind, { ...record, [field]: value })))).toBe(true);
        expect(areDefined(readZeek(JSON.stringify({ ...record, [field]: value }), `${kind}.log`))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('[SRC-ZEEK-42] gives a defined reading for any JSON value in any field', () => {
    fc.assert(
      fc.property(kinds, fc.nat(), fc.jsonValue(), ({ kind, record }, at, value) => {
        const fields = Object.keys(record);
        const field = fields[at % fields.length] ?? 'ts';
        expect(
          areDefined(readZeek(JSON.stringify({ ...record, ts: 1.5, [field]: value }), `${kind}.log`)),
        ).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('reads each record alike, whatever came before it', () => {
    fc.assert(
      fc.property(kinds, kinds, bytes, (one, other, noise) => {
        const alone = readZeek(tsv(one.kind, one.record));
        const before = `${tsv(other.kind, other.record)}${noise.toString('latin1').replaceAll('#', '')}\n`;
        expect(readZeek(`${before}${tsv(one.kind, one.record)}`).slice(-1)).toEqual(alone);
      }),
    );
  });
});
