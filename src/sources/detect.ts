import { isBlank } from './lines.ts';
import type { Line } from './line.ts';
import type { Framing } from './record-splitter.ts';
import { isLogKind, kindOfFile } from './zeek/index.ts';

export type LogFormat = 'zeek_tsv' | 'zeek_json' | 'suricata_eve' | 'ocsf';

/** What a log's records are, and how they stand in it. */
export interface LogShape {
  readonly format: LogFormat;
  readonly framing: Framing;
}

/** What is known of a log from its first bytes. */
export interface BeginningOfLog {
  readonly lines: readonly Line[];
  /** Where it may hold JSON that goes on over a line's end: the first values, those that are whole. */
  readonly values: readonly Line[];
  /** Whether it begins with an array. */
  readonly isList: boolean;
}

/** How many records may be looked at: the first ones of a file can be damaged. */
export const RECORDS_LOOKED_AT = 32;

/** Notes, licences, labels, packet captures and tables lie beside logs; they are skipped by name. */
const NEVER_A_LOG =
  /^(readme|licen[cs]e|copying|changelog|manifest|makefile)\b|\.(md|rst|html?|pdf|csv|xlsx?|ya?ml|toml|conf|config|ini|pcap(ng)?|cap|zip|tar|tgz|7z|png|jpe?g|svg|py|sh|zeek|rules|xml)$/;

export function isNeverALog(path: string): boolean {
  return NEVER_A_LOG.test(baseName(path));
}

/** What the first sound records of a log state of it; `null` where they state nothing, or not yet. */
export function detectByContent({ lines, values, isList }: BeginningOfLog, path: string): LogShape | null {
  if (isNeverALog(path)) return null;
  const byLines = isList ? null : firstOf(linesToAsk(lines), formatOfText);
  if (byLines !== null) return { format: byLines, framing: 'lines' };
  const byValues = firstOf(values, formatOfText);
  return byValues === null ? null : { format: byValues, framing: 'values' };
}

/** The content states the format, a name just the log kind: it is asked last. `null` is a file that is none of ours. */
export function detectByName({ lines, values }: BeginningOfLog, path: string): LogShape | null {
  if (isNeverALog(path)) return null;
  const name = baseName(path);
  const [framing, records]: [Framing, readonly Line[]] =
    values.length > 0 ? ['values', values] : ['lines', lines];
  const format = firstOf(records, (text) => formatOfName(text, name));
  return format === null ? null : { format, framing };
}

/** Whether the first sound line begins an object that it does not end: there may be values over several lines. */
export function opensValue(lines: readonly Line[]): boolean {
  const first = firstOf(lines, (text) => text);
  return first?.startsWith('{') === true && parse(first) === null;
}

/** Where the first opens a value, only those that are not indented: the others may be parts of it. */
function linesToAsk(lines: readonly Line[]): readonly Line[] {
  return opensValue(lines) ? lines.filter(({ bytes }) => bytes[0] === OPEN_OBJECT) : lines;
}

const OPEN_OBJECT = 0x7b;

/** The first answer that there is to the text of a sound record. */
function firstOf<T>(records: readonly Line[], ask: (text: string) => T | null): T | null {
  for (const record of records.slice(0, RECORDS_LOOKED_AT)) {
    if (record.fault !== null || isBlank(record)) continue;
    const answer = ask(record.bytes.toString('utf8').trim());
    if (answer !== null) return answer;
  }
  return null;
}

function formatOfText(text: string): LogFormat | null {
  if (/^#(separator|set_separator|empty_field|unset_field|path|open|fields)\b/.test(text)) return 'zeek_tsv';
  const object = text.startsWith('{') ? parse(text) : null;
  if (object === null) return null;
  const has = (key: string): boolean => Object.hasOwn(object, key);
  if (has('class_uid')) return 'ocsf';
  if (has('event_type') && has('timestamp')) return 'suricata_eve';
  const stated: unknown = Reflect.get(object, '_path') ?? Reflect.get(object, '@stream');
  const isZeek = has('ts') || (typeof stated === 'string' && isLogKind(stated));
  return isZeek ? 'zeek_json' : null;
}

/** Only where no record tells anything: it is cut off, or lacks what every record has. */
function formatOfName(text: string, name: string): LogFormat | null {
  // A Zeek log that lost its header: it must be refused line by line, not passed over in silence.
  if (!text.startsWith('{')) return kindOfFile(name) !== null && text.includes('\t') ? 'zeek_tsv' : null;
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
