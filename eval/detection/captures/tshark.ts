import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What is asked of tshark, by its names of fields (`tshark -G fields`); the columns of a line, in this order. */
export const FIELDS = [
  'frame.time_epoch',
  'frame.protocols',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'icmp.type',
  'icmp.code',
  'icmpv6.type',
  'icmpv6.code',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.stream',
  'tcp.flags',
  'tcp.len',
  'tcp.analysis.retransmission',
  'tcp.analysis.keep_alive',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'http.request.method',
  'http.host',
  'http.response.code',
  'http.content_length_header',
  'http.chunk_size',
  'tls.handshake.type',
  'tls.handshake.version',
  'tls.handshake.extensions.supported_version',
  'tls.handshake.extensions_server_name',
  'tls.record.content_type',
  'dns.id',
  'dns.flags.response',
  'dns.flags.rcode',
  'dns.qry.name',
  'dns.qry.type',
  'dns.a',
  'dns.aaaa',
  'dns.cname',
  'dns.mx.mail_exchange',
  'dns.txt',
  'dns.null',
] as const;
export type Field = (typeof FIELDS)[number];

/** One packet as tshark tells it: each field with all its values, the outermost first; none where it has no such field. */
export type Told = (field: Field) => readonly string[];

/** What no value has in it. */
const BETWEEN_VALUES = '\u001F';

const PLACES = new Map(FIELDS.map((field, place) => [field, place]));

export function told(line: string): Told {
  const columns = line.split('\t');
  return (field) => {
    const column = columns[PLACES.get(field) ?? -1] ?? '';
    return column === '' ? [] : column.split(BETWEEN_VALUES);
  };
}

/** A capture that is not read, and what to do. */
export class CaptureError extends Error {}

/**
 * The packets of a capture, in its order. One that is cut off is read as far as it goes, and `note` is told.
 *
 * @throws CaptureError where tshark is missing, or reads nothing of it
 */
export async function* packetsOf(
  capture: string,
  note: (what: string) => void,
  program = 'tshark',
): AsyncGenerator<Told> {
  const child = spawn(program, argumentsFor(capture), { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // An error that comes before anybody waits for it must not end the process.
  const ended = once(child, 'close').catch((cause: unknown) => cause);
  let count = 0;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    count += 1;
    yield told(line);
  }
  const end = await ended;
  if (end instanceof Error) throw notStarted(program, end);
  if (Array.isArray(end) && end[0] === 0) return;
  const why = complaint.trim().split('\n').at(-1) ?? '';
  if (count === 0) throw new CaptureError(`${capture}: tshark reads nothing of it: ${why}`);
  note(`${capture}: ${why}; read as far as it goes, ${count} packets`);
}

/** Names are not looked up, and checksums that the network card fills in are not held against a packet. */
function argumentsFor(capture: string): readonly string[] {
  const format = ['-T', 'fields', '-E', 'separator=/t', '-E', `aggregator=${BETWEEN_VALUES}`];
  return ['-r', capture, '-n', ...format, ...FIELDS.flatMap((field) => ['-e', field])];
}

function notStarted(program: string, cause: Error): Error {
  if (!('code' in cause) || cause.code !== 'ENOENT') return cause;
  return new CaptureError(
    `${program} is not on this machine; it comes with Wireshark (apt install tshark, dnf install wireshark-cli, brew install wireshark)`,
    { cause },
  );
}
