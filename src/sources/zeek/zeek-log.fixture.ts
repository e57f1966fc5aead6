import type { Observation, Reading, SensorId, SiteId } from '../../model/index.ts';
import type { Line } from '../line.ts';
import { createLineSplitter } from '../lines.ts';
import type { SourceContext } from '../reading-context.ts';
import { createZeekReader } from './reader.ts';

const NOW = Date.UTC(2026, 5, 1);

export const CONTEXT: SourceContext = { site: 'hq' as SiteId, sensor: 'zeek-1' as SensorId, now: NOW };

/** All lines of a text, the last one also without a line break. */
export function linesOf(text: string | Buffer): readonly Line[] {
  const splitter = createLineSplitter();
  const lines = splitter.push(Buffer.from(text));
  const last = splitter.finish();
  return last === null ? lines : [...lines, last];
}

/** What a Zeek reader makes of a whole file. */
export function readZeek(text: string | Buffer, path = 'zeek.log'): readonly Reading[] {
  const form = Buffer.from(text).toString('latin1').trimStart().startsWith('{') ? 'json' : 'tsv';
  const reader = createZeekReader({ path, form, context: CONTEXT });
  return linesOf(text).flatMap((line) => reader.read(line));
}

/** A TSV log as Zeek writes it: `#path`, then one `name=value` list per record; all records have the same fields. */
export function tsv(path: string, ...records: readonly Readonly<Record<string, string>>[]): string {
  const fields = Object.keys(records[0] ?? {});
  const rows = records.map((record) => fields.map((field) => record[field]).join('\t'));
  return [...header(path, fields), ...rows, '#close\t2026-01-01-00-00-00', ''].join('\n');
}

export function header(path: string, fields: readonly string[]): string[] {
  return [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${path}`,
    '#open\t2026-01-01-00-00-00',
    `#fields\t${fields.join('\t')}`,
    `#types\t${fields.map(() => 'string').join('\t')}`,
  ];
}

/** The one observation of readings that are nothing else. */
export function only(readings: readonly Reading[]): Observation {
  const [first, ...others] = readings;
  if (first?.kind !== 'observation' || others.length > 0) throw new Error(`read ${JSON.stringify(readings)}`);
  return first.observation;
}

/** What a record of a connection begins with. */
export const FLOW = {
  ts: '1767225600.123456',
  uid: 'CAbcdE1fGh2iJ3kLm4',
  'id.orig_h': '10.1.2.3',
  'id.orig_p': '50123',
  'id.resp_h': '192.0.2.10',
  'id.resp_p': '443',
} as const;
