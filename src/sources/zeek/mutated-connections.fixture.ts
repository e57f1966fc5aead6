import { isDeepStrictEqual } from 'node:util';
import { ConnectionWords } from '../connection-words.ts';
import { type Log, readByLine, readByRows } from './connection-log.fixture.ts';
import { type Chance, jsonSeeds, mutatedJson, oneOf } from './mutated-lines.fixture.ts';
import { header } from './zeek-log.fixture.ts';

const LINES_PER_LOG = 12;
const FEW_WORDS = 5;

const FIELDS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history resp_pkts tunnel_parents orig_l2_addr resp_l2_addr community_id'.split(
    ' ',
  );
const TSV_LINES = [
  '1767225600.123456 CAbcdE1fGh2iJ3kLm4 10.1.2.3 50123 192.0.2.10 443 tcp ssl 61.9 812 20480 SF T F 0 ShAD 7 (empty) 00:1A:2b:3c:4d:5e ff:ff:ff:ff:ff:ff 1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  '1767225601.5 C1 fe80::1 0 2001:DB8:0::1 53 udp dns,gssapi - - - S0 - - 0 - - - - - -',
  '1767225602 C-_2 ::ffff:10.0.0.1 8 10.0.0.2 0 icmp - 0.000001 56 0 OTH F T 0 - 1 - 02-00-00-00-00-01 - -',
  '1767225603.0000019 C3 10.0.0.1 128 10.0.0.2 129 icmp - 1.000000 0 0 OTH - - 0 - 0 - - - -',
  '1767225604.0 C5 10.0.0.1 102 10.0.0.2 50123 tcp - - - - RSTOS0 T T 0 R 0 - - - -',
  '1767225605.0 C6 10.0.0.1 1025 10.0.0.2 445 tcp - - - - SH T T 0 SF 0 - - - -',
  '1.5 C4 10.0.0.1 1 10.0.0.2 2 unknown_transport - - 0 0 RSTOS0 - - 0 - 0 - - - -',
].map((line) => line.split(' ').join('\t'));
const TSV_PIECES = [
  '\t',
  '\n',
  '\r',
  '-',
  '--',
  '-1',
  '(empty)',
  '(none)',
  '\\x2d',
  '\\\\',
  '\\',
  '0',
  '00',
  '007',
  '1.',
  '.5',
  '1.2.3',
  '-0.5',
  '1e3',
  '65535',
  '65536',
  '999999999999999',
  '9999999999999999',
  '99999999999999999',
  '1767225600.1234567',
  '1767225600.12345678901234567',
  '9007199254.740993',
  '0.000001',
  'T',
  'F',
  'TCP',
  'Icmp6',
  'ipv6-icmp',
  'sf',
  'SF',
  'REJ',
  '010.1.1.1',
  '1.2.3',
  '::',
  '0.0.0.0',
  'é',
  '\u212a',
  ' ',
  '#',
  '#fields\tts\tuid',
  'ssl ',
  'SSL,Http',
  'x'.repeat(100),
  '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  '00:00:00:00:00:00',
  '\u0001',
]; // prettier-ignore
const JSON_LINES = [
  ...jsonSeeds('conn'),
  ...TSV_LINES.map((line) => JSON.stringify(Object.fromEntries(jsonMembers(line)))),
  '{"ts":"2026-01-01T00:00:00.5Z","uid":"C5","id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","proto":"tcp","conn_state":"REJ"}',
  '{"ts": 1767225600123, "uid": "C6", "id_orig_h": "10.0.0.1", "id_orig_p": 1, "id_resp_h": "::1", "id_resp_p": 0, "proto": "udp", "conn_state": "S0"}',
  '{"_path":"conn","ts":1767225600.25,"id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","duration":0.00015997886657714844,"orig_bytes":1e3}',
  '{"_path":"dns","ts":1767225600.25,"id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","query":"a.example"}',
];

function jsonMembers(line: string): readonly (readonly [string, unknown])[] {
  return line.split('\t').flatMap((text, column) => {
    if (text === '-') return [];
    const value = text === 'T' || text === 'F' ? text === 'T' : text;
    const isNumber = /^\d+(\.\d+)?$/.test(text);
    return [[FIELDS[column] ?? '', isNumber ? Number(text) : value] as const];
  });
}

/** Mutated logs of which rows and the reader of lines do not give the same; the first of them, or none. */
export function fuzzConnections(
  chance: Chance,
  lines: number,
  moreJson: readonly string[] = [],
): { readonly difference: string | null; readonly rows: number } {
  const json = [...JSON_LINES, ...moreJson];
  let rows = 0;
  for (let read = 0; read < lines; read += LINES_PER_LOG) {
    const form = oneOf(chance, ['tsv', 'json'] as const);
    const log: Log = { form, path: oneOf(chance, ['conn.log', 'conn.log', 'zeek.log', 'dns.log']) };
    const content = damaged(chance, form === 'tsv' ? tsvLog(chance) : jsonLog(chance, json));
    const byRows = readByRows(log, cut(chance, content), () => new ConnectionWords(FEW_WORDS));
    rows += byRows.rows;
    if (!isDeepStrictEqual(byRows.readings, readByLine(log, content))) {
      return { difference: `${log.path}\n${content.toString()}`, rows };
    }
  }
  return { difference: null, rows };
}

function jsonLog(chance: Chance, seeds: readonly string[]): Buffer {
  return joined(
    chance,
    Array.from({ length: LINES_PER_LOG }, () => mutatedJson(chance, seeds)),
  );
}

function tsvLog(chance: Chance): Buffer {
  const columns = chance(4) === 0 ? FIELDS.toReversed() : FIELDS;
  const lines = Array.from({ length: LINES_PER_LOG }, () => mutatedTsv(chance, oneOf(chance, TSV_LINES)));
  const isReversed = columns !== FIELDS;
  const rows = isReversed ? lines.map((line) => line.split('\t').toReversed().join('\t')) : lines;
  return joined(chance, [...header('conn', columns), ...rows]);
}

function mutatedTsv(chance: Chance, line: string): string {
  const fields = line.split('\t');
  for (let times = chance(3); times > 0; times--) {
    const piece = oneOf(chance, TSV_PIECES);
    const field = fields[chance(fields.length)] ?? '';
    const at = chance(field.length + 1);
    const isWhole = chance(2) === 0;
    fields[chance(fields.length)] = isWhole ? piece : field.slice(0, at) + piece + field.slice(at);
  }
  return fields.join('\t');
}

function joined(chance: Chance, lines: readonly string[]): Buffer {
  const lineBreak = chance(4) === 0 ? '\r\n' : '\n';
  return Buffer.from(lines.join(lineBreak) + (chance(2) === 0 ? lineBreak : ''));
}

/** Now and then one byte that is no text. */
function damaged(chance: Chance, content: Buffer): Buffer {
  if (chance(8) === 0) content[chance(content.length)] = oneOf(chance, [0x00, 0xff, 0x80, 0x0a, 0x0d]);
  return content;
}

function cut(chance: Chance, content: Buffer): readonly Buffer[] {
  const at = chance(content.length + 1);
  const until = at + chance(content.length + 1 - at);
  return [content.subarray(0, at), content.subarray(at, until), content.subarray(until)];
}
