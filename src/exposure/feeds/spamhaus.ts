import { networkEntry } from './entry.ts';
import { before, type LineReader, type TextFormat } from './format.ts';
import { epochSeconds, type Found, instantOf } from './found.ts';

/** What nobody should route: netblocks that were stolen, or are leased by criminals. Spamhaus is seldom wrong. */
const SAID = { category: 'malware_distribution', confidence: 0.9 } as const;

/** Spamhaus DROP as text: `CIDR ; SBL number`, `;` begins comments. */
export const dropText: TextFormat = {
  kind: 'text',
  name: 'spamhaus_drop',
  recognises: ({ lines, rows }) =>
    (rows.length > 0 && rows.every((row) => /^[0-9a-f.:]+\/\d{1,3}\s*;\s*SBL\d+/i.test(row))) ||
    lines.some((line) => /^;\s*Spamhaus (?:E?DROP|DROPv6)/i.test(line)),
  reader: (): LineReader => (line) => {
    const text = before(line, ';').trim();
    return text === '' ? null : { entry: networkEntry(text), ...SAID };
  },
};

/**
 * The same as lines of JSON; the last one is about the list itself, and a file without it was cut off. Lists of
 * networks by number (ASN) name no addresses.
 */
export const dropJson: TextFormat = {
  kind: 'text',
  name: 'spamhaus_drop',
  recognises: ({ rows }) =>
    rows.length > 0 &&
    /^\{"(?:cidr|asn|type)":/.test(rows[0] ?? '') &&
    rows.some((row) => /"(?:sblid|rir|domain|records)":/.test(row)),
  isCutWithout: /"type"\s*:\s*"metadata"/,
  reader: () => (line) => (line.trim() === '' ? null : jsonLine(line)),
};

function jsonLine(line: string): Found {
  const record = parsed(line);
  if (record === null) return { entry: { kind: 'refused', reason: 'invalid_entry' } };
  if (record['type'] === 'metadata') {
    const feedDate = epochSeconds(record['timestamp']) ?? instantOf(record['timestamp']);
    return { entry: { kind: 'skipped', what: 'about_the_list' }, feedDate };
  }
  const { cidr, asn } = record;
  if (typeof cidr === 'string') return { entry: networkEntry(cidr), ...SAID };
  return {
    entry:
      asn === undefined ? { kind: 'refused', reason: 'invalid_entry' } : { kind: 'skipped', what: 'asn' },
  };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
