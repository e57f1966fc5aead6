import { describe, expect, test } from 'vitest';
import { kindOfFile } from './log-kinds.ts';
import { FLOW, only, readZeek, tsv } from './zeek-log.fixture.ts';

const CONN = {
  ts: 1767225600.123456,
  uid: FLOW.uid,
  'id.orig_h': '10.1.2.3',
  'id.orig_p': 50123,
  'id.resp_h': '192.0.2.10',
  'id.resp_p': 443,
  proto: 'tcp',
  service: 'ssl',
  duration: 1.5,
  conn_state: 'SF',
};
const refused = (reason: string, field: string | null = null) => ({ kind: 'refused', reason, field });
const read = (value: unknown, path?: string) => readZeek(`${JSON.stringify(value)}\n`, path);

describe('a Zeek log in JSON lines', () => {
  test('[SRC-ZEEK-20] says the same as the log in TSV', () => {
    const text = tsv('conn', { ...FLOW, proto: 'tcp', service: 'ssl', duration: '1.5', conn_state: 'SF' });
    expect(read(CONN)).toEqual(readZeek(text));
  });

  test('[SRC-ZEEK-21] may write id.orig_h with a dot, with an underscore or nested', () => {
    const flat = Object.fromEntries(
      Object.entries(CONN).map(([key, value]) => [key.replaceAll('.', '_'), value]),
    );
    const id = { orig_h: '10.1.2.3', orig_p: 50123, resp_h: '192.0.2.10', resp_p: 443 };
    const { ts, uid, proto, service, duration, conn_state } = CONN;
    expect(read(flat)).toEqual(read(CONN));
    expect(read({ ts, uid, id, proto, service, duration, conn_state })).toEqual(read(CONN));
  });

  test('[SRC-ZEEK-22] may write times as seconds, milliseconds or ISO 8601', () => {
    const { duration: _, ...endless } = CONN;
    const expected = 1767225600123;
    for (const ts of [
      1767225600.123456,
      1767225600123,
      '2026-01-01T00:00:00.123456Z',
      '2026-01-01T01:00:00.123+0100',
    ]) {
      expect(only(read({ ...endless, ts })).time).toBe(expected);
    }
    for (const ts of ['yesterday', true, {}, '1767225600.1']) {
      expect(read({ ...CONN, ts })).toEqual([refused('invalid_time', 'ts')]);
    }
    expect(read({ ...CONN, ts: 4102444800 })).toEqual([refused('time_out_of_range', 'ts')]);
  });

  test('[SRC-ZEEK-45] what its fields show goes before what its file is called after', () => {
    for (const name of ['ssh-bruteforce.json', 'dns-tunnel.json', 'x509_ssl.json', 'files-and-conn.json'])
      expect(only(read(CONN, name)).kind).toBe('connection');
    const question = {
      ts: 1.5,
      id: { orig_h: '10.0.0.1', resp_h: '10.0.0.2' },
      query: 'a.example',
      qtype: 1,
    };
    expect(only(read(question, 'x-conn.log')).kind).toBe('dns');
    // These two alone are of several logs.
    expect(only(read({ ts: 1.5, id: question.id, query: 'a.example' }, 'dns.log')).kind).toBe('dns');
  });

  test('[SRC-ZEEK-23] states its kind itself, or its fields do, or its file does', () => {
    const dns = { ts: 1.5, id: { orig_h: '10.0.0.1', resp_h: '10.0.0.2' }, query: 'a.example', qtype: 1 };
    expect(only(read({ _path: 'dns', ...dns })).kind).toBe('dns');
    expect(only(read({ '@stream': 'dns', ...dns }, 'conn.log')).kind).toBe('dns');
    expect(only(read(dns, 'dns.log')).kind).toBe('dns');
    expect(only(read(dns, 'combined_zeek.json')).kind).toBe('dns');
    expect(read({ ts: 1.5, a: 1 }, 'x.json')).toEqual([{ kind: 'skip', what: 'unknown_log' }]);
    expect(read({ _path: 'stats', ts: 1.5 })).toEqual([{ kind: 'skip', what: 'stats' }]);
  });

  test('a file is named after its kind in many ways', () => {
    const names = ['conn.log', 'conn.16-00-00-17-00-00.log.gz', 'conn.log.labeled', 'labeled-conn.log'];
    for (const name of [...names, 'ssh-attack-conn.log', 'conn_20240101.json', 'a/dns/conn']) {
      expect(kindOfFile(name)).toBe('conn');
    }
    expect(kindOfFile('known_hosts.log')).toBe('known_hosts');
    expect(kindOfFile('site1-smb_mapping.log')).toBe('smb_mapping');
    expect(kindOfFile('combined_zeek.json')).toBeNull();
  });

  test('[SRC-ZEEK-24] refuses what is no object, and values of the wrong type', () => {
    expect(readZeek('{"ts":\n[1]\n"x"\n{}\n', 'conn.log')).toEqual([
      refused('malformed_json'),
      refused('not_an_object'),
      refused('not_an_object'),
      refused('missing_field', 'ts'),
    ]);
    expect(readZeek('{"ts":1.5,"uid":"C1', 'conn.log')).toEqual([refused('half_written_line')]);
    expect(read({ ...CONN, orig_bytes: '12' })).toEqual([refused('wrong_type', 'orig_bytes')]);
    expect(read({ ...CONN, orig_bytes: 1.5 })).toEqual([refused('wrong_type', 'orig_bytes')]);
    expect(read({ ...CONN, service: ['ssl'] })).toEqual([refused('wrong_type', 'service')]);
    expect(read({ ...CONN, local_orig: 'T' })).toEqual([refused('wrong_type', 'local_orig')]);
    expect(read({ ...CONN, 'id.orig_h': 7 })).toEqual([refused('wrong_type', 'id.orig_h')]);
  });

  test('survives nesting without end', () => {
    expect(readZeek(`{"ts":${'['.repeat(500_000)}\n`, 'conn.log')).toEqual([refused('malformed_json')]);
  });
});
