import type { Field, Told } from './tshark.ts';

interface End {
  readonly address: string;
  readonly port: number;
}

/** What of a packet says who talks to whom, how much, and how it begins and ends. */
export interface Packet {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly transport: 'tcp' | 'udp' | 'icmp';
  readonly from: End;
  readonly to: End;
  /** What tshark keeps apart though ports are the same; '' where it does not say. */
  readonly stream: string;
  readonly flags: Flags;
  /** Payload that was not sent before. */
  readonly bytes: number;
  /** The protocols in it, as tshark calls them, the outermost first. */
  readonly layers: readonly string[];
}

interface Flags {
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
}

const NO_FLAGS: Flags = { syn: false, ack: false, fin: false, rst: false };
const UDP_HEADER = 8;
/** Of ICMP and ICMPv6: the answer's type → the question's, so that both are one conversation. */
const ASKED_BY: ReadonlyMap<number, number> = new Map([
  [0, 8],
  [129, 128],
]);

/** `null`: neither TCP, UDP nor ICMP over IP. */
export function packetOf(told: Told): Packet | null {
  const [from, to] = [addressOf(told, 'src'), addressOf(told, 'dst')];
  const time = Number(first(told, 'frame.time_epoch'));
  if (from === null || to === null || !Number.isFinite(time)) return null;
  const layers = (first(told, 'frame.protocols') ?? '').split(':');
  const common = { time, stream: '', flags: NO_FLAGS, layers };
  // An ICMP error has the packet that it is about in it, with its ports: it is looked for first.
  return icmp(told, common, from, to) ?? udp(told, common, from, to) ?? tcp(told, common, from, to);
}

type Common = Pick<Packet, 'time' | 'stream' | 'flags' | 'layers'>;

function icmp(told: Told, common: Common, from: string, to: string): Packet | null {
  const type = count(told, 'icmp.type') ?? count(told, 'icmpv6.type');
  if (type === null) return null;
  const code = count(told, 'icmp.code') ?? count(told, 'icmpv6.code') ?? 0;
  const asked = ASKED_BY.get(type);
  // As Zeek writes it: the type stands as the originator's port, the code as the other's.
  const [fromPort, toPort] = asked === undefined ? [type, code] : [code, asked];
  const ends = { from: { address: from, port: fromPort }, to: { address: to, port: toPort } };
  return { ...common, transport: 'icmp', ...ends, bytes: 0 };
}

function udp(told: Told, common: Common, from: string, to: string): Packet | null {
  const ends = endsOf(told, 'udp', from, to);
  const length = count(told, 'udp.length');
  if (ends === null || length === null) return null;
  return { ...common, transport: 'udp', ...ends, bytes: Math.max(0, length - UDP_HEADER) };
}

function tcp(told: Told, common: Common, from: string, to: string): Packet | null {
  const ends = endsOf(told, 'tcp', from, to);
  if (ends === null) return null;
  const bits = Number(first(told, 'tcp.flags') ?? 0);
  const isNew = !has(told, 'tcp.analysis.retransmission') && !has(told, 'tcp.analysis.keep_alive');
  return {
    ...common,
    transport: 'tcp',
    ...ends,
    stream: first(told, 'tcp.stream') ?? '',
    flags: {
      fin: (bits & 0x01) !== 0,
      syn: (bits & 0x02) !== 0,
      rst: (bits & 0x04) !== 0,
      ack: (bits & 0x10) !== 0,
    },
    bytes: isNew ? (count(told, 'tcp.len') ?? 0) : 0,
  };
}

function endsOf(
  told: Told,
  transport: 'tcp' | 'udp',
  from: string,
  to: string,
): Pick<Packet, 'from' | 'to'> | null {
  const [fromPort, toPort] = [count(told, `${transport}.srcport`), count(told, `${transport}.dstport`)];
  if (fromPort === null || toPort === null) return null;
  return { from: { address: from, port: fromPort }, to: { address: to, port: toPort } };
}

function addressOf(told: Told, end: 'src' | 'dst'): string | null {
  return first(told, `ip.${end}`) ?? first(told, `ipv6.${end}`);
}

export function first(told: Told, field: Field): string | null {
  return told(field)[0] ?? null;
}

function has(told: Told, field: Field): boolean {
  return told(field).length > 0;
}

/** A whole number, also in hexadecimal form. */
export function count(told: Told, field: Field): number | null {
  const value = Number(first(told, field) ?? Number.NaN);
  return Number.isSafeInteger(value) ? value : null;
}
