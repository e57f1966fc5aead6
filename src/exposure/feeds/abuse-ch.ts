import { ownValue, type ThreatCategory } from '../../model/index.ts';
import type { Row } from './csv-row.ts';
import { addressEntry, anyEntry, endpointEntry, type Entry, hashEntry, urlEntry } from './entry.ts';
import { type Found, instantOf } from './found.ts';

/** The tables by the columns that only they have. */
const TABLES = {
  urlhaus: ['url', 'url_status'],
  threatfox: ['ioc_value', 'ioc_type', 'malware_printable'],
  feodo: ['dst_ip', 'c2_status'],
  malware_bazaar: ['sha256_hash', 'file_type_guess'],
  ssl_addresses: ['dstip', 'dstport'],
  ssl_certificates: ['sha1', 'listingreason'],
} as const;
export type AbuseTable = keyof typeof TABLES;

export function abuseTable(columns: readonly string[]): AbuseTable | null {
  const found = Object.entries(TABLES).find(([, needed]) => needed.every((name) => columns.includes(name)));
  return found === undefined ? null : (found[0] as AbuseTable);
}

/** abuse.ch takes controllers off the list when they are gone: one that is listed is one. */
const SURE = 0.9;

export function abuseRow(table: AbuseTable, row: Row): Found {
  return ROWS[table](row);
}

const ROWS: Readonly<Record<AbuseTable, (row: Row) => Found>> = {
  urlhaus: (row) => ({
    entry: urlEntry(row('url')),
    words: [row('threat'), row('tags')],
    category: 'malware_distribution',
    firstSeen: instantOf(row('dateadded')),
    // Online is as of the export; offline as of when it was last seen up.
    lastSeen: row('url_status') === 'online' ? null : instantOf(row('last_online', 'dateadded')),
  }),
  threatfox: (row) => ({
    entry: threatFoxEntry(row('ioc_type'), row('ioc_value')),
    category: ownValue(THREATFOX_USES, row('threat_type')) ?? null,
    words: [row('threat_type'), row('malware_printable'), row('malware_alias'), row('tags')],
    confidence: percent(row('confidence_level')),
    firstSeen: instantOf(row('first_seen_utc')),
    lastSeen: instantOf(row('last_seen_utc', 'first_seen_utc')),
  }),
  feodo: (row) => ({
    entry:
      row('dst_port') === ''
        ? addressEntry(row('dst_ip'))
        : endpointEntry(endpoint(row('dst_ip'), row('dst_port'))),
    category: 'c2_server',
    confidence: SURE,
    firstSeen: instantOf(row('first_seen_utc')),
    lastSeen: instantOf(row('last_online')),
  }),
  malware_bazaar: (row) => ({
    entry: hashEntry(row('sha256_hash', 'sha1_hash', 'md5_hash')),
    category: 'malware_file',
    confidence: SURE,
    firstSeen: instantOf(row('first_seen_utc')),
    lastSeen: instantOf(row('first_seen_utc')),
  }),
  ssl_addresses: (row) => ({
    entry: endpointEntry(endpoint(row('dstip'), row('dstport'))),
    category: 'c2_server',
    firstSeen: instantOf(row('firstseen')),
    lastSeen: instantOf(row('firstseen')),
  }),
  // The hash of a certificate, not of a file.
  ssl_certificates: () => ({ entry: { kind: 'skipped', what: 'certificate_hash' } }),
};

const THREATFOX_USES: Readonly<Record<string, ThreatCategory>> = {
  botnet_cc: 'c2_server',
  cc_skimming: 'c2_server',
  payload_delivery: 'malware_distribution',
  payload: 'malware_file',
};

function threatFoxEntry(type: string, value: string): Entry {
  if (type === 'ip:port') return endpointEntry(value);
  if (type === 'url') return urlEntry(value);
  return type === 'domain' || type.endsWith('_hash')
    ? anyEntry(value)
    : { kind: 'skipped', what: 'other_type' };
}

function endpoint(address: string, port: string): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function percent(text: string): number | null {
  return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) / 100 : null;
}
