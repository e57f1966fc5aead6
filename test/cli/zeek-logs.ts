import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An ordinary morning of one workstation, as Zeek writes it: 2026-03-02, a Monday. */
const START_S = 1_772_438_400;
const FIELDS = [
  'ts',
  'uid',
  'id.orig_h',
  'id.orig_p',
  'id.resp_h',
  'id.resp_p',
  'proto',
  'duration',
  'orig_bytes',
  'resp_bytes',
  'conn_state',
];
const TYPES = [
  'time',
  'string',
  'addr',
  'port',
  'addr',
  'port',
  'enum',
  'interval',
  'count',
  'count',
  'string',
];

/** A `conn.log` of so many connections. */
function connLog(connections: number): string {
  const rows = Array.from({ length: connections }, (_, index) =>
    [
      (START_S + index * 30).toFixed(6),
      `C${String(index).padStart(17, '0')}`,
      `10.1.2.${3 + (index % 3)}`,
      40_000 + index,
      '192.0.2.10',
      443,
      'tcp',
      '1.500000',
      812,
      20_480,
      'SF',
    ].join('\t'),
  );
  return [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    `#fields\t${FIELDS.join('\t')}`,
    `#types\t${TYPES.join('\t')}`,
    ...rows,
    '',
  ].join('\n');
}

export async function writeConnLog(dir: string, connections: number, extra = ''): Promise<string> {
  const path = join(dir, 'conn.log');
  await writeFile(path, connLog(connections) + extra);
  return path;
}
