import { csvRows, type Row, rowOf } from './csv-row.ts';
import { abuseRow, abuseTable } from './abuse-ch.ts';
import {
  addressOrNetworkEntry,
  anyEntry,
  defangedEntry,
  domainEntry,
  type Entry,
  hashEntry,
  refanged,
  urlEntry,
} from './entry.ts';
import type { FeedContext, Head, LineReader, TextFormat } from './format.ts';
import { type Found, givenName, instantOf } from './found.ts';
import { isForDetection } from './misp/event.ts';

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** Excel's own line before the header. */
const SAYS_SEPARATOR = /^sep=.$/i;

/** What a column is called → what it holds. The first of a row's hashes is taken: they are one file. */
const COLUMNS: readonly (readonly [read: (text: string) => Entry, names: readonly string[]])[] = [
  [defangedEntry, ['indicator', 'ioc', 'ioc_value', 'observable', 'value', 'indicator_value']],
  [
    (text) => addressOrNetworkEntry(refanged(text)),
    [
      'ip',
      'ipv4',
      'ipv6',
      'ip_address',
      'ipaddress',
      'address',
      'cidr',
      'network',
      'src_ip',
      'source_ip',
      'attacker_ip',
      'malicious_ip',
      'dst_ip',
      'dstip',
      'c2_ip',
    ],
  ],
  [(text) => domainEntry(refanged(text)), ['domain', 'domain_name', 'hostname', 'host', 'fqdn']],
  [(text) => urlEntry(refanged(text)), ['url', 'uri']],
  [(text) => anyEntry(refanged(text)), ['c2', 'c2_server']],
];
const HASHES = [
  'sha256',
  'sha_256',
  'sha256_hash',
  'sha_256_hash',
  'sha1',
  'sha_1',
  'sha1_hash',
  'md5',
  'md5_hash',
  'hash',
  'file_hash',
];
const KNOWN = new Set([...COLUMNS.flatMap(([, names]) => names), ...HASHES]);

/** A table with the columns' names in its first row, or in the last comment before the rows, as abuse.ch writes it. */
export const csv: TextFormat = {
  kind: 'text',
  name: 'csv',
  recognises: (head) => {
    const header = headerOf(head);
    return (
      header !== null && abuseTable(header.columns) === null && header.columns.some((each) => KNOWN.has(each))
    );
  },
  complaint: (head) =>
    headerOf(head) === null
      ? `has no header that names a column "indicator", "ip", "domain", "url" or "sha256"`
      : null,
  reader: (context) => table(context, genericRow),
};

/** The tables of abuse.ch: URLhaus, ThreatFox, Feodo Tracker, SSLBL, MalwareBazaar. */
export const abuseCh: TextFormat = {
  kind: 'text',
  name: 'abuse_ch',
  recognises: (head) => {
    const header = headerOf(head);
    return header !== null && abuseTable(header.columns) !== null;
  },
  complaint: (head) => (abuseCh.recognises(head) ? null : 'has none of the headers of abuse.ch exports'),
  reader: (context) => {
    const columns = headerOf(context.head)?.columns ?? [];
    const kind = abuseTable(columns);
    return table(context, (row) => (kind === null ? [] : [abuseRow(kind, row)]));
  },
};

interface Header {
  readonly line: string;
  readonly separator: string;
  readonly columns: readonly string[];
}

function headerOf({ lines, rows }: Head): Header | null {
  const first = rows.find((row) => !SAYS_SEPARATOR.test(row));
  const at = first === undefined ? lines.length : lines.indexOf(first);
  const comments = lines.slice(0, at).filter((line) => line.startsWith('#'));
  for (const line of [...comments.toReversed(), ...(first === undefined ? [] : [first])]) {
    const text = line.replace(/^#\s*/, '');
    for (const separator of SEPARATORS) {
      const columns = (csvRows(separator)(text) ?? []).map(columnName);
      if (
        columns.length > 1 &&
        columns.every((each) => each.length < 40) &&
        (columns.some((each) => KNOWN.has(each)) || abuseTable(columns) !== null)
      )
        return { line, separator, columns };
    }
  }
  return null;
}

/** However its words are parted: `IP Address`, `ip-address`. */
function columnName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

function table({ head }: FeedContext, read: (row: Row) => readonly Found[]): LineReader {
  const header = headerOf(head);
  if (header === null) return () => null;
  const { columns, separator } = header;
  const places = new Map(columns.map((name, index) => [name, index] as const).toReversed());
  const rows = csvRows(separator);
  let isBefore = true;
  return (line) => {
    if (isBefore && line.replace(/^\uFEFF/, '') === header.line) {
      isBefore = false;
      return null;
    }
    if (line === '' || line.startsWith('#') || (isBefore && SAYS_SEPARATOR.test(line))) return null;
    const cells = rows(line);
    if (cells === null) return null;
    // One more: a separator at the end of the row.
    if (Math.abs(cells.length - columns.length) > 1)
      return { entry: { kind: 'refused', reason: 'wrong_column_count' } };
    return read(rowOf((name) => cells[places.get(name) ?? -1]));
  };
}

function genericRow(row: Row): readonly Found[] {
  // MISP's export: everything else of an event is context.
  const isMeant = row('to_ids');
  if (isMeant !== '' && !isForDetection(isMeant))
    return [{ entry: { kind: 'skipped', what: 'not_for_detection' } }];
  const said = {
    words: [
      row('category', 'categories', 'threat_type', 'threat', 'type'),
      row('tags', 'tag', 'labels'),
      row('malware', 'description', 'comment', 'source'),
    ],
    confidence: shareOf(row('confidence', 'confidence_level', 'score')),
    firstSeen: instantOf(row('first_seen', 'first_seen_utc', 'firstseen', 'date', 'dateadded', 'created')),
    lastSeen: instantOf(row('last_seen', 'last_seen_utc', 'lastseen', 'last_online', 'updated', 'modified')),
    validUntil: instantOf(row('valid_until', 'expires', 'expiration', 'expiry')),
    actors: [givenName(row('actor', 'threat_actor'))].filter((name) => name !== null),
  };
  const entries = COLUMNS.flatMap(([read, names]) =>
    names.flatMap((name) => {
      const text = row(name);
      return text === '' ? [] : [read(text)];
    }),
  );
  const hash = row(...HASHES);
  if (hash !== '') entries.push(hashEntry(hash));
  if (entries.length === 0) entries.push({ kind: 'skipped', what: 'empty_row' });
  return entries.map((entry) => ({ entry, ...said }));
}

/** 0…1, or of a hundred. */
function shareOf(text: string): number | null {
  if (!/^\d{1,3}(?:\.\d+)?%?$/.test(text)) return null;
  const number = Number.parseFloat(text);
  if (number <= 1 && !text.endsWith('%')) return number;
  return number <= 100 ? number / 100 : null;
}
