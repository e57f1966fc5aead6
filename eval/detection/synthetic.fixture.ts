import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOUR_MS, MINUTE_MS } from '../../src/model/index.ts';
import { Random } from '../../src/simulator/index.ts';

const FIELDS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state label';
const TYPES = 'time string addr port addr port enum string interval count count string string';
const BEGIN = Date.UTC(2026, 1, 2);

interface Flow {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly state: string;
  readonly label: string;
}

/**
 * Writes a small data folder with its `evaluation.json`: three office machines for 40 hours, probes from outside, a beacon,
 * a scan and a tunnel.
 */
export async function writeSynthetic(folder: string): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    'office/conn.log.labeled': connLog(office()),
    'beacon/conn.log': connLog(beacon()),
    'scan/conn.log': connLog(scan()),
    'tunnel/dns.log': tunnelLog(),
    'evaluation.json': JSON.stringify(ADAPTER),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const ACTOR = { actor: '192.168.7.7', technique: null };

const ADAPTER = {
  benign: [
    {
      name: 'office',
      logs: ['office'],
      networks: ['10.0.0.0/16'],
      hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      uses: ['hours', 'beacons', 'tunnels', 'quiet', 'scans'],
    },
  ],
  attacks: [
    {
      ...ACTOR,
      name: 'beat',
      family: 'beat',
      logs: ['beacon'],
      kinds: ['volume', 'beacon'],
      control: ['203.0.113.9'],
      inside: ['192.168.0.0/16'],
    },
    {
      ...ACTOR,
      name: 'probe',
      family: 'probe',
      logs: ['scan'],
      kinds: ['volume', 'scan'],
      inside: ['192.168.0.0/16'],
    },
    {
      ...ACTOR,
      name: 'drip',
      family: 'drip',
      logs: ['tunnel'],
      kinds: ['tunnel'],
      malicious: { by: 'peer', peers: ['drip.com'] },
      control: ['drip.com'],
    },
  ],
};

/** Each machine opens six or so connections an hour to few servers; two strangers knock at six ports each. */
function office(): readonly Flow[] {
  const random = new Random(1, 'office');
  const flows: Flow[] = [];
  for (const host of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) {
    for (let hour = 0; hour < 40; hour++) {
      for (let count = random.between(3, 9); count > 0; count--) {
        const at = hour * HOUR_MS + random.int(HOUR_MS);
        const to = `198.51.100.${random.between(1, 12)}`;
        flows.push({ at, from: host, to, port: 443, state: 'SF', label: 'Benign' });
      }
    }
  }
  for (const from of ['192.0.2.10', '192.0.2.11']) {
    for (let port = 1; port <= 6; port++) {
      const at = port * 3 * HOUR_MS;
      flows.push({ at, from, to: '10.0.0.1', port, state: 'S0', label: 'Malicious' });
    }
  }
  return flows;
}

function beacon(): readonly Flow[] {
  const flow = { from: '192.168.7.7', to: '203.0.113.9', port: 8_443, state: 'SF', label: '-' };
  return Array.from({ length: 60 }, (_, i) => ({ ...flow, at: i * MINUTE_MS }));
}

function scan(): readonly Flow[] {
  const flow = { from: '192.168.7.7', to: '192.168.7.20', state: 'REJ', label: '-' };
  return Array.from({ length: 120 }, (_, i) => ({ ...flow, at: i * 100, port: 1 + i }));
}

function connLog(flows: readonly Flow[]): string {
  const rows = [...flows]
    .sort((a, b) => a.at - b.at)
    .map(({ at, from, to, port, state, label }, index) =>
      [seconds(at), `C${index}`, from, 50_000, to, port, 'tcp', '-', '0.1', 500, 900, state, label].join(
        '\t',
      ),
    );
  return zeekLog('conn', FIELDS, TYPES, rows);
}

function tunnelLog(): string {
  const random = new Random(1, 'tunnel');
  const fields = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto query qtype_name rcode_name';
  const types = 'time string addr port addr port enum string string string';
  const ends = ['192.168.7.7', 50_000, '192.168.7.1', 53, 'udp'];
  const rows = Array.from({ length: 150 }, (_, i) =>
    [seconds(i * 2_000), `D${i}`, ...ends, `${random.hex(40)}.drip.com`, 'TXT', 'NOERROR'].join('\t'),
  );
  return zeekLog('dns', fields, types, rows);
}

function zeekLog(path: string, fields: string, types: string, rows: readonly string[]): string {
  const header = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${path}`,
  ];
  const columns = [`#fields\t${fields.replaceAll(' ', '\t')}`, `#types\t${types.replaceAll(' ', '\t')}`];
  return `${[...header, ...columns, ...rows].join('\n')}\n`;
}

function seconds(at: number): string {
  return ((BEGIN + at) / 1_000).toFixed(6);
}
