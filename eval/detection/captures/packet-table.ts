import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CaptureError, type Field, type Told } from './tshark.ts';

/** The table says how far packets are apart, not when they were: any time will do. */
const BEGIN_S = Date.UTC(2025, 0) / 1_000;
/** It says no more than that the one was inside. */
const CLIENT = '192.168.1.10';
const SERVER = '192.168.2.15';
const SERVER_PORT = 443;
const [FIRST_PORT, PORTS] = [49_152, 16_384];
/** Ethernet, IP and TCP without options. */
const HEADERS = 54;

const NEEDED = [
  'frame.len',
  'src_ip',
  'time_since_last',
  'is_SYN',
  'is_ACK',
  'is_RST',
  'is_FIN',
  'is_PSH',
] as const;
type Row = Readonly<Record<(typeof NEEDED)[number], number>>;

/**
 * A table of the TCP packets between one machine and its control server, as researchers publish in place of a capture: seconds
 * since the last packet, frame length, flags, and whether the server (1) or the machine (0) sent it. It has no ports: each
 * SYN of the machine opens a connection, and what follows is counted to it, also what was still said in the one before.
 *
 * @throws CaptureError where it has other columns
 */
export async function* packetsOfTable(path: string): AsyncGenerator<Told> {
  let columns: readonly number[] | null = null;
  let [time, connection] = [BEGIN_S, 0];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const cells = line.split(',');
    if (columns === null) {
      columns = columnsOf(path, cells);
      continue;
    }
    const row = Object.fromEntries(
      NEEDED.map((name, at) => [name, Number(cells[columns?.[at] ?? -1])]),
    ) as Row;
    time += row.time_since_last;
    if (row.src_ip === 0 && row.is_SYN === 1 && row.is_ACK === 0) connection += 1;
    yield told(row, time, connection);
  }
}

function columnsOf(path: string, header: readonly string[]): readonly number[] {
  const missing = NEEDED.filter((each) => !header.includes(each));
  if (missing.length === 0) return NEEDED.map((each) => header.indexOf(each));
  throw new CaptureError(`${path}: no table of packets: it has no column ${missing.join(', ')}`);
}

function told(row: Row, time: number, connection: number): Told {
  const client = [CLIENT, String(FIRST_PORT + (connection % PORTS))] as const;
  const server = [SERVER, String(SERVER_PORT)] as const;
  const [[from, fromPort], [to, toPort]] = row.src_ip === 0 ? [client, server] : [server, client];
  const flags = row.is_FIN + 2 * row.is_SYN + 4 * row.is_RST + 8 * row.is_PSH + 16 * row.is_ACK;
  // A short frame is filled up: what it holds beyond its headers is no payload unless it says so.
  const isPayload = row.is_SYN === 0 && (row.is_PSH === 1 || row['frame.len'] > 2 * HEADERS);
  const values: Partial<Record<Field, string>> = {
    'frame.time_epoch': time.toFixed(6),
    'frame.protocols': isPayload ? 'eth:ip:tcp:tls' : 'eth:ip:tcp',
    'ip.src': from,
    'ip.dst': to,
    'tcp.srcport': fromPort,
    'tcp.dstport': toPort,
    'tcp.stream': String(connection),
    'tcp.flags': String(flags),
    'tcp.len': String(isPayload ? Math.max(0, row['frame.len'] - HEADERS) : 0),
  };
  return (field) => {
    const value = values[field];
    return value === undefined ? [] : [value];
  };
}
