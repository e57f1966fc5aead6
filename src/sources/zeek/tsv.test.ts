import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FLOW, header, only, readZeek, tsv } from './zeek-log.fixture.ts';

const CONN = { ...FLOW, proto: 'tcp', service: 'ssl', duration: '1.5', conn_state: 'SF' };
const refused = (reason: string, field: string | null = null) => ({ kind: 'refused', reason, field });
/** One conn record with some fields written otherwise. */
const conn = (fields: Readonly<Record<string, string>>) => readZeek(tsv('conn', { ...CONN, ...fields }));

describe('a Zeek log in TSV', () => {
  test('[SRC-ZEEK-1] is read by the names of its columns, whatever their order', () => {
    const turned = Object.fromEntries(Object.entries(CONN).toReversed());
    expect(readZeek(tsv('conn', turned))).toEqual(readZeek(tsv('conn', CONN)));
  });

  test('[SRC-ZEEK-2] may have columns that we do not know', () => {
    const labelled = { ...CONN, _write_ts: '1.0', detailedlabel: 'C&C', 'ext.field': 'x' };
    expect(readZeek(tsv('conn', labelled))).toEqual(readZeek(tsv('conn', CONN)));
  });

  test('[SRC-ZEEK-3] leaves an unset or empty field unknown', () => {
    const event = only(conn({ service: '-', duration: '(empty)', conn_state: '-' }));
    expect(event).toMatchObject({ service: null, durationMs: null, bytesIn: null, outcome: 'unknown' });
  });

  test('[SRC-ZEEK-4] may change its schema in mid-file, also to another log', () => {
    const text =
      tsv('conn', CONN) + tsv('ssl', { version: 'TLSv13', ...FLOW }) + tsv('conn', { extra: 'y', ...CONN });
    const kinds = readZeek(text).map((reading) => reading.kind === 'observation' && reading.observation.kind);
    expect(kinds).toEqual(['connection', 'tls', 'connection']);
  });

  test('[SRC-ZEEK-5] without a header is refused line by line', () => {
    const rows = '1.5\tC1\t10.0.0.1\n2.5\tC2\t10.0.0.2\n';
    expect(readZeek(rows, 'conn.log')).toEqual([refused('missing_header'), refused('missing_header')]);
  });

  test('[SRC-ZEEK-6] with CRLF reads like one with LF', () => {
    expect(readZeek(tsv('conn', CONN).replaceAll('\n', '\r\n'))).toEqual(readZeek(tsv('conn', CONN)));
  });

  test('[SRC-ZEEK-7] whose last line is half written loses that line alone', () => {
    const text = tsv('conn', CONN, CONN);
    const cut = text.slice(0, text.lastIndexOf('SF') - 20);
    expect(readZeek(cut).map((reading) => reading.kind)).toEqual(['observation', 'refused']);
    expect(readZeek(cut)[1]).toEqual(refused('half_written_line'));
    const whole = text.slice(0, text.lastIndexOf('\n#close'));
    expect(readZeek(whole)).toEqual(readZeek(text));
  });

  test('[SRC-ZEEK-8] loses only the lines that are too long, broken or of the wrong width', () => {
    const good = tsv('conn', CONN);
    const bad = ['x'.repeat(10_000_000), 'a\0b', 'too\tfew', `${'1\t'.repeat(40)}many`];
    const readings = readZeek(`${good}${bad.join('\n')}\n${good}`);
    expect(readings.map((reading) => (reading.kind === 'refused' ? reading.reason : reading.kind))).toEqual([
      'observation',
      'line_too_long',
      'nul_byte',
      'wrong_column_count',
      'wrong_column_count',
      'observation',
    ]);
    const latin1 = Buffer.concat([Buffer.from(good), Buffer.from([0xe9, 0x0a])]);
    expect(readZeek(latin1)[1]).toEqual(refused('invalid_utf8'));
  });

  test('[SRC-ZEEK-9] refuses a record with a value of the wrong type, and says which field', () => {
    expect(conn({ duration: 'long' })).toEqual([refused('wrong_type', 'duration')]);
    expect(conn({ 'id.orig_p': 'https' })).toEqual([refused('wrong_type', 'id.orig_p')]);
    expect(conn({ 'id.orig_p': '70000' })).toEqual([refused('invalid_value', 'id.orig_p')]);
    expect(conn({ local_orig: 'yes' })).toEqual([refused('wrong_type', 'local_orig')]);
    expect(conn({ orig_bytes: '-5' })).toEqual([refused('wrong_type', 'orig_bytes')]);
    expect(conn({ 'id.resp_h': '10.0.0' })).toEqual([refused('invalid_address', 'id.resp_h')]);
    expect(conn({ 'id.resp_h': '-' })).toEqual([refused('missing_field', 'id.resp_h')]);
  });

  test('[SRC-ZEEK-10] refuses a record without a sound time', () => {
    expect(conn({ ts: '-' })).toEqual([refused('missing_field', 'ts')]);
    expect(conn({ ts: '2026-01-01' })).toEqual([refused('invalid_time', 'ts')]);
    expect(conn({ ts: '4102444800.0' })).toEqual([refused('time_out_of_range', 'ts')]);
    expect(conn({ ts: '-1.0', duration: '-' })).toEqual([refused('time_out_of_range', 'ts')]);
    const backwards = tsv('conn', CONN, { ...CONN, ts: '12.0' }, CONN);
    expect(readZeek(backwards)[1]).toEqual(refused('time_out_of_range', 'ts'));
    expect(only(conn({ ts: '12.0', duration: '1.25' })).time).toBe(13_250);
  });

  test('[SRC-ZEEK-11] says in its header how it is written', () => {
    const commas = tsv('conn', CONN)
      .replaceAll('\t', ',')
      .replace('\\x09', '\\x2c')
      .replace('set_separator,,', 'set_separator,;');
    expect(readZeek(commas)).toEqual(readZeek(tsv('conn', CONN)));
    const marked = tsv('conn', { ...CONN, service: 'NONE' }).replace('unset_field\t-', 'unset_field\tNONE');
    expect(only(readZeek(marked))).toMatchObject({ service: null });
    for (const written of ['#separator \\t', '\t#separator \\x09', '#separator   \\x09']) {
      expect(readZeek(tsv('conn', CONN).replace('#separator \\x09', written))).toHaveLength(1);
    }
  });

  test('[SRC-ZEEK-13] has times to the microsecond, cut off after it, and a flow ends after its duration', () => {
    const times = { ts: '1767225600.0005999', duration: '0.0005' };
    expect(only(conn(times))).toMatchObject({ time: 1767225600001, durationMs: 0 });
    expect(only(conn({ ...times, ts: '1767225600.0004999' })).time).toBe(1767225600000);
    expect(only(conn({ ts: '1767225600', duration: '1' }))).toMatchObject({
      time: 1767225601000,
      durationMs: 1000,
    });
  });

  test('knows its kind by its file where no header names it', () => {
    const nameless = tsv('conn', CONN).replace('#path\tconn\n', '');
    expect(only(readZeek(nameless, 'logs/conn.16-00-00-17-00-00.log.gz')).kind).toBe('connection');
    expect(only(readZeek(nameless, 'export.tsv')).kind).toBe('connection');
  });

  test('may end each record with an empty column too many', () => {
    const rows = [...header('conn', Object.keys(CONN)), `${Object.values(CONN).join('\t')}\t`, ''];
    expect(readZeek(rows.join('\n'))).toEqual(readZeek(tsv('conn', CONN)));
  });

  test('[SRC-ZEEK-12] of a kind that we do not read is passed over by its name', () => {
    expect(readZeek(tsv('weird', { ...FLOW, name: 'odd' }))).toEqual([{ kind: 'skip', what: 'weird' }]);
    expect(readZeek(tsv('A b/c', { ...FLOW }))).toEqual([{ kind: 'skip', what: 'unknown_log' }]);
    const many = Array.from({ length: 80 }, (_, i) => tsv(`custom_${i}`, FLOW)).join('');
    expect(readZeek(many).at(-1)).toEqual({ kind: 'skip', what: 'other_logs' });
  });

  test('undoes the escapes in what it reads', () => {
    const escaped = { ...FLOW, username: 'j\\xc3\\xb6rg\\\\x', domainname: 'CORP\\x2c1', success: 'T' };
    expect(only(readZeek(tsv('ntlm', escaped)))).toMatchObject({ account: 'CORP,1\\jörg\\x' });
  });

  test('compressed or not is the same log', () => {
    const text = tsv('conn', CONN);
    expect(readZeek(gunzipSync(gzipSync(text)))).toEqual(readZeek(text));
  });
});
