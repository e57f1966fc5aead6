import { describe, expect, test } from 'vitest';
import { detectByContent, detectByName } from './detect.ts';
import { FirstRecords } from './first-records.ts';

const shapeOf = (text: string, path: string) => {
  const first = new FirstRecords();
  first.push(Buffer.from(text));
  first.finish();
  return detectByContent(first, path) ?? detectByName(first, path);
};
const detect = (text: string, path: string) => shapeOf(text, path)?.format ?? null;

describe('what a file holds', () => {
  test('[SRC-DETECT-1] is told by its content', () => {
    expect(detect('#separator \\x09\n', 'anything')).toBe('zeek_tsv');
    expect(detect('\t#separator \\x09\n', 'conn.log')).toBe('zeek_tsv');
    expect(detect('{"ts":1.5,"uid":"C1"}\n', 'conn.log.gz')).toBe('zeek_json');
    expect(detect('{"_path":"weird"}\n', 'x.json')).toBe('zeek_json');
    expect(detect('{"@stream":"corp_log","ts":"2026-01-01T00:00:00Z"}\n', 'x.json')).toBe('zeek_json');
    expect(detect('{"timestamp":"2026-01-01T00:00:00+0000","event_type":"dns"}\n', 'conn.log')).toBe(
      'suricata_eve',
    );
    expect(detect('{"class_uid":4001}\n', 'events.ndjson')).toBe('ocsf');
  });

  test('a damaged first line does not hide the others', () => {
    expect(detect('{"ts":1,"ui\0\n\n{"ts":2,"uid":"C2"}\n', 'x.json')).toBe('zeek_json');
    expect(detect('{"ts":1,"ui\n', 'dns.log')).toBe('zeek_json');
    expect(detect('{"timestamp":"20\n', 'eve.json')).toBe('suricata_eve');
    expect(detect('{"class\n', 'ocsf.ndjson')).toBe('ocsf');
  });

  test('by a chunk of nothing but line breaks, or of a hundred thousand values, as by any other', () => {
    const many = 300_000;
    expect(detect('\n'.repeat(many), 'conn.log')).toBeNull();
    expect(detect(`[${'1,'.repeat(many)}1]`, 'x.json')).toBeNull();
    expect(detect(`${'\n'.repeat(many)}{"ts":1.5}\n`, 'x.json')).toBeNull();
  });

  test('a Zeek log that lost its header is still one', () => {
    expect(detect('1.5\tC1\t10.0.0.1\n', 'conn.log')).toBe('zeek_tsv');
  });

  test('[SRC-DETECT-2] notes, licences, labels, tables and captures are none of ours', () => {
    const beside = ['README.md', 'LICENSE.gz', 'labels.config', 'flows.csv', 'trace.pcap', 'notes.txt'];
    for (const path of beside) expect(detect('some text\n', path)).toBeNull();
    expect(detect('{"a":1}\n', 'package.json')).toBeNull();
    expect(detect('[1,2]\n', 'x.json')).toBeNull();
  });

  test('[SRC-DETECT-3] is told also where records are elements of an array, or go over several lines', () => {
    const zeek = { ts: 1.5, uid: 'C1' };
    const eve = { timestamp: '2026-01-01T00:00:00+0000', event_type: 'dns' };
    for (const [format, record] of [
      ['ocsf', { time: 1, class_uid: 3002, observables: [{ name: 'x', ts: 5 }] }],
      ['zeek_json', zeek],
      ['suricata_eve', eve],
    ] as const) {
      const indented = JSON.stringify(record, null, 2);
      for (const text of [indented, `${indented}\n${indented}`, `\ufeff${indented}`]) {
        expect(shapeOf(text, 'x.json')).toEqual({ format, framing: 'values' });
      }
      for (const indent of [undefined, 1]) {
        const list = JSON.stringify([record, record], null, indent);
        expect(shapeOf(` \n${list}`, 'x.json')).toEqual({ format, framing: 'values' });
      }
      const lines = `${JSON.stringify(record)}\n`.repeat(2);
      expect(shapeOf(lines, 'x.json')).toEqual({ format, framing: 'lines' });
      expect(shapeOf(`{"class_uid":3\n${lines}`, 'x.json')).toEqual({ format, framing: 'lines' });
    }
    const strange = JSON.stringify([{ a: 1 }], null, 2);
    expect(shapeOf(strange, 'package.json')).toBeNull();
    expect(shapeOf(strange, 'x.ocsf.json')).toEqual({ format: 'ocsf', framing: 'values' });
    expect(shapeOf('{\n "class_uid": 3002\n}', 'README.md')).toBeNull();
  });
});
