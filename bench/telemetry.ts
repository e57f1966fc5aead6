import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { simulateFleet } from '../src/simulator/index.ts';
import type { Setting } from './measurement.ts';

/** The same connections twice: as Zeek's tab-separated log and as its JSON lines. */
export interface Telemetry {
  readonly tsv: string;
  readonly json: string;
  readonly lines: number;
  /** For people. */
  readonly name: string;
}

/** 72 hours of one internet-facing host: 105,918 connections. */
const REAL = fileURLToPath(
  new URL('../../shared/data/telemetry/rita/droplet72h/conn.log.gz', import.meta.url),
);
const QUICK_LINES = 5_000;

export async function telemetry({ quick, scratch }: Setting): Promise<Telemetry> {
  const isReal = existsSync(REAL);
  const log = isReal ? readLog(gunzipSync(await readFile(REAL)).toString()) : simulatedLog();
  const rows = quick ? log.rows.slice(0, QUICK_LINES) : log.rows;
  const tsv = join(scratch, 'conn.log');
  const json = join(scratch, 'conn.json.log');
  await writeFile(tsv, `${[...log.header, ...rows.map((row) => row.join('\t'))].join('\n')}\n`);
  await writeFile(json, `${rows.map((row) => jsonLine(log, row)).join('\n')}\n`);
  const name = isReal ? 'a Zeek conn.log of 72 hours' : "the simulator's connections";
  return { tsv, json, lines: rows.length, name };
}

interface Log {
  readonly header: readonly string[];
  readonly fields: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function readLog(text: string): Log {
  const lines = text.split('\n').filter((line) => line !== '');
  const header = lines.filter((line) => line.startsWith('#') && !line.startsWith('#close'));
  const columns = (name: string) =>
    header
      .find((line) => line.startsWith(name))
      ?.split('\t')
      .slice(1) ?? [];
  const rows = lines.filter((line) => !line.startsWith('#')).map((line) => line.split('\t'));
  return { header, fields: columns('#fields'), types: columns('#types'), rows };
}

/** As Zeek itself writes JSON: unset fields left out, numbers and booleans as such. */
function jsonLine({ fields, types }: Log, row: readonly string[]): string {
  const entries = fields.flatMap((field, index) => {
    const text = row[index] ?? '-';
    return text === '-' ? [] : [[field, jsonValue(types[index] ?? 'string', text)] as const];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function jsonValue(type: string, text: string): unknown {
  if (/^(?:time|interval|double|count|int|port)$/.test(type)) return Number(text);
  if (type === 'bool') return text === 'T';
  if (!/^(?:set|vector)\[/.test(type)) return text;
  return text === '(empty)' ? [] : text.split(',');
}

const SIMULATED_TYPES: Readonly<Record<string, string>> = {
  ts: 'time',
  uid: 'string',
  'id.orig_h': 'addr',
  'id.orig_p': 'port',
  'id.resp_h': 'addr',
  'id.resp_p': 'port',
  proto: 'enum',
  service: 'string',
  duration: 'interval',
  orig_bytes: 'count',
  resp_bytes: 'count',
  conn_state: 'string',
  local_orig: 'bool',
  local_resp: 'bool',
};

function simulatedLog(): Log {
  const fields = Object.keys(SIMULATED_TYPES);
  const types = Object.values(SIMULATED_TYPES);
  const rows: string[][] = [];
  const fleet = simulateFleet({ seed: 1, until: Date.UTC(2026, 4, 21), days: 4 });
  for (const { file, lines } of fleet.logs()) {
    if (!/\bconn\b/.test(file)) continue;
    for (const line of lines) {
      const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
      rows.push(fields.map((field) => tsvValue(record[field])));
    }
  }
  const header = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    `#fields\t${fields.join('\t')}`,
    `#types\t${types.join('\t')}`,
  ];
  return { header, fields, types, rows };
}

function tsvValue(value: unknown): string {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '-';
}
