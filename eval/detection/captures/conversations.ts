import { createHash } from 'node:crypto';
import type { Packet } from './packet.ts';

/** So many seconds of silence end a conversation, as Zeek's `tcp_`, `udp_` and `icmp_inactivity_timeout`. */
const SILENCE_S = { tcp: 300, udp: 60, icmp: 60 } as const;
/** Ports below are servers' (RFC 6335 §6), and of the rest those from the second on are callers'. */
const SYSTEM_PORTS_END = 1_024;
const DYNAMIC_PORTS = 49_152;

/** Zeek's names of what tshark names otherwise; protocols that are not listed are no service. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['dcerpc', 'dce_rpc'],
  ['dhcp', 'dhcp'],
  ['dns', 'dns'],
  ['ftp', 'ftp'],
  ['gss-api', 'gssapi'],
  ['http', 'http'],
  ['kerberos', 'krb'],
  ['ldap', 'ldap'],
  ['llmnr', 'dns'],
  ['mdns', 'dns'],
  ['ntlmssp', 'ntlm'],
  ['ntp', 'ntp'],
  ['quic', 'quic'],
  ['rdp', 'rdp'],
  ['smb', 'smb'],
  ['smb2', 'smb'],
  ['smtp', 'smtp'],
  ['snmp', 'snmp'],
  ['ssh', 'ssh'],
  ['tls', 'ssl'],
]);

type Side = 'orig' | 'resp';

/** What one end of a conversation sent. */
interface Sent {
  bytes: number;
  packets: number;
  syn: boolean;
  fin: boolean;
  rst: boolean;
}

/** Where a record of Zeek's logs begins. */
export interface Flow {
  readonly uid: string;
  readonly 'id.orig_h': string;
  readonly 'id.orig_p': number;
  readonly 'id.resp_h': string;
  readonly 'id.resp_p': number;
}

/** Packets of the same ends, from the first to a long silence. */
export class Conversation {
  readonly flow: Flow;
  readonly #transport: Packet['transport'];
  readonly #begin: number;
  #last: number;
  readonly #services = new Set<string>();
  readonly #sent: Readonly<Record<Side, Sent>> = { orig: nothing(), resp: nothing() };

  constructor(packet: Packet) {
    const [orig, resp] = isFromServer(packet) ? [packet.to, packet.from] : [packet.from, packet.to];
    this.flow = {
      uid: uidOf(packet),
      'id.orig_h': orig.address,
      'id.orig_p': orig.port,
      'id.resp_h': resp.address,
      'id.resp_p': resp.port,
    };
    this.#transport = packet.transport;
    this.#begin = packet.time;
    this.#last = packet.time;
  }

  isOver({ time, transport }: Packet): boolean {
    return time - this.#last > SILENCE_S[transport];
  }

  sideOf({ from }: Packet): Side {
    return from.address === this.flow['id.orig_h'] && from.port === this.flow['id.orig_p'] ? 'orig' : 'resp';
  }

  see(packet: Packet): void {
    this.#last = Math.max(this.#last, packet.time);
    const sent = this.#sent[this.sideOf(packet)];
    sent.bytes += packet.bytes;
    sent.packets += 1;
    sent.syn ||= packet.flags.syn;
    sent.fin ||= packet.flags.fin;
    sent.rst ||= packet.flags.rst;
    for (const layer of packet.layers) {
      const service = SERVICES.get(layer);
      if (service === undefined) continue;
      this.#services.add(service === 'krb' && packet.transport === 'tcp' ? 'krb_tcp' : service);
    }
  }

  /** As conn.log has it. */
  record() {
    const { orig, resp } = this.#sent;
    const duration = this.#last - this.#begin;
    return {
      ts: this.#begin,
      ...this.flow,
      proto: this.#transport,
      ...(this.#services.size > 0 && { service: [...this.#services].join(',') }),
      ...(orig.packets + resp.packets > 1 && { duration: Number(duration.toFixed(6)) }),
      orig_bytes: orig.bytes,
      resp_bytes: resp.bytes,
      conn_state: this.#state(),
      orig_pkts: orig.packets,
      resp_pkts: resp.packets,
    };
  }

  #state(): string {
    const { orig, resp } = this.#sent;
    if (this.#transport === 'icmp') return 'OTH';
    if (this.#transport === 'udp') return orig.packets === 0 ? 'SHR' : resp.packets === 0 ? 'S0' : 'SF';
    if (orig.syn) return resp.syn ? endOf(orig, resp) : attempted(orig, resp);
    // In midstream nothing is known of how it began.
    if (!resp.syn) return 'OTH';
    return resp.rst ? 'RSTRH' : resp.fin ? 'SHR' : 'OTH';
  }
}

/** How what both had opened ended. */
function endOf(orig: Sent, resp: Sent): string {
  if (orig.fin && resp.fin) return 'SF';
  if (orig.rst) return 'RSTO';
  if (resp.rst) return 'RSTR';
  if (orig.fin) return 'S2';
  return resp.fin ? 'S3' : 'S1';
}

/** What became of a call that nobody took. */
function attempted(orig: Sent, resp: Sent): string {
  if (resp.rst) return 'REJ';
  if (orig.rst) return 'RSTOS0';
  return orig.fin ? 'SH' : 'S0';
}

/** The conversations of a capture, in the order in which they began. */
export class Conversations {
  readonly all: Conversation[] = [];
  readonly #running = new Map<string, Conversation>();

  /** The conversation that a packet belongs to, which has seen it now. */
  see(packet: Packet): Conversation {
    const key = keyOf(packet);
    let conversation = this.#running.get(key);
    if (conversation === undefined || conversation.isOver(packet)) {
      conversation = new Conversation(packet);
      this.#running.set(key, conversation);
      this.all.push(conversation);
    }
    conversation.see(packet);
    return conversation;
  }
}

function nothing(): Sent {
  return { bytes: 0, packets: 0, syn: false, fin: false, rst: false };
}

function isFromServer({ transport, from, to, flags }: Packet): boolean {
  if (transport === 'icmp') return false;
  if (flags.syn) return flags.ack;
  // Joined in midstream: the ports tell who called whom.
  return [SYSTEM_PORTS_END, DYNAMIC_PORTS].some((limit) => from.port < limit && to.port >= limit);
}

/** The same from both ends. */
function keyOf({ transport, stream, from, to }: Packet): string {
  const ends = [from, to].map(({ address, port }) => `${address} ${port}`).sort();
  return [transport, stream, ...ends].join(' ');
}

/** The same whenever the capture is read. */
function uidOf(packet: Packet): string {
  const text = `${packet.time} ${keyOf(packet)}`;
  return `C${createHash('sha256').update(text).digest('hex').slice(0, 17)}`;
}
