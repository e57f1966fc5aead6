import { describe, expect, test } from 'vitest';
import { detectFormat } from './detect.ts';
import { linesOf } from './zeek/zeek-log.fixture.ts';

const detect = (text: string, path: string) => detectFormat(linesOf(text), path);

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

  test('a Zeek log that lost its header is still one', () => {
    expect(detect('1.5\tC1\t10.0.0.1\n', 'conn.log')).toBe('zeek_tsv');
  });

  test('[SRC-DETECT-2] notes, licences, labels, tables and captures are none of ours', () => {
    const beside = ['README.md', 'LICENSE.gz', 'labels.config', 'flows.csv', 'trace.pcap', 'notes.txt'];
    for (const path of beside) expect(detect('some text\n', path)).toBeNull();
    expect(detect('{"a":1}\n', 'package.json')).toBeNull();
    expect(detect('[1,2]\n', 'x.json')).toBeNull();
  });
});
