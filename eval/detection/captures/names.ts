import type { Conversation, Flow } from './conversations.ts';
import { count, first, type Packet } from './packet.ts';
import type { Field, Told } from './tshark.ts';

/** What an answer holds, by the field that tshark gives it in. */
const ANSWERS = [
  'dns.txt',
  'dns.cname',
  'dns.mx.mail_exchange',
  'dns.a',
  'dns.aaaa',
  'dns.null',
] as const satisfies readonly Field[];

/** Names of types and of codes as Zeek writes them (base/protocols/dns/consts.zeek). */
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [10, 'NULL'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [33, 'SRV'],
  [65, 'HTTPS'],
  [255, '*'],
]);
const CODES: ReadonlyMap<number, string> = new Map([
  [0, 'NOERROR'],
  [1, 'FORMERR'],
  [2, 'SERVFAIL'],
  [3, 'NXDOMAIN'],
  [4, 'NOTIMP'],
  [5, 'REFUSED'],
]);

interface Query extends Flow {
  readonly ts: number;
  readonly proto: string;
  readonly trans_id: number;
  readonly query: string;
  readonly qtype: number;
  readonly qtype_name: string;
  rtt?: number;
  rcode?: number;
  rcode_name?: string;
  answers?: readonly string[];
}

/** dns.log: each question, with its answer where one came. */
export class Names {
  readonly all: Query[] = [];
  readonly #open = new Map<string, Query>();

  see(told: Told, packet: Packet, { flow }: Conversation): void {
    const isAnswer = first(told, 'dns.flags.response');
    const name = first(told, 'dns.qry.name');
    const id = count(told, 'dns.id');
    if (isAnswer === null || name === null || id === null) return;
    const key = `${flow.uid} ${id} ${name}`;
    if (isAnswer === '1' || isAnswer === 'True') {
      const query = this.#open.get(key);
      if (query !== undefined) answered(query, told, packet);
      this.#open.delete(key);
      return;
    }
    const qtype = count(told, 'dns.qry.type') ?? 1;
    const query: Query = {
      ts: packet.time,
      ...flow,
      proto: packet.transport,
      trans_id: id,
      query: name.toLowerCase(),
      qtype,
      qtype_name: TYPES.get(qtype) ?? `query-${qtype}`,
    };
    this.all.push(query);
    this.#open.set(key, query);
  }
}

function answered(query: Query, told: Told, { time }: Packet): void {
  const code = count(told, 'dns.flags.rcode') ?? 0;
  query.rtt = Number((time - query.ts).toFixed(6));
  query.rcode = code;
  query.rcode_name = CODES.get(code) ?? `unknown-${code}`;
  const answers = ANSWERS.flatMap((field) => told(field).map((each) => answerOf(field, each)));
  if (answers.length > 0) query.answers = answers;
}

function answerOf(field: Field, value: string): string {
  return field === 'dns.txt' ? `TXT ${value.length} ${value}` : value;
}
