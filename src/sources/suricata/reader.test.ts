import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CANARY, CONTEXT, isSound, lineOf, mutated, observations, poisoned } from '../json-line.fixture.ts';
import { ALERT, ALL, BASE, FLOW, TLS } from './eve-records.fixture.ts';
import { createSuricataReader } from './reader.ts';

const read = (content: unknown) => createSuricataReader(CONTEXT).read(lineOf(content));

describe('[SRC-EVE-6] what is not a sound record of a kind we read', () => {
  test.each([
    ['a kind that we do not read', { ...BASE, event_type: 'stats' }, { kind: 'skip', what: 'stats' }],
    ['a kind that nobody knows', { ...BASE, event_type: CANARY }, { kind: 'skip', what: 'other' }],
    ['no kind', BASE, { reason: 'missing_field', field: 'event_type' }],
    ['an array', [FLOW], { reason: 'not_an_object', field: null }],
    ['no JSON', '{"timestamp":', { reason: 'malformed_json', field: null }],
    ['no time', { ...TLS, timestamp: undefined }, { reason: 'missing_field', field: 'timestamp' }],
    [
      'a time that is none',
      { ...TLS, timestamp: 'yesterday' },
      { reason: 'invalid_time', field: 'timestamp' },
    ],
    [
      'the year 2100',
      { ...TLS, timestamp: '2100-01-01T00:00:00.000000+0000' },
      { reason: 'time_out_of_range', field: 'timestamp' },
    ],
    ['a flow without end', { ...FLOW, flow: {} }, { reason: 'missing_field', field: 'flow.end' }],
    ['a wrong type', { ...FLOW, src_ip: 7 }, { reason: 'wrong_type', field: 'src_ip' }],
    [
      'a wrong type, nested',
      { ...FLOW, flow: { ...FLOW.flow, bytes_toclient: '7' } },
      { reason: 'wrong_type', field: 'flow.bytes_toclient' },
    ],
    [
      'a negative count',
      { ...FLOW, flow: { ...FLOW.flow, bytes_toclient: -7 } },
      { reason: 'invalid_value', field: 'flow.bytes_toclient' },
    ],
    ['no address', { ...FLOW, dest_ip: '10.1.1' }, { reason: 'invalid_address', field: 'dest_ip' }],
    [
      'a port beyond 16 bits',
      { ...FLOW, dest_port: 70_000 },
      { reason: 'invalid_value', field: 'dest_port' },
    ],
    [
      'an alert without number',
      { ...ALERT, alert: {} },
      { reason: 'missing_field', field: 'alert.signature_id' },
    ],
  ])('%s', (_, content, expected) => {
    expect(read(content)).toMatchObject([expected]);
  });

  test('a blank line is no record, and a line still being written is called that', () => {
    expect(read('  ')).toEqual([]);
    expect(createSuricataReader(CONTEXT).read(lineOf('{"timest', false))).toMatchObject([
      { reason: 'half_written_line' },
    ]);
  });

  test('a time of 1970 after a modern one is a broken clock', () => {
    const reader = createSuricataReader(CONTEXT);
    const old = { ...TLS, timestamp: '1970-01-01T00:00:07.000000+0000' };
    expect(reader.read(lineOf(TLS))).toMatchObject([{ kind: 'observation' }, { kind: 'observation' }]);
    expect(reader.read(lineOf(old))).toEqual([
      { kind: 'refused', reason: 'time_out_of_range', field: 'timestamp' },
    ]);
  });
});

test('[SRC-EVE-7] a field that is not on the allow-list never enters, whatever its name and place', () => {
  const forbidden = [
    'host',
    'in_iface',
    'url',
    'http_user_agent',
    'http_refer',
    'protocol',
    'filename',
    'magic',
    'signature',
    'category',
    'payload_printable',
    'serial',
    'sname',
    'reason',
  ];
  for (const record of ALL) {
    const found = observations(read(poisoned(record, forbidden)));
    expect(found.length).toBeGreaterThan(0);
    expect(JSON.stringify(found)).not.toContain(CANARY);
    expect(JSON.stringify(found)).not.toMatch(/salaries|sensor-of-someone|eth7|GET \/secret|plan\.docx/);
  }
});

describe('whatever arrives', () => {
  test('arbitrary JSON never throws and never yields half a value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string()), (content) => {
        expect(isSound(read(content))).toBe(true);
      }),
    );
  });

  test('nor does a good record with any of its fields replaced', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<object>(...ALL),
        fc.nat(),
        fc.nat(),
        fc.jsonValue(),
        (record, at, below, value) => {
          expect(isSound(read(mutated(record, at, below, value)))).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
