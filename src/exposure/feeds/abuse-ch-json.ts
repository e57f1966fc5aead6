import { LIMITS, ownValue } from '../../model/index.ts';
import { type AbuseTable, abuseRow } from './abuse-ch.ts';
import { rowOf } from './csv-row.ts';
import type { DocumentFormat } from './format.ts';
import type { Found } from './found.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One of abuse.ch's tables as JSON. */
interface Export {
  readonly table: AbuseTable;
  /** A record of it has all of these; together they are of no other list. */
  readonly signature: readonly string[];
  /** What of it makes an indicator. */
  readonly needed: readonly string[];
  /** The table's columns that are read → the fields in which the same stands here. */
  readonly fields: Readonly<Record<string, string>>;
}

const EXPORTS: readonly Export[] = [
  {
    table: 'threatfox',
    signature: ['ioc_value', 'ioc_type', 'threat_type'],
    needed: ['ioc_value', 'ioc_type'],
    fields: alike([
      'ioc_value',
      'ioc_type',
      'threat_type',
      'malware_printable',
      'malware_alias',
      'tags',
      'confidence_level',
      'first_seen_utc',
      'last_seen_utc',
    ]),
  },
  {
    table: 'urlhaus',
    signature: ['url', 'url_status', 'dateadded', 'threat'],
    needed: ['url'],
    fields: alike(['url', 'url_status', 'dateadded', 'last_online', 'threat', 'tags']),
  },
  {
    table: 'feodo',
    signature: ['ip_address', 'port', 'status', 'first_seen', 'last_online', 'malware'],
    needed: ['ip_address'],
    fields: {
      dst_ip: 'ip_address',
      dst_port: 'port',
      first_seen_utc: 'first_seen',
      last_online: 'last_online',
    },
  },
  {
    table: 'threatfox',
    signature: ['ioc', 'ioc_type', 'threat_type'],
    needed: ['ioc', 'ioc_type'],
    fields: {
      ...alike(['ioc_type', 'threat_type', 'malware_printable', 'malware_alias', 'tags', 'confidence_level']),
      ioc_value: 'ioc',
      first_seen_utc: 'first_seen',
      last_seen_utc: 'last_seen',
    },
  },
  {
    table: 'urlhaus',
    signature: ['url', 'url_status', 'date_added', 'threat'],
    needed: ['url'],
    fields: { ...alike(['url', 'url_status', 'threat', 'tags']), dateadded: 'date_added' },
  },
  {
    table: 'malware_bazaar',
    signature: ['sha256_hash', 'file_type', 'first_seen', 'signature'],
    needed: ['sha256_hash'],
    fields: { ...alike(['sha256_hash', 'sha1_hash', 'md5_hash']), first_seen_utc: 'first_seen' },
  },
];

function alike(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** By so many of its first records an export is recognised: the first may be a bad one. */
const RECORDS_LOOKED_AT = 50;

/**
 * The exports of abuse.ch as JSON: ThreatFox's and URLhaus's objects of an id and a list of records, Feodo Tracker's
 * list of records; and the answers of its services, a list of records beside how the question went. They mean what the same rows mean as CSV.
 */
export const abuseChJson: DocumentFormat = {
  kind: 'document',
  name: 'abuse_ch',
  recognises: (document, isNamed) =>
    exportOf(document) !== null || (isNamed && recordsOf(document).next().done === true),
  *read(document) {
    const kind = exportOf(document);
    if (kind === null) return;
    for (const record of recordsOf(document)) yield [foundIn(kind, record)];
  },
};

function exportOf(document: unknown): Export | null {
  let looked = 0;
  for (const record of recordsOf(document)) {
    const found = EXPORTS.find(({ signature }) => isRecord(record) && hasAll(record, signature));
    if (found !== undefined) return found;
    if (++looked === RECORDS_LOOKED_AT) return null;
  }
  return null;
}

/** What stands in the place of a record, one after the other. */
function* recordsOf(document: unknown): Generator {
  if (Array.isArray(document)) return yield* document as readonly unknown[];
  if (!isRecord(document)) return;
  for (const id of Object.keys(document)) {
    if (id === 'query_status') continue;
    const records = document[id];
    if (Array.isArray(records)) yield* records as readonly unknown[];
    else yield records;
  }
}

function foundIn({ table, needed, fields }: Export, record: unknown): Found {
  if (!isRecord(record) || !hasAll(record, needed)) return INVALID;
  const cells = new Map<string, string>();
  for (const [column, field] of Object.entries(fields)) {
    const text = textOf(ownValue(record, field));
    if (text === null) return INVALID;
    if (text.length > LIMITS.lineBytes) return TOO_LONG;
    cells.set(column, text);
  }
  return abuseRow(
    table,
    rowOf((column) => cells.get(column)),
  );
}

const INVALID: Found = { entry: { kind: 'refused', reason: 'invalid_entry' } };
const TOO_LONG: Found = { entry: { kind: 'refused', reason: 'line_too_long' } };

/** As it stands in a cell of the table; `null` where no cell holds such a thing. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  // Tags are a list here, and words between commas there.
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value.join(',') : null;
}

function hasAll(record: Fields, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(record, name));
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
