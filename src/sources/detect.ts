import { isBlank } from './lines.ts';
import type { Line } from './line.ts';
import { isLogKind, kindOfFile } from './zeek/index.ts';

export type LogFormat = 'zeek_tsv' | 'zeek_json' | 'suricata_eve' | 'ocsf';

/** How many lines may be looked at: the first ones of a file can be damaged. */
const LINES_LOOKED_AT = 32;

/** Notes, licences, labels, packet captures and tables lie beside logs; they are skipped by name. */
const NEVER_A_LOG =
  /^(readme|licen[cs]e|copying|changelog|manifest|makefile)\b|\.(md|rst|html?|pdf|csv|xlsx?|ya?ml|toml|conf|config|ini|pcap(ng)?|cap|zip|tar|tgz|7z|png|jpe?g|svg|py|sh|zeek|rules|xml)$/;

/**
 * What a file holds, by its first sound lines and only then by its name: the content states the
 * format, a name just the log kind. `null` is a file that is none of ours.
 */
export function detectFormat(lines: readonly Line[], path: string): LogFormat | null {
  const name = baseName(path);
  if (NEVER_A_LOG.test(name)) return null;
  for (const line of lines.slice(0, LINES_LOOKED_AT)) {
    if (line.fault !== null || isBlank(line)) continue;
    const format = formatOfLine(line.bytes.toString('utf8').trim(), name);
    if (format !== null) return format;
  }
  return null;
}

function formatOfLine(text: string, name: string): LogFormat | null {
  if (/^#(separator|set_separator|empty_field|unset_field|path|open|fields)\b/.test(text)) return 'zeek_tsv';
  if (text.startsWith('{')) return formatOfObject(text, name);
  // A Zeek log that lost its header: it must be refused line by line, not passed over in silence.
  return kindOfFile(name) !== null && text.includes('\t') ? 'zeek_tsv' : null;
}

function formatOfObject(text: string, name: string): LogFormat | null {
  const object = parse(text);
  if (object === null) return formatOfName(name);
  const has = (key: string): boolean => Object.hasOwn(object, key);
  if (has('class_uid')) return 'ocsf';
  if (has('event_type') && has('timestamp')) return 'suricata_eve';
  const stated: unknown = Reflect.get(object, '_path') ?? Reflect.get(object, '@stream');
  if (typeof stated === 'string' && (isLogKind(stated) || has('ts'))) return 'zeek_json';
  return has('ts') ? 'zeek_json' : formatOfName(name);
}

/** Only where a line tells nothing: it is cut off, or lacks what every record has. */
function formatOfName(name: string): LogFormat | null {
  if (/\beve\b/.test(name)) return 'suricata_eve';
  if (/\bocsf\b/.test(name)) return 'ocsf';
  return kindOfFile(name) === null ? null : 'zeek_json';
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function baseName(path: string): string {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  return base.endsWith('.gz') ? base.slice(0, -3) : base;
}
