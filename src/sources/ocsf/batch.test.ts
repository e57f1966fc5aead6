import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atOnce, LIMITS } from '../../model/index.ts';
import { CONTEXT } from '../json-line.fixture.ts';
import { readingOcsfBatch } from './batch.ts';

const EVENT = {
  class_uid: 3002,
  time: Date.UTC(2026, 3, 7),
  status_id: 1,
  user: { name: 'kim' },
};
const read = (body: string | Uint8Array) =>
  atOnce(readingOcsfBatch(typeof body === 'string' ? new TextEncoder().encode(body) : body, CONTEXT));
const kinds = (body: string) => {
  const batch = read(body);
  return batch.kind === 'batch'
    ? batch.readings.map(({ line, reading }) => [line, reading.kind])
    : batch.reason;
};
const text = JSON.stringify(EVENT);

describe('a body of events', () => {
  test.each([
    [
      'NDJSON',
      `${text}\n\n${text}\r\n`,
      [
        [1, 'observation'],
        [3, 'observation'],
      ],
    ],
    [
      'without the last line break',
      `${text}\n${text}`,
      [
        [1, 'observation'],
        [2, 'observation'],
      ],
    ],
    [
      'an array',
      `\n [${text},\n${text}]`,
      [
        [1, 'observation'],
        [2, 'observation'],
      ],
    ],
    ['one event', text, [[1, 'observation']]],
    ['one event over several lines', JSON.stringify(EVENT, null, 2), [[1, 'observation']]],
    ['nothing', '', []],
    ['an empty array', '[]', []],
  ])('%s', (_, body, expected) => {
    expect(kinds(body)).toEqual(expected);
  });

  test('[SRC-OCSF-9] a bad record is refused by its line and never stops the good ones', () => {
    expect(kinds(`${text}\n{"class_uid":\n7\n{"class_uid":3002}\n${text}`)).toEqual([
      [1, 'observation'],
      [2, 'refused'],
      [3, 'refused'],
      [4, 'refused'],
      [5, 'observation'],
    ]);
    expect(kinds(`[${text},7,${text}]`)).toEqual([
      [1, 'observation'],
      [2, 'refused'],
      [3, 'observation'],
    ]);
  });

  test('a vulnerability finding gives several readings of one line', () => {
    const cves = ['CVE-2024-0001', 'CVE-2024-0002'].map((uid) => ({ cve: { uid } }));
    const finding = { class_uid: 2002, time: EVENT.time, device: { ip: '10.0.0.1' }, vulnerabilities: cves };
    expect(kinds(JSON.stringify(finding))).toEqual([
      [1, 'observation'],
      [1, 'observation'],
    ]);
  });
});

describe('[SRC-OCSF-10] a body that cannot be read as events is refused whole', () => {
  test.each([
    ['no JSON', 'hello\nworld', 'malformed_json'],
    ['a broken array', `[${text},`, 'malformed_json'],
    ['a broken event', text.slice(0, -1), 'malformed_json'],
  ])('%s', (_, body, reason) => {
    expect(read(body)).toEqual({ kind: 'unreadable', reason });
  });

  test('no UTF-8, too large', () => {
    expect(read(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual({ kind: 'unreadable', reason: 'invalid_utf8' });
    expect(read(Buffer.alloc(LIMITS.batchBytes + 1, 0x20))).toEqual({
      kind: 'unreadable',
      reason: 'too_large',
    });
  });
});

describe('[SRC-OCSF-11] a body that is small in bytes but vast in JSON is refused before it is parsed', () => {
  const deep = LIMITS.batchObjects + 1;
  test.each([
    ['arrays one in another', `${'['.repeat(deep)}${']'.repeat(deep)}`],
    ['objects within one event', `{"class_uid":4001,"x":[${'{},'.repeat(LIMITS.batchObjects)}{}]}`],
    ['more events than a batch has, in an array', `[${'7,'.repeat(LIMITS.batchRecords)}7]`],
    ['more events than a batch has, line by line', '7\n'.repeat(LIMITS.batchRecords + 1)],
    ['the same without a last line break', `${'7\n'.repeat(LIMITS.batchRecords)}7`],
  ])('%s', (_, body) => {
    expect(read(body)).toEqual({ kind: 'unreadable', reason: 'too_large' });
  });

  test('as many as a batch has are not too many, with a last line break or without', () => {
    const lines = '{}\n'.repeat(LIMITS.batchRecords);
    for (const body of [lines, lines.slice(0, -1)]) expect(kinds(body)).toHaveLength(LIMITS.batchRecords);
  });

  test('one event of more than a line may have is refused by itself', () => {
    const long = JSON.stringify({ ...EVENT, message: 'x'.repeat(LIMITS.lineBytes) });
    expect(read(`[${long},${text}]`)).toMatchObject({
      readings: [
        { line: 1, reading: { reason: 'line_too_long' } },
        { line: 2, reading: { kind: 'observation' } },
      ],
    });
  });

  test('brackets and commas within texts are texts', () => {
    // In one text as many as a batch may have would be too long for an event.
    const message = '\\"[{,'.repeat(LIMITS.batchObjects / 4);
    expect(kinds(JSON.stringify({ ...EVENT, message }))).toEqual([[1, 'observation']]);
    expect(kinds(JSON.stringify([{ ...EVENT, message }]))).toEqual([[1, 'observation']]);
  });

  test('a finding with more vulnerabilities than one record holds is refused by itself', () => {
    const vulnerabilities = Array.from({ length: LIMITS.vulnerabilitiesPerFinding + 1 }, () => ({
      cve: { uid: 'CVE-2024-0001' },
    }));
    const finding = { class_uid: 2002, time: EVENT.time, device: { ip: '10.0.0.1' }, vulnerabilities };
    expect(kinds(`${JSON.stringify(finding)}\n${text}`)).toEqual([
      [1, 'refused'],
      [2, 'observation'],
    ]);
  });
});

/** JSON, and what somebody broke of it at one place. */
const anyArrayText = fc
  .tuple(
    fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }),
    fc.constantFrom(undefined, 1),
    fc.constantFrom('', ' ', '\n', ' ]', ',', '{}', '\ufeff'),
    fc.nat(),
    fc.constantFrom('', '', '', ',', '[', ']', '}', '"', '\\', '\n', ' '),
    fc.nat(1),
  )
  .map(([values, indent, tail, at, mark, cut]) => {
    const whole = `${JSON.stringify(values, null, indent)}${tail}`;
    const place = at % (whole.length + 1);
    return mark === '' ? whole : whole.slice(0, place) + mark + whole.slice(place + cut);
  })
  .filter((body) => /^[ \t\r\n]*\[/.test(body));

test('[SRC-OCSF-14] an array is read element by element, and is an array of events exactly where all of it is JSON', () => {
  let whole = 0;
  fc.assert(
    fc.property(anyArrayText, (body) => {
      const values = parsed(body);
      if (values !== null) whole++;
      // None is an event: each is refused as what it is, in its place.
      expect(kinds(body)).toEqual(values?.map((_, index) => [index + 1, 'refused']) ?? 'malformed_json');
    }),
    { numRuns: 3_000 },
  );
  expect(whole).toBeGreaterThan(500);
});

function parsed(body: string): readonly unknown[] | null {
  try {
    return JSON.parse(body) as readonly unknown[];
  } catch {
    return null;
  }
}
