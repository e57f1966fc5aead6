import { type Field, FIELDS, type Told, told } from './tshark.ts';

type Fields = Partial<Record<Field, string | readonly string[]>>;

/** A line as tshark writes it, read again. */
export function line(fields: Fields): Told {
  return told(FIELDS.map((field) => [fields[field] ?? ''].flat().join('\u001F')).join('\t'));
}

export const CLIENT = '10.0.0.2:50000';
export const SERVER = '203.0.113.9:443';
const FLAGS: Readonly<Record<string, number>> = { F: 0x01, S: 0x02, R: 0x04, A: 0x10 };

/**
 * @param at seconds
 * @param flags letters of S, F, R, A
 */
export function tcp(at: number, from: string, to: string, flags = 'A', more: Fields = {}): Told {
  const bits = Object.entries(FLAGS).reduce((sum, [flag, bit]) => sum + (flags.includes(flag) ? bit : 0), 0);
  return between(at, from, to, 'tcp', {
    'tcp.stream': '0',
    'tcp.flags': `0x${bits.toString(16).padStart(4, '0')}`,
    'tcp.len': '0',
    ...more,
  });
}

export function udp(at: number, from: string, to: string, bytes: number, more: Fields = {}): Told {
  return between(at, from, to, 'udp', { 'udp.length': String(bytes + 8), ...more });
}

function between(at: number, from: string, to: string, transport: 'tcp' | 'udp', more: Fields): Told {
  const [source = '', sourcePort = ''] = from.split(':');
  const [target = '', targetPort = ''] = to.split(':');
  return line({
    'frame.time_epoch': `${1_600_000_000 + at}.000000000`,
    'frame.protocols': `eth:ethertype:ip:${transport}`,
    'ip.src': source,
    'ip.dst': target,
    [`${transport}.srcport`]: sourcePort,
    [`${transport}.dstport`]: targetPort,
    ...more,
  });
}
